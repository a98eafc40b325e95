"""Audiences over real histories: the right spans of awkward lives, written by hand; and the form that asks for them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from courses import audiences, spans
from courses.audience_rules import Audience, Party
from courses.models import Curriculum, RequiredSpan
from people import leaves, licences, memberships, organisations, persons
from people.models import OrganisationKind, Person, Position, PracticeType, Role, Tree
from tests.courses.conftest import Province
from tests.courses.test_editing import approve, curriculum_form, office

__all__ = ["office"]

pytestmark = pytest.mark.slow

Make = Callable[..., Any]
DAY = dt.date
OPENS, DUE = DAY(2026, 1, 1), DAY(2026, 12, 31)


def licence(person: Person, number: int, admitted_on: dt.date | None = None, **changes: Any) -> str:
    """A full-time licence since the admission; returns its number."""
    text = f"1430120151{number:07d}"
    licences.bulk_issue(
        [
            licences.NewLicence(
                **{
                    "person_id": person.pk,
                    "number": text,
                    "practice_type": PracticeType.FULL_TIME,
                    "valid_from": admitted_on or DAY(2015, 1, 1),
                    "admitted_on": admitted_on,
                    **changes,
                }
            )
        ]
    )
    return text


def required(person: Person, audience: Audience) -> list[tuple[dt.date, dt.date | None]]:
    return spans.required(audiences.belonging(audience, [person.pk]).get(person.pk, []), OPENS, DUE)


def test_a_birthday_brings_into_an_age_band_and_out_of_it(province: Province, lawyer: Make) -> None:
    turns_30, turns_36 = lawyer("甲", province.yuelu), lawyer("乙", province.yuelu)
    persons.change(turns_30, name="甲", birth_date=DAY(1996, 2, 29))
    persons.change(turns_36, name="乙", birth_date=DAY(1990, 5, 20))
    between = Audience(province.province.pk, age_from=30, age_until=35)
    assert required(turns_30, between) == [(DAY(2026, 3, 1), DAY(2032, 2, 29))]
    assert required(turns_36, between) == [(OPENS, DAY(2026, 5, 20))]


def test_years_of_practice_are_counted_from_the_admission(province: Province, lawyer: Make) -> None:
    fresh, older = lawyer("新", province.yuelu), lawyer("老", province.yuelu)
    licence(fresh, 1, DAY(2024, 9, 1))
    licence(older, 2, DAY(2015, 9, 1))
    at_most_one = Audience(province.province.pk, years_until=1)
    assert required(fresh, at_most_one) == [(OPENS, DAY(2026, 9, 1))]
    assert required(older, at_most_one) == []


@pytest.mark.both_sides
def test_party_membership_is_that_of_the_day(province: Province, lawyer: Make) -> None:
    branch = organisations.create(
        kind=OrganisationKind.PARTY_BRANCH, name="联合党支部", opened_on=DAY(2010, 1, 1)
    )
    member, other = lawyer("党员", province.yuelu), lawyer("群众", province.yuelu)
    memberships.join(member, branch, on=DAY(2026, 7, 1), tree=Tree.PARTY)
    asks = {party: Audience(province.province.pk, party=party) for party in (Party.MEMBERS, Party.OTHERS)}
    assert required(member, asks[Party.MEMBERS]) == [(DAY(2026, 7, 1), None)]
    assert required(member, asks[Party.OTHERS]) == [(OPENS, DAY(2026, 7, 1))]
    assert required(other, asks[Party.MEMBERS]) == []
    assert required(other, asks[Party.OTHERS]) == [(OPENS, None)]


def test_a_transfer_recorded_late_changes_the_days_that_it_names(province: Province, lawyer: Make) -> None:
    person = lawyer("甲", province.yuelu)
    of_changsha, of_hengyang = Audience(province.changsha.pk), Audience(province.hengyang.pk)
    assert required(person, of_changsha) == [(OPENS, None)]
    memberships.transfer(person, province.shigu, on=DAY(2025, 11, 1))
    assert required(person, of_changsha) == []
    assert required(person, of_hengyang) == [(OPENS, None)]


def test_who_is_struck_off_and_admitted_again_has_two_spans(province: Province, lawyer: Make) -> None:
    person = lawyer("甲", province.yuelu)
    held = person.memberships.get()
    memberships.leave(held, on=DAY(2026, 2, 1))
    memberships.join(person, province.furong, on=DAY(2026, 8, 1))
    assert required(person, Audience(province.changsha.pk)) == [
        (OPENS, DAY(2026, 2, 1)),
        (DAY(2026, 8, 1), None),
    ]


def test_a_second_place_counts_nobody_twice_and_nowhere_else(province: Province, lawyer: Make) -> None:
    person = lawyer("甲", province.yuelu)
    memberships.join(person, province.shigu, on=DAY(2026, 2, 1), is_main=False)
    assert required(person, Audience(province.hengyang.pk)) == []
    assert required(person, Audience(province.province.pk)) == [(OPENS, None)]


def test_a_trainee_counts_from_the_day_of_the_licence(province: Province) -> None:
    trainee = persons.create(name="实习")
    memberships.join(trainee, province.yuelu, on=DAY(2025, 6, 1), position=Position.TRAINEE)
    memberships.transfer(trainee, province.yuelu, on=DAY(2026, 6, 15), position=Position.LAWYER)
    assert required(trainee, Audience(province.changsha.pk)) == [(DAY(2026, 6, 15), None)]


def test_firms_that_merge_across_a_city_take_their_people_along(province: Province, lawyer: Make) -> None:
    """石试 of 衡阳 is merged into 岳试 of 长沙 on 1 April: its people transfer, and the firm itself stays empty."""
    person = lawyer("甲", province.shigu)
    memberships.transfer(person, province.yuelu, on=DAY(2026, 4, 1))
    assert required(person, Audience(province.hengyang.pk)) == [(OPENS, DAY(2026, 4, 1))]
    assert required(person, Audience(province.changsha.pk)) == [(DAY(2026, 4, 1), None)]
    assert required(person, Audience(province.province.pk)) == [(OPENS, None)]


def test_a_firm_that_moves_away_and_back_leaves_a_gap(province: Province, lawyer: Make) -> None:
    person = lawyer("甲", province.yuelu)
    organisations.place(province.yuelu, province.hengyang, on=DAY(2026, 3, 1))
    organisations.place(province.yuelu, province.changsha, on=DAY(2026, 5, 1))
    assert required(person, Audience(province.changsha.pk)) == [
        (OPENS, DAY(2026, 3, 1)),
        (DAY(2026, 5, 1), None),
    ]


def test_leave_within_an_age_band_takes_its_days_away(province: Province, lawyer: Make) -> None:
    person = lawyer("甲", province.yuelu)
    persons.change(person, name="甲", birth_date=DAY(1990, 5, 20))
    leaves.record(person, "leave", on=DAY(2026, 2, 1), until=DAY(2026, 4, 1), reason="产假", by=None)
    leaves.record(person, "exemption", on=DAY(2026, 3, 1), until=DAY(2026, 5, 1), reason="援藏", by=None)
    assert required(person, Audience(province.changsha.pk, age_until=35)) == [
        (OPENS, DAY(2026, 2, 1)),
        (DAY(2026, 5, 1), DAY(2026, 5, 20)),
    ]


def test_a_corrected_birth_date_changes_who_is_required(
    province: Province,
    lawyer: Make,
    lecture: Make,
    course: Make,
    curriculum: Make,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from config.celery import app

    person = lawyer("甲", province.yuelu)
    curriculum("青年律师", province.changsha, course("课", lecture("讲")), audience_age_until=35)
    assert not RequiredSpan.objects.exists()
    app.conf.task_always_eager = True
    try:
        with django_capture_on_commit_callbacks(execute=True):
            persons.change(person, name="甲", birth_date=DAY(2000, 1, 1))
    finally:
        app.conf.task_always_eager = False
    assert RequiredSpan.objects.get().valid_to == DAY(2036, 1, 1)


@pytest.mark.both_sides
def test_every_filter_at_once_takes_five_statements(
    province: Province, lawyer: Make, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        person = lawyer(f"律师{number}", province.yuelu, sign_in=False)
        persons.change(person, name=person.name, birth_date=DAY(1990, 5, 20))
        licence(person, number, DAY(2020, 1, 1))
    audience = Audience(
        province.province.pk,
        practice_types=(PracticeType.FULL_TIME,),
        admitted_from=DAY(2019, 1, 1),
        years_until=20,
        age_from=18,
        party=Party.OTHERS,
        named_ids=frozenset({person.pk}),
    )
    with django_assert_num_queries(5):
        assert len(audiences.belonging(audience)) == 30


def test_named_persons_are_given_by_their_licence_numbers(
    office: dict[str, Client], province: Province, lawyer: Make, lecture: Make, course: Make
) -> None:
    named, other = lawyer("甲", province.yuelu), lawyer("乙", province.yuelu)
    number = licence(named, 1, DAY(2015, 1, 1))
    licence(other, 2, DAY(2015, 1, 1))
    add = reverse("wagtailsnippets_courses_curriculum:add")
    form = curriculum_form(province, course("课", lecture("讲"))) | {"audience_is_named_only": "on"}
    for text, told in (
        ("14301", "第 1 行的开头不是 17 位执业证号"),
        (f"{number}\n14301201510009999", "第 2 行：没有律师使用该执业证号"),
        ("", "请至少点名一人"),
    ):
        assert told in office["editor"].post(add, form | {"audience_named": text}).content.decode()
    full_width = number.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
    answer = office["editor"].post(add, form | {"audience_named": f"{full_width} 甲\n", "action-submit": "1"})
    assert answer.status_code == 302
    for desk in ("reviewer", "final"):
        approve(office[desk], "wagtailsnippets_courses_curriculum:workflow_action", Curriculum.objects.get())
    assert list(RequiredSpan.objects.values_list("person", flat=True)) == [named.pk]
    edit = reverse("wagtailsnippets_courses_curriculum:edit", args=[Curriculum.objects.get().pk])
    assert number in office["editor"].get(edit).content.decode()


def test_bounds_the_wrong_way_round_are_refused(
    office: dict[str, Client], province: Province, lecture: Make, course: Make
) -> None:
    add = reverse("wagtailsnippets_courses_curriculum:add")
    form = curriculum_form(province, course("课", lecture("讲")))
    form |= {"audience_age_from": "40", "audience_age_until": "30"}
    assert "上限低于下限" in office["editor"].post(add, form).content.decode()
    assert not Curriculum.objects.exists()


@pytest.fixture
def asked(province: Province) -> dict[str, Any]:
    return {
        "audience_organisation": province.changsha.pk,
        "opens_on": "2026-01-01",
        "due_on": "2026-12-31",
    }


def test_the_form_counts_its_audience(
    office: dict[str, Client],
    province: Province,
    lawyer: Make,
    client: Client,
    account: Make,
    asked: dict[str, Any],
) -> None:
    lawyer("甲", province.yuelu)
    lawyer("乙", province.shigu)
    url = reverse("wagtailsnippets_courses_curriculum:audience")
    post = office["editor"].post
    assert "这段时间内适用 1 人" in post(url, asked).json()["text"]
    wider = asked | {"audience_organisation": province.province.pk}
    assert "这段时间内适用 2 人" in post(url, wider).json()["text"]
    by_age = post(url, wider | {"audience_age_until": "35"}).json()
    assert "适用 0 人" in by_age["text"]
    assert "另有 2 人没有登记出生日期" in by_age["text"]
    nothing = {"text": "", "sample": []}
    for wrong in (
        {"audience_organisation": "x"},
        {"audience_named": "1" * 30000},
        {"audience_age_from": "999"},
    ):
        assert post(url, asked | wrong).json() == nothing
    assert office["editor"].get(url, asked).status_code == 405
    client.force_login(account("qita"))
    assert client.post(url, asked).status_code == 302


@pytest.mark.both_sides
def test_the_sample_is_ten_and_hides_names_from_who_answers_for_texts(
    office: dict[str, Client],
    province: Province,
    lawyer: Make,
    asked: dict[str, Any],
    account: Make,
    client: Client,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    people = [lawyer(f"律师{number}", province.yuelu, sign_in=False) for number in range(25)]
    for number, person in enumerate(people):
        licence(person, number, DAY(2015, 1, 1))
    url = reverse("wagtailsnippets_courses_curriculum:audience")
    office["editor"].post(url, asked)
    with django_assert_max_num_queries(20):
        sample = office["editor"].post(url, asked).json()["sample"]
    assert len(sample) == 10
    assert sample[0] == {"name": "", "note": "湖南岳试律师事务所 · 1430120******0000"}
    both = account("duozhi", Role.EDITOR, province.province)
    from people import grants

    grants.grant(both, Role.PROVINCIAL_COMMITTEE, province.province, by=None, reason="试", valid_from=OPENS)
    client.force_login(both)
    assert client.post(url, asked).json()["sample"][0]["name"] == "律师0"
