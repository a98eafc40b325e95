"""Which names formulas and conditions may use, place by place, so that a misspelt one is refused when it is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

_CYCLE = {"cycle.first", "cycle.last", "first_cycle.first", "first_cycle.last", "day"}
_ACT = {
    "act.id",
    "act.day",
    "act.format",
    "act.category",
    "act.unit",
    "act.quantity",
    "quantity",
    "occurrence",
}
_TOTAL = {"total", "own", "required", "shortfall", "excess", "carried_in", "compliant"}
_UNDER = _TOTAL - {"excess"}


class Place(StrEnum):
    """Where an expression stands."""

    CYCLE_RULE = "cycle_rule"  # the person and the day alone
    PERSON = "person"  # and the cycle, and values
    TEST = "test"  # and one act
    ACT = "act"  # and the named tests on it
    RECOGNISED = "recognised"  # and what it gave
    LIMIT = (
        "limit"  # the person, what is required, the credit of all other acts, and the counters as they stand
    )
    COUNTER = "counter"  # the person, what is required, and the totals
    MINIMUM = "minimum"  # and the counters
    TOTAL = "total"  # the person and what came out


@dataclass(frozen=True, slots=True)
class Declared:
    """The names that a document declares."""

    person: frozenset[str]
    act: frozenset[str]
    values: frozenset[str]
    tests: frozenset[str]
    counters: frozenset[str]
    alternatives: frozenset[str]
    assumptions: frozenset[str]


def checker(declared: Declared, place: Place) -> Callable[[str], bool]:
    """Says whether a dotted name may be used at a place."""
    known = frozenset(at(declared, place))
    return known.__contains__


def in_conditions(known: Callable[[str], bool]) -> Callable[[str], bool]:
    """The names of formulas without those under alternatives, which conditions cannot ask for."""
    return lambda name: known(name) and not name.startswith("under.")


def at(declared: Declared, place: Place) -> Iterable[str]:
    """Every dotted name that may be used at a place."""
    yield from ("person.born", "person.admitted", "day")
    yield from (f"person.{name}" for name in declared.person)
    if place is Place.CYCLE_RULE:
        return
    yield from _CYCLE
    yield from (f"value.{name}" for name in declared.values)
    if place in {Place.TEST, Place.ACT, Place.RECOGNISED}:
        yield from _ACT
        yield from (f"fact.{name}" for name in declared.act)
    if place in {Place.ACT, Place.RECOGNISED}:
        yield from (f"test.{name}" for name in declared.tests)
    if place is Place.RECOGNISED:
        yield from ("raw", "credit")
    if place is Place.LIMIT:
        yield from ("required", "rest")
    if place in {Place.COUNTER, Place.MINIMUM}:
        yield from ("required", "total", "own", "carried_in")
    if place in {Place.LIMIT, Place.MINIMUM}:
        yield from (f"got.{name}" for name in declared.counters)
    if place is Place.TOTAL:
        yield from _TOTAL
        yield from (f"{root}.{name}" for root in ("got", "needed") for name in declared.counters)
        for alternative in declared.alternatives:
            yield from (f"under.{alternative}.{name}" for name in _UNDER)
            yield from (f"under.{alternative}.got.{name}" for name in declared.counters)
