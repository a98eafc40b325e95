"""Awkward histories of people, each with the figures that a person worked out by hand for it."""

import datetime as dt
from collections.abc import Iterable

import pytest

from courses.models import Requirement
from courses.requirements import materialise
from people import leaves, licences, memberships, organisations, persons
from people.licences import NewLicence
from people.models import LeaveKind, OrganisationKind, Person, Position, Tree
from people.organisations import place
from reports import recount
from reports.coverage import coverage
from tests.reports.conftest import OPENED, World

pytestmark = [pytest.mark.both_sides, pytest.mark.slow]

PROVINCE, CHANGSHA, HENGYANG = "湖南省律师协会", "长沙市律师协会", "衡阳市律师协会"
YUELU, FURONG, SHIGU = "湖南岳试律师事务所", "湖南芙试律师事务所", "湖南石试律师事务所"


def day(text: str) -> dt.date:
    """The curriculum runs from 1 March to 30 September 2026."""
    return dt.date.fromisoformat(f"2026-{text}")


def figures_are(world: World, requirement: Requirement, table: str, *, tree: str = Tree.PROFESSION) -> None:
    """Each line: unit, day; required, completed, started, not started, overdue, exempt."""
    materialise(requirement)
    for line in table.strip().splitlines():
        unit, on, *expected = line.split()
        found = coverage(requirement, world.units[unit], day(on), tree=tree).whole
        stood = (
            found.required,
            found.completed,
            found.started,
            found.not_started,
            found.overdue,
            found.exempt,
        )
        assert stood == tuple(map(int, expected)), (unit, on)
    assert list(recount.differences([requirement])) == []


def lawyers(world: World, names: Iterable[str], unit: str) -> list[Person]:
    return [world.lawyer(name, unit) for name in names]


def test_a_transfer_that_is_recorded_late_counts_from_its_day(world: World) -> None:
    course = world.course()
    moved = world.lawyer("甲", YUELU)
    requirement = world.curriculum(course, unit=PROVINCE)
    world.complete(moved, course, day("04-15"))
    figures_are(world, requirement, f"{CHANGSHA} 05-10  1 1 0 0 0 0")
    memberships.transfer(moved, world.units[SHIGU], on=day("05-01"))
    figures_are(
        world,
        requirement,
        f"""
        {CHANGSHA} 04-10  1 0 0 1 0 0
        {CHANGSHA} 04-30  1 1 0 0 0 0
        {CHANGSHA} 05-01  0 0 0 0 0 0
        {HENGYANG} 04-30  0 0 0 0 0 0
        {HENGYANG} 05-01  1 1 0 0 0 0
        {PROVINCE} 05-01  1 1 0 0 0 0
        """,
    )


def test_two_firms_merge(world: World) -> None:
    course = world.course()
    first, second = lawyers(world, "甲乙", YUELU)
    world.lawyer("丙", FURONG)
    requirement = world.curriculum(course, unit=PROVINCE)
    world.complete(first, course, day("04-01"))
    world.watch(second, course, day("05-20"))
    for each in (first, second):
        memberships.transfer(each, world.units[FURONG], on=day("06-01"))
    figures_are(
        world,
        requirement,
        f"""
        {YUELU}    05-31  2 1 1 0 0 0
        {YUELU}    06-01  0 0 0 0 0 0
        {FURONG}   05-31  1 0 0 1 0 0
        {FURONG}   06-01  3 1 1 1 0 0
        {CHANGSHA} 05-31  3 1 1 1 0 0
        {CHANGSHA} 06-01  3 1 1 1 0 0
        {CHANGSHA} 10-01  3 1 1 1 2 0
        """,
    )


def test_leave_that_lies_over_the_due_date_makes_nobody_overdue(world: World) -> None:
    away = world.lawyer("甲", YUELU)
    requirement = world.curriculum(world.course(), unit=PROVINCE)
    leaves.record(away, LeaveKind.LEAVE, on=day("09-01"), until=day("11-01"), reason="产假", by=None)
    figures_are(
        world,
        requirement,
        f"""
        {YUELU}    08-31  1 0 0 1 0 0
        {YUELU}    09-01  0 0 0 0 0 1
        {PROVINCE} 10-01  0 0 0 0 0 1
        {PROVINCE} 10-31  0 0 0 0 0 1
        {PROVINCE} 11-01  0 0 0 0 0 0
        """,
    )


def test_leave_that_ends_before_the_due_date_ends_the_exemption(world: World) -> None:
    away = world.lawyer("甲", YUELU)
    requirement = world.curriculum(world.course(), unit=PROVINCE)
    leaves.record(away, LeaveKind.LEAVE, on=day("04-01"), until=day("09-01"), reason="病假", by=None)
    figures_are(
        world,
        requirement,
        f"""
        {YUELU} 03-31  1 0 0 1 0 0
        {YUELU} 04-01  0 0 0 0 0 1
        {YUELU} 08-31  0 0 0 0 0 1
        {YUELU} 09-01  1 0 0 1 0 0
        {YUELU} 10-01  1 0 0 1 1 0
        """,
    )


