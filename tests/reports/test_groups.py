"""Figures by groups: those kept for associations are those that its persons' stints give, whatever is corrected."""

import datetime as dt
import random

import pytest

from courses.requirements import materialise
from people import licences, memberships, organisations, persons
from people.licences import NewLicence
from people.models import Licence, OrganisationKind, Tree
from reports import recount
from reports.coverage import coverage
from reports.figures import StateFilter, total
from reports.groups import Chosen, Grouping, groups
from reports.standings import standings
from tests.reports.conftest import OPENED, World

pytestmark = [pytest.mark.both_sides, pytest.mark.slow]

PROVINCE, CHANGSHA, HENGYANG = "湖南省律师协会", "长沙市律师协会", "衡阳市律师协会"
FIRMS = ("湖南岳试律师事务所", "湖南芙试律师事务所", "湖南石试律师事务所")
DAYS = [dt.date(2026, month, 28) for month in range(2, 12)]
# Birthdays and admissions about which calendars disagree, and that fall into the curriculum's year.
TURNS = [dt.date(1996, 2, 29), dt.date(1996, 3, 1), dt.date(1986, 5, 28), dt.date(1986, 5, 29), None]
ADMITTED = [dt.date(2024, 2, 29), dt.date(2023, 6, 1), dt.date(2016, 8, 28), dt.date(2026, 9, 1)]


@pytest.mark.parametrize("seed", range(3))
def test_kept_lines_are_what_their_lists_count_and_add_up_to_the_whole(world: World, seed: int) -> None:
    draw = random.Random(seed)
    course = world.course()
    branch = organisations.create(kind=OrganisationKind.PARTY_BRANCH, name="联合支部", opened_on=OPENED)
    people = [world.lawyer(f"甲{n}", draw.choice([*FIRMS, CHANGSHA])) for n in range(8)]
    moved = world.lawyer("乙", FIRMS[0])
    people.append(moved)
    requirement = world.curriculum(course, unit=PROVINCE)
    for person in people:
        persons.bulk_change({person.pk: {"birth_date": draw.choice(TURNS)}})
        held = Licence.objects.current().get(person=person)
        licences.bulk_rewrite(
            [held.pk],
            [
                NewLicence(
                    person_id=person.pk,
                    number=held.number,
                    practice_type=draw.choice(["full_time", "part_time"]),
                    valid_from=OPENED,
                    valid_to=draw.choice([None, DAYS[6]]),
                    admitted_on=draw.choice(ADMITTED),
                )
            ],
        )
        if draw.random() < 0.5:
            memberships.join(person, branch, on=draw.choice(DAYS), tree=Tree.PARTY)
        if draw.random() < 0.6:
            world.complete(person, course, draw.choice(DAYS))
    memberships.transfer(moved, world.units[FIRMS[2]], on=DAYS[3])
    materialise(requirement)
    for unit in (PROVINCE, CHANGSHA, HENGYANG, FIRMS[0]):
        for day in draw.sample(DAYS, 2):
            whole = coverage(requirement, world.units[unit], day).whole
            for grouping in Grouping:
                lines = groups(requirement, world.units[unit], day, grouping)
                assert total([each.figures for each in lines]) == whole, (unit, day, grouping)
                for each in lines:
                    for state in (StateFilter.ALL, StateFilter.COMPLETED):
                        listed = standings(
                            [requirement],
                            world.units[unit],
                            day,
                            state=state,
                            limit=1,
                            group=Chosen(grouping, each.key),
                        )
                        assert listed.count == each.figures.count(state), (unit, day, grouping, each.key)
    assert list(recount.differences([requirement])) == []
