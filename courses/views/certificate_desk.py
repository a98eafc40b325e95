"""The desk of certificates: those of one's own subtree, revocation with a reason, and batches for everybody there."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from courses import certificate_access, certificate_batches, desk_access, issuing, persons_shown, tasks
from courses.models import (
    Certificate,
    CertificateBatch,
    Course,
    RevocationReason,
)
from courses.refusals import Refusal
from courses.views.desk_doors import for_desks, page_of, refuse, status_of, user_of
from people import audit_log, search_terms
from people.days import today
from people.models import AuditAct, Organisation, OrganisationKind

STATES = {
    "valid": Q(revoked_at__isnull=True, superseded_at__isnull=True),
    "superseded": Q(revoked_at__isnull=True, superseded_at__isnull=False),
    "revoked": Q(revoked_at__isnull=False),
}
COURSES_OFFERED = 200
ORGANISATIONS_OFFERED = 300


class RevokeForm(forms.Form):
    """Why a certificate is revoked."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"), choices=RevocationReason.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(
        label=gettext_lazy("What the lawyer is told besides"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class BatchForm(forms.Form):
    """For whom, and for which course or year."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=gettext_lazy("Organisation"))
    what = forms.ChoiceField(label=gettext_lazy("What is certified"))

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - declared above
        offered = (
            certificate_access.batch_organisations(request.user)
            .exclude(kind=OrganisationKind.PARTY_BRANCH)
            .order_by("kind", "name")
        )
        field.queryset = offered
        tops = desk_access.desk_organisations(request.user)
        shown = [*tops, *offered.exclude(pk__in=[top.pk for top in tops])[:ORGANISATIONS_OFFERED]]
        self.has_organisations = bool(shown)
        field.choices = [(each.pk, each.name) for each in shown]
        year = today().year
        years = [
            (f"year:{each}", _("Yearly credit statement %(year)s") % {"year": each})
            for each in (year, year - 1)
        ]
        courses = certificate_access.batch_courses(request.user)[:COURSES_OFFERED]
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)  # noqa: S101 - declared above
        what.choices = [
            (_("A year"), years),
            (_("A completed course"), [(f"course:{each.pk}", each.title) for each in courses]),
        ]


@for_desks
def index(request: HttpRequest) -> HttpResponse:
    """/desk/certificates/?q=&state=."""
    rows, q, state = _searched(request)
    page = page_of(request, rows)
    persons = persons_shown.shown(each.person_id for each in page)
    return render(
        request,
        "courses/certificates/desk.html",
        {
            "page": page,
            "rows": [(each, persons[each.person_id]) for each in page],
            "q": q,
            "state": state,
            "states": [("", _("All")), *_state_words()],
        },
    )


@for_desks
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/certificates/<uuid>/revoke/: the question, and the deed."""
    rows = certificate_access.desk_certificates(request.user).select_related("person")
    found = get_object_or_404(rows, public_id=public_id)
    if not certificate_access.may_revoke(request.user, found):
        raise Http404
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            issuing.revoke(
                found, by=user_of(request), reason=RevocationReason(given["reason"]), note=given["note"]
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Revoked. Whoever verifies it online sees that from now on."))
            return redirect("courses:certificate", found.public_id)
    person = persons_shown.shown([found.person_id])[found.person_id]
    return render(
        request,
        "courses/certificates/revoke.html",
        {"form": form, "certificate": found, "person": person},
        status=status_of(form),
    )


@for_desks
def batches(request: HttpRequest) -> HttpResponse:
    """/desk/certificates/batches/: the earlier ones, and a new one."""
    form = BatchForm(request.POST or None, request=request)
    if request.method == "POST" and not form.has_organisations:
        raise Http404
    if request.method == "POST" and form.is_valid():
        kind, _colon, value = form.cleaned_data["what"].partition(":")
        course = (
            get_object_or_404(certificate_access.batch_courses(request.user), pk=int(value))
            if kind == "course"
            else None
        )
        try:
            batch = _start(request, form.cleaned_data["organisation"], course, None if course else int(value))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("courses:desk_certificate_batch", batch.public_id)
    rows = (
        certificate_access.accessible_batches(request.user)
        .select_related("organisation", "course")
        .order_by("-created_at", "-pk")
    )
    return render(
        request,
        "courses/certificates/batches.html",
        {
            "form": form,
            "page": page_of(request, rows),
            "may_issue": form.has_organisations,
        },
        status=status_of(form),
    )


@for_desks
def batch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/certificates/batches/<uuid>/; POST act=cancel or retry."""
    found = _batch(request, public_id)
    problem = ""
    if request.method == "POST":
        try:
            _act(request, found)
            return redirect("courses:desk_certificate_batch", found.public_id)
        except Refusal as refusal:
            problem = str(refusal)
    return render(
        request,
        "courses/certificates/batch.html",
        {"batch": found, "problem": problem, "may_act": _may_act(request, found)},
        status=409 if problem else 200,
    )


@for_desks
def batch_progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The part of the batch's page that asks again while it is under way."""
    found = _batch(request, public_id)
    if not found.is_active:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "courses/certificates/batch_progress.html", {"batch": found})


@for_desks
def batch_archive(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """The packed PDFs."""
    found = _batch(request, public_id)
    content = certificate_batches.archive(found)
    if content is None:
        raise Http404
    audit_log.record(
        AuditAct.EXPORTED,
        by=user_of(request),
        organisation=found.organisation,
        about=_("Certificates"),
        persons=found.issued,
    )
    return FileResponse(
        content, as_attachment=True, filename=f"certificates-{public_id}.zip", content_type="application/zip"
    )


def _searched(request: HttpRequest) -> tuple[QuerySet[Certificate], str, str]:
    rows = certificate_access.desk_certificates(request.user).select_related("completion__course_version")
    q, state = search_terms.asked(request), request.GET.get("state", "")
    if q:
        rows = rows.filter(Q(person__name__icontains=q) | Q(number__icontains=q.upper()))
    if state in STATES:
        rows = rows.filter(STATES[state])
    return rows.order_by("-issued_at", "-id"), q, state if state in STATES else ""


def _state_words() -> list[tuple[str, str]]:
    return [
        ("valid", _("Valid")),
        ("superseded", pgettext("of a certificate", "Lapsed")),
        ("revoked", _("Revoked")),
    ]


def _start(
    request: HttpRequest, organisation: Organisation, course: Course | None, year: int | None
) -> CertificateBatch:
    with transaction.atomic():
        made = certificate_batches.start(user_of(request), organisation, course=course, year=year)
        transaction.on_commit(lambda: tasks.work_on_certificates.delay(made.pk))
    return made


def _batch(request: HttpRequest, public_id: UUID) -> CertificateBatch:
    rows = certificate_access.accessible_batches(request.user).select_related("organisation", "course")
    return get_object_or_404(rows, public_id=public_id)


def _may_act(request: HttpRequest, found: CertificateBatch) -> bool:
    return desk_access.is_of(request.user, found.organisation)


def _act(request: HttpRequest, found: CertificateBatch) -> None:
    if not _may_act(request, found):
        raise Http404
    if request.POST.get("act") == "cancel":
        certificate_batches.cancel(found)
    elif request.POST.get("act") == "retry":
        with transaction.atomic():
            certificate_batches.retry(found)
            transaction.on_commit(lambda: tasks.work_on_certificates.delay(found.pk))
