"""What the engine answers: a statement of what counts, what is required, what is lacking, and which article says so."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from courses.engine.language import Head, Selector
from courses.engine.situations import Cycle


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a number is what it is: the rule and its article, a code for programs, and the rule's own sentence."""

    code: str
    rule: str = ""
    article: str = ""
    says: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, head: Head, code: str, **params: Any) -> "Reason":
        return cls(code, head.id, head.article, head.says, params)


@dataclass(frozen=True, slots=True)
class ActResult:
    """One act: its credit before conditions, windows and limits, and what of it counts in this cycle, with reasons."""

    id: str
    raw: Decimal
    credit: Decimal
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MinimumResult:
    """A counter's figure against what is needed of it."""

    counter: str
    label: str
    got: Decimal
    needed: Decimal
    reason: Reason

    @property
    def lacking(self) -> Decimal:
        return max(Decimal(0), self.needed - self.got)


@dataclass(frozen=True, slots=True)
class ObligationResult:
    """Something besides credit that was due, whether it is met, and until when it may be."""

    title: str
    is_met: bool
    due: dt.date | None
    blocks: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Opening:
    """Days on which acts of some kinds still count in the cycle, both included."""

    of: Selector
    first: dt.date
    last: dt.date
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class Cure:
    """What would cure a shortfall: so much credit (of a counter, else of any kind) by a day.

    `by` is the last day on which anything can still count for it, `openings` the days for each kind of act.
    """

    counter: str
    label: str
    lacking: Decimal
    by: dt.date | None
    openings: tuple[Opening, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Reading:
    """One way of reading what the words leave open: the sentences that state it, and the statement under it."""

    sentences: tuple[str, ...]
    statement: "Statement"


@dataclass(frozen=True, slots=True)
class Statement:
    """The answer. Where `readings` are given the words decide nothing between them: a figure on which they differ is
    None here (and missing from the mappings), and each reading has its own."""

    cycle: Cycle
    day: dt.date
    total: Decimal | None
    own: Decimal | None
    carried_in: Decimal | None
    required: Decimal | None
    required_by: Reason | None
    minima: Mapping[str, MinimumResult]
    compliant: bool | None
    shortfall: Decimal | None
    carry_out: Decimal | None
    acts: Mapping[str, ActResult]
    counters: Mapping[str, Decimal]
    obligations: tuple[ObligationResult, ...]
    other: Mapping[str, Any]
    cures: tuple[Cure, ...]
    make_up: tuple[tuple[dt.date, Reason], ...]
    assumptions: tuple[str, ...]
    readings: tuple[Reading, ...] = ()

    @property
    def is_undetermined(self) -> bool:
        return bool(self.readings)
