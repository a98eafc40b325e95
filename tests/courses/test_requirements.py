"""Who is required, from when to when, as history stands."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from courses import requirements
from courses.models import Course, Curriculum, RequiredSpan, Requirement
from people import leaves, licences, memberships, organisations, persons
from people.memberships import NewMembership
from people.models import OrganisationKind, Person, Position, PracticeType
from people.organisations import NewOrganisation
from people.persons import NewPerson
from tests.courses.conftest import Province

pytestmark = pytest.mark.slow

Make = Callable[..., Any]
OPENS, DUE = dt.date(2026, 1, 1), dt.date(2026, 12, 31)


@pytest.fixture
def one_course(lecture: Make, course: Make) -> Course:
    return course("合同编通则", lecture("第一讲"))


def spans_of(person: Person) -> list[tuple[dt.date, dt.date | None]]:
    return list(
        RequiredSpan.objects.filter(person=person)
        .order_by("valid_from")
        .values_list("valid_from", "valid_to")
    )


def test_publication_requires_everybody_below_the_audience(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    inside, outside = lawyer("甲", province.yuelu), lawyer("乙", province.shigu)
    made = curriculum("长沙年度培训", province.changsha, one_course)
    assert spans_of(inside) == [(OPENS, None)]
    assert spans_of(outside) == []
    requirement = Requirement.objects.get(curriculum=made)
    assert (requirement.title, requirement.due_on, requirement.owner) == (
        "长沙年度培训",
        DUE,
        province.changsha,
    )
    assert list(requirement.courses.values_list("course", flat=True)) == [one_course.pk]


def test_a_draft_requires_nobody(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    curriculum("长沙年度培训", province.changsha, one_course, live=False)
    assert spans_of(person) == []
    assert not Requirement.objects.exists()


def test_who_joins_later_is_required_from_that_day(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("新人", province.yuelu, on=dt.date(2026, 5, 1))
    curriculum("长沙年度培训", province.changsha, one_course)
    assert spans_of(person) == [(dt.date(2026, 5, 1), None)]


def test_a_transfer_inside_the_audience_leaves_one_span(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    memberships.transfer(person, province.furong, on=dt.date(2026, 3, 1))
    curriculum("长沙年度培训", province.changsha, one_course)
    assert spans_of(person) == [(OPENS, None)]


@pytest.mark.both_sides
def test_a_transfer_out_of_the_audience_ends_the_span(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    made = curriculum("长沙年度培训", province.changsha, one_course)
    memberships.transfer(person, province.shigu, on=dt.date(2026, 3, 1))
    requirements.refresh_for_persons([person.pk])
    assert spans_of(person) == [(OPENS, dt.date(2026, 3, 1))]
    assert requirements.materialise(Requirement.objects.get(curriculum=made)) == requirements.Difference(
        0, 0, 0
    )


def test_a_firm_that_moves_takes_its_people_along(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.shigu)
    organisations.place(province.shigu, province.changsha, on=dt.date(2026, 4, 1))
    curriculum("长沙年度培训", province.changsha, one_course)
    assert spans_of(person) == [(dt.date(2026, 4, 1), None)]


def test_staff_and_trainees_are_not_required(
    province: Province, curriculum: Make, one_course: Course
) -> None:
    clerk = persons.create(name="文员")
    memberships.join(clerk, province.yuelu, on=OPENS, position=Position.STAFF)
    curriculum("长沙年度培训", province.changsha, one_course)
    assert spans_of(clerk) == []


@pytest.mark.both_sides
def test_a_filter_by_practice_type_reads_the_licence_of_the_day(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    company, full = lawyer("公司律师", province.yuelu), lawyer("专职律师", province.yuelu)
    turned = lawyer("转任律师", province.yuelu)
    change = dt.date(2026, 6, 1)
    for number, (person, kind, start, end) in enumerate(
        [
            (company, PracticeType.COMPANY_LAWYER, dt.date(2015, 1, 1), None),
            (full, PracticeType.FULL_TIME, dt.date(2015, 1, 1), None),
            (turned, PracticeType.FULL_TIME, dt.date(2015, 1, 1), change),
            (turned, PracticeType.COMPANY_LAWYER, change, None),
        ]
    ):
        licences.bulk_issue(
            [
                licences.NewLicence(
                    person_id=person.pk,
                    number=f"1430120151000000{number}",
                    practice_type=kind,
                    valid_from=start,
                    valid_to=end,
                    admitted_on=dt.date(2015, 1, 1),
                )
            ]
        )
    made = curriculum(
        "公司律师培训",
        province.changsha,
        one_course,
        audience_practice_types=[PracticeType.COMPANY_LAWYER],
    )
    assert spans_of(company) == [(OPENS, None)]
    assert spans_of(full) == []
    assert spans_of(turned) == [(change, None)]
    made.audience_practice_types, made.audience_admitted_from = [], dt.date(2016, 1, 1)
    made.save_revision().publish()
    assert RequiredSpan.objects.count() == 0


@pytest.mark.parametrize("kind", ["leave", "exemption"])
def test_who_is_on_leave_is_not_required_on_its_days(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course, kind: str
) -> None:
    person = lawyer("甲", province.yuelu)
    curriculum("长沙年度培训", province.changsha, one_course)
    away, back = dt.date(2026, 3, 1), dt.date(2026, 9, 1)
    held = leaves.record(person, kind, on=away, until=back, reason="产假", by=None)
    requirements.refresh_for_persons([person.pk])
    assert spans_of(person) == [(OPENS, away), (back, None)]
    held = leaves.correct(held, kind=kind, on=away, until=None, reason="出国", by=None)
    requirements.refresh_for_persons([person.pk])
    assert spans_of(person) == [(OPENS, away)]
    leaves.withdraw(held)
    requirements.refresh_for_persons([person.pk])
    assert spans_of(person) == [(OPENS, None)]


def test_who_is_back_from_leave_only_after_the_due_date_is_not_required_again(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    leaves.record(person, "leave", on=OPENS, until=dt.date(2027, 2, 1), reason="病假", by=None)
    curriculum("长沙年度培训", province.changsha, one_course)
    assert spans_of(person) == []


def test_republishing_moves_the_due_date_and_keeps_the_rows(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    person = lawyer("甲", province.yuelu)
    made: Curriculum = curriculum("长沙年度培训", province.changsha, one_course)
    key = RequiredSpan.objects.get(person=person).pk
    made.due_on = dt.date(2027, 3, 31)
    made.save_revision().publish()
    span = RequiredSpan.objects.get(person=person)
    assert (span.pk, span.due_on) == (key, dt.date(2027, 3, 31))


def test_a_withdrawn_curriculum_closes_its_requirement(
    province: Province, lawyer: Make, curriculum: Make, one_course: Course
) -> None:
    lawyer("甲", province.yuelu)
    made = curriculum("长沙年度培训", province.changsha, one_course)
    made.unpublish()
    assert not Requirement.objects.get(curriculum=made).is_open
    made.save_revision().publish()
    assert Requirement.objects.get(curriculum=made).is_open


def test_a_changed_membership_sends_the_task_that_mends_the_spans(
    province: Province,
    lawyer: Make,
    curriculum: Make,
    one_course: Course,
    django_capture_on_commit_callbacks: Any,
) -> None:
    from config.celery import app

    curriculum("长沙年度培训", province.changsha, one_course)
    app.conf.task_always_eager = True
    try:
        with django_capture_on_commit_callbacks(execute=True):
            person = lawyer("新人", province.yuelu, on=dt.date(2026, 5, 1))
    finally:
        app.conf.task_always_eager = False
    assert spans_of(person) == [(dt.date(2026, 5, 1), None)]


@pytest.mark.both_sides
def test_a_whole_province_is_materialised_in_a_few_statements(
    province: Province,
    curriculum: Make,
    one_course: Course,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    firms = organisations.create_tree(
        [NewOrganisation(key=str(n), kind=OrganisationKind.FIRM, name=f"所{n}") for n in range(300)],
        opened_on=dt.date(2012, 1, 1),
        under=province.changsha,
    )
    people = persons.bulk_create(NewPerson(name=f"律师{n}") for n in range(6000))
    memberships.bulk_join(
        NewMembership(
            person_id=person.pk, organisation_id=firms[str(n % 300)].pk, valid_from=dt.date(2015, 1, 1)
        )
        for n, person in enumerate(people)
    )
    made = curriculum("全省培训", province.province, one_course)
    requirement = Requirement.objects.get(curriculum=made)
    assert requirement.spans.count() == 6000
    requirement.spans.all().delete()
    started = time.process_time()
    with django_assert_max_num_queries(50):  # SQLite takes some 140 rows a statement
        assert requirements.materialise(requirement).added == 6000
    assert time.process_time() - started < 3
    with django_assert_max_num_queries(8):
        assert requirements.materialise(requirement) == requirements.Difference(0, 0, 0)
