"""What pages of activities are told in JSON: a refusal with its code, and what was completed."""

from typing import Any

from django.http import JsonResponse

from courses import credit
from courses.completion import Settled
from courses.refusals import Refusal


def refused(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)


def told_completed(settled: Settled | None) -> dict[str, Any] | None:
    """The credit given, and the courses that became complete by it."""
    if settled is None:
        return None
    return {
        "credit": str(credit.as_decimal(credit.credit_of(settled.entry.seconds))),
        "minutes": settled.entry.seconds // 60,
        "courses": [each.course.title for each in settled.courses if each.course],
    }
