"""The desk of corrections: what is wrong, the preview, the second person's agreement, progress, and the way back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from courses import correctable, corrections, desk_access, persons_shown, steps, tasks
from courses.corrections import Order
from courses.desk_access import APPROVERS, accessible_corrections
from courses.models import (
    Activity,
    Correction,
    CorrectionKind,
    CorrectionLine,
    CorrectionLineState,
    CorrectionState,
)
from courses.refusals import Refusal
from courses.views.correction_forms import CorrectionForm
from courses.views.desk_doors import for_desks, page_of, refuse, status_of, user_of
from courses.views.desk_forms import ReasonForm
from people.models import User


@for_desks
def index(request: HttpRequest) -> HttpResponse:
    """/desk/corrections/: the latest first."""
    rows = accessible_corrections(request.user).select_related("owner", "activity").order_by("-pk")
    rows = rows.annotate(entries=Count("lines"))
    may = any(desk_access.is_of(user_of(request), each, APPROVERS) for each in _owners(request))
    return render(
        request, "courses/desk/corrections.html", {"page": page_of(request, rows), "may_prepare": may}
    )


@for_desks
def new(request: HttpRequest) -> HttpResponse:
    """/desk/corrections/new/?q=, then ?activity=: find what was entered wrongly, and say what is right."""
    owners = [each for each in _owners(request) if desk_access.is_of(user_of(request), each, APPROVERS)]
    if not owners:
        raise Http404
    owner = owners[0]
    asked = request.GET.get("q", "")[:60]
    activity = _activity(request, owners)
    form = CorrectionForm(request.POST or None)
    if request.method == "POST" and activity is not None and form.is_valid():
        try:
            made = corrections.prepare(owner, activity, _order(form), by=user_of(request))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("courses:desk_correction", made.public_id)
    found = list(correctable.activities(owner, asked)) if activity is None else []
    return render(
        request,
        "courses/desk/correction_form.html",
        {
            "owner": owner,
            "activity": activity,
            "standing": correctable.entries(owner, activity).count() if activity else 0,
            "sample": correctable.entries(owner, activity).first() if activity else None,
            "found": found,
            "q": asked,
            "form": form,
        },
        status=status_of(form),
    )


@for_desks
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/corrections/<uuid>/change/: put right what a correction being prepared says."""
    batch = correction_of(request, public_id)
    user = user_of(request)
    if not desk_access.is_of(user, batch.owner, APPROVERS) or batch.kind == CorrectionKind.RESTORE:
        raise Http404
    form = CorrectionForm(request.POST or None, initial=CorrectionForm.initial_of(batch))
    if request.method == "POST" and form.is_valid():
        try:
            corrections.change(batch, _order(form), by=user)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("courses:desk_correction", batch.public_id)
    return render(
        request,
        "courses/desk/correction_form.html",
        {
            "batch": batch,
            "owner": batch.owner,
            "activity": batch.activity,
            "standing": batch.lines.count(),
            "sample": getattr(batch.lines.select_related("entry__organiser").first(), "entry", None),
            "form": form,
        },
        status=status_of(form),
    )


@for_desks
def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/corrections/<uuid>/."""
    batch = correction_of(request, public_id)
    if request.method == "POST":
        return _do(request, batch)
    user = user_of(request)
    authors = steps.authors(batch)
    page = page_of(request, batch.lines.select_related("entry", "award"), 50)
    people = persons_shown.shown(each.entry.person_id for each in page)
    is_restoring = batch.kind == CorrectionKind.RESTORE
    in_place = correctable.in_place_of(batch, list(page)) if is_restoring else {}
    changing = correctable.changing(batch).filter(pk__in=[each.pk for each in page])
    is_committee = desk_access.is_of(user, batch.owner, APPROVERS)
    return render(
        request,
        "courses/desk/correction.html",
        {
            "batch": batch,
            "preview": correctable.preview(batch),
            "page": page,
            "changing": set(changing.values_list("pk", flat=True)),
            "lines": [
                # An undone correction's own award stands there now, or nothing where it took something back.
                (
                    each,
                    people[each.entry.person_id],
                    in_place.get(each.entry_id) if is_restoring else each.entry,
                )
                for each in page
            ],
            "steps": batch.steps.select_related("by"),
            "is_mine": user.pk in authors,
            "authors": User.objects.filter(pk__in=authors).order_by("pk"),
            "is_committee": is_committee,
            "may_change": is_committee and batch.state == CorrectionState.DRAFT and not is_restoring,
            "may_approve": is_committee
            and batch.state == CorrectionState.SUBMITTED
            and user.pk not in authors,
            "may_undo": is_committee
            and batch.state in {CorrectionState.DONE, CorrectionState.CANCELLED}
            and batch.kind != CorrectionKind.RESTORE
            and not batch.undone_by.exclude(state=CorrectionState.DISCARDED).exists(),
            "undone_by": batch.undone_by.exclude(state=CorrectionState.DISCARDED).first(),
            "reason_form": ReasonForm(),
        }
        | _figures(batch),
    )


@for_desks
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/corrections/<uuid>/progress/."""
    batch = correction_of(request, public_id)
    response = render(
        request, "courses/desk/parts/correction_progress.html", _figures(batch) | {"batch": batch}
    )
    if batch.state != CorrectionState.RUNNING:
        response["HX-Refresh"] = "true"
    return response


