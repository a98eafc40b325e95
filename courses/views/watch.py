"""The watch page: one lecture with its transcript, its share watched, and the course around it."""

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_safe

from courses import (
    announcing,
    checks,
    lecture_questions,
    lengths,
    locks,
    notes,
    outlines,
    replaced,
    sources,
    surroundings,
    verification,
    watching,
)
from courses.access import accessible_lectures
from courses.lecture_questions import Asked
from courses.models import Course, Lecture
from media import captions
from people.access import person_of
from people.models import Person, User

PROVISIONAL = gettext_lazy(
    "Of what is saved, %(length)s count only once you have answered the next presence check, or have watched the "
    "lecture to its end. The check comes by itself; there is nothing to do now."
)
# Stands in an address for what the page fills in.
PLACEHOLDER = UUID(int=0)
LEAD_SECONDS = 3  # a question stops what plays over its second: one starts a little before it


@require_safe
def watch(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/lectures/<uuid>/; ?t= starts at that second, ?course= names the course the reader came from."""
    lectures = accessible_lectures(request.user).select_related(
        "lecturer", "recording__current_generation", "activity"
    )
    lecture = get_object_or_404(lectures.distinct(), public_id=public_id)
    person = person_of(request.user)
    course = surroundings.course_around(request.user, lecture, request.GET.get("course", ""))
    outline = outlines.outlines_of([course], person).get(course.pk) if course else None
    standing = watching.progress_for(person, [lecture])[lecture.pk]
    lock = locks.lock_of(request.user, lecture)
    is_seen = hasattr(request, "seen_person")  # notes are their writer's alone, whoever helps him
    is_ready = lock is None and lecture.recording is not None and lecture.recording.is_ready
    asked = lecture_questions.asked_of(lecture, person) if person and is_ready else []
    return render(
        request,
        "courses/lecture.html",
        {
            "lecture": lecture,
            "course": course,
            "crumbs": _crumbs(course),
            "outline": outline,
            "next_line": surroundings.line_after(outline, lecture) if outline else None,
            "standing": standing,
            "provisional": _provisional(standing),
            "earns": person is not None,
            "open_questions": [] if standing.is_complete else _needed(asked),
            "carried": None if standing.is_complete else replaced.told(person, lecture),
            "is_ready": is_ready,
            "lock": lock,
            "notes": notes.of_lecture(person, lecture) if person and is_ready and not is_seen else [],
            "worth": announcing.promised(person, lecture, standing.duration_ms // 1000),
            "cues": list(captions.cues(lecture.recording)) if is_ready and lecture.recording else [],
            "player": player_data(request, lecture, course, person, standing, asked=asked)
            if is_ready
            else None,
        },
    )


def _provisional(standing: watching.LectureProgress) -> str:
    """What of the saved minutes is not confirmed yet, in a sentence; empty where there is nothing of the kind."""
    if standing.is_complete or standing.provisional_ms < 1000:
        return ""
    return PROVISIONAL % {"length": lengths.length(standing.provisional_ms)}


def _needed(asked: Sequence[Asked]) -> list[dict[str, int]]:
    """Where questions stand that completion needs and that are still open; each with a second to start before it."""
    return [
        {"at_ms": each.placed.at_ms, "from_second": max(0, each.placed.at_ms // 1000 - LEAD_SECONDS)}
        for each in asked
        if each.placed.is_needed and not each.is_over
    ]


def _resume_ms(stopped_ms: int, asked: Sequence[Asked]) -> int:
    """Where to go on: a little before an open question at which the page was left, so that it stops what plays."""
    lead_ms = LEAD_SECONDS * 1000
    left_at = [
        each.placed.at_ms
        for each in asked
        if not each.is_over and each.placed.at_ms <= stopped_ms < each.placed.at_ms + lead_ms
    ]
    return max(0, min(left_at) - lead_ms) if left_at else stopped_ms


def _crumbs(course: Course | None) -> list[dict[str, str]]:
    if course is None or course.page is None:
        return []
    return [{"label": course.title, "url": course.page.url or ""}]


def _start_ms(text: str, duration_ms: int) -> int | None:
    """The second that a link asks for, if it lies in the recording."""
    try:
        start_ms = int(float(text) * 1000)
    except (ValueError, OverflowError):
        return None
    return start_ms if 0 <= start_ms < duration_ms else None


def player_data(
    request: HttpRequest,
    lecture: Lecture,
    course: Course | None,
    person: Person | None,
    standing: watching.LectureProgress,
    *,
    asked: Sequence[Asked] = (),
) -> dict[str, Any]:
    """What the page's script needs; every sentence it may say is here, in the reader's language."""
    user: User | AnonymousUser = request.user
    asked_ms = _start_ms(request.GET.get("t", ""), standing.duration_ms)
    return {
        "lecture": str(lecture.public_id),
        "course": str(course.public_id) if course else None,
        "earns": person is not None,
        "durationMs": standing.duration_ms,
        "startMs": _resume_ms(standing.resume_ms, asked) if asked_ms is None else asked_ms,
        "playAtOnce": asked_ms is not None,
        "source": sources.source_of(lecture, subject=sources.subject_of(user)),
        "nowMs": int(time.time() * 1000),
        "background": list(verification.policy_for(lecture, person).background) if person else [],
        "takenBack": None if standing.is_complete else _taken_back(person, lecture),
        "urls": {
            "source": reverse("api:source", args=[lecture.public_id]),
            "sessions": reverse("api:open_session"),
            "beats": reverse("api:accept_beats"),
            "showCheck": reverse("api:show_check"),
            "answerCheck": reverse("api:answer_check"),
            "answerQuestion": reverse(
                "courses:lecture_answer", args=[lecture.public_id, PLACEHOLDER]
            ).replace(str(PLACEHOLDER), "{id}"),
        },
        "questions": [lecture_questions.as_members(each) for each in asked],
        "texts": {
            "starting": _("Starting…"),
            "saved": _("Saved"),
            "provisional": PROVISIONAL % {"length": "{length}"},
            "waiting": _("Waiting to save"),
            "notCounting": _("Not counting"),
            "paused": _("Paused"),
            "offline": _("No connection. What you watch is kept and will be sent later."),
            "tooFast": _("Above 1.5× nothing counts."),
            "takenOver": _("Watching continues on another device or page, so minutes do not count here."),
            "hidden": _("Minutes do not count while this page is hidden."),
            "watched": _("%(share)s%% watched") % {"share": "{share}"},
            "following": _("Following"),
            "follow": _("Follow the lecture"),
            "foundPlace": _("Place %(place)s of %(all)s") % {"place": "{place}", "all": "{all}"},
            "foundNone": _("Not in this lecture"),
            "failed": _("The video cannot be played just now. Check the network and try again."),
            "reload": _("Reload the page"),
            **_presence_texts(),
            **_question_texts(),
        },
    }


def _taken_back(person: Person | None, lecture: Lecture) -> dict[str, Any] | None:
    if person is None or lecture.recording_id is None:
        return None
    return checks.as_members(checks.last_taken_back(person.pk, lecture.recording_id))


def _presence_texts() -> dict[str, str]:
    """What the page says of presence checks, and of ways of watching that may not count."""
    return {
        "noSession": _("The server cannot be reached. Minutes count from the moment it answers."),
        "offlineTooLong": _(
            "The network has been away longer than the time between two presence checks. "
            "Further minutes do not count until it is back."
        ),
        "asked": _("Minutes count again once you have answered the presence check."),
        "smallWindow": _(
            "Watching in a small window while the page is hidden does not count for this lecture."
        ),
        "listening": _("Listening in the background does not count for this lecture."),
        "takenBack": _(
            "%(length)s were taken back (%(from)s to %(to)s), because the presence check at their end was not "
            "answered. You can watch them again."
        )
        % {"length": "{length}", "from": "{from}", "to": "{to}"},
        "rewatch": _("Watch again from %(from)s") % {"from": "{from}"},
        "minutes": _("%(minutes)s min %(seconds)s s") % {"minutes": "{minutes}", "seconds": "{seconds}"},
        "seconds": _("%(seconds)s s") % {"seconds": "{seconds}"},
        "checkTitle": _("Are you still watching?"),
        "checkComing": _("One moment…"),
        "checkText": _("Please confirm that you are here; the lecture goes on at once."),
        "checkWaiting": _("%(length)s wait for this confirmation.") % {"length": "{length}"},
        "checkBy": _("Please answer by %(time)s.") % {"time": "{time}"},
        "checkConfirm": _("I am here, go on"),
        "checkCodeText": _("Please enter the code below to confirm that you are here."),
        "checkCode": pgettext("of a presence check", "Code"),
        "checkCodeEmpty": _("Please enter the code first."),
        "checkNoNetwork": _("The network is away. This is tried again by itself; nothing is lost meanwhile."),
        "listen": _("Sound only"),
        "watch": _("Show the picture"),
    }


def _question_texts() -> dict[str, str]:
    return {
        "questionTitle": _("A question on this lecture"),
        "questionAnswer": _("Answer"),
        "questionLater": _("Later"),
        "questionRight": _("Right."),
        "questionWrong": _("That is not right."),
        "questionRetry": _("Try again, or go on and come back to it."),
        "questionGoOn": _("Go on with the lecture"),
        "questionFailed": _("The answer could not be sent. Please try again."),
        "questionYours": _("Your answer"),
        "questionTrue": _("True"),
        "questionFalse": _("False"),
    }
