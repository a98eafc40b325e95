"""The pages of an assessment: before it, the sheet, the result with its review, and the marking desk."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import attempts, desk_access, locks, outlines, surroundings
from courses import marking as marking_rules
from courses.access import accessible_assessments, accessible_lectures, may_mark
from courses.models import Assessment, AssessmentAttempt, AttemptAnswer, AttemptState
from courses.refusals import Refusal
from courses.views.desk_doors import page_of, signed_in, user_of
from courses.views.told import refused
from people.access import person_of
from people.models import Person, User

MARKS_A_PAGE, MARKS_TO_TAKE_BACK = 20, 10


@dataclass(frozen=True, slots=True)
class Choice:
    """One option as the sheet or the review shows it."""

    id: str
    text: str
    is_chosen: bool
    is_right: bool
    place: int = 0  # of an option that is put in order, as answered


@dataclass(frozen=True, slots=True)
class Sheet:
    """One question of an attempt, ready for its template."""

    row: AttemptAnswer
    content: dict[str, Any]
    choices: list[Choice]
    explained_in: str = ""  # title of the lecture that explains it, where this reader may watch that

    @property
    def explained_at(self) -> str:
        """The address of the second at which it is explained."""
        address = reverse("courses:lecture", args=[self.content["lecture"]])
        return f"{address}?t={self.content['second'] or 0}"

    @property
    def name(self) -> str:
        return f"q{self.row.position}"

    @property
    def picks(self) -> list[str]:
        """What stands at each place of an order; as many as there are options."""
        given = self.row.answer if isinstance(self.row.answer, list) else []
        return [given[place] if place < len(given) else "" for place in range(len(self.choices))]

    @property
    def is_twice(self) -> bool:
        """Whether an item stands at two places of an order."""
        chosen = [pick for pick in self.picks if pick]
        return len(set(chosen)) < len(chosen)

    @property
    def right_order(self) -> list[str]:
        return [self._texts[key] for key in self.content["key"]]

    @property
    def own_order(self) -> list[tuple[str, bool]]:
        """What the reader put at each place, and whether it belongs there; empty where he left it out."""
        if not any(self.picks):
            return []
        key = self.content["key"]
        return [
            (self._texts.get(pick, ""), place < len(key) and pick == key[place])
            for place, pick in enumerate(self.picks)
        ]

    @property
    def _texts(self) -> dict[str, str]:
        return {option["id"]: option["text"] for option in self.content["options"]}


@signed_in
def assessment(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/assessments/<uuid>/: the conditions, my attempts, and the button that begins."""
    found = _found(request, public_id)
    user, person = user_of(request), person_of(request.user)
    now = timezone.now()
    course = surroundings.course_around(user, found, request.GET.get("course", ""))
    if request.method == "POST" and person is not None:
        try:
            locks.refuse_locked(user, found)
            attempt = attempts.begin(user, person, found, course=course, now=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("courses:assessment", found.public_id)
        return redirect("courses:attempt", attempt.public_id)
    return _page(request, found, person, course, now)


def preview(request: HttpRequest, item: Assessment, *, is_preview: bool) -> HttpResponse:
    """As its editor previews it: nothing can be begun."""
    return _page(request, item, None, None, timezone.now(), is_preview=True)


@signed_in
def attempt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/attempts/<uuid>/: the sheet while it is open, the result and review after that. A POST hands in."""
    now = timezone.now()
    found = attempts.close_if_late(_own_attempt(request, public_id), now)
    if request.method == "POST":
        try:
            found, _settled = attempts.submit(found, _given(request), now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("courses:attempt", found.public_id)
    sheets = _sheets(found)
    course = surroundings.course_around(request.user, found.assessment, "")
    if found.state == AttemptState.OPEN:
        answered = sum(marking_rules.is_answered(sheet.content, sheet.row.answer) for sheet in sheets)
        return render(
            request,
            "courses/attempt.html",
            {
                "attempt": found,
                "sheets": sheets,
                "answered": answered,
                "page_data": {
                    "saveUrl": reverse("courses:attempt_save", args=[found.public_id]),
                    "leftMs": _left_ms(found, now),
                    "count": len(sheets),
                    "texts": {
                        "saving": _("Saving…"),
                        "saved": _("Answers saved"),
                        "failed": _("Not saved yet: no connection. It is tried again."),
                        "left": _("%(minutes)s:%(seconds)s left")
                        % {"minutes": "{minutes}", "seconds": "{seconds}"},
                        "minutesLeft": _("%(minutes)s minutes left") % {"minutes": "{minutes}"},
                        "answered": _("%(done)s of %(all)s answered") % {"done": "{done}", "all": "{all}"},
                        "unanswered": _("%(n)s questions are not answered yet. Hand in all the same?")
                        % {"n": "{n}"},
                    },
                },
            },
        )
    return render(
        request,
        "courses/attempt_result.html",
        {
            "attempt": found,
            "sheets": _with_moments(request, sheets),
            "course": course,
            "standing": attempts.standing_of(found.person, found.assessment, now),
        },
    )


@require_POST
@signed_in
def save(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Keeps the answers that are sent; says whether the attempt still runs."""
    try:
        found = attempts.save(_own_attempt(request, public_id), _given(request), timezone.now())
    except Refusal as refusal:
        return refused(refusal)
    return JsonResponse(
        {"is_open": found.state == AttemptState.OPEN, "left_ms": _left_ms(found, timezone.now())}
    )


@signed_in
def marking(request: HttpRequest) -> HttpResponse:
    """/desk/marking/: answers that wait for a person, whose name is not shown."""
    user = user_of(request)
    if not may_mark(user):
        raise Http404
    if request.method == "POST":
        return _mark(request, user)
    return render(
        request,
        "courses/marking.html",
        {
            "page": page_of(request, attempts.to_mark(), MARKS_A_PAGE),
            "marked": attempts.marked_by(user)[:MARKS_TO_TAKE_BACK],
            "has_desk": desk_access.has_desk(user),
        },
    )


def _mark(request: HttpRequest, user: User) -> HttpResponse:
    key = request.POST.get("answer", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        raise Http404
    row = get_object_or_404(AttemptAnswer.objects.select_related("attempt"), pk=int(key))
    verdict = request.POST.get("verdict", "")
    if verdict not in {"right", "wrong", "undo"}:
        raise Http404
    try:
        if verdict == "undo":
            attempts.unmark(row, by=user)
        else:
            attempts.mark(row, is_right=verdict == "right", by=user, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("courses:marking")


def _found(request: HttpRequest, public_id: UUID) -> Assessment:
    found: Assessment = get_object_or_404(
        accessible_assessments(request.user).distinct(), public_id=public_id
    )
    return found


def _own_attempt(request: HttpRequest, public_id: UUID) -> AssessmentAttempt:
    person = person_of(request.user)
    if person is None:
        raise Http404
    mine = AssessmentAttempt.objects.filter(person=person).select_related("assessment", "person")
    found: AssessmentAttempt = get_object_or_404(mine, public_id=public_id)
    return found


def _page(
    request: HttpRequest,
    item: Assessment,
    person: Person | None,
    course: Any,
    now: dt.datetime,
    *,
    is_preview: bool = False,
) -> HttpResponse:
    outline = outlines.outlines_of([course], person).get(course.pk) if course else None
    return render(
        request,
        "courses/assessment.html",
        {
            "assessment": item,
            "course": course,
            "next_line": surroundings.line_after(outline, item) if outline else None,
            "question_count": sum(line.count for line in item.draws.all()),
            "standing": attempts.standing_of(person, item, now) if person else None,
            "is_preview": is_preview,
            "lock": None if is_preview else locks.lock_of(request.user, item),
        },
    )


def _given(request: HttpRequest) -> dict[int, list[str]]:
    """The form's values by position; what names no position is not looked at."""
    return {
        int(name[1:]): request.POST.getlist(name)[:20]
        for name in request.POST
        if name[:1] == "q" and name[1:].isascii() and name[1:].isdigit() and len(name) < 6
    }


def _left_ms(found: AssessmentAttempt, now: dt.datetime) -> int | None:
    if found.deadline_at is None:
        return None
    return max(0, (found.deadline_at - now) // dt.timedelta(milliseconds=1))


def _sheets(found: AssessmentAttempt) -> list[Sheet]:
    sheets = []
    for row in found.answers.select_related("version"):
        content = row.version.content
        texts = {option["id"]: option["text"] for option in content["options"]}
        given = row.answer if isinstance(row.answer, list) else [row.answer]
        key = content["key"] if isinstance(content["key"], list) else [content["key"]]
        choices = [Choice(each, texts[each], each in given, each in key) for each in row.order]
        sheets.append(Sheet(row, content, choices))
    return sheets


def _with_moments(request: HttpRequest, sheets: list[Sheet]) -> list[Sheet]:
    """The same with the lectures that explain the questions, where this reader may see them."""
    named = {sheet.content["lecture"] for sheet in sheets} - {None}
    found = accessible_lectures(request.user).filter(public_id__in=named).distinct()
    titles = {str(public_id): title for public_id, title in found.values_list("public_id", "title")}
    return [replace(sheet, explained_in=titles.get(sheet.content["lecture"], "")) for sheet in sheets]
