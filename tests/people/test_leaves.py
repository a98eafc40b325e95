"""Leave and exemptions: rows with days and a reason, corrected by adding, bounded to one's own people."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from people import leaves, memberships, organisations, persons
from people.models import Leave, LeaveKind, Role
from people.signals import membership_changed

MARCH, JUNE, SEPTEMBER = dt.date(2026, 3, 1), dt.date(2026, 6, 1), dt.date(2026, 9, 1)


@pytest.fixture
def person(province, member):
    return member("李试", province.yuelu)


def test_a_correction_keeps_the_former_belief(person):
    held = leaves.record(person, LeaveKind.LEAVE, on=MARCH, until=JUNE, reason="产假", by=None)
    leaves.correct(held, kind=LeaveKind.LEAVE, on=MARCH, until=SEPTEMBER, reason="产假延长", by=None)
    assert [(row.valid_to, row.superseded_at is None) for row in Leave.objects.order_by("pk")] == [
        (JUNE, False),
        (SEPTEMBER, True),
    ]
    with pytest.raises(leaves.LeaveSuperseded):
        leaves.withdraw(held)


@pytest.mark.both_sides
def test_leave_of_one_kind_never_overlaps_also_for_the_database(person):
    leaves.record(person, LeaveKind.LEAVE, on=MARCH, until=SEPTEMBER, reason="产假", by=None)
    leaves.record(person, LeaveKind.EXEMPTION, on=JUNE, until=None, reason="年满七十", by=None)
    with pytest.raises(leaves.LeaveOverlaps):
        leaves.record(person, LeaveKind.LEAVE, on=JUNE, until=None, reason="病假", by=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Leave.objects.create(person=person, kind=LeaveKind.LEAVE, valid_from=JUNE, reason="病假")


@pytest.mark.parametrize(
    ("until", "reason", "refusal"),
    [(MARCH, "产假", leaves.LeaveDaysReversed), (JUNE, "  ", leaves.ReasonMissing)],
)
def test_leave_without_days_or_reason_is_refused(person, until, reason, refusal):
    with pytest.raises(refusal):
        leaves.record(person, LeaveKind.LEAVE, on=MARCH, until=until, reason=reason, by=None)
    assert not Leave.objects.exists()


def test_whoever_listens_learns_that_the_person_changed(person, django_capture_on_commit_callbacks):
    heard = []

    def listen(*, person_ids, **kwargs):
        heard.extend(person_ids)

    membership_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            leaves.record(person, LeaveKind.LEAVE, on=MARCH, until=JUNE, reason="产假", by=None)
    finally:
        membership_changed.disconnect(listen)
    assert heard == [person.pk]


def test_the_province_records_corrects_and_withdraws_it_in_the_admin(person, province, account, client):
    keeper = account("keeper", Role.PROVINCIAL_COMMITTEE, province.province)
    client.force_login(keeper)
    body = {
        "person": person.pk,
        "kind": "leave",
        "valid_from": "2026-03-01",
        "valid_to": "2026-06-01",
        "reason": "产假",
    }
    assert client.post(reverse("leaves:add"), body).status_code == 302
    held = Leave.objects.current().get()
    assert (held.valid_to, held.recorded_by) == (JUNE, keeper)
    page = client.get(reverse("leaves:index")).content.decode()
    assert "产假" in page
    assert client.post(reverse("leaves:add"), body).context["form"].errors
    edit = reverse("leaves:edit", args=[held.pk])
    assert client.post(edit, body | {"valid_to": "2026-09-01"}).status_code == 302
    held = Leave.objects.current().get()
    assert held.valid_to == SEPTEMBER
    edit = reverse("leaves:edit", args=[held.pk])
    assert client.post(edit, body | {"is_error": "on"}).status_code == 302
    assert not Leave.objects.current().exists()
    assert Leave.objects.count() == 2


def test_leave_of_people_elsewhere_is_neither_shown_nor_recorded(province, account, client):
    elsewhere = organisations.create(kind="association", name="外省律师协会", opened_on=dt.date(2000, 1, 1))
    stranger = persons.create(name="外省人")
    memberships.join(stranger, elsewhere, on=dt.date(2020, 1, 1))
    held = leaves.record(stranger, LeaveKind.LEAVE, on=MARCH, until=JUNE, reason="外省病假", by=None)
    client.force_login(account("keeper", Role.PROVINCIAL_COMMITTEE, province.province))
    assert "外省" not in client.get(reverse("leaves:index")).content.decode()
    assert client.get(reverse("leaves:edit", args=[held.pk])).status_code == 404
    body = {"person": stranger.pk, "kind": "exemption", "valid_from": "2026-03-01", "reason": "x"}
    assert client.post(reverse("leaves:add"), body).context["form"].errors
    client.force_login(account("editor", Role.EDITOR, province.province))
    assert client.get(reverse("leaves:index")).status_code == 302
