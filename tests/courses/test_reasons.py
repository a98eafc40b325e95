"""Why somebody counts, in one sentence; each sentence written by hand, and never at odds with the required spans."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courses import extensions, reasons, requirements, spans
from courses.models import Course, Curriculum, RequiredSpan, Requirement
from people import leaves, memberships, persons
from people.models import Person, PracticeType, Role
from tests.courses.conftest import Province
from tests.courses.test_audiences import licence

pytestmark = pytest.mark.slow

Make = Callable[..., Any]
DAY = dt.date
OPENS, DUE, MAY = DAY(2026, 1, 1), DAY(2026, 12, 31), DAY(2026, 5, 1)


@pytest.fixture
def one_course(lecture: Make, course: Make) -> Course:
    return course("合同编通则", lecture("第一讲"))


@pytest.fixture
def person(province: Province, lawyer: Make) -> Person:
    made = lawyer("甲", province.yuelu)
    persons.change(made, name="甲", birth_date=DAY(1990, 5, 20))
    licence(made, 1, DAY(2015, 9, 1))
    return made


def said(person: Person, made: Curriculum, day: dt.date = MAY) -> str:
    """The sentence; whether it says that he counts must agree with the table of spans."""
    requirement = Requirement.objects.select_related("curriculum__audience_organisation").get(curriculum=made)
    if requirement.is_open:
        requirements.materialise(requirement)
    (reason,) = reasons.reasons_of(person, [requirement], day)
    held = RequiredSpan.objects.filter(person=person, requirement=requirement)
    on_table = spans.holds(held.values_list("valid_from", "valid_to"), day)
    assert reason.counts == (on_table and requirement.is_open)
    assert reason.counts == reason.sentence.startswith("计入")
    return reason.sentence


def test_who_counts_reads_since_when_by_what_and_by_when(
    person: Person, province: Province, curriculum: Make, one_course: Course, lawyer: Make
) -> None:
    made = curriculum("年度", province.changsha, one_course, entry_days=60)
    assert (
        said(person, made)
        == "计入：自2026年1月1日计划开始时起属于适用范围（长沙市律师协会），截止日期为2026年12月31日。"
    )
    late = lawyer("乙", province.furong, on=DAY(2026, 12, 20))
    assert said(late, made, DAY(2026, 12, 25)) == (
        "计入：自2026年12月20日起进入或重新进入适用范围（长沙市律师协会），"
        "截止日期为2027年2月18日（因后进入，晚于统一的2026年12月31日）。"
    )
    named = curriculum(
        "点名", province.changsha, one_course, audience_named=[person.pk], audience_is_named_only=True
    )
    assert said(person, named) == (
        "计入：自2026年1月1日起，为长沙市律师协会律师并被点名参加，截止日期为2026年12月31日。"
    )
    assert said(late, named) == "暂不计入：2026年12月20日起才是长沙市律师协会的律师。"
    assert said(late, named, DAY(2026, 12, 25)) == "不计入：本计划只适用于点名人员。"


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (
            {"audience_practice_types": [PracticeType.COMPANY_LAWYER, PracticeType.PUBLIC_LAWYER]},
            "不计入：本计划适用于其他执业类别（公司律师、公职律师）。",
        ),
        (
            {"audience_admitted_from": DAY(2020, 1, 1)},
            "不计入：本计划适用于2020年1月1日及以后首次执业的律师。",
        ),
        ({"audience_years_until": 3}, "不计入：本计划适用于执业不超过 3 年的律师。"),
        ({"audience_age_from": 36, "audience_age_until": 60}, "不计入：本计划适用于 36 至 60 周岁的律师。"),
        ({"audience_party": "members"}, "不计入：本计划适用于中共党员。"),
    ],
)
def test_who_does_not_count_reads_what_the_curriculum_asks_for(
    person: Person,
    province: Province,
    curriculum: Make,
    one_course: Course,
    asked: dict[str, Any],
    sentence: str,
) -> None:
    assert said(person, curriculum("分类", province.province, one_course, **asked)) == sentence


def test_a_birthday_changes_the_sentence_on_its_day(
    person: Person, province: Province, curriculum: Make, one_course: Course
) -> None:
    made = curriculum("青年", province.province, one_course, audience_age_until=35)
    assert said(person, made, DAY(2026, 5, 19)).startswith("计入")
    assert said(person, made, DAY(2026, 5, 20)) == "不计入：本计划适用于不超过 35 周岁的律师。"


def test_leave_exemption_transfer_and_time_have_their_sentences(
    person: Person, province: Province, curriculum: Make, one_course: Course, lawyer: Make
) -> None:
    leaves.record(person, "leave", on=DAY(2026, 3, 1), until=DAY(2026, 4, 1), reason="手术", by=None)
    leaves.record(person, "exemption", on=DAY(2026, 4, 1), until=DAY(2026, 4, 11), reason="援藏", by=None)
    memberships.transfer(person, province.shigu, on=DAY(2026, 6, 1))
    made = curriculum("年度", province.changsha, one_course)
    assert said(person, made, DAY(2026, 3, 31)) == "不计入：2026年3月1日至2026年3月31日休假。"
    assert said(person, made, DAY(2026, 4, 10)) == "不计入：2026年4月1日至2026年4月10日免于培训。"
    assert said(person, made, DAY(2026, 4, 11)).startswith("计入：自2026年4月11日起")
    assert said(person, made, DAY(2026, 6, 1)) == "不计入：自2026年6月1日起不再是长沙市律师协会的律师。"
    assert said(person, made, DAY(2025, 12, 31)) == "暂不计入：培训计划于2026年1月1日开始。"
    newcomer = lawyer("乙", province.yuelu, on=DAY(2027, 1, 5))
    assert said(newcomer, made, DAY(2027, 2, 1)) == (
        "不计入：2027年1月5日才进入适用范围，已过截止日期2026年12月31日。"
    )
    assert said(lawyer("丙", province.shigu), made) == "不计入：不是长沙市律师协会的律师。"
    made.unpublish()
    assert said(person, made) == "不计入：本计划已停用。"


def test_an_extension_stands_in_the_sentence(
    person: Person, province: Province, curriculum: Make, one_course: Course, account: Make
) -> None:
    made = curriculum("年度", province.changsha, one_course)
    requirement = Requirement.objects.get()
    now = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    asked = extensions.ask(person, requirement, until=DAY(2027, 3, 1), reason="病", now=now)
    judge = account("weiyuan", Role.CITY_COMMITTEE, province.changsha)
    extensions.grant(asked, until=DAY(2027, 2, 1), by=judge, text="同意", now=now)
    assert said(person, made).endswith("截止日期为2027年2月1日（原为2026年12月31日，已同意延期）。")


@pytest.mark.both_sides
def test_the_page_is_for_himself_and_who_answers_for_him_in_statements_that_do_not_grow(
    person: Person,
    province: Province,
    curriculum: Make,
    one_course: Course,
    account: Make,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        curriculum(
            f"计划{number}", province.changsha, one_course, audience_age_from=18, audience_party="others"
        )
    url = reverse("courses:person_required", args=[person.public_id])
    assert client.get(url).status_code == 302
    for user, status in (
        (person.user, 200),
        (account("weiyuan", Role.CITY_COMMITTEE, province.changsha), 200),
        (account("suo", Role.FIRM_MANAGER, province.yuelu), 200),
        (account("hengyang", Role.CITY_COMMITTEE, province.hengyang), 404),
        (account("bianji", Role.EDITOR, province.province), 404),
    ):
        client.force_login(user)
        client.get("/")
        with django_assert_max_num_queries(30):
            answer = client.get(url, {"day": "2026-05-01"})
        assert answer.status_code == status
        if status == 200:
            assert answer.content.decode().count("计入：自") == 12
    assert client.get(url, {"day": "nonsense"}).status_code == 404
