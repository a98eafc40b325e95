"""The first page: a committee's curricula by urgency, or a firm's table of who lacks what."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people.days import today
from people.models import OrganisationKind
from reports.chat_text import who_lacks_what
from reports.definitions import DEFINITIONS
from reports.overview import MAX_LACKING, by_person, matters, who_lacks
from reports.views.doors import Reader, for_readers


@for_readers
def overview(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What needs attention in the unit asked for, or in the reader's own."""
    day = reader.question.day
    found = matters(reader.unit, day)
    context = {
        "reader": reader,
        "question": reader.question,
        "unit": reader.unit,
        "crumbs": reader.crumbs(),
        "today": today(),
        "matters": found,
        "pressing": [each for each in found if each.needs_attention],
        "others": [each for each in found if not each.needs_attention],
        "definitions": DEFINITIONS,
    }
    if reader.unit.kind == OrganisationKind.ASSOCIATION:
        return render(request, "reports/overview.html", context)
    requirements = [each.requirement for each in found]
    lacking = who_lacks(reader.unit, requirements, day)
    context |= {
        "lacking": by_person(lacking, requirements),
        "is_cut": len(lacking) == MAX_LACKING,
        "chat_text": who_lacks_what(reader.unit.name, lacking, day),
    }
    return render(request, "reports/firm.html", context)
