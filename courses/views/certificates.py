"""A lawyer's certificates: asked for, looked at, saved as PDF or picture; also for those who may read them."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import certificate_access, certificate_files, issuing
from courses.certificate_refusals import NothingToCertify
from courses.models import Certificate, Completion
from courses.refusals import Refusal
from courses.views.desk_doors import own_person, page_of, signed_in, user_of
from people import audit_log, merging
from people.access import is_himself
from people.models import Person

CERTIFICATES_A_PAGE = 20


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """/my/certificates/."""
    mine = Certificate.objects.filter(person__in=merging.records_of(own_person(request))).order_by(
        "-issued_at", "-pk"
    )
    return render(
        request, "courses/certificates/mine.html", {"page": page_of(request, mine, CERTIFICATES_A_PAGE)}
    )


@require_POST
@signed_in
def issue(request: HttpRequest) -> HttpResponse:
    """/my/certificates/issue/ with course= (its public id) or year=: to the certificate, old or new."""
    person = own_person(request)
    try:
        issued = _issue(request, person)
    except Refusal as refusal:
        return render(
            request, "courses/certificates/refused.html", {"refusal": refusal}, status=refusal.status
        )
    return redirect("courses:certificate", issued.certificate.public_id)


@signed_in
def certificate(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/certificates/<uuid>/: the picture, the files, the link, and what has become of it."""
    found = _certificate(request, public_id)
    is_own = is_himself(user_of(request), found.person)
    return render(
        request,
        "courses/certificates/certificate.html",
        {
            "certificate": found,
            "is_own": is_own,
            "link": certificate_files.short_link(found),
            "code_link": certificate_files.link(found),
            "may_revoke": not found.revoked_at and certificate_access.may_revoke(request.user, found),
            "newer": Certificate.objects.filter(replaces=found).first(),
        },
    )


@signed_in
def pdf(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/certificates/<uuid>.pdf."""
    return _file(request, public_id, "pdf")


@signed_in
def picture(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/certificates/<uuid>.png: shown in the page, so that a long press saves it; ?download=1 as a file."""
    return _file(request, public_id, "png")


def _certificate(request: HttpRequest, public_id: UUID) -> Certificate:
    allowed = certificate_access.accessible_certificates(request.user)
    found: Certificate = get_object_or_404(
        allowed.select_related("person", "completion__course__page"), public_id=public_id
    )
    audit_log.looked_at(user_of(request), found.person, _("Certificate"))
    return found


def _issue(request: HttpRequest, person: Person) -> issuing.Issued:
    year = request.POST.get("year", "")
    if year:
        if not (year.isascii() and year.isdigit() and 2000 <= int(year) <= 2999):
            raise Http404
        return issuing.issue_statement(person, int(year))
    completion = (
        Completion.objects.filter(person=person, course__public_id=_uuid(request.POST.get("course", "")))
        .select_related("course_version")
        .order_by("revoked_at")
        .order_by("-pk")
        .first()
    )
    if completion is None:
        raise NothingToCertify
    return issuing.issue_completion(completion)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text[:40])
    except ValueError as error:
        raise Http404 from error


def _file(request: HttpRequest, public_id: UUID, kind: str) -> HttpResponse:
    found = _certificate(request, public_id)
    try:
        content = certificate_files.pdf(found) if kind == "pdf" else certificate_files.picture(found)
    except Refusal as refusal:
        return render(
            request, "courses/certificates/refused.html", {"refusal": refusal}, status=refusal.status
        )
    response = HttpResponse(content, content_type="application/pdf" if kind == "pdf" else "image/png")
    disposition = "attachment" if kind == "pdf" or "download" in request.GET else "inline"
    response["Content-Disposition"] = f'{disposition}; filename="{found.number}.{kind}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