def test_an_exemption_recorded_afterwards_hides_what_was_done_until_it_ends(world: World) -> None:
    course = world.course()
    person = world.lawyer("甲", YUELU)
    requirement = world.curriculum(course, unit=PROVINCE)
    world.complete(person, course, day("05-01"))
    leaves.record(person, LeaveKind.EXEMPTION, on=day("04-01"), until=day("08-01"), reason="授课", by=None)
    figures_are(
        world,
        requirement,
        f"""
        {PROVINCE} 03-31  1 0 0 1 0 0
        {PROVINCE} 05-10  0 0 0 0 0 1
        {PROVINCE} 08-01  1 1 0 0 0 0
        """,
    )


def test_leave_recorded_in_error_never_was(world: World) -> None:
    person = world.lawyer("甲", YUELU)
    requirement = world.curriculum(world.course(), unit=PROVINCE)
    made = leaves.record(person, LeaveKind.LEAVE, on=day("04-01"), until=None, reason="误录", by=None)
    figures_are(world, requirement, f"{PROVINCE} 10-01  0 0 0 0 0 1")
    leaves.withdraw(made)
    figures_are(world, requirement, f"{PROVINCE} 10-01  1 0 0 1 1 0")


def test_who_is_readmitted_keeps_what_he_did_and_was_not_required_meanwhile(world: World) -> None:
    course = world.course()
    person = world.lawyer("甲", YUELU)
    requirement = world.curriculum(course, unit=PROVINCE)
    world.complete(person, course, day("03-15"))
    memberships.leave(person.memberships.current().get(), on=day("04-01"))
    memberships.join(person, world.units[SHIGU], on=day("06-01"))
    figures_are(
        world,
        requirement,
        f"""
        {YUELU}    03-31  1 1 0 0 0 0
        {PROVINCE} 04-01  0 0 0 0 0 0
        {PROVINCE} 05-31  0 0 0 0 0 0
        {HENGYANG} 06-01  1 1 0 0 0 0
        """,
    )


def test_two_roles_at_once_count_once_at_the_main_one(world: World) -> None:
    person = world.lawyer("甲", YUELU)
    memberships.join(person, world.units[SHIGU], on=OPENED, is_main=False)
    requirement = world.curriculum(world.course(), unit=PROVINCE)
    figures_are(
        world,
        requirement,
        f"""
        {CHANGSHA} 05-01  1 0 0 1 0 0
        {HENGYANG} 05-01  0 0 0 0 0 0
        {PROVINCE} 05-01  1 0 0 1 0 0
        """,
    )


def test_a_firm_moves_to_another_city_and_that_is_then_put_right_to_an_earlier_day(world: World) -> None:
    course = world.course()
    first, _second = lawyers(world, "甲乙", YUELU)
    requirement = world.curriculum(course, unit=PROVINCE)
    world.complete(first, course, day("05-01"))
    place(world.units[YUELU], world.units[HENGYANG], on=day("07-15"))
    figures_are(
        world,
        requirement,
        f"""
        {CHANGSHA} 07-14  2 1 0 1 0 0
        {CHANGSHA} 07-15  0 0 0 0 0 0
        {HENGYANG} 07-14  0 0 0 0 0 0
        {HENGYANG} 07-15  2 1 0 1 0 0
        """,
    )
    place(world.units[YUELU], world.units[HENGYANG], on=day("06-01"))
    figures_are(
        world,
        requirement,
        f"""
        {CHANGSHA} 05-31  2 1 0 1 0 0
        {CHANGSHA} 06-01  0 0 0 0 0 0
        {HENGYANG} 06-01  2 1 0 1 0 0
        {PROVINCE} 06-01  2 1 0 1 0 0
        """,
    )


def test_a_transfer_to_the_wrong_firm_is_corrected_as_if_it_had_been_right(world: World) -> None:
    person = world.lawyer("甲", YUELU)
    requirement = world.curriculum(world.course(), unit=PROVINCE)
    wrong = memberships.transfer(person, world.units[SHIGU], on=day("05-01"))
    figures_are(world, requirement, f"{HENGYANG} 06-01  1 0 0 1 0 0")
    memberships.correct(wrong, organisation=world.units[FURONG])
    figures_are(
        world,
        requirement,
        f"""
        {HENGYANG} 06-01  0 0 0 0 0 0
        {FURONG}   05-01  1 0 0 1 0 0
        {YUELU}    04-30  1 0 0 1 0 0
        {YUELU}    05-01  0 0 0 0 0 0
        """,
    )


def test_a_trainee_counts_from_the_day_on_which_he_is_licensed(world: World) -> None:
    course = world.course()
    trainee = persons.create(name="甲")
    memberships.join(trainee, world.units[YUELU], on=OPENED, position=Position.TRAINEE)
    requirement = world.curriculum(course, unit=PROVINCE)
    world.watch(trainee, course, day("04-01"))
    memberships.transfer(trainee, world.units[YUELU], on=day("06-01"), position=Position.LAWYER)
    figures_are(
        world,
        requirement,
        f"""
        {YUELU} 05-31  0 0 0 0 0 0
        {YUELU} 06-01  1 0 1 0 0 0
        """,
    )


