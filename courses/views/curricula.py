"""A curriculum as those see it of whom it asks something: its courses, the due date, and where I stand."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from courses import outlines
from courses.access import accessible_courses, accessible_curricula
from courses.models import Completion, Course, RequiredSpan, Requirement
from people.access import person_of
from people.days import today
from people.models.periods import valid_on


def curriculum(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = (
        accessible_curricula(request.user)
        .select_related("owner", "audience_organisation", "requirement")
        .filter(public_id=public_id, requirement__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    requirement: Requirement = found.requirement
    person = person_of(request.user)
    courses = list(
        Course.objects.filter(requirements__requirement=requirement)
        .select_related("page__cover", "audience_organisation")
        .order_by("requirements__position")
    )
    shown = outlines.outlines_of(courses, person)
    open_to_me = set(
        accessible_courses(request.user)
        .filter(pk__in=[each.pk for each in courses])
        .values_list("pk", flat=True)
    )
    is_asked_of_me = (
        person is not None
        and RequiredSpan.objects.filter(valid_on(today()), person=person, requirement=requirement).exists()
    )
    complete = [each for each in courses if shown.get(each.pk, outlines.Outline()).is_complete]
    return render(
        request,
        "courses/curriculum.html",
        {
            "curriculum": found,
            "requirement": requirement,
            "is_asked_of_me": is_asked_of_me,
            "cards": [
                {
                    "course": each,
                    "page": each.page if each.pk in open_to_me else None,
                    "outline": shown.get(each.pk, outlines.Outline()),
                }
                for each in courses
            ],
            "next_up": _next_up(courses, shown, open_to_me) if is_asked_of_me else None,
            "complete_count": len(complete),
            "is_complete": bool(courses) and len(complete) == len(courses),
            "completed_on": _completed_on(person.pk, courses) if person else None,
            "is_overdue": today() > requirement.due_on,
            "days_left": (requirement.due_on - today()).days,
        },
    )


def _next_up(
    courses: list[Course], shown: dict[int, outlines.Outline], open_to_me: set[int]
) -> dict[str, Any] | None:
    """The lecture to go on with: of the first course that is not complete and that the reader may open."""
    for course in courses:
        outline = shown.get(course.pk, outlines.Outline())
        if course.pk in open_to_me and not outline.is_complete and outline.next_line is not None:
            return {"course": course, "line": outline.next_line}
    return None


def _completed_on(person_id: int, courses: list[Course]) -> object:
    """The day of the last course's completion; None before all are complete."""
    days = list(
        Completion.objects.filter(
            person_id=person_id, course__in=courses, revoked_at__isnull=True
        ).values_list("day", flat=True)
    )
    return max(days) if days and len(days) == len(courses) else None
