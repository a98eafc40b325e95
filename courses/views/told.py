"""What pages of activities are told in JSON of a refusal: its code and its words."""

from django.http import JsonResponse

from courses.refusals import Refusal


def refused(refusal: Refusal) -> JsonResponse:
    return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=refusal.status)
