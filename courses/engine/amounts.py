"""Amounts: what a rule gives, as a formula, a table, bands, cases, or readings that the words leave open.

An amount is valued in a frame (the names that it may use) of a run (one way of deciding the open readings).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from courses.engine import formulas
from courses.engine.conditions import Condition
from courses.engine.errors import FormulaFailed
from courses.engine.formulas import Formula, Value


class Frame(Protocol):
    """The names of one place in a run."""

    @property
    def scope(self) -> Mapping[str, Any]:
        """The names and what they mean here."""

    def holds(self, condition: Condition, rule: str) -> bool:
        """Whether a condition holds here."""

    def choose(self, choice: "Either", values: list[Value]) -> int:
        """Which option of an open reading this run takes."""


class Amount(Protocol):
    def value(self, frame: Frame, rule: str) -> Value:
        """What it is in this frame. Raises an EngineError that names the rule."""


@dataclass(frozen=True, slots=True)
class Plain:
    formula: Formula

    def value(self, frame: Frame, rule: str) -> Value:
        return self.formula.value(frame.scope, rule)


@dataclass(frozen=True, slots=True)
class Truth:
    condition: Condition

    def value(self, frame: Frame, rule: str) -> Value:
        return frame.holds(self.condition, rule)


@dataclass(frozen=True, slots=True)
class Listed:
    parts: tuple[Amount, ...]

    def value(self, frame: Frame, rule: str) -> Value:
        return tuple(each.value(frame, rule) for each in self.parts)


@dataclass(frozen=True, slots=True)
class Table:
    """The row that is named by a value, as text."""

    by: Formula
    rows: Mapping[str, Amount]
    otherwise: Amount | None

    def value(self, frame: Frame, rule: str) -> Value:
        key = self.by.value(frame.scope, rule)
        row = self.rows.get(_key(key), self.otherwise)
        if row is None:
            raise FormulaFailed(f"no row for {_key(key)!r} in the table over {self.by.source}", rule)
        return row.value(frame, rule)


@dataclass(frozen=True, slots=True)
class Band:
    """From a number (included) or above it, to below a number or up to it (included); None is without bound."""

    at_least: Value
    above: Value
    below: Value
    at_most: Value
    amount: Amount

    def holds(self, number: Value) -> bool:
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.below is None or number < self.below)
            and (self.at_most is None or number <= self.at_most)
        )


@dataclass(frozen=True, slots=True)
class Bands:
    """The first band that holds a number or a day."""

    of: Formula
    rows: tuple[Band, ...]
    otherwise: Amount | None

    def value(self, frame: Frame, rule: str) -> Value:
        place = self.of.value(frame.scope, rule)
        if place is None or isinstance(place, bool | tuple):
            formulas.number(place)
        for row in self.rows:
            if row.holds(place):
                return row.amount.value(frame, rule)
        if self.otherwise is None:
            raise FormulaFailed(f"no band for {place} over {self.of.source}", rule)
        return self.otherwise.value(frame, rule)


@dataclass(frozen=True, slots=True)
class Cases:
    """The first case whose condition holds."""

    rows: tuple[tuple[Condition, Amount], ...]
    otherwise: Amount | None

    def value(self, frame: Frame, rule: str) -> Value:
        for condition, amount in self.rows:
            if frame.holds(condition, rule):
                return amount.value(frame, rule)
        if self.otherwise is None:
            raise FormulaFailed("none of the cases holds", rule)
        return self.otherwise.value(frame, rule)


@dataclass(frozen=True, slots=True)
class Option:
    """One reading: the sentence that states it, the assumption under which it is taken, and what it gives."""

    reading: str
    assumption: str
    amount: Amount


@dataclass(frozen=True, slots=True)
class Either:
    """Readings that the words leave open; where they give the same, nothing is open."""

    id: str
    options: tuple[Option, ...]

    def value(self, frame: Frame, rule: str) -> Value:
        values = [option.amount.value(frame, rule) for option in self.options]
        return values[frame.choose(self, values)]


def _key(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "none" if value is None else str(value)
