"""My notes: beside the lecture, on a page of their own, and as a file; each view serves its reader alone."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses import note_text, notes, refusals
from courses.access import accessible_lectures
from courses.models import Lecture, Note
from courses.note_text import Line, Section
from courses.templatetags.course_figures import minutes_and_seconds
from people.access import person_of
from people.models import Person

PAGE_SIZE = 30
# A file of all notes: more than a lawyer writes in years.
MAX_EXPORTED = 10_000


@login_required
@require_POST
def write(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """POST /lectures/<uuid>/notes/: a note at `position_ms`; answers with the whole panel."""
    person = _person(request)
    lecture = get_object_or_404(
        accessible_lectures(request.user).select_related("recording").distinct(), public_id=public_id
    )
    refused, text = "", request.POST.get("text", "")
    written = None
    try:
        position_ms = int(request.POST.get("position_ms", ""))
    except ValueError:
        position_ms = -1
    try:
        written = notes.write(person, lecture, position_ms, text, timezone.now())
    except refusals.Refusal as refusal:
        refused = str(refusal)
    return render(
        request,
        "courses/notes_panel.html",
        {
            "lecture": lecture,
            "notes": notes.of_lecture(person, lecture),
            "written": written,
            "refused": refused,
            "draft": text[: notes.MAX_TEXT * 2] if refused else "",
            "draft_ms": max(position_ms, 0),
        },
    )


@login_required
@require_POST
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    note = _note(request, public_id)
    text, refused = request.POST.get("text", ""), ""
    try:
        notes.change(note, text, timezone.now())
    except refusals.Refusal as refusal:
        refused = str(refusal)
    return _row(request, note, refused=refused, draft=text[: notes.MAX_TEXT * 2])


@login_required
@require_POST
def delete(request: HttpRequest, public_id: UUID) -> HttpResponse:
    note = _note(request, public_id)
    notes.delete(note, timezone.now())
    return _row(request, note)


@login_required
@require_POST
def restore(request: HttpRequest, public_id: UUID) -> HttpResponse:
    note = _note(request, public_id)
    notes.restore(note)
    return _row(request, note)


@login_required
@require_safe
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """/my/notes/?q=…: all notes by lecture and course."""
    person = _person(request)
    q = request.GET.get("q", "").strip()[: notes.MAX_QUERY]
    page = Paginator(notes.found(person, q), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "courses/notes.html", {"q": q, "page": page, "groups": _groups(page)})


@login_required
@require_safe
@never_cache
def export(request: HttpRequest) -> HttpResponse:
    """/my/notes/export/?lecture=<uuid>: a Markdown file of all notes, or of one lecture's."""
    person = _person(request)
    rows = notes.found(person, "")
    wanted = request.GET.get("lecture", "")
    if wanted:
        lecture = Lecture.objects.filter(public_id=_uuid(wanted)).first()
        if lecture is None:
            raise Http404
        rows = rows.filter(recording=lecture.recording_id)
    sections = [
        Section(
            course=group["course"].title if group["course"] else "",
            lecture=group["lecture"].title,
            lines=[
                Line(
                    minutes_and_seconds(note.position_ms),
                    f"{settings.SITE_URL}{_place(note)}",
                    note.text,
                )
                for note in group["notes"]
            ],
        )
        for group in _groups(rows[:MAX_EXPORTED])
    ]
    answer = HttpResponse(
        note_text.as_markdown(_("My notes"), sections), content_type="text/markdown; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="notes.md"'
    return answer


def _groups(rows: Iterable[Note]) -> list[dict[str, Any]]:
    """The notes by lecture, lectures of one course together."""
    given = list(rows)
    courses = notes.courses_of(sorted({note.lecture_id for note in given}))
    groups = [
        {"lecture": lecture, "course": courses.get(lecture.pk), "notes": list(of_it)}
        for lecture, of_it in groupby(given, key=lambda note: note.lecture)
    ]
    return sorted(groups, key=lambda group: group["course"].title if group["course"] else "")


def _place(note: Note) -> str:
    return f"{reverse('courses:lecture', args=[note.lecture.public_id])}?t={round(note.position_ms / 1000)}"


def _row(request: HttpRequest, note: Note, **context: Any) -> HttpResponse:
    """The note as it now stands; without the page's script, back to all notes."""
    if not request.headers.get("HX-Request"):
        return redirect("courses:notes")
    return render(request, "courses/parts/note.html", {"note": note, **context})


def _note(request: HttpRequest, public_id: UUID) -> Note:
    note = notes.one(_person(request), public_id)
    if note is None:
        raise Http404
    return note


def _person(request: HttpRequest) -> Person:
    person = person_of(request.user)
    if person is None:
        raise Http404
    return person


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error
