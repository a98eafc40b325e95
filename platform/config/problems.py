"""Refusals as RFC 9457 problem documents, with the coded reason that pages also use."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

CONTENT_TYPE = "application/problem+json"


def problem(code: str, detail: str, *, status: int, **members: Any) -> HttpResponse:
    """A problem document: `code` for programs, `detail` for the person, further members as given."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **members,
    }
    return JsonResponse(
        document, status=status, content_type=CONTENT_TYPE, json_dumps_params={"ensure_ascii": False}
    )


def coded_refusal(request: HttpRequest, error: Exception) -> HttpResponse:
    """A deed's named refusal (`code`, `status`, text) as a problem document."""
    return problem(
        getattr(error, "code", "refused"),
        str(error),
        status=getattr(error, "status", 400),
        **getattr(error, "members", {}),
    )
