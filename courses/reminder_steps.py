"""When somebody is reminded of a due date, and of which step. Pure.

The steps are the opening, so many days before the due date (14 and 3 unless set), and once when it is overdue. At
any day one step at most is the nearest: whoever was not told of an earlier one, because the beat stood still or he
came later, is told of that one alone.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    OPENING = "opening"
    BEFORE = "before"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Policy:
    """`before_days`: how many days before the due date. An opening or an overdue date that lies further back than
    its last day is not told of any more: a site that starts late floods nobody."""

    before_days: Sequence[int] = (14, 3)
    tells_overdue: bool = True
    opening_within_days: int = 7
    overdue_within_days: int = 30


@dataclass(frozen=True, slots=True)
class Step:
    """What to remind of: the stage, and for BEFORE the days of the policy that it stands for."""

    stage: Stage
    days: int = 0

    @property
    def code(self) -> str:
        return f"{self.stage}:{self.days}" if self.stage == Stage.BEFORE else str(self.stage)


def nearest_step(required_from: dt.date, due_on: dt.date, day: dt.date, policy: Policy) -> Step | None:
    """The one step to remind of on this day, or None. `required_from`: since when the person has to."""
    if day < required_from:
        return None
    if day > due_on:
        is_told = policy.tells_overdue and (day - due_on).days <= policy.overdue_within_days
        return Step(Stage.OVERDUE) if is_told else None
    left = (due_on - day).days
    reached = [days for days in policy.before_days if left <= days]
    if reached:
        return Step(Stage.BEFORE, min(reached))
    if (day - required_from).days <= policy.opening_within_days:
        return Step(Stage.OPENING)
    return None
