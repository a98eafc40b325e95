"""The demonstration's year on site: lists in every city, the same each time, that the audit finds nothing in."""

import pytest

from config.demo import sessions
from config.demo.people import DemoPeople
from courses import audit
from courses.models import LedgerEntry, Recognition, RecognitionLine, RecognitionState
from people.days import today
from people.models import Person, User
from tests.reports.conftest import World, province_world


@pytest.fixture
def world(db: None) -> World:
    made = province_world()
    for number in range(12):
        made.lawyer(f"长{number}", "湖南岳试律师事务所")
        made.lawyer(f"衡{number}", "湖南石试律师事务所")
    return made


@pytest.fixture
def people(world: World) -> DemoPeople:
    users = {name: User.objects.create_user(name) for name in ("editor", "province")}
    return DemoPeople({}, [], users, {})


def load(people: DemoPeople) -> int:
    return sessions.load_sessions(people, lambda line: None)


def test_every_session_is_a_list_that_a_second_person_agreed_to_and_a_fact_for_each_who_came(
    people: DemoPeople,
):
    count = load(people)
    assert count == RecognitionLine.objects.count() == LedgerEntry.objects.count() > 60
    for listed in Recognition.objects.all():
        assert listed.state == RecognitionState.APPLIED
        assert listed.approved_by != listed.created_by
        assert listed.day < today()
        assert listed.lines.filter(entry__day=listed.day).count() == listed.lines.count()


def test_the_audit_finds_nothing_in_what_was_loaded_in_bulk(people: DemoPeople):
    load(people)
    assert list(audit.differences(lambda name, count: None)) == []


def test_the_one_who_is_to_lack_something_comes_seldom_and_never_to_ethics(people: DemoPeople):
    behind = Person.objects.get(name="长3")
    load(DemoPeople({}, [], people.users, {"behind": behind}))
    came = Recognition.objects.filter(lines__person=behind)
    assert {each.title for each in came} <= sessions.SEEN_BY_BEHIND
    assert 0 < came.count() <= 2
    assert not came.filter(category="ethics").exists()


def test_the_same_people_come_each_time(people: DemoPeople):
    assert load(people) == load(people)


def test_each_city_trains_its_own(people: DemoPeople):
    load(people)
    for listed in Recognition.objects.select_related("owner"):
        names = {line.person.name[0] for line in listed.lines.select_related("person")}
        assert len(names) == 1
