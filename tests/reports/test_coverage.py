"""Figures of coverage: what counts as what, that sums hold at every level, and days as they stood."""

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Requirement
from courses.requirements import materialise
from people import memberships
from people.models import Organisation, OrganisationKind
from people.organisations import place
from reports import keeping, recount
from reports.coverage import Coverage, coverage, coverage_of_each
from reports.figures import Figures, total
from tests.reports.conftest import DUE, OPENS, World

pytestmark = [pytest.mark.both_sides, pytest.mark.slow]

DAY = dt.date(2026, 7, 1)
AFTER_DUE = DUE + dt.timedelta(days=1)


def whole(requirement: Requirement, unit: Organisation, day: dt.date) -> Figures:
    return coverage(requirement, unit, day).whole


def line(counted: Coverage, unit: Organisation | None) -> Figures:
    return next(each.figures for each in counted.lines if each.organisation == unit)


def test_each_person_is_counted_in_one_state(world: World) -> None:
    course = world.course()
    people = [world.lawyer(f"甲{number}", "湖南岳试律师事务所") for number in range(4)]
    requirement = world.curriculum(course, unit="湖南省律师协会")
    world.complete(people[0], course, DAY)
    world.complete(people[1], course, AFTER_DUE)
    world.watch(people[2], course, DAY)

    assert whole(requirement, world.units["湖南省律师协会"], AFTER_DUE) == Figures(
        required=4, in_time=1, late=1, started=1, not_started=1, overdue=2
    )


def test_the_due_day_itself_is_still_in_time(world: World) -> None:
    course = world.course()
    done, _waiting = (world.lawyer(name, "湖南岳试律师事务所") for name in ("甲", "乙"))
    requirement = world.curriculum(course, unit="湖南省律师协会")
    world.complete(done, course, DUE)

    figures = whole(requirement, world.units["湖南省律师协会"], DUE)
    assert (figures.in_time, figures.late, figures.overdue) == (1, 0, 0)
    assert whole(requirement, world.units["湖南省律师协会"], AFTER_DUE).overdue == 1


def test_a_curriculum_is_complete_with_its_last_course_and_not_before(world: World) -> None:
    first, second = world.course("一"), world.course("二")
    person = world.lawyer("甲", "湖南岳试律师事务所")
    requirement = world.curriculum(first, second, unit="湖南省律师协会")
    world.complete(person, first, DAY)
    world.complete(person, second, AFTER_DUE)

    before = whole(requirement, world.units["湖南省律师协会"], DUE)
    after = whole(requirement, world.units["湖南省律师协会"], AFTER_DUE)
    assert (before.started, before.completed) == (1, 0)
    assert (after.started, after.late) == (0, 1)


def test_a_completion_counts_from_its_day_and_one_taken_back_never(world: World) -> None:
    course = world.course()
    kept, lost = (world.lawyer(name, "湖南岳试律师事务所") for name in ("甲", "乙"))
    requirement = world.curriculum(course, unit="湖南省律师协会")
    world.complete(kept, course, DAY)
    completion = world.complete(lost, course, DAY)
    completion.revoked_at = completion.completed_at
    completion.save()

    top = world.units["湖南省律师协会"]
    assert whole(requirement, top, DAY - dt.timedelta(days=1)).completed == 0
    assert whole(requirement, top, DAY).completed == 1


def test_watching_of_a_later_day_is_not_seen_on_an_earlier_one(world: World) -> None:
    course = world.course()
    person = world.lawyer("甲", "湖南岳试律师事务所")
    requirement = world.curriculum(course, unit="湖南省律师协会")
    world.watch(person, course, DAY)

    top = world.units["湖南省律师协会"]
    assert whole(requirement, top, DAY - dt.timedelta(days=1)).not_started == 1
    assert whole(requirement, top, DAY).started == 1


def test_nobody_is_required_before_the_opening(world: World) -> None:
    world.lawyer("甲", "湖南岳试律师事务所")
    requirement = world.curriculum(world.course(), unit="湖南省律师协会")
    figures = whole(requirement, world.units["湖南省律师协会"], OPENS - dt.timedelta(days=1))
    assert figures == Figures()
    assert figures.permille is None


def test_somebody_is_never_shown_as_nobody() -> None:
    assert Figures(required=5372, in_time=1, not_started=5371).percent == "<0.1%"


def test_a_transfer_moves_a_person_between_cities_on_its_day(world: World) -> None:
    course = world.course()
    person = world.lawyer("甲", "湖南岳试律师事务所")
    requirement = world.curriculum(course, unit="湖南省律师协会")
    world.complete(person, course, dt.date(2026, 5, 1))
    moved_on = dt.date(2026, 7, 15)
    memberships.transfer(person, world.units["湖南石试律师事务所"], on=moved_on)

    top, changsha, hengyang = (
        world.units[name] for name in ("湖南省律师协会", "长沙市律师协会", "衡阳市律师协会")
    )
    before = coverage(requirement, top, moved_on - dt.timedelta(days=1))
    after = coverage(requirement, top, moved_on)
    assert [each.organisation for each in before.lines] == [changsha]
    assert [each.organisation for each in after.lines] == [hengyang]
    assert before.whole == after.whole == Figures(required=1, in_time=1)


