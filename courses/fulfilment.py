"""Where a person stands with what a curriculum asks. Pure, and the one definition; reports count by it in SQL.

All required courses, and of the electives at least so many and at least so much credit. Each course asked for is
met by itself or by one that counts as the same, on the first day of any of these. What is completed before the
opening counts; what is completed after the closing does not. A demand that asks for nothing is never met.
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Asked:
    """A course asked for. `counted` are the courses that meet it, itself among them."""

    course: int
    counted: Collection[int]
    is_elective: bool = False
    credit_milli: int = 0


@dataclass(frozen=True, slots=True)
class Demand:
    """What a curriculum asks for. No two of `asked` are met by one course, except required ones."""

    asked: Sequence[Asked]
    minimum_electives: int = 0
    minimum_milli: int = 0
    closes_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one person stands. `met` gives each course met its day; `completed_on` None: something is lacking."""

    met: Mapping[int, dt.date]
    required: int
    required_met: int
    electives_met: int
    elective_milli_met: int
    lacking_electives: int
    lacking_milli: int
    completed_on: dt.date | None

    @property
    def is_complete(self) -> bool:
        return self.completed_on is not None

    @property
    def lacking_required(self) -> int:
        return self.required - self.required_met

    @property
    def has_begun(self) -> bool:
        return bool(self.met)


def standing(demand: Demand, completions: Mapping[int, dt.date]) -> Standing:
    """Judge completed courses and their days."""
    met = _met(demand, completions)
    required = [each.course for each in demand.asked if not each.is_elective]
    electives = [each for each in demand.asked if each.is_elective]
    elected = sorted((met[each.course], each.credit_milli) for each in electives if each.course in met)
    days = [met[course] for course in required if course in met]
    electives_on = _reached_on(elected, demand)
    asks_electives = bool(demand.minimum_electives or demand.minimum_milli)
    completed_on = None
    if len(days) == len(required) and (required or asks_electives):
        if not asks_electives:
            completed_on = max(days)
        elif electives_on is not None:
            completed_on = max([*days, electives_on])
    milli = sum(credit for _day, credit in elected)
    return Standing(
        met=met,
        required=len(required),
        required_met=len(days),
        electives_met=len(elected),
        elective_milli_met=milli,
        lacking_electives=max(0, demand.minimum_electives - len(elected)),
        lacking_milli=max(0, demand.minimum_milli - milli),
        completed_on=completed_on,
    )


def is_possible(demand: Demand) -> bool:
    """Whether somebody who completes everything meets it: it asks for something, and for no more than it offers."""
    every = {course: dt.date.min for each in demand.asked for course in each.counted}
    return standing(demand, every).is_complete


def _met(demand: Demand, completions: Mapping[int, dt.date]) -> dict[int, dt.date]:
    last = demand.closes_on or dt.date.max
    met = {}
    for each in demand.asked:
        days = [day for course in each.counted if (day := completions.get(course)) and day <= last]
        if days:
            met[each.course] = min(days)
    return met


def _reached_on(elected: Sequence[tuple[dt.date, int]], demand: Demand) -> dt.date | None:
    """The first day at which both minimums were reached; `elected` are days and credits in order."""
    milli = 0
    for number, (day, credit) in enumerate(elected, start=1):
        milli += credit
        if number >= demand.minimum_electives and milli >= demand.minimum_milli:
            return day
    return None
