"""The ledger holds any act as a fact: its measure, its coded facts, its evidence; and takes it back exactly."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses import ledger
from courses.act_facts import FactsRefused
from courses.models import Activity, ActivityKind, Completion, LearningFormat, LedgerEntry, Unit
from tests.courses import stage

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 5, 16)


def completed(person, kind=ActivityKind.DECLARED, day=DAY):
    return Completion.objects.create(
        person=person,
        activity=Activity.objects.create(kind=kind, title="合同审查研讨会"),
        completed_at=timezone.now(),
        day=day,
        rule={"kind": "declared"},
        evidence={},
    )


def test_an_act_counted_in_anything_but_time_is_exact_and_keeps_its_facts():
    person = stage.new_lawyer()
    entry = ledger.award(
        ledger.Award(
            completed(person),
            seconds=0,
            category="law",
            organiser_id=stage.association().pk,
            format=LearningFormat.TEACHING,
            unit=Unit.HALF_DAY,
            quantity_milli=1500,
            facts={"role": "lecturer", "co_teachers": 2, "is_new": True},
        )
    )
    entry.refresh_from_db()
    assert entry.amount == Fraction(3, 2)
    assert entry.facts == {"role": "lecturer", "co_teachers": 2, "is_new": True}
    back = ledger.reverse(entry, reason="typing_error")
    assert (back.amount, back.unit, back.facts) == (Fraction(-3, 2), Unit.HALF_DAY, entry.facts)


def test_the_year_adds_time_and_declared_credits_and_leaves_days_to_a_regulation():
    person = stage.new_lawyer()
    ledger.award(ledger.Award(completed(person), 45 * 60, "law", None))
    ledger.award(ledger.Award(completed(person), 0, "law", None, unit=Unit.CREDIT, quantity_milli=2500))
    ledger.award(ledger.Award(completed(person), 0, "law", None, unit=Unit.DAY, quantity_milli=1000))
    year = ledger.summary(person, 2026)
    assert (year.credit, year.activities) == (Decimal("3.50"), 3)


def test_what_is_in_force_leaves_out_a_reversal_and_what_it_reverses():
    person = stage.new_lawyer()
    kept = ledger.award(ledger.Award(completed(person), 60, "law", None))
    ledger.reverse(ledger.award(ledger.Award(completed(person), 60, "law", None)), reason="typing_error")
    ledger.award(ledger.Award(completed(person, day=dt.date(2025, 12, 31)), 60, "law", None))
    found = ledger.in_force([person.pk], dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert list(found) == [kept]


@pytest.mark.parametrize(
    ("unit", "seconds", "quantity_milli"),
    [("second", 60, 1), ("day", 60, 1000), ("day", 0, None), ("credit", 0, -5)],
)
def test_the_database_refuses_an_act_with_two_measures_or_none(unit, seconds, quantity_milli):
    completion = completed(stage.new_lawyer())
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(
            kind="award",
            person=completion.person,
            activity=completion.activity,
            completion=completion,
            unit=unit,
            seconds=seconds,
            quantity_milli=quantity_milli,
            format="declared",
            category="law",
            day=DAY,
            recorded_at=timezone.now(),
        )


def test_words_about_people_never_enter_the_ledger():
    with pytest.raises(FactsRefused):
        ledger.award(
            ledger.Award(completed(stage.new_lawyer()), 60, "law", None, facts={"note": "迟到十分钟"})
        )
    assert not LedgerEntry.objects.exists()


def test_an_act_measured_both_ways_is_refused_before_it_is_written():
    with pytest.raises(ValueError, match="time is counted"):
        ledger.award(ledger.Award(completed(stage.new_lawyer()), 60, "law", None, quantity_milli=1))
