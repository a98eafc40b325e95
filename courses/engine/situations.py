"""What a regulation is asked about: a person, a day, a cycle, the acts of learning, and credit brought in."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from courses.engine.numbers import Number

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Cycle:
    """The days of a cycle, the first and the last included."""

    first: dt.date
    last: dt.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a cycle ends before it begins")


@dataclass(frozen=True, slots=True)
class Person:
    """Whose credit it is: dates of birth and admission where known, and facts in the regulation's words.

    A fact is text, true or false, a whole number, a Fraction or a day.
    """

    born: dt.date | None = None
    admitted: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class Act:
    """One act of learning, in the regulation's words: so many units of a format and category on a day.

    The organiser, where it matters, is a fact of that name.
    """

    id: str
    day: dt.date
    format: str
    quantity: Number
    unit: str
    category: str = ""
    facts: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """Credit over the requirement of an earlier cycle; `category` is empty for credit of no stated category."""

    amount: Number
    category: str = ""
    cycles_ago: int = 1


@dataclass(frozen=True, slots=True)
class Situation:
    """The whole question. Without a cycle it is the person's cycle that holds the day."""

    day: dt.date
    person: Person
    acts: tuple[Act, ...] = ()
    cycle: Cycle | None = None
    brought_in: tuple[BroughtIn, ...] = ()