@for_desks
@require_POST
def leave_out(request: HttpRequest, public_id: UUID, line: int) -> HttpResponse:
    """/desk/corrections/<uuid>/lines/<key>/leave-out/."""
    batch = correction_of(request, public_id)
    found = get_object_or_404(CorrectionLine, correction=batch, pk=line)
    if not desk_access.is_of(user_of(request), batch.owner, APPROVERS):
        raise Http404
    try:
        corrections.leave_out(found, by=user_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("courses:desk_correction", batch.public_id)


def correction_of(request: HttpRequest, public_id: UUID) -> Correction:
    """The batch that the user may see, or 404."""
    return get_object_or_404(
        accessible_corrections(request.user).select_related(
            "owner", "activity", "created_by", "approved_by", "undoes"
        ),
        public_id=public_id,
    )


def _do(request: HttpRequest, batch: Correction) -> HttpResponse:
    act, text, by = request.POST.get("act", ""), request.POST.get("text", "")[:1000], user_of(request)
    if not desk_access.is_of(by, batch.owner, APPROVERS):
        raise Http404
    try:
        if act == "submit":
            corrections.submit(batch, by=by)
        elif act == "withdraw":
            corrections.withdraw(batch, by=by)
        elif act == "send_back":
            corrections.send_back(batch, by=by, text=text)
        elif act == "discard":
            corrections.discard(batch, by=by)
        elif act == "approve":
            corrections.approve(batch, by=by)
            tasks.work_on_correction.delay_on_commit(batch.pk)
        elif act == "cancel":
            corrections.cancel(batch, by=by)
        elif act == "resume":
            corrections.resume(batch, by=by)
            tasks.work_on_correction.delay_on_commit(batch.pk)
        elif act == "undo":
            batch = corrections.prepare_restoration(batch, by=by, explanation=text)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("courses:desk_correction", batch.public_id)


def _owners(request: HttpRequest) -> list[Any]:
    return desk_access.desk_organisations(request.user)


def _activity(request: HttpRequest, owners: list[Any]) -> Activity | None:
    """The activity that the address names, if somebody of the owner's subtree has an award of it."""
    text = request.GET.get("activity", "")
    if not text:
        return None
    try:
        key = UUID(text)
    except ValueError as error:
        raise Http404 from error
    standing = correctable.entries(owners[0]).values("activity_id")
    return get_object_or_404(Activity, public_id=key, pk__in=standing)


def _order(form: CorrectionForm) -> Order:
    given = form.cleaned_data
    measure = given.get("measure")
    return Order(
        kind=given["kind"],
        cause=given["cause"],
        explanation=given["explanation"],
        seconds=measure.seconds if measure else 0,
        quantity_milli=measure.quantity_milli if measure else None,
    )


def _figures(batch: Correction) -> dict[str, int]:
    counts = dict(batch.lines.order_by().values_list("state").annotate(n=Count("pk")))
    skipped = counts.get(CorrectionLineState.SKIPPED, 0)
    return {
        "total": sum(counts.values()),
        "worked": counts.get(CorrectionLineState.DONE, 0) + skipped,
        "skipped": skipped,
    }
