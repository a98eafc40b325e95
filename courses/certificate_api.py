"""Public verification in the API: what anybody may ask about a certificate of which he has the number or the code."""

from typing import Annotated, Any

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from courses import verifying
from courses.certificates.claims import Kind
from courses.verifying import Verdict
from courses.views.verify import allow

router = Router(tags=["certificates"])


class CodeRequest(Schema):
    """The text of a certificate's code, or the link in it."""

    code: Annotated[str, Field(max_length=5000)]


@router.post("/certificates/verify", auth=None)
def by_code(request: HttpRequest, body: CodeRequest) -> JsonResponse:
    """The same by the signed code; "unregistered" is rightly signed and not in this register."""
    allow(request)
    return JsonResponse(_told(verifying.by_code(body.code)))


@router.get("/certificates/{number}", auth=None)
def by_number(request: HttpRequest, number: str) -> JsonResponse:
    """What the register says of a certificate, as of now."""
    allow(request)
    return JsonResponse(_told(verifying.by_number(number[:80])))


def _told(verdict: Verdict) -> dict[str, Any]:
    claim = verdict.claim
    return {
        "state": verdict.state,
        "as_of": timezone.now().isoformat(timespec="seconds"),
        "since": verdict.since.isoformat(timespec="seconds") if verdict.since else None,
        "kind": "completion" if claim.kind is Kind.COMPLETION else "statement",
        "number": claim.number,
        "issuer": claim.issuer,
        "issued_on": claim.issued_on.isoformat(),
        "name": claim.name,
        "organisation": claim.organisation,
        "licence_end": claim.licence_end,
        "course": verdict.course or None,
        "year": claim.year or None,
        "day": claim.day.isoformat(),
        "credits": str(claim.credit),
        "required": str(claim.required) if claim.required is not None else None,
        "categories": [{"name": name, "credits": str(milli / 1000)} for name, milli in claim.categories],
    }
