"""Credit statements: what a person's year comes to under the regulation that is in force for him.

`statement_for` answers for one person, `statements` streams those of many; both compute from the ledger each
time, so that a correction is never overlooked. Where no regulation is in force the answer is None, and pages
stay at what was earned (courses.credit, courses.ledger.summary).
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import islice

from courses import regulating, situating
from courses.engine import cycles
from courses.engine.errors import EngineError
from courses.engine.evaluation import evaluate
from courses.engine.language import Regulation
from courses.engine.results import Statement
from courses.engine.situations import BroughtIn, Cycle, Situation
from courses.engine.situations import Person as Subject
from courses.models import RegulationVersion
from courses.situating import Fact, History, Unplaced
from people.days import today
from people.models import Membership, OrganisationClosure, Person, Position, Tree
from people.models.periods import valid_on

BATCH = 1000
# A credit carried over may rest on one carried over before it; farther back than this nobody asks.
MOST_CYCLES_BACK = 5
# Windows may open before a cycle and repeats look back: that many years of facts are laid before the engine.
YEARS_BEFORE = 3


@dataclass(frozen=True, slots=True)
class PersonStatement:
    """A person's statement for the cycle that holds the year's day in question.

    `statement` is None where the regulation cannot judge him; `refusal` says why (an EngineError's code and
    detail). Acts are keyed by the ledger entry's key, as text. `unplaced` are entries that the regulation has
    no words for: they count for nothing, in the open.
    """

    person_id: int
    year: int
    as_of: dt.date
    version: RegulationVersion | None  # None only under a draft that is tried
    regulation: Regulation
    statement: Statement | None
    refusal: EngineError | None = None
    formats: Mapping[str, str] = field(default_factory=dict)  # each act's format in the regulation's words
    categories: Mapping[str, str] = field(default_factory=dict)  # and its category, "" for none
    unplaced: tuple[Unplaced, ...] = ()
    is_carry_open: bool = (
        False  # the readings of an earlier cycle differ in what they carry over: the least is taken
    )


def statement_for(
    person: Person, *, year: int | None = None, as_of: dt.date | None = None
) -> PersonStatement | None:
    """The person's statement for a year (this one unless given), as far as facts up to `as_of` (today) go.

    None where no regulation is in force for him. Six statements.
    """
    return next(statements([person.pk], year=year, as_of=as_of), None)


def statements(
    person_ids: Iterable[int],
    *,
    year: int | None = None,
    as_of: dt.date | None = None,
    document: str | None = None,
    supposed: Mapping[int, Sequence[Fact]] | None = None,
    batch: int = BATCH,
) -> Iterator[PersonStatement]:
    """The statements of these persons, in their order, without those for whom no regulation is in force.

    Six statements a batch. `document` judges all of them by that document instead (a draft that is tried);
    `supposed` are facts beside the ledger's, by person, as if they had happened.
    """
    as_of = as_of or today()
    year = year or as_of.year
    keys = iter(person_ids)
    while part := list(islice(keys, batch)):
        yield from _batch(part, year, as_of, document, supposed or {})


def lawyers_of(organisation_id: int, day: dt.date) -> list[int]:
    """The lawyers whose main place on that day is in the organisation's subtree, by key."""
    return list(
        Membership.objects.on(day)
        .filter(
            tree=Tree.PROFESSION,
            is_main=True,
            position=Position.LAWYER,
            organisation__in=OrganisationClosure.objects.filter(
                valid_on(day), tree=Tree.PROFESSION, ancestor=organisation_id
            ).values("descendant"),
        )
        .order_by("person_id")
        .values_list("person_id", flat=True)
    )


def day_of(year: int, as_of: dt.date) -> dt.date:
    """The day whose cycle and regulation a year's statement is about: its last, or today while it runs."""
    return min(as_of, dt.date(year, 12, 31))


# --- A batch ------------------------------------------------------------------------------------------


