"""What somebody has begun and goes on with where it stopped, on whatever device: attempts, lectures and readings."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from courses import outlines, watching
from courses.access import accessible_lectures, accessible_readings
from courses.duties import Duty
from courses.models import ActivityKind, AssessmentAttempt, AttemptState, Completion, Course, ReadingProgress
from courses.outlines import Item
from courses.watching import LectureProgress
from people.models import Person, User

SHOWN = 4
# What was last touched of each kind, looked through for something to go on with.
LOOKED_THROUGH = 20


@dataclass(frozen=True, slots=True)
class GoOn:
    """Something begun. `duty` is what requires it, if anything; an open attempt says how much of it is answered."""

    kind: ActivityKind
    title: str
    url: str
    touched_at: dt.datetime
    progress: LectureProgress
    lecturer: str = ""
    duty: Duty | None = None
    answered: int = 0
    out_of: int = 0
    deadline_at: dt.datetime | None = None

    @property
    def share_percent(self) -> int:
        return self.answered * 100 // self.out_of if self.out_of else self.progress.share_percent


def of(user: User, person: Person, duties: Iterable[Duty], now: dt.datetime) -> list[GoOn]:
    """What the person has begun and not completed, and may still do: an attempt whose time runs before what is due
    first, and that before what was touched last. The number of statements does not grow with what he has."""
    asking: dict[tuple[str, int], tuple[Duty, Course]] = {}
    for duty in duties:
        for each in () if duty.is_complete or duty.is_closed else duty.courses:
            for line in () if each.is_met else each.outline.lines:
                asking.setdefault((line.kind, line.item.pk), (duty, each.course))
    found = [
        *_lectures(user, person, asking),
        *_readings(user, person, asking),
        *_attempts(person, asking, now),
    ]
    found.sort(key=lambda each: each.touched_at, reverse=True)
    found.sort(key=lambda each: each.duty.due_on if each.duty else dt.date.max)
    found.sort(key=lambda each: each.deadline_at is None)
    return found[:SHOWN]


Asking = dict[tuple[str, int], tuple[Duty, Course]]


def _lectures(user: User, person: Person, asking: Asking) -> Iterator[GoOn]:
    recordings = watching.recordings_under_way(person, LOOKED_THROUGH)
    lectures = list(
        accessible_lectures(user)
        .filter(recording__in=recordings)
        .select_related("lecturer", "recording__current_generation")
        .distinct()
    )
    standing = watching.progress_for(person, lectures)
    for lecture in lectures:
        if not standing[lecture.pk].is_complete:
            duty, course = asking.get((ActivityKind.LECTURE, lecture.pk), (None, None))
            yield GoOn(
                kind=ActivityKind.LECTURE,
                title=lecture.title,
                url=_url_of("courses:lecture", lecture, course),
                touched_at=recordings[lecture.recording_id or 0],
                progress=standing[lecture.pk],
                lecturer=lecture.lecturer.title if lecture.lecturer else "",
                duty=duty,
            )


def _readings(user: User, person: Person, asking: Asking) -> Iterator[GoOn]:
    done = Completion.objects.filter(
        person=person, activity__reading__isnull=False, revoked_at__isnull=True
    ).values("activity__reading")
    rows = ReadingProgress.objects.filter(person=person, read_ms__gt=0).exclude(reading__in=done)
    touched = dict(rows.order_by("-updated_at").values_list("reading_id", "updated_at")[:LOOKED_THROUGH])
    readings = list(accessible_readings(user).filter(pk__in=touched).distinct()) if touched else []
    if not readings:
        return
    shown = outlines.draft_outline([("", reading, True) for reading in readings], person)
    for line in shown.lines:
        if not line.progress.is_complete:
            duty, course = asking.get((ActivityKind.READING, line.item.pk), (None, None))
            yield GoOn(
                kind=ActivityKind.READING,
                title=line.title,
                url=_url_of("courses:reading", line.item, course),
                touched_at=touched[line.item.pk],
                progress=line.progress,
                duty=duty,
            )


def _attempts(person: Person, asking: Asking, now: dt.datetime) -> Iterator[GoOn]:
    """Whoever has a sheet may hand it in, whatever became of its course."""
    rows = (
        AssessmentAttempt.objects.filter(
            Q(deadline_at__isnull=True) | Q(deadline_at__gt=now),
            person=person,
            state=AttemptState.OPEN,
        )
        .select_related("assessment")
        .annotate(answered=Count("answers", filter=Q(answers__answered_at__isnull=False)))
        .order_by("-started_at")
    )
    for attempt in rows[:LOOKED_THROUGH]:
        duty, _course = asking.get((ActivityKind.ASSESSMENT, attempt.assessment_id), (None, None))
        yield GoOn(
            kind=ActivityKind.ASSESSMENT,
            title=attempt.assessment.title,
            url=reverse("courses:attempt", args=[attempt.public_id]),
            touched_at=attempt.started_at,
            progress=LectureProgress(),
            duty=duty,
            answered=attempt.answered,
            out_of=attempt.out_of,
            deadline_at=attempt.deadline_at,
        )


def _url_of(name: str, item: Item, course: Course | None) -> str:
    url = reverse(name, args=[item.public_id])
    return f"{url}?course={course.public_id}" if course else url
