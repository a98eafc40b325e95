"""The audit log: what was done stays written, auditors read it in their own subtree, everybody what is about him."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from people import audit_log, grants, licences
from people.masking import mask_name
from people.models import AuditAct, AuditEntry, PracticeType, Role
from tests.provinces import OPENED

pytestmark = pytest.mark.slow

NUMBER = "14301201211001234"


@pytest.fixture
def li(province, member, account):
    return member("李试明", province.yuelu, user=account("li"))


@pytest.fixture
def auditor(province, account):
    return account("auditor", Role.AUDITOR, province.changsha)


def text(response):
    return response.content.decode()


@pytest.mark.both_sides
def test_the_database_refuses_to_change_or_delete_a_line(province, li):
    entry = audit_log.record(AuditAct.EXPORTED, by=None, organisation=province.yuelu)
    with pytest.raises(IntegrityError, match="audit_log_only_grows"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).update(about="")
    with pytest.raises(IntegrityError, match="audit_log_only_grows"), transaction.atomic():
        AuditEntry.objects.filter(pk=entry.pk).delete()


def test_a_role_given_and_taken_back_is_written_down_with_its_reason(province, account, li):
    giver = account("weiyuan", Role.CITY_COMMITTEE, province.changsha)
    held = grants.grant(li.user, Role.FIRM_MANAGER, province.yuelu, by=giver, reason="本所指定")
    grants.revoke(held, by=giver, reason="离任")
    given, taken = AuditEntry.objects.filter(person=li).order_by("pk")
    assert (given.act, given.by, given.organisation, given.account, given.reason) == (
        AuditAct.ROLE_GIVEN,
        giver,
        province.yuelu,
        li.user,
        "本所指定",
    )
    assert (taken.act, taken.reason) == (AuditAct.ROLE_TAKEN, "离任")


def test_a_refused_grant_leaves_no_line(province, account, li):
    giver = account("weiyuan", Role.CITY_COMMITTEE, province.hengyang)
    before = AuditEntry.objects.count()
    with pytest.raises(grants.NotYours):
        grants.grant(li.user, Role.FIRM_MANAGER, province.yuelu, by=giver, reason="越权")
    assert AuditEntry.objects.count() == before


def test_opening_and_changing_a_persons_page_is_seen_by_him_with_name_and_office(
    province, account, client, li
):
    keeper = account("keeper", Role.PROVINCIAL_COMMITTEE, province.province)
    client.force_login(keeper)
    page = reverse("persons:edit", args=[li.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"name": "李试明", "phone": "13900000000"}).status_code == 302
    client.force_login(li.user)
    shown = text(client.get("/my/looked-at/"))
    assert "查看了个人信息" in shown
    assert "修改了个人信息" in shown
    assert "keeper" in shown
    assert "湖南省律师协会" in shown
    assert "13900000000" not in shown


def test_looking_at_what_is_ones_own_leaves_no_line(li):
    audit_log.looked_at(li.user, li, "学时证明")
    assert not AuditEntry.objects.filter(act=AuditAct.LOOKED_AT).exists()


def test_an_export_of_a_list_is_told_to_those_who_stood_in_it_that_day_and_to_nobody_else(
    province, account, member, li
):
    wang = member("王试", province.shigu)
    late = member("周试", province.yuelu, on=dt.date(2999, 1, 1))
    by = account("weiyuan", Role.CITY_COMMITTEE, province.changsha)
    audit_log.record(AuditAct.EXPORTED, by=by, organisation=province.changsha, about="必修", persons=2)
    audit_log.record(AuditAct.EXPORTED, by=by, organisation=province.changsha, about="各所数字")
    assert [each.about for each in audit_log.about_me(li)] == ["必修"]
    assert not audit_log.about_me(wang).exists()
    assert not audit_log.about_me(late).exists()


def test_an_auditor_reads_his_own_subtree_with_names_masked(province, member, client, li, auditor):
    licences.issue(li, number=NUMBER, practice_type=PracticeType.FULL_TIME, on=OPENED)
    audit_log.record(AuditAct.LOOKED_AT, by=auditor, person=li, about="个人资料")
    audit_log.record(AuditAct.LOOKED_AT, by=auditor, person=member("王试", province.shigu), about="别处")
    client.force_login(auditor)
    shown = text(client.get("/desk/log/"))
    assert "李**" in shown
    assert "1234" in shown
    assert "湖南岳试律师事务所" in shown
    for hidden in ("李试明", NUMBER, "别处", "王"):
        assert hidden not in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("act=looked_at", {"甲"}),
        ("act=exported", {"乙"}),
        ("act=nonsense", {"甲", "乙"}),
        ("by=auditor", {"甲", "乙"}),
        ("by=nobody", set()),
        ("person=李试明", {"甲"}),
        ("since=2999-01-01", set()),
        ("until=2999-01-01", {"甲", "乙"}),
        ("since=yesterday", {"甲", "乙"}),
    ],
)
def test_the_log_is_narrowed_by_what_by_whom_about_whom_and_when(query, found, province, client, li, auditor):
    audit_log.record(AuditAct.LOOKED_AT, by=auditor, person=li, about="甲试")
    audit_log.record(AuditAct.EXPORTED, by=auditor, organisation=province.yuelu, about="乙试", persons=3)
    client.force_login(auditor)
    shown = text(client.get(f"/desk/log/?{query}"))
    assert {each for each in ("甲", "乙") if f"{each}试" in shown} == found


def test_a_page_of_the_log_takes_as_many_statements_whatever_it_holds(province, member, client, li, auditor):
    client.force_login(auditor)
    client.get("/desk/log/")

    def statements():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get("/desk/log/").status_code == 200
        return len(queries)

    audit_log.record(AuditAct.LOOKED_AT, by=auditor, person=li)
    few = statements()
    for number in range(60):
        audit_log.record(AuditAct.LOOKED_AT, by=auditor, person=member(f"林{number}", province.yuelu))
    assert statements() == few
    assert 'rel="next"' in text(client.get("/desk/log/"))


@given(st.text(min_size=1, max_size=20))
def test_a_masked_name_keeps_its_length_and_only_its_first_character(name):
    masked = mask_name(name)
    assert len(masked) == len(name)
    assert masked[0] == name[0]
    assert set(masked[1:]) <= {"*"}