def _batch(
    person_ids: Sequence[int],
    year: int,
    as_of: dt.date,
    document: str | None,
    supposed: Mapping[int, Sequence[Fact]],
) -> Iterator[PersonStatement]:
    day = day_of(year, as_of)
    versions = regulating.versions_for(person_ids, day) if document is None else {}
    judged = [key for key in person_ids if document is not None or key in versions]
    if not judged:
        return
    loaded = situating.load(judged, dt.date(year - YEARS_BEFORE, 1, 1), as_of)
    for key in judged:
        regulation = regulating.read(versions[key].document if document is None else document)
        facts = [*loaded.facts.get(key, []), *supposed.get(key, [])]
        question = _Question(regulation, loaded.histories[key], facts, as_of)
        statement, refusal, unplaced = None, None, question.unplaced
        try:
            statement = question.answer(day)
            cycle = statement.cycle
            unplaced = [each for each in unplaced if cycle.first <= each.day <= cycle.last]
        except EngineError as error:
            refusal = error
        yield PersonStatement(
            person_id=key,
            year=year,
            as_of=as_of,
            version=versions.get(key),
            regulation=regulation,
            statement=statement,
            refusal=refusal,
            formats={act.id: act.format for act in question.acts},
            categories={act.id: act.category for act in question.acts},
            unplaced=tuple(unplaced),
            is_carry_open=question.is_carry_open,
        )


class _Question:
    """One person under one regulation."""

    def __init__(
        self, regulation: Regulation, history: History, facts: Sequence[Fact], as_of: dt.date
    ) -> None:
        self.regulation = regulation
        self.history = history
        self.as_of = as_of
        self.acts, self.unplaced = situating.acts_of(regulation, facts)
        self.is_carry_open = False

    def answer(self, day: dt.date) -> Statement:
        """The statement of the cycle that holds the day. Raises an EngineError."""
        cycle = cycles.cycle_of(self.regulation, self._person(day), day)
        return self._evaluate(cycle, self._brought_in(cycle, MOST_CYCLES_BACK))

    def _person(self, day: dt.date, cycle: Cycle | None = None) -> Subject:
        return situating.person_on(self.regulation, self.history, day, cycle)

    def _evaluate(self, cycle: Cycle, brought_in: tuple[BroughtIn, ...]) -> Statement:
        return evaluate(
            self.regulation,
            Situation(
                day=self.as_of,
                person=self._person(min(self.as_of, cycle.last), cycle),
                acts=tuple(self.acts),
                cycle=cycle,
                brought_in=brought_in,
            ),
        )

    def _brought_in(self, cycle: Cycle, depth: int) -> tuple[BroughtIn, ...]:
        """What the cycles before give, each judged with what the ones before it gave."""
        carry = self.regulation.carry
        if carry is None or not any(act.day < cycle.first for act in self.acts):
            return ()
        found: list[BroughtIn] = []
        before = cycle
        for ago in range(1, min(carry.cycles, depth) + 1):
            found_before = cycles.cycle_before(self.regulation, self._person(before.first, before), before)
            if found_before is None or not any(act.day <= found_before.last for act in self.acts):
                break
            before = found_before
            earlier = self._evaluate(before, self._brought_in(before, depth - ago))
            found.extend(self._left_over(earlier, ago))
        return tuple(found)

    def _left_over(self, earlier: Statement, ago: int) -> Iterator[BroughtIn]:
        """What a cycle leaves to later ones, in all and of each category of which the regulation speaks.

        Where its readings differ the least of them is taken: what is certain to have been carried over.
        """
        read = [each.statement for each in earlier.readings] or [earlier]
        if len({each.carry_out for each in read}) > 1:
            self.is_carry_open = True
        least = min(read, key=lambda each: each.carry_out or 0)
        whole = Fraction(least.carry_out or 0)
        if not whole:
            return
        yield BroughtIn(amount=whole, cycles_ago=ago)
        for category in self.regulation.carry.by_category if self.regulation.carry else ():
            amount = min(whole, self._excess_of(category, least))
            if amount > 0:
                yield BroughtIn(amount=amount, category=category, cycles_ago=ago)

    def _excess_of(self, category: str, statement: Statement) -> Fraction:
        """Credit of a category over what the cycle needed of it."""
        of = {act.id for act in self.acts if act.category == category}
        got = sum((Fraction(each.credit) for key, each in statement.acts.items() if key in of), Fraction(0))
        needed = [
            Fraction(minimum.needed)
            for name, minimum in statement.minima.items()
            if self.regulation.counters[name].of.categories == frozenset({category})
        ]
        return max(Fraction(0), got - max(needed, default=Fraction(0)))
