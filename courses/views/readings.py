"""The page of a reading, its PDF, and the signs of life by which the server counts its time."""

import uuid
from typing import Any
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from courses import announcing, locks, outlines, readings, surroundings
from courses.access import accessible_courses, accessible_readings
from courses.models import Reading
from courses.refusals import NoPerson, Refusal
from courses.views.told import refused
from people.access import person_of
from people.models import User


@require_safe
def reading(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/readings/<uuid>/; ?course= names the course the reader came from."""
    return _page(request, _found(request, public_id), is_preview=False)


def preview(request: HttpRequest, item: Reading, *, is_preview: bool) -> HttpResponse:
    """As its editor previews it: nothing counts."""
    return _page(request, item, is_preview=True)


@require_safe
def attachment(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """/readings/<uuid>/file/: the PDF, for whom the reading is."""
    found = _found(request, public_id)
    if not found.attachment or locks.lock_of(request.user, found) is not None:
        raise Http404
    try:
        content = found.attachment.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(content, filename=f"{found.title}.pdf", content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_POST
def open_sitting(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page is open and visible: from now on it counts here."""
    found = _found(request, public_id)
    person, user = person_of(request.user), request.user
    if person is None or not isinstance(user, User):
        return refused(NoPerson())
    course = None
    if named := _uuid(request.POST.get("course", "")):
        course = accessible_courses(user).filter(public_id=named).first()
    try:
        locks.refuse_locked(user, found)
        row = readings.open_sitting(user, person, found, course=course, now=timezone.now())
    except Refusal as refusal:
        return refused(refusal)
    return JsonResponse({"sitting": str(row.sitting), "read_ms": row.read_ms})


@require_POST
def sign(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A sign of life of a visible page."""
    found = _found(request, public_id)
    person, sitting = person_of(request.user), _uuid(request.POST.get("sitting", ""))
    if person is None or sitting is None:
        return refused(NoPerson())
    try:
        read = readings.sign(
            person, found, sitting, returns=request.POST.get("returns") == "1", now=timezone.now()
        )
    except Refusal as refusal:
        return refused(refusal)
    return JsonResponse({"read_ms": read.progress.read_ms, "completed": announcing.completed(read.settled)})


def _found(request: HttpRequest, public_id: UUID) -> Reading:
    found: Reading = get_object_or_404(accessible_readings(request.user).distinct(), public_id=public_id)
    return found


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _page(request: HttpRequest, item: Reading, *, is_preview: bool) -> HttpResponse:
    person = None if is_preview else person_of(request.user)
    course = None
    if not is_preview:
        course = surroundings.course_around(request.user, item, request.GET.get("course", ""))
    outline = outlines.outlines_of([course], person).get(course.pk) if course else None
    lock = None if is_preview else locks.lock_of(request.user, item)
    line = outlines.draft_outline([("", item, True)], person).lines[0]
    return render(
        request,
        "courses/reading.html",
        {
            "reading": item,
            "course": course,
            "next_line": surroundings.line_after(outline, item) if outline else None,
            "standing": line.progress,
            "earns": person is not None,
            "lock": lock,
            "is_preview": is_preview,
            "page_data": _data(item, course, line.progress.watched_ms, line.progress.is_complete)
            if person is not None and lock is None
            else None,
        },
    )


def _data(item: Reading, course: Any, read_ms: int, is_complete: bool) -> dict[str, Any]:
    return {
        "openUrl": reverse("courses:reading_open", args=[item.public_id]),
        "signUrl": reverse("courses:reading_sign", args=[item.public_id]),
        "course": str(course.public_id) if course else "",
        "everyMs": readings.SIGN_EVERY_SECONDS * 1000,
        "neededMs": item.minimum_minutes * 60_000,
        "readMs": read_ms,
        "isComplete": is_complete,
        "texts": {
            "counting": _("Counting while this page is visible"),
            "paused": _("Not counting while this page is hidden"),
            "offline": _("No connection: counting goes on once it is back."),
            "left": _("%(minutes)s min %(seconds)s s still to read")
            % {"minutes": "{minutes}", "seconds": "{seconds}"},
            "enough": _("You have read it for the stated time."),
        },
    }
