"""Corrections in batches: previewed, agreed to by a second person, run in chunks, stopped, resumed, taken back."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from courses import (
    acts,
    audit,
    correctable,
    corrections,
    desk_refusals,
    disputes,
    ledger,
    recognition,
    touched,
)
from courses.corrections import Order
from courses.disputes import Question
from courses.models import (
    Completion,
    Correction,
    CorrectionState,
    Dispute,
    LedgerEntry,
)
from courses.signals import ledger_corrected
from people import grants, memberships, organisations, persons
from people.days import today
from people.models import Notice, Role, User
from tests.courses.test_declarations import signed_in
from tests.courses.test_recognition import entered

pytestmark = pytest.mark.slow

YESTERDAY = today() - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _proofs_apart(settings, tmp_path):
    settings.PROOFS_ROOT = tmp_path / "proofs"


@pytest.fixture
def two(province, account):
    return (
        account("changsha", Role.CITY_COMMITTEE, province.changsha),
        account("changsha2", Role.CITY_COMMITTEE, province.changsha),
    )


@pytest.fixture
def people(province, lawyer):
    return [lawyer("林试", province.yuelu), lawyer("贺试", province.yuelu), lawyer("周试", province.furong)]


@pytest.fixture
def session(two, people, province):
    """A session that three attended, entered with four hours where two are right."""
    return entered(province.changsha, *two, seconds=4 * 3600)


AMEND = Order("amend", "typing_error", "4小时误录，应为2小时", seconds=2 * 3600)
TAKE_BACK = Order("take_back", "not_attended", "场次取消")


def run(batch, by):
    corrections.submit(batch, by=batch.created_by)
    corrections.approve(batch, by=by)
    while corrections.work(batch.pk):
        pass
    batch.refresh_from_db()
    return batch


def seconds(people):
    return [ledger.summary(each, YESTERDAY.year).seconds for each in people]


def no_difference():
    assert list(audit.differences(lambda _name, _count: None)) == []


def test_four_hours_typed_for_two_are_put_right_on_the_pages_by_two_persons(session, two, people):
    client, second = signed_in(two[0]), signed_in(two[1])
    assert session.title in client.get("/desk/corrections/new/").content.decode()
    address = f"/desk/corrections/new/?activity={session.activity.public_id}"
    fields = {"kind": "amend", "number": "2", "unit": "hour", "cause": "typing_error", "explanation": "误录"}
    there = client.post(address, fields)["Location"]
    page = client.get(there).content.decode()
    assert "720分钟" in page
    assert "360分钟" in page
    assert "林试" in page
    client.post(there, {"act": "submit"})
    client.post(there, {"act": "approve"})
    assert Correction.objects.get().state == CorrectionState.SUBMITTED
    second.post(there, {"act": "approve"})
    batch = Correction.objects.get()
    while corrections.work(batch.pk):
        pass
    assert seconds(people) == [7200, 7200, 7200]
    assert LedgerEntry.objects.count() == 9
    assert (
        "误录"
        in signed_in(people[0].user)
        .get(f"/my/evidence/{LedgerEntry.objects.filter(person=people[0]).last().public_id}/")
        .content.decode()
    )
    no_difference()


def test_everybody_concerned_and_the_second_person_are_told_once(session, two, people):
    persons.create(name="核准人", user=two[1])
    batch = run(corrections.prepare(session.owner, session.activity, AMEND, by=two[0]), two[1])
    corrections.work(batch.pk)
    told = Notice.objects.filter(text=AMEND.explanation)
    assert set(told.values_list("person_id", flat=True)) == {each.pk for each in people}
    assert told.count() == 3
    asked = Notice.objects.get(person__user=two[1])
    assert asked.path == f"/desk/corrections/{batch.public_id}/"


def test_those_who_issued_something_hear_which_entries_count_no_longer(
    session, two, django_capture_on_commit_callbacks
):
    heard = []
    ledger_corrected.connect(
        lambda reversed_ids, award_ids, **_: heard.append((sorted(reversed_ids), sorted(award_ids))),
        weak=False,
        dispatch_uid="t",
    )
    before = sorted(LedgerEntry.objects.values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        run(corrections.prepare(session.owner, session.activity, AMEND, by=two[0]), two[1])
    ledger_corrected.disconnect(dispatch_uid="t")
    [(reversed_ids, award_ids)] = heard
    assert reversed_ids == before
    assert set(award_ids) == set(
        LedgerEntry.objects.filter(kind="award").exclude(pk__in=before).values_list("pk", flat=True)
    )


def test_a_preview_says_what_others_have_issued_over_the_entries(session, two, monkeypatch):
    monkeypatch.setattr(touched, "_counters", [])
    touched.register(lambda keys: [touched.Touched("学时证明", len(keys)), touched.Touched("报表", 0)])
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    shown = correctable.preview(batch)
    assert (shown.persons, shown.before, shown.after) == (3, 12 * 3600, 6 * 3600)
    assert shown.touched == [touched.Touched("学时证明", 3)]


@pytest.mark.parametrize("order", [AMEND, TAKE_BACK])
def test_a_correction_is_itself_taken_back_and_everybody_has_what_he_had(session, two, people, order):
    batch = run(corrections.prepare(session.owner, session.activity, order, by=two[0]), two[1])
    back = corrections.prepare_restoration(batch, by=two[0], explanation="更正有误")
    with pytest.raises(desk_refusals.NotOpen):
        corrections.prepare_restoration(batch, by=two[0], explanation="又一次")
    shown = correctable.preview(back)
    standing = 3 * (order.seconds or 0) if order.kind == "amend" else 0
    assert (shown.before, shown.after) == (standing, 3 * 4 * 3600)
    page = signed_in(two[1]).get(f"/desk/corrections/{back.public_id}/").content.decode()
    assert ("120分钟</a>" in page) == (order.kind == "amend"), "what stands there now"
    assert "240分钟" in page
    corrections.submit(back, by=two[0])
    with pytest.raises(desk_refusals.SecondPersonNeeded):
        corrections.approve(back, by=two[0])
    corrections.approve(back, by=two[1])
    while corrections.work(back.pk):
        pass
    assert seconds(people) == [4 * 3600] * 3
    assert Completion.objects.filter(revoked_at__isnull=True).count() == 3
    no_difference()


def test_a_stopped_batch_stops_is_resumed_and_writes_each_entry_once(session, two, people, monkeypatch):
    monkeypatch.setattr(corrections, "CHUNK", 1)
    batch = corrections.prepare(session.owner, session.activity, TAKE_BACK, by=two[0])
    corrections.submit(batch, by=two[0])
    corrections.approve(batch, by=two[1])
    assert corrections.work(batch.pk) is True
    corrections.cancel(batch, by=two[0])
    assert corrections.work(batch.pk) is False
    assert sorted(seconds(people)) == [0, 4 * 3600, 4 * 3600]
    corrections.resume(batch, by=two[0])
    Correction.objects.update(worked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert corrections.unfinished(dt.datetime(2026, 1, 2, tzinfo=dt.UTC)) == [batch.pk]
    while corrections.work(batch.pk):
        pass
    batch.refresh_from_db()
    assert (batch.state, seconds(people)) == (CorrectionState.DONE, [0, 0, 0])


def test_an_entry_that_was_taken_back_meanwhile_is_skipped(session, two, people):
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    acts.take_back(LedgerEntry.objects.get(person=people[0]), reason="not_attended", now=session.created_at)
    run(batch, two[1])
    assert seconds(people) == [0, 7200, 7200]
    assert batch.lines.get(state="skipped").entry.person == people[0]


def test_a_line_is_left_out_before_the_second_person_is_asked(session, two, people):
    batch = corrections.prepare(session.owner, session.activity, TAKE_BACK, by=two[0])
    line = batch.lines.get(entry__person=people[1])
    address = f"/desk/corrections/{batch.public_id}/lines/{line.pk}/leave-out/"
    assert signed_in(two[0]).post(address).status_code == 302
    run(batch, two[1])
    assert seconds(people) == [0, 4 * 3600, 0]


def test_a_city_corrects_its_own_people_and_another_city_sees_nothing_of_it(session, two, province, account):
    outside = account("hengyang", Role.CITY_COMMITTEE, province.hengyang)
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    client = signed_in(outside)
    assert client.get(f"/desk/corrections/{batch.public_id}/").status_code == 404
    assert client.post(f"/desk/corrections/{batch.public_id}/", {"act": "discard"}).status_code == 404
    assert client.get(f"/desk/corrections/{batch.public_id}/progress/").status_code == 404
    address = f"/desk/corrections/new/?activity={session.activity.public_id}"
    assert client.get(address).status_code == 404
    assert session.title not in client.get("/desk/corrections/new/").content.decode()
    with pytest.raises(desk_refusals.NotYours):
        corrections.prepare(session.owner, session.activity, AMEND, by=outside)
    with pytest.raises(desk_refusals.NothingToDo):
        corrections.prepare(province.hengyang, session.activity, AMEND, by=outside)


def test_a_firm_makes_no_corrections_and_who_is_concerned_agrees_to_none(
    session, two, people, province, account
):
    manager = account("firm", Role.FIRM_MANAGER, province.yuelu)
    assert signed_in(manager).get("/desk/corrections/new/").status_code == 404
    grants.grant(people[0].user, Role.CITY_COMMITTEE, province.changsha, by=None, reason="委员")
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    corrections.submit(batch, by=two[0])
    with pytest.raises(desk_refusals.InTheList):
        corrections.approve(batch, by=people[0].user)


@pytest.mark.parametrize(
    ("order", "refusal"),
    [
        (Order("amend", "typing_error", " ", seconds=60), desk_refusals.ReasonMissing),
        (Order("amend", "typing_error", "x"), desk_refusals.AmountRefused),
        (Order("amend", "typing_error", "x", quantity_milli=1000), desk_refusals.UnitRefused),
    ],
)
def test_a_correction_without_sense_is_refused_by_name(session, two, order, refusal):
    with pytest.raises(refusal):
        corrections.prepare(session.owner, session.activity, order, by=two[0])


def test_the_database_itself_refuses_that_one_person_asks_and_agrees(session, two):
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Correction.objects.filter(pk=batch.pk).update(approved_by=two[0])


def test_the_page_of_a_batch_costs_the_same_however_long_it_is(
    province, two, lawyer, django_assert_max_num_queries
):
    names = []
    for number in range(60):
        lawyer(f"甲{number:02d}", province.yuelu, sign_in=False)
        names.append(f"岳试 甲{number:02d}")
    made = entered(province.changsha, *two, names="\n".join(names), seconds=4 * 3600)
    batch = corrections.prepare(made.owner, made.activity, AMEND, by=two[0])
    client = signed_in(two[0])
    client.get(f"/desk/corrections/{batch.public_id}/")
    with django_assert_max_num_queries(32):
        assert client.get(f"/desk/corrections/{batch.public_id}/").status_code == 200


@pytest.mark.both_sides("postgresql")
def test_two_workers_and_two_who_agree_at_once_correct_each_entry_once(committed_db):
    opened = dt.date(2010, 1, 1)
    top = organisations.create(kind="association", name="湖南省律师协会", opened_on=opened)
    firm = organisations.create(kind="firm", name="湖南岳试律师事务所", opened_on=opened, parent=top)
    makers = [User.objects.create_user(f"c{number}") for number in range(3)]
    for user in makers:
        grants.grant(user, Role.PROVINCIAL_COMMITTEE, top, by=None, reason="委员", valid_from=opened)
    for number in range(7):
        memberships.join(persons.create(name=f"甲{number}"), firm, on=opened)
    made = entered(
        top, *makers[:2], names="\n".join(f"岳试 甲{number}" for number in range(7)), seconds=4 * 3600
    )
    batch = corrections.prepare(top, made.activity, AMEND, by=makers[0])
    corrections.submit(batch, by=makers[0])
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def deed(user):
        try:
            start.wait()
            corrections.approve(Correction.objects.get(pk=batch.pk), by=user)
            outcomes.append("approved")
        except desk_refusals.NotOpen:
            outcomes.append("not open")
        try:
            while corrections.work(batch.pk):
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=deed, args=[user]) for user in makers[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while corrections.work(batch.pk):
        pass
    assert sorted(outcomes) == ["approved", "not open"]
    assert LedgerEntry.objects.filter(kind="reversal").count() == 7
    assert LedgerEntry.objects.filter(kind="award").count() == 14


@pytest.mark.both_sides("postgresql")
def test_a_corrected_amount_shows_its_reason_and_can_be_disputed_by_the_lawyer(session, two, people):
    run(corrections.prepare(session.owner, session.activity, AMEND, by=two[0]), two[1])
    lawyer = signed_in(people[0].user)
    first, _reversal, standing = LedgerEntry.objects.filter(person=people[0]).order_by("pk")
    record = lawyer.get("/my/record/").content.decode()
    assert record.count("4小时误录，应为2小时") == 3, "the entry that was taken back says why, too"
    assert record.count("240分钟 → 120分钟") == 3
    ask = f"/my/disputes/new/?entry={standing.public_id}"
    for entry in (first, standing):
        page = lawyer.get(f"/my/evidence/{entry.public_id}/").content.decode()
        assert "240分钟 → 120分钟" in page
        assert "从学时台账冲销：240分钟" in page
        assert "录入错误：4小时误录，应为2小时" in page
        assert ask in page
    assert "异议获准后恢复按240分钟计" in lawyer.get(ask).content.decode()
    lawyer.post(ask, {"text": "确实是四小时，有签到"})
    made = Dispute.objects.get()
    committee = signed_in(two[1])
    assert "异议获准后恢复按240分钟计" in committee.get(f"/desk/disputes/{made.public_id}/").content.decode()
    committee.post(f"/desk/disputes/{made.public_id}/", {"decision": "grant", "text": "签到表证实四小时"})
    assert seconds(people) == [4 * 3600, 2 * 3600, 2 * 3600]
    given = LedgerEntry.objects.filter(person=people[0]).last()
    page = lawyer.get(f"/my/evidence/{given.public_id}/").content.decode()
    assert "120分钟 → 240分钟" in page
    assert "签到表证实四小时" in page
    with pytest.raises(desk_refusals.NotDisputable):
        disputes.open_dispute(people[0], Question(entry=given), "再问", by=people[0].user)
    no_difference()


def test_an_undone_correction_leaves_a_granted_dispute_alone(session, two, people):
    done = run(corrections.prepare(session.owner, session.activity, AMEND, by=two[0]), two[1])
    standing = LedgerEntry.objects.filter(person=people[0]).last()
    made = disputes.open_dispute(people[0], Question(entry=standing), "四小时", by=people[0].user)
    disputes.grant(made, by=two[1], text="属实")
    run(corrections.prepare_restoration(done, by=two[0], explanation="更正有误"), two[1])
    assert seconds(people) == [4 * 3600] * 3
    restored = LedgerEntry.objects.filter(person=people[1]).last()
    page = signed_in(people[1].user).get(f"/my/evidence/{restored.public_id}/").content.decode()
    assert "更正有误" in page
    no_difference()


def test_a_line_and_a_list_that_were_taken_back_say_why_to_the_lawyer(session, two, people):
    line = session.lines.get(person=people[0])
    recognition.take_back_line(line, by=two[0], text="中途离场")
    recognition.take_back(session, by=two[0], text="整场取消")
    while recognition.work(session.pk):
        pass
    for person, why, other in ((people[0], "中途离场", "整场取消"), (people[1], "整场取消", "中途离场")):
        record = signed_in(person.user).get("/my/record/").content.decode()
        assert why in record
        assert other not in record


@pytest.mark.both_sides("postgresql")
def test_two_sessions_of_one_title_are_told_apart_by_day_and_organiser(session, two, people, province):
    entered(province.changsha, *two, day=YESTERDAY - dt.timedelta(days=9))
    page = signed_in(two[0]).get("/desk/corrections/new/").content.decode()
    assert page.count(session.title) == 2
    for day in (YESTERDAY, YESTERDAY - dt.timedelta(days=9)):
        assert f"{day.year}年{day.month}月{day.day}日" in page
    assert province.changsha.name in page


def test_the_amount_that_stands_already_is_refused_in_words_and_left_out_of_a_batch(session, two, people):
    same = Order("amend", "typing_error", "还是四小时", seconds=4 * 3600)
    with pytest.raises(desk_refusals.AmountUnchanged):
        corrections.prepare(session.owner, session.activity, same, by=two[0])
    fields = {"kind": "amend", "number": "4", "unit": "hour", "cause": "typing_error", "explanation": "误录"}
    address = f"/desk/corrections/new/?activity={session.activity.public_id}"
    assert "无需更正" in signed_in(two[0]).post(address, fields).content.decode()
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    for line in batch.lines.exclude(entry__person=people[0]):
        corrections.leave_out(line, by=batch.created_by)
    run(batch, two[1])
    assert corrections.prepare(session.owner, session.activity, AMEND, by=two[0]).lines.count() == 2


def test_a_submitted_correction_is_withdrawn_by_its_author_and_sent_back_with_a_reason(session, two, people):
    persons.create(name="经办人", user=two[0])
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    corrections.submit(batch, by=two[0])
    address = f"/desk/corrections/{batch.public_id}/"
    first, second = signed_in(two[0]), signed_in(two[1])
    with pytest.raises(desk_refusals.NotYours):
        corrections.withdraw(batch, by=two[1])
    first.post(address, {"act": "withdraw"})
    batch.refresh_from_db()
    assert batch.state == CorrectionState.DRAFT
    corrections.submit(batch, by=two[0])
    with pytest.raises(desk_refusals.SecondPersonNeeded):
        corrections.send_back(batch, by=two[0], text="自己退回")
    second.post(address, {"act": "send_back", "text": "应为90分钟"})
    batch.refresh_from_db()
    assert batch.state == CorrectionState.DRAFT
    assert Notice.objects.get(person__user=two[0]).text == "应为90分钟"
    assert "应为90分钟" in first.get(address).content.decode()


def test_whoever_changed_a_correction_that_was_sent_back_does_not_approve_it(session, two, people):
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    corrections.submit(batch, by=two[0])
    corrections.send_back(batch, by=two[1], text="应为90分钟")
    changed = Order("amend", "typing_error", "实为90分钟", seconds=90 * 60)
    batch.refresh_from_db()
    corrections.change(batch, changed, by=two[1])
    corrections.submit(batch, by=two[1])
    batch.refresh_from_db()
    for author in two:
        with pytest.raises(desk_refusals.SecondPersonNeeded):
            corrections.approve(batch, by=author)
    page = signed_in(two[1]).get(f"/desk/corrections/{batch.public_id}/").content.decode()
    assert 'value="approve"' not in page
    assert two[0].get_full_name() in page
    assert two[1].get_full_name() in page


def test_whoever_left_a_person_out_of_a_correction_does_not_approve_it(session, two, people):
    batch = corrections.prepare(session.owner, session.activity, AMEND, by=two[0])
    corrections.leave_out(batch.lines.get(entry__person=people[0]), by=two[1])
    corrections.submit(batch, by=two[0])
    batch.refresh_from_db()
    with pytest.raises(desk_refusals.SecondPersonNeeded):
        corrections.approve(batch, by=two[1])
