"""The matching desk: an attendance file or typed names come in, doubtful ones are decided by a person."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import desk_refusals, matching, persons_shown, recognition, steps
from courses.attendance import exports, workbooks
from courses.desk_access import accessible_recognitions
from courses.models import AttendanceRow, AttendanceState, Recognition, StepAct
from courses.refusals import Refusal
from courses.views.desk_doors import for_desks, refuse, status_of, user_of
from courses.views.list_forms import AttendanceFileForm, SheetForm, TypedNamesForm
from courses.views.recognition import list_to_prepare
from people.access import person_for


@for_desks
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/lists/<uuid>/add/: a file, typed names, or the signed sheet; which, the button says."""
    listed = list_to_prepare(request, public_id)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    file_form = AttendanceFileForm(request.POST, request.FILES) if act == "file" else AttendanceFileForm()
    names_form = TypedNamesForm(request.POST) if act == "names" else TypedNamesForm()
    sheet_form = SheetForm(request.POST, request.FILES) if act == "sheet" else SheetForm()
    form = {"file": file_form, "names": names_form, "sheet": sheet_form}.get(act)
    sessions: list[str] = []
    if form is not None and form.is_valid():
        try:
            if act == "sheet":
                recognition.attach(listed, form.cleaned_data["proof_files"], by=user_of(request))
                return redirect("courses:desk_list", listed.public_id)
            if act == "names":
                export = exports.typed(form.cleaned_data["names"])
            else:
                content = _content(form.cleaned_data["attendance"])
                export = matching.understand(content, session=form.cleaned_data["session"])
                if len(export.sessions) > 1 and form.cleaned_data["session"] not in export.sessions:
                    sessions = export.sessions
                    raise desk_refusals.SessionMissing
            rows = matching.take_in(listed, export)
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            if act == "file":
                _note(request, listed, form.cleaned_data["attendance"], content)
            _say(request, rows)
            return redirect("courses:desk_list", listed.public_id)
    return render(
        request,
        "courses/desk/list_add.html",
        {
            "listed": listed,
            "file_form": file_form,
            "names_form": names_form,
            "sheet_form": sheet_form,
            "sessions": sessions,
        },
        status=status_of(form) if form is not None else 200,
    )


@for_desks
def row(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/lists/rows/<uuid>/: one name of a file, who it may be, and the decision."""
    found = get_object_or_404(
        AttendanceRow.objects.select_related("recognition__owner").filter(
            recognition__in=accessible_recognitions(request.user).values("pk")
        ),
        public_id=public_id,
    )
    listed = list_to_prepare(request, found.recognition.public_id)
    if request.method == "POST":
        try:
            if request.POST.get("act") == "reopen":
                matching.reopen(found)
            elif request.POST.get("act") == "leave_out":
                matching.decide(found, None, by=user_of(request))
            else:
                chosen = person_for(request.user, request.POST.get("person", ""))
                matching.decide(found, chosen, by=user_of(request))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        following = listed.attendance.filter(state=AttendanceState.DOUBTFUL).first()
        if following is not None and request.POST.get("act") != "reopen":
            return redirect("courses:desk_list_row", following.public_id)
        return redirect("courses:desk_list", listed.public_id)
    asked = request.GET.get("q", "")
    people = list(persons_shown.shown(found.candidates).values())
    order = {key: place for place, key in enumerate(found.candidates)}
    searched = persons_shown.shown(each.pk for each in matching.found_by(listed.owner, asked))
    return render(
        request,
        "courses/desk/list_row.html",
        {
            "listed": listed,
            "row": found,
            "candidates": sorted(people, key=lambda each: order[each.person_id]),
            "searched": list(searched.values()),
            "q": asked,
            "waiting": listed.attendance.filter(state=AttendanceState.DOUBTFUL).count(),
        },
    )


def _content(file: UploadedFile) -> bytes:
    if (file.size or 0) > workbooks.MAX_BYTES:
        raise desk_refusals.TableTooLarge
    return file.read(workbooks.MAX_BYTES + 1)


def _note(request: HttpRequest, listed: Recognition, file: UploadedFile, content: bytes) -> None:
    """The history keeps which file was read."""
    digest = hashlib.sha256(content).hexdigest()
    steps.add(
        listed,
        StepAct.CHANGED,
        by=user_of(request),
        at=timezone.now(),
        text=f"{file.name} · SHA-256 {digest}",
    )


def _say(request: HttpRequest, rows: list[AttendanceRow]) -> None:
    matched = sum(each.state == AttendanceState.MATCHED for each in rows)
    text = ngettext("%(n)d name was read, %(m)d matched.", "%(n)d names were read, %(m)d matched.", len(rows))
    messages.success(request, text % {"n": len(rows), "m": matched})
    if matched < len(rows):
        messages.info(request, _("The others wait for you: a name alone is never enough."))
