"""What persons have watched: the one writer of WatchProgress, and the reads that pages make of it.

Writers below hold the row's lock (on SQLite the transaction's); courses.playback and courses.heartbeats call
them inside their own transactions.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import F, Q

from courses import intervals, rules
from courses.intervals import Stretch
from courses.models import Completion, Lecture, WatchProgress
from courses.standing import Standing
from media.models import Recording
from people.models import Person

# Whoever stopped this near the end starts again from the beginning.
NEAR_END_MS = 5_000


class WatchState(StrEnum):
    NEW = "new"
    UNDER_WAY = "under_way"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class LectureProgress:
    """Where one person stands with one lecture; of what was watched, `provisional_ms` await a presence check."""

    watched_ms: int = 0
    duration_ms: int = 0
    position_ms: int = 0
    is_complete: bool = False
    provisional_ms: int = 0

    @property
    def state(self) -> WatchState:
        if self.is_complete:
            return WatchState.COMPLETE
        return WatchState.UNDER_WAY if self.watched_ms else WatchState.NEW

    @property
    def share_percent(self) -> int:
        return rules.share_percent(self.watched_ms, self.duration_ms)

    @property
    def resume_ms(self) -> int:
        """Where to go on: where watching stopped, or the beginning after the end."""
        return 0 if self.position_ms >= self.duration_ms - NEAR_END_MS else self.position_ms


@dataclass(frozen=True, slots=True)
class Watched:
    """A union of stretches that a person watched, for the bulk door; instants are aware."""

    person_id: int
    recording_id: int
    intervals: Sequence[Stretch]
    position_ms: int
    first_watched_at: dt.datetime
    updated_at: dt.datetime


class NotAUnion(ValueError):
    """Intervals given in bulk overlap, are unsorted, or reach beyond their recording."""

    code = "not_a_union"


# --- Writing ------------------------------------------------------------------------------------------


def row_of(person_id: int, recording_id: int, now: dt.datetime) -> WatchProgress:
    """The person's row for a recording, locked, made empty where there is none."""
    WatchProgress.objects.bulk_create(
        [WatchProgress(person_id=person_id, recording_id=recording_id, updated_at=now)],
        ignore_conflicts=True,
    )
    return WatchProgress.objects.select_for_update(no_key=True).get(
        person_id=person_id, recording_id=recording_id
    )


def begin_session(progress_id: int, session_id: int, **columns: Any) -> None:
    """This session is now the recording's latest, and has claimed nothing yet; what else of the row begins."""
    WatchProgress.objects.filter(pk=progress_id).update(session=session_id, session_claimed_ms=0, **columns)


def grow(progress_id: int, standing: Standing, *, now: dt.datetime, **columns: Any) -> None:
    """Store a standing that has changed, and what else of the row moved with it; one statement."""
    WatchProgress.objects.filter(pk=progress_id).update(
        intervals=standing.confirmed,
        watched_ms=standing.confirmed_ms,
        provisional=standing.provisional,
        provisional_ms=standing.provisional_ms,
        updated_at=now,
        **columns,
    )


def carry_in(
    progress: WatchProgress,
    stretches: Sequence[Stretch],
    waiting: Sequence[Stretch] = (),
    *,
    check_due_ms: int | None,
    position_ms: int,
    first_watched_at: dt.datetime | None,
    watched_at: dt.datetime,
) -> list[Stretch]:
    """Confirm stretches that were watched in another recording of the same; returns all that is confirmed now.

    What is `waiting` waits for the next presence check here, which falls due at the lot that was drawn there unless
    one was drawn here. What waits and lies among the confirmed waits no more. Whoever has watched here already goes
    on where he was.
    """
    union = intervals.together(progress.intervals, stretches)
    provisional = intervals.minus(intervals.together(progress.provisional, waiting), union)
    begun = [each for each in (progress.first_watched_at, first_watched_at) if each is not None]
    is_new = progress.first_watched_at is None
    WatchProgress.objects.filter(pk=progress.pk).update(
        intervals=union,
        watched_ms=intervals.total_ms(union),
        provisional=provisional,
        provisional_ms=intervals.total_ms(provisional),
        first_watched_at=min(begun, default=None),
        check_due_ms=check_due_ms if progress.check_due_ms is None else progress.check_due_ms,
        position_ms=position_ms if is_new else progress.position_ms,
        # Nobody watched just now: what was last watched stays first in everyone's list.
        updated_at=watched_at if is_new else max(watched_at, progress.updated_at),
    )
    return union


