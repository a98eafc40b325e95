"""What tests of certificates set up: a person who has watched lectures whole, with all that follows from it."""

import datetime as dt

from courses import completion_bulk, watching
from courses.models import Lecture
from people.days import start_of_day
from people.models import Person

DAY = dt.date(2026, 3, 5)


def completed(person: Person, *lectures: Lecture, day: dt.date = DAY) -> None:
    at = start_of_day(day) + dt.timedelta(hours=20)
    for lecture in lectures:
        length = lecture.recording.duration_ms
        watching.record_watched_bulk(
            [
                watching.Watched(
                    person_id=person.pk,
                    recording_id=lecture.recording_id,
                    intervals=[(0, length, day.isoformat())],
                    position_ms=length,
                    first_watched_at=at,
                    updated_at=at,
                )
            ]
        )
    completion_bulk.complete_bulk(at)
