"""By when somebody has to be done: the date set for all, or later for who came later or was given longer. Pure."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DuePolicy:
    """What a curriculum states: its window, and how many days whoever comes later has at least (None: no promise)."""

    opens_on: dt.date
    due_on: dt.date
    closes_on: dt.date | None = None
    entry_days: int | None = None


def due_of(policy: DuePolicy, entered_on: dt.date, extended_to: dt.date | None = None) -> dt.date:
    """The due date of who has to since `entered_on`, never after the closing: what is done then does not count.

    Whoever was there at the opening has the date set for all. Coming back after leave is coming later.
    """
    due = policy.due_on
    if policy.entry_days is not None and entered_on > policy.opens_on:
        due = max(due, entered_on + dt.timedelta(days=policy.entry_days))
    if extended_to is not None:
        due = max(due, extended_to)
    return due if policy.closes_on is None else min(due, policy.closes_on)
