"""The desk of lists: prepared, submitted, approved by a second person, entered, taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses import attended, desk_access, persons_shown, recognition, tasks
from courses.amounts import Amount, plain
from courses.desk_access import accessible_recognitions
from courses.models import (
    AttendanceState,
    LineState,
    Recognition,
    RecognitionKind,
    RecognitionLine,
    RecognitionState,
)
from courses.recognition import Details
from courses.refusals import Refusal
from courses.views.desk_doors import for_desks, page_of, refuse, status_of, user_of
from courses.views.desk_forms import ReasonForm
from courses.views.list_forms import RecognitionForm

OUTSIDE_SHOWN = 100
WORKING = (RecognitionState.APPLYING, RecognitionState.TAKING_BACK)


@for_desks
def index(request: HttpRequest) -> HttpResponse:
    """/desk/lists/?state=: the latest first."""
    allowed = accessible_recognitions(request.user)
    state = request.GET.get("state", "")
    rows = allowed.select_related("owner", "created_by")
    if state in RecognitionState.values:
        rows = rows.filter(state=state)
    counts = dict(allowed.order_by().values_list("state").annotate(n=Count("pk")))
    return render(
        request,
        "courses/desk/lists.html",
        {
            "page": page_of(request, rows),
            "state": state,
            "states": [(value, label, counts.get(value, 0)) for value, label in RecognitionState.choices],
            "may_prepare": bool(desk_access.desk_organisations(request.user)),
        },
    )


@for_desks
def new(request: HttpRequest) -> HttpResponse:
    """/desk/lists/new/."""
    owners = desk_access.desk_organisations(request.user)
    if not owners:
        raise Http404
    form = RecognitionForm(request.POST or None, owners=owners)
    if request.method == "POST" and form.is_valid():
        owner = next(each for each in owners if str(each.public_id) == form.cleaned_data["owner"])
        try:
            made = recognition.create(owner, _details(form), by=user_of(request))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("courses:desk_list", made.public_id)
    return render(request, "courses/desk/list_form.html", {"form": form}, status=status_of(form))


@for_desks
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/lists/<uuid>/change/."""
    listed = list_to_prepare(request, public_id)
    form = RecognitionForm(request.POST or None, owners=[listed.owner], initial=_initial(listed))
    if request.method == "POST" and form.is_valid():
        try:
            recognition.change(listed, _details(form))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            return redirect("courses:desk_list", listed.public_id)
    return render(
        request, "courses/desk/list_form.html", {"form": form, "listed": listed}, status=status_of(form)
    )


@for_desks
def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/lists/<uuid>/: what it holds and what can be done with it now."""
    listed = list_of(request, public_id)
    user = user_of(request)
    if request.method == "POST":
        return _do(request, listed)
    is_draft = listed.state == RecognitionState.DRAFT
    context: dict[str, Any] = {
        "listed": listed,
        "proofs": listed.proofs.all(),
        "steps": listed.steps.select_related("by"),
        "may_prepare": is_draft and desk_access.is_of(user, listed.owner),
        "may_approve": listed.state == RecognitionState.SUBMITTED
        and user.pk not in {listed.created_by_id, listed.submitted_by_id}
        and desk_access.is_of(user, listed.owner, desk_access.APPROVERS),
        "may_take_back": listed.state == RecognitionState.APPLIED
        and desk_access.is_of(user, listed.owner, desk_access.APPROVERS),
        "is_mine": user.pk in {listed.created_by_id, listed.submitted_by_id},
        "is_working": listed.state in WORKING,
        "is_opening": listed.kind == RecognitionKind.OPENING,
        "reason_form": ReasonForm(),
    }
    if is_draft:
        context |= _draft(request, listed)
    else:
        context |= _lines(request, listed)
    return render(request, "courses/desk/list.html", context)


@for_desks
def progress(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/lists/<uuid>/progress/: how far the entering is; asks for the whole page when it is done."""
    listed = list_of(request, public_id)
    response = render(request, "courses/desk/parts/list_progress.html", _figures(listed) | {"listed": listed})
    if listed.state not in WORKING:
        response["HX-Refresh"] = "true"
    return response


