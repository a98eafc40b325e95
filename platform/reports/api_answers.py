"""What answers of the coverage API look like, and that an unchanged one need not be sent again."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext_lazy as _

from courses.models import Requirement
from people.models import Organisation
from reports.access import tree_of
from reports.figures import Figures
from reports.standings import Standing

NO_SUCH_DAY = _("Figures are counted from 2000 on and up to today.")
NO_SUCH_GROUP = _("There is no such group: name what to count by, and the key of one of its lines.")


def answer(request: HttpRequest, content: dict[str, Any]) -> HttpResponseBase:
    """The content as JSON under a digest of itself; 304 where the caller has just that already."""
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    response["ETag"] = f'"{digest[:32]}"'
    # Kept by the one who asked, and asked for again each time.
    patch_cache_control(response, private=True, no_cache=True)
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def where(unit: Organisation, day: date) -> dict[str, Any]:
    return {"organisation": organisation(unit), "tree": str(tree_of(unit)), "as_of": day.isoformat()}


def organisation(unit: Organisation) -> dict[str, str]:
    return {"id": str(unit.public_id), "name": unit.name, "kind": unit.kind}


def matter(requirement: Requirement) -> dict[str, Any]:
    return {
        "id": str(requirement.public_id),
        "kind": requirement.kind,
        "title": requirement.title,
        "opens_on": requirement.opens_on.isoformat(),
        "due_on": requirement.due_on.isoformat(),
        "closes_on": requirement.closes_on.isoformat() if requirement.closes_on else None,
    }


def figures(found: Figures) -> dict[str, int | None]:
    """required = in_time + late + started + not_started; coverage in thousandths, rounded down."""
    return {
        "required": found.required,
        "completed": found.completed,
        "in_time": found.in_time,
        "late": found.late,
        "started": found.started,
        "not_started": found.not_started,
        "overdue": found.overdue,
        "exempt": found.exempt,
        "coverage_permille": found.permille,
    }


def person(found: Standing) -> dict[str, Any]:
    return {
        "id": found.public_id,
        "name": found.name,
        "organisation": found.organisation,
        "licence": found.licence or None,
        "state": found.state,
        "due_on": found.due_on.isoformat(),
        "is_extended": found.is_extended,
        "is_overdue": found.is_overdue,
        "completed_on": found.completed_on.isoformat() if found.completed_on else None,
        "watched_permille": found.watched_permille,
    }


def page(
    name: str, rows: Sequence[dict[str, Any]], count: int, number: int, limit: int, *, is_cut: bool
) -> dict[str, Any]:
    """One page of rows under `name`; `is_cut` where `rows` are that page already. `next` is None after the last."""
    shown = rows if is_cut else rows[(number - 1) * limit : number * limit]
    is_last = number * limit >= count
    return {name: list(shown), "count": count, "page": number, "next": None if is_last else number + 1}
