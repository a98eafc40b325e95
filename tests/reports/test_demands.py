"""Coverage of curricula with electives and same courses agrees with what each person is shown of himself."""

import datetime as dt
import random
from decimal import Decimal

import pytest

from courses import asked_courses
from courses.models import Requirement
from reports.coverage import coverage
from reports.figures import Figures, PersonState, total
from reports.standings import standings
from tests.reports.conftest import DUE, OPENS, World

pytestmark = [pytest.mark.both_sides, pytest.mark.slow]

DAY = dt.date(2026, 7, 1)
FIRMS = ("湖南岳试律师事务所", "湖南芙试律师事务所", "湖南石试律师事务所")
LONG_AFTER = DUE + dt.timedelta(days=200)
TOP = "湖南省律师协会"


def figures(world: World, requirement: Requirement, day: dt.date = DAY) -> Figures:
    return coverage(requirement, world.units[TOP], day).whole


def test_coverage_counts_who_has_enough_electives(world: World) -> None:
    required, first, second = (world.course(title) for title in ("必修", "选一", "选二"))
    enough, too_few, only_electives = (world.lawyer(name, FIRMS[0]) for name in "甲乙丙")
    requirement = world.curriculum(
        required,
        unit=TOP,
        electives=[(first, "1.5"), (second, "0.5")],
        minimum_elective_credits=Decimal("1.0"),
    )
    for person, courses in (
        (enough, [required, first]),
        (too_few, [required, second]),
        (only_electives, [first, second]),
    ):
        for course in courses:
            world.complete(person, course, DAY)
    assert figures(world, requirement) == Figures(required=3, in_time=1, started=2)


def test_a_course_that_counts_as_the_same_completes_a_requirement_and_makes_watching_it_a_start(
    world: World,
) -> None:
    asked, last_years = world.course("今年"), world.course("去年")
    done, begun = (world.lawyer(name, FIRMS[0]) for name in "甲乙")
    requirement = world.curriculum(asked, unit=TOP)
    world.complete(done, last_years, DAY)
    world.watch(begun, last_years, DAY)
    assert figures(world, requirement) == Figures(required=2, not_started=2)
    group = world.same(asked, last_years)
    assert figures(world, requirement) == Figures(required=2, in_time=1, started=1)
    group.courses.all().delete()
    asked_courses.write(requirement, requirement.curriculum)
    assert figures(world, requirement) == Figures(required=2, not_started=2)


def test_what_is_completed_after_the_closing_counts_nowhere(world: World) -> None:
    course = world.course()
    late, too_late = (world.lawyer(name, FIRMS[0]) for name in "甲乙")
    closes = DUE + dt.timedelta(days=10)
    requirement = world.curriculum(course, unit=TOP, closes_on=closes)
    world.complete(late, course, closes)
    world.complete(too_late, course, closes + dt.timedelta(days=1))
    assert figures(world, requirement, LONG_AFTER) == Figures(
        required=2, late=1, started=0, not_started=1, overdue=1
    )


@pytest.mark.parametrize("seed", range(12))
def test_coverage_and_each_persons_own_page_agree(world: World, seed: int) -> None:
    chance = random.Random(seed)
    courses = [world.course(f"课{number}") for number in range(7)]
    people = [world.lawyer(f"甲{number}", chance.choice(FIRMS)) for number in range(9)]
    for _ in range(chance.randint(0, 2)):
        world.same(*chance.sample(courses, 2))
    required = courses[: chance.randint(0, 2)]
    requirement = world.curriculum(
        *required,
        unit=TOP,
        electives=[
            (course, chance.choice(["0.5", "1.0", "2.5"])) for course in courses[3 : chance.randint(4, 7)]
        ],
        minimum_electives=chance.randint(0, 2),
        minimum_elective_credits=Decimal(chance.choice(["0", "0.5", "1.5", "3.0"])),
        closes_on=chance.choice([None, DUE + dt.timedelta(days=5)]),
    )
    for person in people:
        for course in chance.sample(courses, chance.randint(0, 6)):
            world.complete(person, course, OPENS + dt.timedelta(days=chance.randint(-30, 240)))

    whole = coverage(requirement, world.units[TOP], LONG_AFTER)
    parts = [
        coverage(requirement, world.units[city], LONG_AFTER).whole
        for city in ("长沙市律师协会", "衡阳市律师协会")
    ]
    assert total(parts) == whole.whole
    listed = standings([requirement], world.units[TOP], LONG_AFTER, limit=100).standings
    assert len(listed) == len(people)
    shown = {each.person_id: each for each in listed}
    for person in people:
        own = asked_courses.standings_of(person, [requirement])[requirement.pk]
        counted = shown[person.pk]
        assert counted.completed_on == own.completed_on
        if own.completed_on is not None:
            in_time = PersonState.IN_TIME if own.completed_on <= DUE else PersonState.LATE
            assert counted.state == in_time
        else:
            assert counted.state == (PersonState.STARTED if own.has_begun else PersonState.NOT_STARTED)
