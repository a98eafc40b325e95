"""Extensions: asked for with a reason, decided by the committee that set the curriculum, in effect at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import desk_refusals, extensions, reasons, reminders, requirements
from courses.models import Completion, Extension, RequiredSpan, Requirement
from courses.refusals import Refusal
from people.days import today
from people.models import AuditAct, AuditEntry, Notice, Person, Role, User
from tests.courses.conftest import Province

pytestmark = pytest.mark.slow

Make = Callable[..., Any]
DAYS = dt.timedelta(days=1)


@pytest.fixture
def person(province: Province, lawyer: Make) -> Person:
    return lawyer("甲律师", province.yuelu)


@pytest.fixture
def judge(account: Make, province: Province) -> User:
    return account("weiyuan", Role.CITY_COMMITTEE, province.changsha)


@pytest.fixture
def requirement(
    person: Person, province: Province, curriculum: Make, course: Make, lecture: Make
) -> Requirement:
    curriculum(
        "长沙年度培训",
        province.changsha,
        course("课", lecture("讲")),
        opens_on=today() - 100 * DAYS,
        due_on=today() + 10 * DAYS,
        closes_on=today() + 60 * DAYS,
    )
    return Requirement.objects.get()


def refused(deed: Callable[[], Any], code: str) -> None:
    with pytest.raises(Refusal) as told:
        deed()
    assert told.value.code == code


def ask(person: Person, requirement: Requirement, after: int = 30) -> Extension:
    return extensions.ask(person, requirement, until=today() + after * DAYS, reason="在外省开庭")


@pytest.mark.both_sides
def test_a_grant_moves_the_due_date_at_once_and_for_good(
    person: Person, requirement: Requirement, judge: User
) -> None:
    asked = ask(person, requirement)
    assert RequiredSpan.objects.get(person=person).due_on == requirement.due_on
    extensions.grant(asked, until=today() + 20 * DAYS, by=judge, text="情况属实")
    assert RequiredSpan.objects.get(person=person).due_on == today() + 20 * DAYS
    assert requirements.materialise(requirement) == requirements.Difference(0, 0, 0)
    notice = Notice.objects.get(person=person, kind="decision")
    assert notice.text == "情况属实"
    refused(lambda: extensions.refuse(asked, by=judge, text="迟了"), "not_open")


def test_a_refusal_changes_nothing_and_says_why(
    person: Person, requirement: Requirement, judge: User
) -> None:
    asked = ask(person, requirement)
    refused(lambda: extensions.refuse(asked, by=judge, text=" "), "reason_missing")
    extensions.refuse(asked, by=judge, text="理由不充分")
    assert RequiredSpan.objects.get(person=person).due_on == requirement.due_on
    assert ask(person, requirement).state == "open"


@pytest.mark.parametrize("after", [0, 10, 61])
def test_a_day_that_is_no_longer_or_after_the_closing_is_refused(
    person: Person, requirement: Requirement, after: int
) -> None:
    refused(lambda: ask(person, requirement, after), "extension_day")


def test_it_is_asked_once_with_a_reason_and_by_who_is_required(
    person: Person, requirement: Requirement, lawyer: Make, province: Province
) -> None:
    refused(
        lambda: extensions.ask(person, requirement, until=today() + 30 * DAYS, reason=" "), "reason_missing"
    )
    first = ask(person, requirement)
    refused(lambda: ask(person, requirement), "extension_asked")
    extensions.withdraw(first)
    ask(person, requirement)
    refused(lambda: ask(lawyer("乙", province.shigu), requirement), "nothing_to_extend")


def test_who_has_completed_it_needs_no_longer(person: Person, requirement: Requirement) -> None:
    course = requirement.courses.get().course
    Completion.objects.create(
        person=person,
        course=course,
        course_version=course.current_version,
        day=today(),
        completed_at=timezone.now(),
        rule={},
        evidence={},
    )
    refused(lambda: ask(person, requirement), "nothing_lacking")


def test_what_closes_when_it_is_due_cannot_be_extended(person: Person, requirement: Requirement) -> None:
    requirement.closes_on = requirement.due_on
    requirement.save()
    refused(lambda: ask(person, requirement), "no_longer_day")


def test_nobody_but_another_of_the_committee_that_set_it_decides(
    person: Person, requirement: Requirement, account: Make, province: Province
) -> None:
    from people import grants

    asked = ask(person, requirement)
    assert person.user is not None
    grants.grant(
        person.user,
        Role.CITY_COMMITTEE,
        province.changsha,
        by=None,
        reason="试",
        valid_from=dt.date(2020, 1, 1),
    )
    for user in (
        person.user,
        account("hengyang", Role.CITY_COMMITTEE, province.hengyang),
        account("suo", Role.FIRM_MANAGER, province.yuelu),
    ):
        with pytest.raises(desk_refusals.NotYours):
            extensions.grant(asked, until=asked.asked_until, by=user, text="同意")
    provincial = account("sheng", Role.PROVINCIAL_COMMITTEE, province.province)
    extensions.grant(asked, until=asked.asked_until, by=provincial, text="同意")


def test_reminders_name_the_extended_date(person: Person, requirement: Requirement, judge: User) -> None:
    extensions.grant(ask(person, requirement), until=today() + 30 * DAYS, by=judge, text="同意")
    due = Notice.objects.filter(person=person, kind="due")
    reminders.remind(requirement.due_on + DAYS)
    assert not due.exists()
    reminders.remind(today() + 28 * DAYS)
    assert due.get().title == "还剩 2 天：长沙年度培训"
    reminders.remind(today() + 31 * DAYS)
    assert due.count() == 2


def test_asking_and_deciding_go_through_their_pages(
    person: Person, requirement: Requirement, judge: User, client: Client
) -> None:
    assert person.user is not None
    assert requirement.curriculum is not None
    curriculum_page = reverse("courses:curriculum", args=[requirement.curriculum.public_id])
    new = reverse("courses:extension_new", args=[requirement.curriculum.public_id])
    until = today() + 30 * DAYS
    client.force_login(person.user)
    assert new in client.get(curriculum_page).content.decode()
    assert client.get(new).status_code == 200
    assert client.post(new, {"until": "x", "text": ""}).status_code == 422
    assert client.post(new, {"until": "2020-01-01", "text": "病"}).status_code == 422
    assert client.post(new, {"until": until.isoformat(), "text": "病" * 1001}).status_code == 422
    assert client.post(new, {"until": until.isoformat(), "text": "患病住院"}).status_code == 302
    asked = Extension.objects.get()
    page = client.get(curriculum_page).content.decode()
    assert "您已申请延期至" in page
    assert new not in page
    assert client.get(new).status_code == 302
    assert client.get(reverse("courses:desk_extensions")).status_code == 404
    client.force_login(judge)
    listed = client.get(reverse("courses:desk_extensions")).content.decode()
    assert "患病住院" in listed
    decide = reverse("courses:desk_extension", args=[asked.public_id])
    assert client.get(decide).status_code == 200
    assert (
        client.post(decide, {"until": until.isoformat(), "text": "", "decision": "grant"}).status_code == 422
    )
    given = {"until": until.isoformat(), "text": "情况属实", "decision": "grant"}
    assert client.post(decide, given).status_code == 302
    client.force_login(person.user)
    page = client.get(curriculum_page).content.decode()
    assert f"同意您延期至{until.year}年{until.month}月{until.day}日" in page


def test_coverage_shows_that_a_due_date_was_extended(
    person: Person, requirement: Requirement, judge: User, client: Client
) -> None:
    client.force_login(judge)
    url = reverse("reports:curriculum", args=[requirement.public_id]) + "?view=persons"
    assert "已延期" not in client.get(url).content.decode()
    extensions.grant(ask(person, requirement), until=today() + 30 * DAYS, by=judge, text="同意")
    assert "已延期" in client.get(url).content.decode()
    late = f"{url}&day={(today() + 5 * DAYS).isoformat()}"
    assert client.get(late).status_code == 200


def test_who_has_no_business_with_a_curriculum_finds_no_form(
    requirement: Requirement, lawyer: Make, province: Province, client: Client
) -> None:
    client.force_login(lawyer("乙", province.shigu).user)
    assert requirement.curriculum is not None
    url = reverse("courses:extension_new", args=[requirement.curriculum.public_id])
    assert client.get(url).status_code == 404


# --- Taking a grant back --------------------------------------------------------------------------------


def granted(person: Person, requirement: Requirement, judge: User) -> Extension:
    asked = ask(person, requirement)
    extensions.grant(asked, until=asked.asked_until, by=judge, text="情况属实")
    return asked


@pytest.mark.both_sides("postgresql")
def test_a_grant_taken_back_restores_the_due_date_and_says_why_everywhere(
    person, requirement, judge, client: Client
):
    asked = granted(person, requirement, judge)
    usual = requirement.due_on
    assert RequiredSpan.objects.get(person=person).due_on == asked.granted_until
    extensions.revoke(asked, by=judge, text="延期理由不实")
    assert RequiredSpan.objects.get(person=person).due_on == usual
    told = Notice.objects.filter(person=person).latest("pk")
    assert "撤销" in told.title
    assert told.text == "延期理由不实"
    entry = AuditEntry.objects.filter(person=person).latest("pk")
    assert (entry.act, entry.by, entry.reason) == (AuditAct.DECIDED, judge, "延期理由不实")
    (reason,) = reasons.reasons_of(person, [requirement], today())
    assert reason.due_on == usual
    assert "撤销" in reason.sentence
    client.force_login(person.user)
    page = client.get(reverse("courses:curriculum", args=[requirement.curriculum.public_id]))
    assert "延期理由不实" in page.content.decode()


def test_only_the_committee_takes_back_with_a_reason_and_only_once(
    person, requirement, judge, account, province
):
    asked = granted(person, requirement, judge)
    elsewhere = account("hengyang", Role.CITY_COMMITTEE, province.hengyang)
    refused(lambda: extensions.revoke(asked, by=elsewhere, text="不实"), "not_yours")
    refused(lambda: extensions.revoke(asked, by=judge, text="  "), "reason_missing")
    extensions.revoke(asked, by=judge, text="不实")
    refused(lambda: extensions.revoke(asked, by=judge, text="不实"), "not_open")


def test_an_earlier_grant_holds_again_when_the_later_one_is_taken_back(person, requirement, judge):
    first = granted(person, requirement, judge)
    second = extensions.ask(person, requirement, until=today() + 40 * DAYS, reason="仍在外省")
    extensions.grant(second, until=second.asked_until, by=judge, text="情况属实")
    extensions.revoke(second, by=judge, text="不实")
    assert RequiredSpan.objects.get(person=person).due_on == first.granted_until


def test_the_desk_takes_back_on_the_page_of_the_extension(person, requirement, judge, client: Client):
    asked = granted(person, requirement, judge)
    client.force_login(judge)
    address = reverse("courses:desk_extension", args=[asked.public_id])
    assert "撤销延期" in client.get(address).content.decode()
    assert client.post(address, {"decision": "revoke", "text": ""}).status_code == 422
    page = client.post(address, {"decision": "revoke", "text": "理由不实"}, follow=True).content.decode()
    assert "理由不实" in page
    assert "撤销延期" not in page
    asked.refresh_from_db()
    assert asked.state == "revoked"
