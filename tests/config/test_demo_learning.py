"""The demonstration's year of learning: plausible, the same each time, and something to do for who is shown."""

import datetime as dt

import pytest

from config.demo.learning import load_learning
from courses.models import Completion, Enrolment, LedgerEntry, WatchProgress
from people.days import today
from people.models import Person
from tests.reports.conftest import World, province_world

pytestmark = pytest.mark.slow


def silent(line: str) -> None:
    """Nobody reads the progress of a test."""


@pytest.fixture
def world(db: None) -> World:
    """Forty lawyers each in Changsha and in Hengyang, of whom one of Changsha is shown; two required courses."""
    made = province_world()
    for name, code in (("长沙市律师协会", "430100"), ("衡阳市律师协会", "430400")):
        made.units[name].division_code = code
        made.units[name].save()
    for number in range(40):
        made.lawyer(f"长{number}", "湖南岳试律师事务所")
        made.lawyer(f"衡{number}", "湖南石试律师事务所")
    made.curriculum(
        made.course("一"),
        made.course("二", lectures=2),
        unit="湖南省律师协会",
        opens=today() - dt.timedelta(days=200),
        due=today() + dt.timedelta(days=20),
    )
    return made


@pytest.fixture
def shown(world: World) -> Person:
    return Person.objects.get(name="长0")


def test_changsha_has_learnt_more_than_hengyang(world: World, shown: Person) -> None:
    load_learning(silent, in_progress=[shown])
    learnt = [
        WatchProgress.objects.filter(person__name__startswith=city).values("person").distinct().count()
        for city in ("长", "衡")
    ]
    assert learnt[0] > learnt[1] > 0


def test_who_is_shown_has_a_record_and_something_to_continue(world: World, shown: Person) -> None:
    load_learning(silent, in_progress=[shown])
    assert LedgerEntry.objects.filter(person=shown).count() == 2
    assert Completion.objects.filter(person=shown, course__title="一").exists()
    assert Enrolment.objects.filter(person=shown, course__title="二", ended_at=None).exists()
    half = WatchProgress.objects.filter(person=shown).order_by("-updated_at").first()
    assert half is not None
    assert 0 < half.watched_ms < 3_600_000
    assert half.position_ms == half.watched_ms


def test_who_is_idle_has_watched_nothing(world: World, shown: Person) -> None:
    idle = Person.objects.get(name="长1")
    load_learning(silent, in_progress=[shown], idle=[idle])
    assert not WatchProgress.objects.filter(person=idle).exists()


def test_all_of_it_lies_in_the_past_and_inside_the_curriculums_time(world: World, shown: Person) -> None:
    load_learning(silent, in_progress=[shown])
    opened = today() - dt.timedelta(days=200)
    days = [
        dt.date.fromisoformat(day)
        for union in WatchProgress.objects.values_list("intervals", flat=True)
        for _start, _end, day in union
    ]
    assert days
    assert all(opened <= day < today() for day in days)


def test_every_award_belongs_to_a_completion_that_its_watching_proves(world: World, shown: Person) -> None:
    load_learning(silent, in_progress=[shown])
    assert LedgerEntry.objects.count() == Completion.objects.filter(activity__isnull=False).count() > 0
    for completion in Completion.objects.filter(activity__isnull=False):
        assert completion.evidence["watched_ms"] >= 0.9 * completion.evidence["duration_ms"]
