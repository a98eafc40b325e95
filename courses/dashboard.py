"""What my page says: what this year has brought, where to go on, what is required next, what is done."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from courses import duties, going_on, ledger, outlines
from courses.duties import Duty
from courses.going_on import GoOn
from courses.ledger import YearSummary
from courses.models import Completion, Course, Enrolment, RequiredSpan, Requirement
from courses.outlines import Outline
from people.models import Person, User

FINISHED_SHOWN = 6


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course of the person's own choice, and where he stands in it."""

    course: Course
    outline: Outline
    is_complete: bool


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One person's page on one day. `go_on`: what runs out or is due first, then what was touched last."""

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
        go_on=going_on.of(user, person, found, timezone.now()),
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
