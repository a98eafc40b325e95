"""What the timeline of evidence knows of readings, attempts and the questions in a lecture. Reads only."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from courses import recuts
from courses.evidence import Event
from courses.models import (
    Activity,
    AssessmentAttempt,
    AttemptState,
    PlacedAnswer,
    ReadingProgress,
)

# The latest that a timeline shows of each kind.
MAX_STRETCHES = 60
MAX_ATTEMPTS = 50
MAX_ANSWERS = 200


def events(person_id: int, activity: Activity) -> Iterator[Event]:
    """For courses.evidence; nothing for what is neither a reading, nor an assessment, nor a lecture."""
    if activity.reading_id is not None:
        yield from _reading(person_id, activity.reading_id)
    elif activity.assessment_id is not None:
        yield from _attempts(person_id, activity.assessment_id)
    elif activity.lecture_id is not None:
        yield from _answers(person_id, activity.lecture_id)


def _reading(person_id: int, reading_id: int) -> Iterator[Event]:
    """Each stretch in which signs of life came."""
    row = ReadingProgress.objects.filter(person=person_id, reading=reading_id).first()
    for start, end in row.stretches[-MAX_STRETCHES:] if row is not None else ():
        began, ended = dt.datetime.fromisoformat(start), dt.datetime.fromisoformat(end)
        yield Event(
            began,
            "reading",
            _("Page open and visible for %(time)s") % {"time": _length(ended - began)},
        )


def _attempts(person_id: int, assessment_id: int) -> Iterator[Event]:
    """Each attempt as it was begun and as it ended, with the conditions that it was begun under."""
    rows = AssessmentAttempt.objects.filter(person=person_id, assessment=assessment_id)
    for attempt in rows[:MAX_ATTEMPTS]:
        yield Event(
            attempt.started_at,
            "attempt",
            _("Attempt %(n)d begun") % {"n": attempt.number},
            _("%(n)d questions drawn; the pass mark is %(percent)d%%.")
            % {"n": attempt.out_of, "percent": attempt.pass_percent},
        )
        if attempt.submitted_at is None:
            continue
        text = _("%(points)d of %(all)d questions right; the pass mark is %(percent)d%%.") % {
            "points": attempt.points,
            "all": attempt.out_of,
            "percent": attempt.pass_percent,
        }
        if attempt.is_timed_out:
            text = _("The time was over, so the sheet was handed in as it stood.") + text
        yield Event(
            attempt.submitted_at,
            "attempt",
            _("Attempt %(n)d handed in: %(state)s")
            % {"n": attempt.number, "state": attempt.get_state_display()},
            text,
            {AttemptState.PASSED: "good", AttemptState.FAILED: "refused"}.get(
                AttemptState(attempt.state), ""
            ),
        )


def _answers(person_id: int, lecture_id: int) -> Iterator[Event]:
    """What was answered when a question stopped the lecture."""
    rows = PlacedAnswer.objects.filter(person=person_id, placed__lecture=lecture_id)
    for answer in rows.select_related("placed", "version").order_by("-pk")[:MAX_ANSWERS]:
        title = _("Question in the lecture answered rightly")
        if not answer.is_right:
            title = _("Question in the lecture answered wrongly")
        yield Event(
            answer.answered_at,
            "answer",
            title,
            answer.version.content["text"],
            "good" if answer.is_right else "",
            stretches=[(answer.placed.at_ms, answer.placed.at_ms)],
        )


def _length(time: dt.timedelta) -> str:
    return recuts.clock(round(time.total_seconds()) * 1000)
