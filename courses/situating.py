"""Whom and what a regulation is asked about: people's history and the ledger's facts as the engine takes them.

Everything is read as it stood: practice type and place on the day of the question, acts that nothing has taken
back. A whole batch of persons costs four statements.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from courses import wording
from courses.engine import dates
from courses.engine.language import Regulation
from courses.engine.situations import Act, Cycle, Person
from courses.models import EntryKind, LedgerEntry
from people import models as people_models
from people.models import Leave, LeaveKind, Licence


class Fact(NamedTuple):
    """A ledger entry in force, as far as regulations ask of it."""

    key: int
    day: dt.date
    format: str
    category: str
    unit: str
    amount: Fraction
    facts: Mapping[str, Any]
    organiser: str
    organiser_kind: str
    organiser_division: str
    activity: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A fact of the ledger that the regulation has no words for: `what` is "format" or "unit"."""

    key: int
    day: dt.date
    what: str


@dataclass(frozen=True, slots=True)
class History:
    """A person as far as regulations ask of him: birth, licences by the days on which they held, and leave."""

    born: dt.date | None
    licences: tuple[Licence, ...] = ()
    leaves: tuple[Leave, ...] = ()

    @property
    def admitted(self) -> dt.date | None:
        """The day of admission that any of his licences names, else the first day of the first one."""
        named = [each.admitted_on for each in self.licences if each.admitted_on]
        return min(named or [each.valid_from for each in self.licences], default=None)

    def licence_on(self, day: dt.date) -> Licence | None:
        """The licence of that day, else the last one before it."""
        earlier = [each for each in self.licences if each.valid_from <= day]
        return max(earlier, key=lambda each: each.valid_from, default=None)

    def licensed_days(self, cycle: Cycle) -> list[tuple[dt.date, dt.date]]:
        """The stretches of a cycle on which he held a licence, first and last day included."""
        found = []
        for each in self.licences:
            last = each.valid_to - dt.timedelta(days=1) if each.valid_to else cycle.last
            first, last = max(each.valid_from, cycle.first), min(last, cycle.last)
            if first <= last:
                found.append((first, last))
        return sorted(found)

    def absent(self, kind: str, until: dt.date) -> list[tuple[dt.date, dt.date]]:
        """The stretches of leave or exemption, first and last day included; open ones up to `until`."""
        found = []
        for each in self.leaves:
            last = each.valid_to - dt.timedelta(days=1) if each.valid_to else max(until, each.valid_from)
            if each.kind == kind:
                found.append((each.valid_from, last))
        return sorted(found)


@dataclass(slots=True)
class Loaded:
    """A batch of persons: what statements need of each."""

    histories: dict[int, History] = field(default_factory=dict)
    facts: dict[int, list[Fact]] = field(default_factory=lambda: defaultdict(list))


def load(person_ids: Sequence[int], first: dt.date, last: dt.date) -> Loaded:
    """The persons' history, and their facts from `first` to `last`."""
    loaded = Loaded()
    licences: dict[int, list[Licence]] = defaultdict(list)
    for licence in Licence.objects.current().filter(person__in=person_ids).order_by("valid_from"):
        licences[licence.person_id].append(licence)
    leaves: dict[int, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.current().filter(person__in=person_ids).order_by("valid_from"):
        leaves[leave.person_id].append(leave)
    born = people_models.Person.objects.filter(pk__in=person_ids).values_list("pk", "birth_date")
    loaded.histories = {key: History(day, tuple(licences[key]), tuple(leaves[key])) for key, day in born}
    rows = (
        LedgerEntry.objects.filter(
            person__in=person_ids,
            day__gte=first,
            day__lte=last,
            kind=EntryKind.AWARD,
            reversal__isnull=True,
        )
        .order_by("person_id", "day", "pk")
        .values_list(
            "person_id",
            "pk",
            "day",
            "format",
            "category",
            "unit",
            "seconds",
            "quantity_milli",
            "facts",
            "organiser__name",
            "organiser__kind",
            "organiser__division_code",
            "activity__public_id",
        )
    )
    for row in rows.iterator(chunk_size=5000):
        person_id, key, day, format_, category, unit, seconds, milli, facts, name, kind, code, activity = row
        loaded.facts[person_id].append(
            Fact(
                key,
                day,
                format_,
                category,
                unit,
                Fraction(seconds) if milli is None else Fraction(milli, 1000),
                facts,
                name or "",
                kind or "",
                code or "",
                str(activity),
            )
        )
    return loaded


def person_on(regulation: Regulation, history: History, day: dt.date, cycle: Cycle | None = None) -> Person:
    """The person as the regulation asks of him on a day; with a cycle also what that needs its days."""
    licence = history.licence_on(day)
    known: dict[str, Any] = {}
    if licence is not None:
        known = {
            "practice_type": licence.practice_type,
            "licensed_from": history.licences[0].valid_from,
            "licensed_to": licence.valid_to - dt.timedelta(days=1) if licence.valid_to else None,
        }
    until = cycle.last if cycle is not None else day
    on_leave = history.absent(LeaveKind.LEAVE, until)
    known |= {"leave": on_leave, "exemption": history.absent(LeaveKind.EXEMPTION, until)}
    if cycle is not None:
        known["months_on_leave"] = dates.months_in(on_leave, cycle.first, cycle.last)
        known["days_on_leave"] = dates.days_in(on_leave, cycle.first, cycle.last)
        stretches = history.licensed_days(cycle)
        known["months_licensed"] = sum(dates.complete_months(*each) for each in stretches)
        known["days_licensed"] = sum(dates.days_from(*each) for each in stretches)
    return Person(
        born=history.born,
        admitted=history.admitted,
        facts=wording.facts(regulation.vocabulary.person, known),
    )


def acts_of(regulation: Regulation, facts: Iterable[Fact]) -> tuple[list[Act], list[Unplaced]]:
    """The facts as acts in the regulation's words, and those for which it has none. An act's id is the entry's key."""
    acts, unplaced = [], []
    for fact in facts:
        format_ = wording.word_for(regulation.vocabulary.formats, fact.format)
        if not format_:
            unplaced.append(Unplaced(fact.key, fact.day, "format"))
            continue
        measured = wording.measure(regulation, fact.unit, fact.amount)
        if measured is None:
            unplaced.append(Unplaced(fact.key, fact.day, "unit"))
            continue
        unit, quantity = measured
        known = {
            **fact.facts,
            "organiser": fact.organiser,
            "organiser_kind": fact.organiser_kind,
            "organiser_level": _level(fact.organiser_division),
            "activity": fact.activity,
        }
        acts.append(
            Act(
                id=str(fact.key),
                day=fact.day,
                format=format_,
                quantity=quantity,
                unit=unit,
                category=wording.word_for(regulation.vocabulary.categories, fact.category),
                facts=wording.facts(regulation.vocabulary.act, known),
            )
        )
    return acts, unplaced


def _level(division_code: str) -> str:
    """How high an organiser stands, by its division code: 430000 a province, 430100 a city."""
    if len(division_code) != 6:
        return ""
    if division_code.endswith("0000"):
        return "province"
    return "city" if division_code.endswith("00") else "county"
