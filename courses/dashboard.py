"""What my page says: what this year has brought, where to go on, what is required next, what is done."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from courses import duties, ledger, outlines, watching
from courses.access import accessible_lectures
from courses.duties import Duty
from courses.ledger import YearSummary
from courses.models import Completion, Course, Enrolment, Lecture, RequiredSpan, Requirement
from courses.outlines import Outline
from courses.watching import LectureProgress
from people.models import Person, User

FINISHED_SHOWN = 6
GO_ON_SHOWN = 4
# Lectures last watched that are looked through for one to go on with.
LOOKED_THROUGH = 20


@dataclass(frozen=True, slots=True)
class GoOn:
    """Something begun, to go on with where it stopped, on whatever device. `duty` is what requires it, if anything."""

    title: str
    url: str
    icon: str
    progress: LectureProgress
    lecturer: str = ""
    duty: Duty | None = None


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course of the person's own choice, and where he stands in it."""

    course: Course
    outline: Outline
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One person's page on one day. `go_on`: what is due first, then what was watched last."""

    year: YearSummary
    go_on: list[GoOn]
    open_duties: list[Duty]
    met_duties: list[Duty]
    upcoming: list[Requirement]
    chosen: list[CourseLine]
    finished: list[Completion]

    @property
    def overdue_count(self) -> int:
        return sum(duty.is_overdue for duty in self.open_duties)

    @property
    def next_due_on(self) -> dt.date | None:
        """The nearest due date that has not passed."""
        return min((duty.due_on for duty in self.open_duties if not duty.is_overdue), default=None)


def dashboard_of(user: User, person: Person, day: dt.date) -> Dashboard:
    """The person's page; the number of statements does not grow with what he has."""
    spans = list(
        RequiredSpan.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), person=person)
        .filter(requirement__is_open=True)
        .select_related("requirement__curriculum")
        .order_by("due_on", "pk")
    )
    begun = [span for span in spans if span.valid_from <= day]
    found = duties.duties_of(user, person, [(span.requirement, span.due_on) for span in begun], day)
    required_ids = {each.course.pk for duty in found for each in duty.courses}
    enrolled = [
        each.course
        for each in Enrolment.objects.filter(person=person, ended_at__isnull=True)
        .exclude(course__in=required_ids)
        .select_related("course__page")
        .order_by("-started_at")
    ]
    shown = outlines.outlines_of(enrolled, person)
    return Dashboard(
        year=ledger.summary(person, day.year),
        go_on=_go_on(user, person, found),
        open_duties=[duty for duty in found if not duty.is_complete],
        met_duties=[duty for duty in found if duty.is_complete],
        upcoming=[span.requirement for span in spans if span.requirement.opens_on > day],
        chosen=[
            CourseLine(course, outline, outline.is_complete)
            for course in enrolled
            for outline in [shown.get(course.pk, Outline())]
        ],
        finished=list(
            Completion.objects.filter(person=person, course__isnull=False, revoked_at__isnull=True)
            .select_related("course__page", "course_version")
            .order_by("-completed_at")[:FINISHED_SHOWN]
        ),
    )


def _go_on(user: User, person: Person, found: list[Duty]) -> list[GoOn]:
    """Lectures begun that are not complete and that the person may still watch: the first due, then the latest.

    Where he stopped is kept by the server, so that any device goes on there.
    """
    recordings = watching.recordings_under_way(person, LOOKED_THROUGH)
    lectures = list(
        accessible_lectures(user)
        .filter(recording__in=recordings)
        .select_related("lecturer", "recording__current_generation")
        .distinct()
    )
    standing = watching.progress_for(person, lectures)
    latest = {recording_id: place for place, recording_id in enumerate(recordings)}
    asking: dict[int, tuple[Duty, Course]] = {}
    for duty in found:
        for each in () if duty.is_complete or duty.is_closed else duty.courses:
            for line in () if each.is_met else each.outline.lines:
                if line.lecture is not None:
                    asking.setdefault(line.lecture.pk, (duty, each.course))
    unfinished = [lecture for lecture in lectures if not standing[lecture.pk].is_complete]
    unfinished.sort(
        key=lambda lecture: (
            asking[lecture.pk][0].due_on if lecture.pk in asking else dt.date.max,
            latest[lecture.recording_id or 0],
        )
    )
    return [
        GoOn(
            title=lecture.title,
            url=_url_of(lecture, asking[lecture.pk][1] if lecture.pk in asking else None),
            icon="play",
            progress=standing[lecture.pk],
            lecturer=lecture.lecturer.title if lecture.lecturer else "",
            duty=asking[lecture.pk][0] if lecture.pk in asking else None,
        )
        for lecture in unfinished[:GO_ON_SHOWN]
    ]


def _url_of(lecture: Lecture, course: Course | None) -> str:
    url = reverse("courses:lecture", args=[lecture.public_id])
    return f"{url}?course={course.public_id}" if course else url
