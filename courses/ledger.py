"""The ledger's one writer: awards and their reversals, and what they add up to in a year.

The ledger holds facts as they happened, in time or in whatever they are counted in; credit is computed from
all facts together, so that rounding happens once. Any act can be a fact: it is an activity of its kind (lecture,
session, declared act …) with a completion that keeps rule and evidence, and `award` writes what it amounts to.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, Min, Q, QuerySet, Sum
from django.db.models.functions import ExtractYear
from django.utils import timezone

from courses import act_facts, credit
from courses.act_facts import Facts
from courses.models import Completion, EntryKind, LearningFormat, LedgerEntry, Unit
from people import organisations
from people.models import OrganisationKind, Person


@dataclass(frozen=True, slots=True)
class Award:
    """What one completed activity gives; its day is the completion's, that of its last second.

    `seconds` are the whole length of what is measured in time. For any other unit they are 0, and
    `quantity_milli` counts thousandths of it (1500 of "day" are a day and a half). `facts` as in
    courses.act_facts.
    """

    completion: Completion
    seconds: int
    category: str
    organiser_id: int | None
    format: str = LearningFormat.RECORDED
    unit: str = Unit.SECOND
    quantity_milli: int | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class YearSummary:
    """A person's year in the ledger. `credit` is exact to two places over all facts together.

    It counts what is measured in time or in credits; what a day or a piece is worth only a regulation says.
    """

    year: int
    seconds: int
    activities: int
    credit_milli: int = 0

    @property
    def credit(self) -> Decimal:
        return credit.as_decimal(credit.credit_of(self.seconds) + Fraction(self.credit_milli, 1000))


def award(given: Award, *, recorded_at: dt.datetime | None = None) -> LedgerEntry:
    """Write the fact of one completion. IntegrityError where the completion already has one."""
    entry = _entry_of(given, recorded_at or timezone.now())
    entry.save(force_insert=True)
    return entry


def award_bulk(given: Iterable[Award], *, recorded_at: dt.datetime) -> list[LedgerEntry]:
    """Write many facts at once, in their order. IntegrityError where one completion already has one."""
    entries = [_entry_of(each, recorded_at) for each in given]
    return LedgerEntry.objects.bulk_create(entries, batch_size=2000)


def reverse(entry: LedgerEntry, *, reason: str, recorded_at: dt.datetime | None = None) -> LedgerEntry:
    """Take an award back, in the year that it counted in. `reason` is a code, never text about the person.

    IntegrityError where it was taken back before; ValueError for what is itself a reversal.
    """
    if entry.kind != EntryKind.AWARD:
        raise ValueError("only an award can be taken back")
    return LedgerEntry.objects.create(
        kind=EntryKind.REVERSAL,
        person_id=entry.person_id,
        activity_id=entry.activity_id,
        completion_id=entry.completion_id,
        reverses=entry,
        seconds=-entry.seconds,
        unit=entry.unit,
        quantity_milli=-entry.quantity_milli if entry.quantity_milli is not None else None,
        format=entry.format,
        category=entry.category,
        facts=entry.facts,
        organiser_id=entry.organiser_id,
        day=entry.day,
        recorded_at=recorded_at or timezone.now(),
        reason=reason,
    )


def entries(person: Person, year: int, *, also: Iterable[int] = ()) -> QuerySet[LedgerEntry]:
    """A person's facts of one year, the latest first, with what a page shows of each.

    `also` are keys of further entries of his, those that a regulation counts for the year from outside of it.
    """
    return (
        LedgerEntry.objects.filter(
            Q(day__gte=dt.date(year, 1, 1), day__lte=dt.date(year, 12, 31)) | Q(pk__in=list(also)),
            person=person,
        )
        .select_related(
            "activity__lecture", "activity__reading", "activity__assessment", "completion", "organiser"
        )
        .order_by("-day", "-pk")
    )


def in_force(person_ids: Iterable[int], first: dt.date, last: dt.date) -> QuerySet[LedgerEntry]:
    """The awards of these persons from `first` to `last` that nothing has taken back, by person and day.

    What a regulation judges: a reversal and what it reverses are both left out.
    """
    return LedgerEntry.objects.filter(
        person__in=list(person_ids),
        day__gte=first,
        day__lte=last,
        kind=EntryKind.AWARD,
        reversal__isnull=True,
    ).order_by("person_id", "day", "pk")


def summary(person: Person, year: int) -> YearSummary:
    """What a person's facts of one year add up to; one statement."""
    totals = (
        LedgerEntry.objects.filter(
            person=person, day__gte=dt.date(year, 1, 1), day__lte=dt.date(year, 12, 31)
        )
        .order_by()
        .aggregate(
            seconds=Sum("seconds"),
            credit_milli=Sum("quantity_milli", filter=Q(unit=Unit.CREDIT)),
            entries=Count("pk"),
            reversals=Count("reverses"),
        )
    )
    return YearSummary(
        year=year,
        seconds=totals["seconds"] or 0,
        activities=totals["entries"] - 2 * totals["reversals"],
        credit_milli=totals["credit_milli"] or 0,
    )


def years(person: Person) -> list[int]:
    """The years in which a person has facts, the latest first."""
    rows = (
        LedgerEntry.objects.filter(person=person)
        .annotate(year=ExtractYear("day"))
        .order_by("-year")
        .values_list("year")
        .annotate(first=Min("pk"))
    )
    return [year for year, _first in rows]


def organiser_id(day: dt.date) -> int | None:
    """Who answers for recorded lectures: the province's association, at the top of the professional tree."""
    roots = organisations.roots_on(day).filter(kind=OrganisationKind.ASSOCIATION).order_by("pk")
    return roots.values_list("pk", flat=True).first()


def _entry_of(given: Award, recorded_at: dt.datetime) -> LedgerEntry:
    completion = given.completion
    if completion.activity_id is None:
        raise ValueError("a course adds no second fact beside its activities'")
    if (given.unit == Unit.SECOND) != (given.quantity_milli is None):
        raise ValueError("time is counted in seconds, and anything else in thousandths of its unit")
    return LedgerEntry(
        kind=EntryKind.AWARD,
        person_id=completion.person_id,
        activity_id=completion.activity_id,
        completion=completion,
        unit=given.unit,
        seconds=given.seconds,
        quantity_milli=given.quantity_milli,
        format=given.format,
        category=given.category,
        facts=act_facts.checked(given.facts),
        organiser_id=given.organiser_id,
        day=completion.day,
        recorded_at=recorded_at,
    )
