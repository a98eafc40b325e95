"""A regulation as the engine knows it: vocabulary, values and rules, each with its id and the article it comes from."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from courses.engine.amounts import Amount
from courses.engine.conditions import Condition
from courses.engine.formulas import Value


class FactType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "date"
    SPANS = "spans"  # stretches of days: [[first, last], …]


@dataclass(frozen=True, slots=True)
class FactWord:
    """A fact of a person or of an act. `source` is what the product fills it from, empty where somebody must say it."""

    name: str
    type: FactType
    label: str = ""
    values: tuple[str, ...] = ()
    default: Value = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """A format, a category or a unit; `sources` are the product's own words that mean it."""

    name: str
    label: str
    sources: tuple[str, ...] = ()
    seconds: int | None = None  # of a unit: how many seconds of learning one is


@dataclass(frozen=True, slots=True)
class Vocabulary:
    formats: Mapping[str, Word]
    categories: Mapping[str, Word]
    units: Mapping[str, Word]
    person: Mapping[str, FactWord]
    act: Mapping[str, FactWord]


@dataclass(frozen=True, slots=True)
class Period:
    """The days on which a rule is in force, both included; `by` says which day is asked: the act's, the cycle's first
    or last, or that of the evaluation."""

    first: dt.date | None
    last: dt.date | None
    by: str

    def holds(self, day: dt.date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Head:
    """What every rule has: its id, its article, its sentence for people, its days, the assumptions it rests on."""

    id: str
    article: str = ""
    says: str = ""
    period: Period | None = None
    assumes: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Selector:
    """Which acts a rule is about; an empty one is about all. `excepted` takes acts out again."""

    formats: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    units: frozenset[str] | None = None
    facts: tuple[tuple[str, frozenset[Any]], ...] = ()
    when: Condition | None = None
    excepted: "Selector | None" = None

    @property
    def is_by_category_alone(self) -> bool:
        return self.formats is None and self.units is None and not self.facts and self.when is None


@dataclass(frozen=True, slots=True)
class CycleRule:
    """Cycles of so many months that follow one another from an anchor in both directions, after a first one of its
    own length where `first` is given."""

    head: Head
    when: Condition | None
    anchor: Amount
    months: int
    first: Amount | None
    first_months: int


@dataclass(frozen=True, slots=True)
class Repeats:
    """Acts that are the same again, by these names; `occurrence` counts them by day."""

    of: Selector
    same: tuple[str, ...]
    within_cycle: bool


@dataclass(frozen=True, slots=True)
class Conversion:
    """How an act's quantity becomes credit, before anything is taken away."""

    head: Head
    of: Selector
    credit: Amount
    step: Value
    rounding: str
    at_least: Amount | None
    together: tuple[str, ...] = ()  # acts equal in these names are converted as one


@dataclass(frozen=True, slots=True)
class Recognition:
    """What must hold for an act to count; otherwise it gives `otherwise`, which is nothing unless said."""

    head: Head
    of: Selector
    must: Condition
    otherwise: Amount | None


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when acts count in a cycle, instead of the cycle's own days; `never`: not in this one."""

    head: Head
    of: Selector
    first: Amount | None
    last: Amount | None
    never: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that acts give together, in each group (`per`: cycle, act, day, month, year, or equal names)."""

    head: Head
    of: Selector
    most: Amount
    per: str
    same: tuple[str, ...]
    keep: str
    prefer: tuple[Selector, ...]


@dataclass(frozen=True, slots=True)
class CounterPart:
    of: Selector
    most: Amount | None


@dataclass(frozen=True, slots=True)
class Counter:
    """Credit, raw credit, quantity or number of some acts, and what may stand in for them."""

    name: str
    label: str
    of: Selector
    measure: str
    over_all: bool
    carried: bool
    plus: tuple[CounterPart, ...]


@dataclass(frozen=True, slots=True)
class CarriedCategory:
    most: Amount | None
    becomes: str


@dataclass(frozen=True, slots=True)
class Carry:
    """What an earlier cycle's excess gives in this one, and what this one's gives to later ones."""

    head: Head
    most: Amount | None
    by_category: Mapping[str, CarriedCategory]
    cycles: int
    used: Amount
    out: Amount | None


@dataclass(frozen=True, slots=True)
class RequirementRow:
    head: Head
    when: Condition | None
    credit: Amount
    kind: str


@dataclass(frozen=True, slots=True)
class Minimum:
    head: Head
    counter: str
    needed: Amount
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something besides credit that is due: a named course, an examination, a declaration."""

    head: Head
    title: str
    when: Condition | None
    met: Amount
    due: Amount | None
    blocks: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    head: Head
    name: str
    is_: Amount


@dataclass(frozen=True, slots=True)
class MakeUp:
    """Until when a shortfall may be made good; `counts` says whether that is for the cycle itself."""

    head: Head
    until: Amount
    of: Selector
    counts: bool


@dataclass(frozen=True, slots=True)
class Assumption:
    """A reading that the words do not force; `is_decided` where the association has taken it."""

    name: str
    says: str
    is_decided: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """How watching has to be proved: what courses.policies takes from a regulation."""

    spacing_minutes: int | None
    kind: str
    before_end_minutes: tuple[int, int] | None
    article: str


# Which organisation above a person decides on an act done elsewhere.
DECIDERS = ("firm", "city", "province")


@dataclass(frozen=True, slots=True)
class Regulation:
    """A whole regulation. `values` may use one another; `alternatives` are the same regulation with other rules;
    one that `keeps_acts` gives every act the same credit before limits.

    `decided_by` names one of DECIDERS for each kind of declared act, or under "default" for all others.
    """

    id: str
    title: str
    issuer: str
    unit: str
    about: str
    in_force: Period
    sources: tuple[Mapping[str, str], ...]
    vocabulary: Vocabulary
    assumptions: Mapping[str, Assumption]
    tests: Mapping[str, Condition]
    cycle: tuple[CycleRule, ...]
    values: Mapping[str, Amount]
    repeats: tuple[Repeats, ...]
    conversions: tuple[Conversion, ...]
    recognition: tuple[Recognition, ...]
    windows: tuple[Window, ...]
    limits: tuple[Limit, ...]
    counters: Mapping[str, Counter]
    carry: Carry | None
    requirement: tuple[RequirementRow, ...]
    minima: tuple[Minimum, ...]
    obligations: tuple[Obligation, ...]
    outcomes: tuple[Outcome, ...]
    make_up: tuple[MakeUp, ...]
    round_total: tuple[Value, str] | None
    verification: Verification | None
    decided_by: Mapping[str, str]
    notes: tuple[Head, ...]
    alternatives: Mapping[str, "Regulation"] = field(default_factory=dict)
    keeps_acts: bool = False
    digest: str = ""


def heads(regulation: Regulation) -> Iterator[Head]:
    """The head of every rule, in the order of the document."""
    for rules in (
        regulation.cycle,
        regulation.conversions,
        regulation.recognition,
        regulation.windows,
        regulation.limits,
        regulation.requirement,
        regulation.minima,
        regulation.obligations,
        regulation.outcomes,
        regulation.make_up,
    ):
        yield from (rule.head for rule in rules)
    if regulation.carry:
        yield regulation.carry.head
    yield from regulation.notes
