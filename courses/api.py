"""The watching half of the API: opening a playback session, its beats, and where a recording plays from."""

import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Schema
from ninja.security import django_auth
from pydantic import Field, StrictInt

from courses import (
    announcing,
    checks,
    completion,
    device_kinds,
    heartbeats,
    locks,
    playback,
    refusals,
    rules,
    sources,
    tokens,
)
from courses.access import accessible_courses, accessible_lectures
from courses.beats import Beat
from courses.heartbeats import Outcome
from courses.models import Lecture
from people.access import person_of

router = Router(tags=["playback"])

BEAT_EVERY_SECONDS = 10


class OpenRequest(Schema):
    """Which lecture is about to be watched, from which course, and the browser's own random name.

    With `ask`, nothing is opened while another device is being watched on: the answer says so instead.
    """

    lecture: UUID
    course: UUID | None = None
    device: Annotated[str, Field(max_length=64)] = ""
    ask: bool = False


class BeatIn(Schema):
    """One stretch watched; `age_ms` is how long before sending its watching ended, by the page's clock.

    `mode` is how: on a visible page, or behind a hidden one in a small window or by ear.
    """

    sequence: StrictInt
    start_ms: StrictInt
    end_ms: StrictInt
    age_ms: StrictInt = 0
    mode: Literal["visible", "picture_in_picture", "audio_only", "hidden"] = "visible"


class BeatsRequest(Schema):
    token: Annotated[str, Field(max_length=2000)]
    beats: Annotated[list[BeatIn], Field(min_length=1, max_length=heartbeats.MAX_BATCH)]


class TokenRequest(Schema):
    token: Annotated[str, Field(max_length=2000)]


class AnswerRequest(Schema):
    """The answer to a presence check: what showing it gave, and the code where it has one."""

    token: Annotated[str, Field(max_length=2000)]
    check: UUID
    nonce: Annotated[str, Field(max_length=64)]
    code: Annotated[str, Field(max_length=16)] = ""


@router.get("/playback/sources/{lecture_id}", auth=None)
def source(request: HttpRequest, lecture_id: UUID) -> JsonResponse:
    """Where the lecture plays from, for a while; players ask again before that ends."""
    lecture = _lecture(request, lecture_id)
    locks.refuse_locked(request.user, lecture)
    return JsonResponse(sources.source_of(lecture, subject=sources.subject_of(request.user)))


@router.post("/playback/sessions", auth=django_auth)
def open_session(request: HttpRequest, wish: OpenRequest) -> JsonResponse:
    """Open the session that earns from now on; another one of this person ends by it."""
    lecture = _lecture(request, wish.lecture)
    person = person_of(request.user)
    if person is None:
        raise refusals.NoPerson
    locks.refuse_locked(request.user, lecture)
    if wish.ask and playback.is_watching_elsewhere(person, wish.device, timezone.now()):
        # No refusal: whoever is asked has not done anything wrong.
        return JsonResponse({"code": "watching_elsewhere", "detail": str(refusals.WATCHING_ELSEWHERE)})
    course = accessible_courses(request.user).filter(public_id=wish.course).first() if wish.course else None
    opened = playback.open_session(
        playback.Wish(
            user=request.user,  # type: ignore[arg-type]  # django_auth let only a signed-in user through
            person=person,
            lecture=lecture,
            session_key=request.COOKIES[settings.SESSION_COOKIE_NAME],
            course=course,
            device=wish.device,
            device_kind=device_kinds.kind_of(request.headers.get("User-Agent", "")),
        ),
        timezone.now(),
    )
    standing = opened.progress
    return JsonResponse(
        {
            "session": str(opened.session.public_id),
            "token": opened.token,
            "expires_at": opened.session.expires_at.isoformat(),
            "beat_every_seconds": BEAT_EVERY_SECONDS,
            "max_rate": opened.policy.max_rate_percent / 100,
            "check_spacing_ms": opened.policy.spacing_ms,
            "background": list(opened.policy.background),
            "check": opened.check_waits,
            "taken_back": checks.as_members(opened.taken_back),
            "duration_ms": standing.duration_ms,
            "watched_ms": standing.watched_ms,
            "provisional_ms": standing.provisional_ms,
            "share_percent": standing.share_percent,
            "needed_percent": opened.needed_percent,
            "is_complete": standing.is_complete,
            "position_ms": standing.resume_ms,
            **sources.source_of(lecture, subject=sources.subject_of(request.user)),
        }
    )