def take_out(progress: WatchProgress, confirmed: Sequence[Stretch], provisional: Sequence[Stretch]) -> None:
    """The row without what a table had put into it; where nothing is left, its person has not begun."""
    has_begun = bool(confirmed or provisional)
    WatchProgress.objects.filter(pk=progress.pk).update(
        intervals=confirmed,
        watched_ms=intervals.total_ms(confirmed),
        provisional=provisional,
        provisional_ms=intervals.total_ms(provisional),
        first_watched_at=progress.first_watched_at if has_begun else None,
        position_ms=progress.position_ms if has_begun else 0,
    )


def record_watched_bulk(rows: Iterable[Watched]) -> int:
    """Write what persons watched, without beats; returns how many rows. NotAUnion refuses the whole.

    For filling an empty house (demonstration, migration from another platform): a person's recording that has
    a row already is refused by the database (IntegrityError).
    """
    given = list(rows)
    durations = dict(
        Recording.objects.filter(pk__in={row.recording_id for row in given}).values_list("pk", "duration_ms")
    )
    for row in given:
        if not intervals.is_union(row.intervals, durations.get(row.recording_id) or 0):
            raise NotAUnion(f"person {row.person_id}, recording {row.recording_id}")
    WatchProgress.objects.bulk_create(
        (
            WatchProgress(
                person_id=row.person_id,
                recording_id=row.recording_id,
                intervals=list(row.intervals),
                watched_ms=intervals.total_ms(row.intervals),
                position_ms=row.position_ms,
                first_watched_at=row.first_watched_at,
                updated_at=row.updated_at,
            )
            for row in given
        ),
        batch_size=2000,
    )
    return len(given)


# --- Reading ------------------------------------------------------------------------------------------


def progress_for(person: Person | None, lectures: Iterable[Lecture]) -> dict[int, LectureProgress]:
    """Where the person stands with each lecture, by the lecture's key; at most three statements."""
    wanted = list(lectures)
    recording_ids = {lecture.recording_id for lecture in wanted if lecture.recording_id}
    durations: dict[int, int] = {
        key: duration_ms or 0
        for key, duration_ms in Recording.objects.filter(pk__in=recording_ids).values_list(
            "pk", "duration_ms"
        )
    }
    watched: dict[int, tuple[int, int, int]] = {}
    complete: set[int] = set()
    if person is not None:
        watched = {
            recording_id: (watched_ms + provisional_ms, position_ms, provisional_ms)
            for recording_id, watched_ms, position_ms, provisional_ms in WatchProgress.objects.filter(
                person=person, recording_id__in=recording_ids
            ).values_list("recording_id", "watched_ms", "position_ms", "provisional_ms")
        }
        complete = {
            lecture_id
            for lecture_id in Completion.objects.filter(
                person=person,
                revoked_at__isnull=True,
                activity__lecture__in=[lecture.pk for lecture in wanted],
            ).values_list("activity__lecture_id", flat=True)
            if lecture_id is not None
        }
    standing = {}
    for lecture in wanted:
        watched_ms, position_ms, provisional_ms = watched.get(lecture.recording_id or 0, (0, 0, 0))
        standing[lecture.pk] = LectureProgress(
            watched_ms=watched_ms,
            duration_ms=durations.get(lecture.recording_id or 0, 0),
            position_ms=position_ms,
            is_complete=lecture.pk in complete,
            provisional_ms=provisional_ms,
        )
    return standing


def recordings_under_way(person: Person, limit: int) -> dict[int, dt.datetime]:
    """The recordings last watched and not seen to the end, the latest first, and when each was."""
    rows = (
        WatchProgress.objects.filter(Q(watched_ms__gt=0) | Q(provisional_ms__gt=0), person=person)
        .filter(recording__duration_ms__gt=F("watched_ms"))
        .order_by("-updated_at")
    )
    return dict(rows.values_list("recording_id", "updated_at")[:limit])