def test_who_comes_late_has_days_of_his_own(world: World) -> None:
    world.lawyer("甲", YUELU)
    world.lawyer("乙", YUELU, on=day("09-01"))
    requirement = world.curriculum(world.course(), unit=PROVINCE, entry_days=60)
    figures_are(
        world,
        requirement,
        f"""
        {YUELU} 08-31  1 0 0 1 0 0
        {YUELU} 09-01  2 0 0 2 0 0
        {YUELU} 10-01  2 0 0 2 1 0
        {YUELU} 10-31  2 0 0 2 1 0
        {YUELU} 11-01  2 0 0 2 2 0
        """,
    )


def test_who_comes_after_the_due_date_is_not_required(world: World) -> None:
    world.lawyer("甲", YUELU, on=day("10-01"))
    requirement = world.curriculum(world.course(), unit=PROVINCE)
    figures_are(world, requirement, f"{YUELU} 10-15  0 0 0 0 0 0")


def test_a_completion_that_is_taken_back_counted_never(world: World) -> None:
    course = world.course()
    person = world.lawyer("甲", YUELU)
    requirement = world.curriculum(course, unit=PROVINCE)
    completion = world.complete(person, course, day("05-01"))
    figures_are(world, requirement, f"{PROVINCE} 06-01  1 1 0 0 0 0")
    completion.revoked_at = completion.completed_at
    completion.save()
    figures_are(world, requirement, f"{PROVINCE} 06-01  1 0 0 1 0 0")


def test_late_is_late_and_after_the_closing_it_is_nothing(world: World) -> None:
    course = world.course()
    late, too_late = lawyers(world, "甲乙", YUELU)
    requirement = world.curriculum(course, unit=PROVINCE, closes_on=day("10-31"))
    world.complete(late, course, day("10-10"))
    world.complete(too_late, course, day("11-05"))
    figures_are(
        world,
        requirement,
        f"""
        {YUELU} 10-01  2 0 0 2 2 0
        {YUELU} 10-10  2 1 0 1 1 0
        {YUELU} 11-06  2 1 0 1 1 0
        """,
    )


def test_who_leaves_the_audience_and_comes_back_is_required_twice_but_never_at_once(world: World) -> None:
    person = world.lawyer("甲", YUELU)
    requirement = world.curriculum(world.course(), unit=CHANGSHA)
    memberships.transfer(person, world.units[SHIGU], on=day("05-01"))
    memberships.transfer(person, world.units[FURONG], on=day("08-01"))
    figures_are(
        world,
        requirement,
        f"""
        {CHANGSHA} 04-30  1 0 0 1 0 0
        {PROVINCE} 05-01  0 0 0 0 0 0
        {FURONG}   08-01  1 0 0 1 0 0
        {PROVINCE} 08-01  1 0 0 1 0 0
        """,
    )


def test_a_joint_party_branch_counts_comrades_of_several_firms(world: World) -> None:
    course = world.course()
    first, second = world.lawyer("甲", YUELU), world.lawyer("乙", SHIGU)
    world.lawyer("丙", SHIGU)
    committee = organisations.create(kind=OrganisationKind.PARTY_BRANCH, name="行业党委", opened_on=OPENED)
    branch = organisations.create(
        kind=OrganisationKind.PARTY_BRANCH, name="联合支部", opened_on=OPENED, parent=committee
    )
    world.units |= {"行业党委": committee, "联合支部": branch}
    for each in (first, second):
        memberships.join(each, branch, on=OPENED, tree=Tree.PARTY)
    requirement = world.curriculum(course, unit=PROVINCE)
    world.complete(first, course, day("05-01"))
    memberships.leave(second.memberships.current().get(tree=Tree.PARTY), on=day("08-01"))
    figures_are(
        world,
        requirement,
        """
        联合支部 04-30  2 0 0 2 0 0
        联合支部 05-01  2 1 0 1 0 0
        行业党委 07-31  2 1 0 1 0 0
        行业党委 08-01  1 1 0 0 0 0
        """,
        tree=Tree.PARTY,
    )
    figures_are(world, requirement, f"{PROVINCE} 08-01  3 1 0 2 0 0")


def test_a_change_of_practice_moves_a_person_out_of_an_audience_of_one_kind(world: World) -> None:
    person = world.lawyer("甲", YUELU)
    requirement = world.curriculum(
        world.course(), unit=PROVINCE, audience_practice_types=["full_time"], title="专职"
    )
    held = person.licences.get()
    licences.bulk_rewrite(
        [held.pk],
        [
            NewLicence(
                person.pk, held.number, "full_time", OPENED, valid_to=day("06-01"), admitted_on=OPENED
            ),
            NewLicence(person.pk, held.number, "public_lawyer", day("06-01"), admitted_on=OPENED),
        ],
    )
    figures_are(
        world,
        requirement,
        f"""
        {YUELU} 05-31  1 0 0 1 0 0
        {YUELU} 06-01  0 0 0 0 0 0
        """,
    )
