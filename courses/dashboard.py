"""What my page says: what this year has brought, where to go on, what is required next, what is done."""

import datetime as dt
from dataclasses import dataclass

from courses import ledger, outlines, watching
from courses.access import accessible_lectures
from courses.ledger import YearSummary
from courses.models import Completion, Course, Enrolment, Lecture, RequiredSpan, RequirementCourse
from courses.outlines import Line, Outline
from courses.watching import LectureProgress
from people.models import Person, User
from people.models.periods import valid_on

FINISHED_SHOWN = 6
# Lectures last watched that are looked through for one to go on with.
LOOKED_THROUGH = 20


@dataclass(frozen=True, slots=True)
class GoOn:
    """The lecture to continue, at the second where watching stopped."""

    lecture: Lecture
    progress: LectureProgress


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course, and where its reader stands in it."""

    course: Course
    outline: Outline
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Duty:
    """Something required of the person today. Days compare as days in China."""

    title: str
    url: str
    due_on: dt.date
    courses: list[CourseLine]
    day: dt.date

    @property
    def completed_count(self) -> int:
        return sum(line.is_complete for line in self.courses)

    @property
    def is_complete(self) -> bool:
        return bool(self.courses) and self.completed_count == len(self.courses)

    @property
    def is_overdue(self) -> bool:
        return not self.is_complete and self.due_on < self.day

    @property
    def days_left(self) -> int:
        return (self.due_on - self.day).days

    @property
    def next_line(self) -> tuple[Course, Line] | None:
        """The course and lecture to go on with."""
        for line in self.courses:
            if not line.is_complete and line.outline.next_line is not None:
                return line.course, line.outline.next_line
        return None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One person's page on one day."""

    year: YearSummary
    go_on: GoOn | None
    open_duties: list[Duty]
    met_duties: list[Duty]
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
        RequiredSpan.objects.filter(valid_on(day), person=person, requirement__is_open=True)
        .select_related("requirement__curriculum")
        .order_by("due_on", "pk")
    )
    asked: dict[int, list[Course]] = {span.requirement_id: [] for span in spans}
    for row in RequirementCourse.objects.filter(requirement__in=asked).select_related("course__page"):
        asked[row.requirement_id].append(row.course)
    required_ids = {course.pk for courses in asked.values() for course in courses}
    enrolled = [
        each.course
        for each in Enrolment.objects.filter(person=person, ended_at__isnull=True)
        .exclude(course__in=required_ids)
        .select_related("course__page")
        .order_by("-started_at")
    ]
    shown = [*{course.pk: course for courses in asked.values() for course in courses}.values(), *enrolled]
    found = outlines.outlines_of(shown, person)

    def line_of(course: Course) -> CourseLine:
        outline = found.get(course.pk, Outline())
        return CourseLine(course, outline, outline.is_complete)

    duties = [
        Duty(
            title=span.requirement.title,
            url=_url_of(span),
            due_on=span.due_on,
            courses=[line_of(course) for course in asked[span.requirement_id]],
            day=day,
        )
        for span in spans
    ]
    return Dashboard(
        year=ledger.summary(person, day.year),
        go_on=_go_on(user, person),
        open_duties=[duty for duty in duties if not duty.is_complete],
        met_duties=[duty for duty in duties if duty.is_complete],
        chosen=[line_of(course) for course in enrolled],
        finished=list(
            Completion.objects.filter(person=person, course__isnull=False, revoked_at__isnull=True)
            .select_related("course__page", "course_version")
            .order_by("-completed_at")[:FINISHED_SHOWN]
        ),
    )


def _url_of(span: RequiredSpan) -> str:
    curriculum = span.requirement.curriculum
    return f"/curricula/{curriculum.public_id}/" if curriculum else ""


def _go_on(user: User, person: Person) -> GoOn | None:
    """The lecture last watched that is not complete and that the person may still watch."""
    recordings = watching.recordings_under_way(person, LOOKED_THROUGH)
    lectures = list(
        accessible_lectures(user)
        .filter(recording__in=recordings)
        .select_related("lecturer", "recording__current_generation")
        .distinct()
    )
    standing = watching.progress_for(person, lectures)
    latest = {recording_id: place for place, recording_id in enumerate(recordings)}
    unfinished = [lecture for lecture in lectures if not standing[lecture.pk].is_complete]
    unfinished.sort(key=lambda lecture: latest[lecture.recording_id or 0])
    return GoOn(unfinished[0], standing[unfinished[0].pk]) if unfinished else None
