"""What is different between two fixed reports of one question, person by person, and why.

The earlier report speaks of day A, the later one of day B. What the days between can explain is explained by them;
what they cannot was entered or put right afterwards, and is called a correction:

joined       counted in the later report alone: he came, or became required, between the days
left         counted in the earlier report alone: he went, is on leave or exempt since
moved        counted at another organisation
completed    completed on a day after A
begun        began between the days
fell_due     still lacking, and his due day has passed meanwhile
due_moved    his due day is another one
corrected    the later report says something else of what was before or on day A than the earlier one said

Between two reports of the same day there is nothing but corrections. Whoever stands in both without a difference
is left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from reports.figures import PersonState
from reports.fixed_form import Row


class Change(StrEnum):
    """Why a person stands otherwise in the later report."""

    JOINED = "joined"
    LEFT = "left"
    MOVED = "moved"
    COMPLETED = "completed"
    BEGUN = "begun"
    FELL_DUE = "fell_due"
    DUE_MOVED = "due_moved"
    CORRECTED = "corrected"


class Correction(StrEnum):
    """What was put right; only with `Change.CORRECTED`."""

    COUNTED = "counted"
    NOT_COUNTED = "not_counted"
    PLACE = "place"
    COMPLETION_ADDED = "completion_added"
    COMPLETION_TAKEN_BACK = "completion_taken_back"
    COMPLETION_DAY = "completion_day"
    STARTED = "started"
    NOT_STARTED = "not_started"
    DUE = "due"
    WATCHED = "watched"


@dataclass(frozen=True, slots=True)
class Explained:
    """One difference of one person; `before` is None for who joined, `after` for who left."""

    person: UUID
    change: Change
    before: Row | None
    after: Row | None
    correction: Correction | None = None


def differences(
    earlier: Mapping[UUID, Row], later: Mapping[UUID, Row], day_a: date, day_b: date
) -> Iterator[Explained]:
    """Every difference, by person id; a person may have several. `day_a` is not after `day_b`."""
    for person in sorted(earlier.keys() | later.keys(), key=str):
        before, after = _counted(earlier.get(person)), _counted(later.get(person))
        if before == after:
            continue
        if before is None or after is None:
            yield _came_or_went(person, before, after, is_same_day=day_a == day_b)
            continue
        for change, correction in _of_one(before, after, day_a, day_b):
            yield Explained(person, change, before, after, correction)


def counted(found: list[Explained]) -> dict[Change, int]:
    """How many differences of each kind, in the order of `Change`, those without one left out."""
    counts = Counter(each.change for each in found)
    return {change: counts[change] for change in Change if counts[change]}


def _counted(row: Row | None) -> Row | None:
    """Who is exempt is not among the required."""
    return None if row is None or row.state == PersonState.EXEMPT else row


def _came_or_went(person: UUID, before: Row | None, after: Row | None, *, is_same_day: bool) -> Explained:
    came = before is None
    if not is_same_day:
        return Explained(person, Change.JOINED if came else Change.LEFT, before, after)
    correction = Correction.COUNTED if came else Correction.NOT_COUNTED
    return Explained(person, Change.CORRECTED, before, after, correction)


def _of_one(before: Row, after: Row, day_a: date, day_b: date) -> Iterator[tuple[Change, Correction | None]]:
    is_same_day = day_a == day_b
    if before.place != after.place:
        yield (Change.CORRECTED, Correction.PLACE) if is_same_day else (Change.MOVED, None)
    if before.due_on != after.due_on:
        yield (Change.CORRECTED, Correction.DUE) if is_same_day else (Change.DUE_MOVED, None)
    yield from _completion(before, after, day_a)
    if not before.is_completed and not after.is_completed:
        yield from _under_way(before, after, is_same_day=is_same_day)
        if day_a <= after.due_on < day_b:
            yield Change.FELL_DUE, None
    if is_same_day and before.watched_permille != after.watched_permille:
        yield Change.CORRECTED, Correction.WATCHED


def _completion(before: Row, after: Row, day_a: date) -> Iterator[tuple[Change, Correction | None]]:
    if before.completed_on == after.completed_on:
        return
    if after.completed_on is None:
        yield Change.CORRECTED, Correction.COMPLETION_TAKEN_BACK
    elif before.completed_on is not None:
        yield Change.CORRECTED, Correction.COMPLETION_DAY
    elif after.completed_on <= day_a:
        yield Change.CORRECTED, Correction.COMPLETION_ADDED
    else:
        yield Change.COMPLETED, None


def _under_way(before: Row, after: Row, *, is_same_day: bool) -> Iterator[tuple[Change, Correction | None]]:
    if before.state == after.state:
        return
    if after.state == PersonState.NOT_STARTED:
        yield Change.CORRECTED, Correction.NOT_STARTED
    elif is_same_day:
        yield Change.CORRECTED, Correction.STARTED
    else:
        yield Change.BEGUN, None
