"""Readings: their time is counted by the server's clock while a visible page says that it is there.

A page opens a sitting and then gives a sign of life every few seconds; no minute is claimed by it. Between two
signs that are near each other the reader was there; a longer gap counts nothing. One thing earns at a time: opening
a reading ends the person's playback session and his other readings, and a playback session opened later ends the
sitting. The one writer of ReadingProgress.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from courses import completion, enrolment, playback, refusals, rules
from courses.completion import Settled
from courses.models import Course, LearningFormat, PlaybackSession, Reading, ReadingProgress
from people.models import Person, User

SIGN_EVERY_SECONDS = 15
# Between two signs further apart than this nobody can say that somebody was there.
LONGEST_GAP = dt.timedelta(seconds=45)
# As many stretches as a reading of the longest time can honestly have; after that they are joined by their sum.
MAX_STRETCHES = 400


@dataclass(frozen=True, slots=True)
class Read:
    """Where a reader stands after a sign of life."""

    progress: ReadingProgress
    settled: Settled | None


@transaction.atomic
def open_sitting(
    user: User, person: Person, reading: Reading, *, course: Course | None, now: dt.datetime
) -> ReadingProgress:
    """From now on this page earns, and nothing else of the person does. Enrols as watching does."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    playback.end_running(person, now)
    ReadingProgress.objects.filter(person=person, sitting__isnull=False).update(
        sitting=None, sitting_since=None, updated_at=now
    )
    row = _row(person.pk, reading.pk, now)
    row.sitting, row.sitting_since, row.seen_at, row.updated_at = uuid.uuid4(), now, now, now
    row.save(update_fields=["sitting", "sitting_since", "seen_at", "updated_at"])
    entered = enrolment.enrol_by_watching(user, person, reading, chosen=course, now=now)
    if entered:
        completion.settle_courses(person.pk, now, course_ids=entered)
    return row


@transaction.atomic
def sign(person: Person, reading: Reading, sitting: uuid.UUID, *, returns: bool, now: dt.datetime) -> Read:
    """A sign of life. `returns`: the page was hidden until now, so that what lies behind does not count.

    Refuses ReadingTakenOver where another page earns now.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    row = _row(person.pk, reading.pk, now)
    if row.sitting != sitting or row.sitting_since is None or row.seen_at is None:
        raise refusals.ReadingTakenOver
    watches = PlaybackSession.objects.filter(
        person=person, ended_at__isnull=True, expires_at__gt=now, started_at__gt=row.sitting_since
    )
    if watches.exists():
        raise refusals.ReadingTakenOver
    gap = now - row.seen_at
    if not returns and dt.timedelta() < gap <= LONGEST_GAP:
        _grow(row, row.seen_at, now)
    row.seen_at, row.updated_at = max(now, row.seen_at), now
    row.save(update_fields=["read_ms", "stretches", "seen_at", "updated_at"])
    return Read(row, _settle(person, reading, row, now))


def progress_of(person: Person | None, readings: Iterable[Reading]) -> dict[int, int]:
    """Milliseconds read of each reading by its key, for whom anything was read."""
    if person is None:
        return {}
    rows = ReadingProgress.objects.filter(person=person, reading__in=list(readings))
    return dict(rows.values_list("reading_id", "read_ms"))


def _settle(person: Person, reading: Reading, row: ReadingProgress, now: dt.datetime) -> Settled | None:
    rule = rules.minimum_time(reading.minimum_minutes * 60)
    activity = getattr(reading, "activity", None)
    if activity is None or not rules.is_read(rule, row.read_ms):
        return None
    return completion.settle_activity(
        person.pk,
        activity,
        rule=rule,
        evidence={"reading": str(reading.public_id), "read_ms": row.read_ms, "stretches": row.stretches},
        seconds=rule["seconds"],
        category=reading.category,
        form=LearningFormat.READING,
        now=now,
    )


def _grow(row: ReadingProgress, start: dt.datetime, end: dt.datetime) -> None:
    """Count a stretch; one that continues the last is one with it. Whole milliseconds, so that the sum is exact."""
    length_ms = (end - start) // dt.timedelta(milliseconds=1)
    end = start + dt.timedelta(milliseconds=length_ms)
    stretches = [list(each) for each in row.stretches]
    if stretches and stretches[-1][1] == start.isoformat():
        stretches[-1][1] = end.isoformat()
    elif len(stretches) >= MAX_STRETCHES:
        return
    else:
        stretches.append([start.isoformat(), end.isoformat()])
    row.stretches = stretches
    row.read_ms += length_ms


def _row(person_id: int, reading_id: int, now: dt.datetime) -> ReadingProgress:
    ReadingProgress.objects.bulk_create(
        [ReadingProgress(person_id=person_id, reading_id=reading_id, updated_at=now)], ignore_conflicts=True
    )
    return ReadingProgress.objects.select_for_update(no_key=True).get(
        person_id=person_id, reading_id=reading_id
    )
