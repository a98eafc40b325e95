"""Counters: credit, raw credit, quantity or number of some acts, what stands in for them, and their carried credit."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from courses.engine import formulas, numbers
from courses.engine.language import Counter, Selector
from courses.engine.numbers import Number
from courses.engine.runs import PlaceFrame, Run, selects
from courses.engine.situations import Act


@dataclass(slots=True)
class Carried:
    """What came in from earlier cycles: all of it that counts, and what of it is of a stated category."""

    total: Number = 0
    by_category: dict[str, Number] = field(default_factory=dict)


class Counted(Protocol):
    """An act as it stands: what counters see of it."""

    @property
    def act(self) -> Act:
        """The act."""

    @property
    def frame(self) -> PlaceFrame:
        """Its names."""

    @property
    def raw(self) -> Number:
        """Its credit before anything was taken away."""

    @property
    def credit(self) -> Number:
        """What is left of it."""

    @property
    def is_counted(self) -> bool:
        """Whether it is recognised and inside its window."""


def count(
    run: Run,
    counter: Counter,
    acts: Iterable[Counted],
    carried: Carried,
    totals: Callable[[], Mapping[str, Any]],
) -> Number:
    """A counter's figure over acts as they stand. `totals` are the names that what stands in may be measured by."""
    found = _measured(counter, counter.of, acts)
    if counter.measure == "credit" and counter.carried and counter.of.is_by_category_alone:
        found += _of_categories(carried, counter.of)
    for part in counter.plus:
        more = _measured(counter, part.of, acts)
        if part.most is not None:
            more = min(more, formulas.number(part.most.value(run.place(**totals()), counter.name)))
        found += more
    return numbers.exact(found)


def _measured(counter: Counter, of: Selector, acts: Iterable[Counted]) -> Number:
    about = [
        each
        for each in acts
        if (counter.over_all or each.is_counted) and selects(of, each.frame, counter.name)
    ]
    if counter.measure == "acts":
        return len(about)
    amounts: dict[str, Callable[[Counted], Number]] = {
        "credit": lambda each: each.credit,
        "raw": lambda each: each.raw,
        "quantity": lambda each: each.act.quantity,
    }
    return sum((amounts[counter.measure](each) for each in about), start=0)


def _of_categories(carried: Carried, of: Selector) -> Number:
    if of.categories is None and of.excepted is None:
        return carried.total
    excepted = of.excepted.categories if of.excepted and of.excepted.categories is not None else frozenset()
    amounts = [
        amount
        for category, amount in carried.by_category.items()
        if (of.categories is None or category in of.categories) and category not in excepted
    ]
    return sum(amounts, start=0)


class AsTheyStand(dict[str, Number]):
    """The counters over acts in the middle of the work, each found when first asked for; nothing carried is in them."""

    def __init__(self, run: Run, acts: Iterable[Counted], required: Callable[[], Number | None]) -> None:
        super().__init__()
        self.run = run
        self.acts = acts
        self.required = required

    def __missing__(self, name: str) -> Number:
        own: Number = sum((each.credit for each in self.acts), start=0)
        totals = {"total": own, "own": own, "carried_in": 0}
        counter = self.run.regulation.counters[name]
        self[name] = count(
            self.run, counter, self.acts, Carried(), lambda: {**totals, "required": self.required()}
        )
        return self[name]
