"""Why a person counts for each curriculum, or does not: a page for himself and for whoever answers for him."""

import datetime as dt
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from courses import persons_shown, reasons
from courses.views.desk_doors import page_of, signed_in
from people.access import person_for, person_of
from people.days import today

CURRICULA_A_PAGE = 20


@signed_in
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/persons/<uuid>/required/?day=."""
    found = person_for(request.user, public_id)
    day = _day(request.GET.get("day", ""))
    page = page_of(request, reasons.about(found), CURRICULA_A_PAGE)
    return render(
        request,
        "courses/reasons.html",
        {
            "person": persons_shown.shown([found.pk])[found.pk],
            "is_own": found == person_of(request.user),
            "day": day,
            "page": page,
            "reasons": reasons.reasons_of(found, list(page), day),
        },
    )


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return today()