# No login session is read and no CSRF token asked for: the body's signed token is the authority. A forged page
# cannot know it, and `sendBeacon` and keep-alive requests at a page's end could carry no header.
@router.post("/playback/heartbeats", auth=None)
def accept_beats(request: HttpRequest, body: BeatsRequest) -> JsonResponse:
    """Report stretches watched. Where none of them counts, the answer is the first one's refusal (4xx).

    What was reported before is no error: a page that was loaded again cannot know whether its last request arrived.
    """
    token = tokens.read(body.token, request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    given = [Beat(each.sequence, each.start_ms, each.end_ms, each.age_ms, each.mode) for each in body.beats]
    outcome = heartbeats.accept(token, given, dt.datetime.now(dt.UTC))
    state = _state(given, outcome)
    refusal = next((each for each in outcome.verdicts if not isinstance(each, refusals.Repeated)), None)
    if all(outcome.verdicts) and refusal is not None:
        refusal.members = state
        raise refusal
    return JsonResponse(state)


@router.post("/playback/sessions/close", auth=None)
def close_session(request: HttpRequest, body: TokenRequest) -> JsonResponse:
    """End the session by its page's wish; exempt from CSRF for the same reason as its beats."""
    token = tokens.read(body.token, request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    taken_back = playback.close_session(token, dt.datetime.now(dt.UTC))
    return JsonResponse({"session": "closed", "taken_back": checks.as_members(taken_back)})


@router.post("/playback/checks/show", auth=None)
def show_check(request: HttpRequest, body: TokenRequest) -> JsonResponse:
    """The presence check that waits: its kind, and the nonce that its answer has to bring back."""
    token = tokens.read(body.token, request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    shown = checks.show(token, dt.datetime.now(dt.UTC))
    return JsonResponse(
        {
            "check": str(shown.check),
            "nonce": shown.nonce,
            "kind": shown.kind,
            "code": shown.code,
            "issued_at": shown.issued_at.isoformat(),
            "answer_by": shown.answer_by.isoformat() if shown.answer_by else None,
            "provisional_ms": shown.provisional_ms,
        }
    )


@router.post("/playback/checks/answer", auth=None)
def answer_check(request: HttpRequest, body: AnswerRequest) -> JsonResponse:
    """Answer a presence check; what waited for it counts from now on."""
    token = tokens.read(body.token, request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    answered = checks.answer(token, body.check, body.nonce, body.code, dt.datetime.now(dt.UTC))
    standing = answered.standing
    return JsonResponse(
        {
            "watched_ms": standing.watched_ms,
            "provisional_ms": standing.provisional_ms,
            "duration_ms": token.duration_ms,
            "share_percent": rules.share_percent(standing.watched_ms, token.duration_ms),
            "is_complete": completion.is_complete(token, standing.confirmed_ms),
            "completed": announcing.completed(answered.settled),
        }
    )


def _lecture(request: HttpRequest, lecture_id: UUID) -> Lecture:
    lectures = accessible_lectures(request.user).select_related("recording__current_generation")
    lecture: Lecture = get_object_or_404(lectures.distinct(), public_id=lecture_id)
    if lecture.recording is None:
        raise Http404
    return lecture


def _state(given: list[Beat], outcome: Outcome) -> dict[str, Any]:
    return {
        "watched_ms": outcome.watched_ms,
        "provisional_ms": outcome.provisional_ms,
        "duration_ms": outcome.duration_ms,
        "share_percent": outcome.share_percent,
        "is_complete": outcome.is_complete,
        "session": outcome.ended_by or "earning",
        "check": outcome.check_waits,
        "taken_back": checks.as_members(outcome.taken_back),
        "results": [
            {"sequence": beat.sequence, "status": "counted"}
            if refusal is None
            else {
                "sequence": beat.sequence,
                "status": "refused",
                "code": refusal.code,
                "detail": str(refusal),
            }
            for beat, refusal in zip(given, outcome.verdicts, strict=True)
        ],
        "completed": announcing.completed(outcome.settled),
    }
