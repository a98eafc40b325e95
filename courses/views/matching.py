"""The matching desk: an attendance file or typed names come in, doubtful ones are decided by a person."""

import hashlib
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import desk_refusals, matching, persons_shown, recognition, steps
from courses.attendance import exports, naming, workbooks
from courses.desk_access import accessible_recognitions
from courses.models import AttendanceRow, AttendanceState, Recognition, RecognitionKind, StepAct
from courses.refusals import Refusal
from courses.views.desk_doors import for_desks, refuse, status_of, user_of
from courses.views.list_forms import AttendanceFileForm, SheetForm, TypedNamesForm
from courses.views.recognition import list_to_prepare
from people import search_terms
from people.access import person_for


@for_desks
def add(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/lists/<uuid>/add/: a file, typed names, or the signed sheet; which, the button says."""
    listed = list_to_prepare(request, public_id)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    file_form = AttendanceFileForm(request.POST, request.FILES) if act == "file" else AttendanceFileForm()
    names_form = TypedNamesForm(request.POST) if act == "names" else TypedNamesForm()
    sheet_form = SheetForm(request.POST, request.FILES) if act == "sheet" else SheetForm()
    if listed.kind == RecognitionKind.OPENING:
        sheet_form.fields["proof_files"].help_text = _(
            "Photographs or PDF, up to 6 files of 10 MB: the earlier platform's export, the association's register …"
        )
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
            return _onward(request, listed)
    return render(
        request,
        "courses/desk/list_add.html",
        {
            "listed": listed,
            "file_form": file_form,
            "names_form": names_form,
            "sheet_form": sheet_form,
            "sessions": sessions,
            "is_opening": listed.kind == RecognitionKind.OPENING,
        },
        status=200 if form is None or request.headers.get("HX-Request") else status_of(form),
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
                _decide(request, found)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        following = listed.attendance.filter(state=AttendanceState.DOUBTFUL).first()
        if following is not None and request.POST.get("act") not in {"reopen", "also"}:
            return redirect("courses:desk_list_row", following.public_id)
        return redirect("courses:desk_list", listed.public_id)
    asked = search_terms.asked(request)
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
            "beside": _beside(found),
            "waiting": listed.attendance.filter(state=AttendanceState.DOUBTFUL).count(),
        },
    )


def _decide(request: HttpRequest, found: AttendanceRow) -> None:
    """Whoever is chosen; further ones, where several sat before one device, get rows beside it."""
    given = request.POST.getlist("person")[: naming.MAX_CANDIDATES]
    chosen = [person_for(request.user, each) for each in given or [""]]
    first, *others = chosen
    if request.POST.get("act") == "also":
        others = chosen
    else:
        matching.decide(found, first, by=user_of(request))
    for each in others:
        if each is not None:
            matching.also(found, each)


def _beside(found: AttendanceRow) -> list[persons_shown.Shown]:
    """Who else the same name of the file stands for."""
    rows = found.recognition.attendance.filter(named=found.named, state=AttendanceState.MATCHED)
    keys = [each.person_id for each in rows.exclude(pk=found.pk)[: naming.MAX_CANDIDATES] if each.person_id]
    return list(persons_shown.shown(keys).values())


def _content(file: UploadedFile) -> bytes:
    if (file.size or 0) > workbooks.MAX_BYTES:
        raise desk_refusals.TableTooLarge
    return file.read(workbooks.MAX_BYTES + 1)


def _onward(request: HttpRequest, listed: Recognition) -> HttpResponse:
    """To the list; the page's own request is told to go there."""
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": reverse("courses:desk_list", args=[listed.public_id])})
    return redirect("courses:desk_list", listed.public_id)


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
    absent = sum(each.why == naming.Why.ABSENT for each in rows)
    if absent:
        left_out = ngettext(
            "%(n)d name is left out because the file says that it was not there.",
            "%(n)d names are left out because the file says that they were not there.",
            absent,
        )
        messages.info(request, left_out % {"n": absent})
    if matched + absent < len(rows):
        messages.info(request, _("The others wait for you: a name alone is never enough."))