@for_desks
def line(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/lists/lines/<uuid>/: one person of an entered list, to take back what he got."""
    found = get_object_or_404(
        RecognitionLine.objects.select_related("recognition__owner", "person", "entry").filter(
            recognition__in=accessible_recognitions(request.user).values("pk")
        ),
        public_id=public_id,
    )
    if not desk_access.is_of(user_of(request), found.recognition.owner, desk_access.APPROVERS):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            recognition.take_back_line(found, by=user_of(request), text=form.cleaned_data["text"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Taken back; the person has been told."))
            return redirect("courses:desk_list", found.recognition.public_id)
    return render(
        request,
        "courses/desk/list_line.html",
        {
            "line": found,
            "listed": found.recognition,
            "person": persons_shown.shown([found.person_id])[found.person_id],
            "form": form,
        },
        status=status_of(form),
    )


def list_of(request: HttpRequest, public_id: UUID) -> Recognition:
    """The list that the user may see, or 404."""
    return get_object_or_404(
        accessible_recognitions(request.user).select_related(
            "owner", "created_by", "submitted_by", "approved_by", "activity"
        ),
        public_id=public_id,
    )


def list_to_prepare(request: HttpRequest, public_id: UUID) -> Recognition:
    """The list, for whoever may prepare it: an auditor reads it and changes nothing."""
    listed = list_of(request, public_id)
    if not desk_access.is_of(user_of(request), listed.owner):
        raise Http404
    return listed


def _do(request: HttpRequest, listed: Recognition) -> HttpResponse:
    act, text, by = request.POST.get("act", ""), request.POST.get("text", "")[:1000], user_of(request)
    if not desk_access.is_of(by, listed.owner):
        raise Http404
    try:
        if act == "submit":
            recognition.submit(listed, by=by)
        elif act == "discard":
            recognition.discard(listed, by=by)
        elif act == "withdraw":
            recognition.withdraw(listed, by=by)
        elif act == "send_back":
            recognition.send_back(listed, by=by, text=text)
        elif act == "approve":
            recognition.approve(listed, by=by)
            tasks.work_on_list.delay_on_commit(listed.pk)
        elif act == "take_back":
            recognition.take_back(listed, by=by, text=text)
            tasks.work_on_list.delay_on_commit(listed.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("courses:desk_list", listed.public_id)


def _draft(request: HttpRequest, listed: Recognition) -> dict[str, Any]:
    """The rows, the doubtful first, and what would be entered."""
    order = {AttendanceState.DOUBTFUL: 0, AttendanceState.UNKNOWN: 1}
    counts = dict(listed.attendance.order_by().values_list("state").annotate(n=Count("pk")))
    state = request.GET.get("rows", "")
    if state not in AttendanceState.values:
        state = min(counts, key=lambda each: order.get(AttendanceState(each), 2), default="")
    page = page_of(request, listed.attendance.filter(state=state))
    keys = {each.person_id for each in page if each.person_id} | {
        key for each in page for key in each.candidates[:3]
    }
    people = persons_shown.shown(keys)
    planned = attended.plan(listed)
    return {
        "page": page,
        "rows": [
            (
                each,
                people.get(each.person_id or 0),
                [people[key] for key in each.candidates[:3] if key in people],
            )
            for each in page
        ],
        "is_empty": not counts,
        "row_state": state,
        "row_states": [(value, label, counts.get(value, 0)) for value, label in AttendanceState.choices],
        "counted": sum(each.is_counted for each in planned),
        "is_share_unjudged": not listed.course_seconds
        and listed.attendance.filter(present_seconds__isnull=False).exists(),
        "too_short": sum(not each.is_counted for each in planned),
        "doubtful": counts.get(AttendanceState.DOUBTFUL, 0),
        "unknown": counts.get(AttendanceState.UNKNOWN, 0),
    }


def _lines(request: HttpRequest, listed: Recognition) -> dict[str, Any]:
    rows: QuerySet[RecognitionLine] = listed.lines.select_related("entry__reversal")
    page = page_of(request, rows, 50)
    people = persons_shown.shown(each.person_id for each in page)
    outside = listed.attendance.filter(state__in=(AttendanceState.UNKNOWN, AttendanceState.LEFT_OUT))
    names = outside.order_by("pk").values_list("named", "state", "why")
    return _figures(listed) | {
        "page": page,
        "lines": [(each, people[each.person_id]) for each in page],
        "persons": listed.lines.exclude(state=LineState.LEFT_OUT).values("person").distinct().count(),
        "outside": [
            (named, AttendanceState(state).label, why) for named, state, why in names[:OUTSIDE_SHOWN]
        ],
        "outside_count": outside.count(),
    }


def _figures(listed: Recognition) -> dict[str, int]:
    counts = dict(listed.lines.order_by().values_list("state").annotate(n=Count("pk")))
    done = counts.get(LineState.AWARDED, 0)
    taken = counts.get(LineState.TAKEN_BACK, 0)
    total = done + taken + counts.get(LineState.PLANNED, 0)
    return {
        "total": total,
        "awarded": done,
        "taken": taken,
        "left_out": counts.get(LineState.LEFT_OUT, 0),
        "worked": taken if listed.state == RecognitionState.TAKING_BACK else done,
    }


def _details(form: RecognitionForm) -> Details:
    given = form.cleaned_data
    measure: Amount = given["measure"]
    return Details(
        title=given["title"],
        day=given["day"],
        category=given["category"],
        kind=given["kind"],
        format=given["format"],
        unit=measure.unit,
        seconds=measure.seconds,
        quantity_milli=measure.quantity_milli,
        course_seconds=(given["course_minutes"] or 0) * 60,
        least_share_percent=given["least_share_percent"],
        note=given["note"],
    )


def _initial(listed: Recognition) -> dict[str, Any]:
    measure = Amount(listed.unit, listed.seconds, listed.quantity_milli)
    return {
        "owner": str(listed.owner.public_id),
        "kind": listed.kind,
        "title": listed.title,
        "day": listed.day,
        "category": listed.category,
        "format": listed.format,
        "number": plain(measure.number),
        "unit": measure.written_unit,
        "course_minutes": listed.course_seconds // 60 or None,
        "least_share_percent": listed.least_share_percent,
        "note": listed.note,
    }
