"""Everybody has watched these lectures: what benchmarks need in the ledger."""

import datetime as dt
from collections.abc import Sequence

from courses import completion_bulk, watching
from courses.models import Lecture
from people.days import start_of_day
from people.models import Person

DAY = dt.date(2026, 3, 5)


def learn(lectures: Sequence[Lecture]) -> None:
    """Every person has watched every lecture whole, with all that follows from it."""
    at = start_of_day(DAY) + dt.timedelta(hours=20)
    for lecture in lectures:
        assert lecture.recording is not None
        length = lecture.recording.duration_ms or 0
        watching.record_watched_bulk(
            watching.Watched(
                person_id=key,
                recording_id=lecture.recording.pk,
                intervals=[(0, length, DAY.isoformat())],
                position_ms=length,
                first_watched_at=at,
                updated_at=at,
            )
            for key in Person.objects.values_list("pk", flat=True)
        )
    completion_bulk.complete_bulk(at)