def test_a_firm_that_moves_city_takes_its_lawyers_along_on_that_day(world: World) -> None:
    world.lawyer("甲", "湖南岳试律师事务所")
    requirement = world.curriculum(world.course(), unit="湖南省律师协会")
    moved_on = dt.date(2026, 7, 15)
    place(world.units["湖南岳试律师事务所"], world.units["衡阳市律师协会"], on=moved_on)

    changsha = world.units["长沙市律师协会"]
    assert whole(requirement, changsha, moved_on - dt.timedelta(days=1)).required == 1
    assert whole(requirement, changsha, moved_on).required == 0
    assert whole(requirement, world.units["衡阳市律师协会"], moved_on).required == 1


def test_who_leaves_stops_counting_on_that_day(world: World) -> None:
    person = world.lawyer("甲", "湖南岳试律师事务所")
    requirement = world.curriculum(world.course(), unit="湖南省律师协会")
    memberships.leave(person.memberships.current().get(), on=DAY)
    materialise(requirement)

    top = world.units["湖南省律师协会"]
    assert whole(requirement, top, DAY - dt.timedelta(days=1)).required == 1
    assert whole(requirement, top, DAY).required == 0


def test_persons_directly_under_an_organisation_are_a_line_of_their_own(world: World) -> None:
    world.lawyer("甲", "长沙市律师协会")
    world.lawyer("乙", "湖南岳试律师事务所")
    requirement = world.curriculum(world.course(), unit="湖南省律师协会")

    counted = coverage(requirement, world.units["长沙市律师协会"], DAY)
    assert line(counted, None).required == 1
    assert line(counted, world.units["湖南岳试律师事务所"]).required == 1
    assert counted.whole.required == 2


def test_figures_of_several_curricula_come_in_one_statement(world: World) -> None:
    course = world.course()
    person = world.lawyer("甲", "湖南岳试律师事务所")
    world.lawyer("乙", "湖南石试律师事务所")
    everywhere = world.curriculum(course, unit="湖南省律师协会")
    changsha_only = world.curriculum(course, unit="长沙市律师协会", title="长沙")
    world.complete(person, course, DAY)

    keeping.work_off()
    with CaptureQueriesContext(connection) as statements:
        found = coverage_of_each([everywhere, changsha_only], world.units["湖南省律师协会"], DAY)
    assert len(statements) == 2  # whether anything is stale, and the figures
    assert found == [
        (everywhere, Figures(required=2, in_time=1, not_started=1)),
        (changsha_only, Figures(required=1, in_time=1)),
    ]


@pytest.mark.parametrize("seed", range(12))
def test_a_parent_is_the_sum_of_its_children_in_any_tree_on_any_day(world: World, seed: int) -> None:
    draw = random.Random(seed)
    names = list(world.units)
    for number in range(12):
        name = f"单位{number}"
        world.unit(name, draw.choice(names), OrganisationKind.BRANCH)
        names.append(name)
    first, second = world.course("一"), world.course("二")
    people = [world.lawyer(f"人{number}", draw.choice(names)) for number in range(30)]
    days = [OPENS + dt.timedelta(days=draw.randrange(260)) for _ in range(40)]
    for day in sorted(days[:15]):
        memberships.transfer(draw.choice(people), world.units[draw.choice(names)], on=day)
    for name in draw.sample([name for name in names if name.startswith("单位")], 3):
        place(
            world.units[name],
            world.units[draw.choice(["长沙市律师协会", "衡阳市律师协会"])],
            on=draw.choice(days),
        )
    for person in draw.sample(people, 5):
        last = person.memberships.current().order_by("valid_from").last()
        if last and last.valid_from < days[-1]:
            memberships.leave(last, on=days[-1])
    requirement = world.curriculum(first, second, unit="湖南省律师协会")
    for person in people:
        for course in (first, second):
            deed = draw.choice([world.watch, world.complete, None])
            if deed:
                deed(person, course, draw.choice(days))

    top = world.units["湖南省律师协会"]
    for day in draw.sample(days, 4):
        _sums_hold(requirement, top, day)
    assert list(recount.differences([requirement])) == []


def _sums_hold(requirement: Requirement, unit: Organisation, day: dt.date) -> Figures:
    counted = coverage(requirement, unit, day)
    for each in counted.lines:
        if each.organisation:
            assert _sums_hold(requirement, each.organisation, day) == each.figures
    figures = counted.whole
    assert figures == total([each.figures for each in counted.lines])
    assert figures == coverage_of_each([requirement], unit, day)[0][1]
    assert figures.required == figures.in_time + figures.late + figures.started + figures.not_started
    assert 0 <= figures.overdue <= figures.lacking
    return figures
