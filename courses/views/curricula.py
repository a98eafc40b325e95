"""A curriculum as those see it of whom it asks something: its courses, its dates, and where I stand."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses import duties, extensions, reasons
from courses.access import accessible_courses, accessible_curricula
from courses.duties import Duty
from courses.models import Extension, ExtensionState, Requirement
from people.access import person_of
from people.days import today


@login_required
@require_safe
def curriculum(request: HttpRequest, public_id: UUID) -> HttpResponse:
    found = (
        accessible_curricula(request.user)
        .select_related(
            "owner",
            "audience_organisation",
            "requirement__curriculum__audience_organisation",
            "requirement__owner",
        )
        .filter(public_id=public_id, requirement__isnull=False)
        .first()
    )
    if found is None:
        raise Http404
    requirement: Requirement = found.requirement
    person = person_of(request.user)
    day = today()
    mine = extensions.due_on_for(person, requirement, day) if person else None
    (duty,) = duties.duties_of(request.user, person, [(requirement, mine or requirement.due_on)], day)
    open_to_me = set(
        accessible_courses(request.user)
        .filter(pk__in=[each.course.pk for each in duty.courses])
        .values_list("pk", flat=True)
    )
    is_asked_of_me = mine is not None
    asked = Extension.objects.filter(person=person, requirement=requirement).first() if person else None
    reason = reasons.reasons_of(person, [requirement], day)[0] if person else None
    return render(
        request,
        "courses/curriculum.html",
        {
            "curriculum": found,
            "requirement": requirement,
            "duty": duty,
            "is_asked_of_me": is_asked_of_me,
            "reason": reason,
            "person": person,
            "extension": asked,
            "may_extend": is_asked_of_me
            and not duty.is_complete
            and not duty.is_closed
            and (asked is None or asked.state != ExtensionState.OPEN)
            and extensions.latest_day(requirement, duty.due_on) > duty.due_on,
            "required_cards": _cards(duty, open_to_me, is_elective=False),
            "elective_cards": _cards(duty, open_to_me, is_elective=True),
            "next_up": _next_up(duty, open_to_me) if is_asked_of_me and not duty.is_closed else None,
        },
    )


def _cards(duty: Duty, open_to_me: set[int], *, is_elective: bool) -> list[dict[str, Any]]:
    return [
        {"line": each, "page": each.course.page if each.course.pk in open_to_me else None}
        for each in (duty.electives if is_elective else duty.required)
    ]


def _next_up(duty: Duty, open_to_me: set[int]) -> dict[str, Any] | None:
    """The lecture to go on with, where the reader may open its course."""
    found = duty.next_line
    return {"course": found[0], "line": found[1]} if found and found[0].pk in open_to_me else None
