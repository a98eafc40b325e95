"""Playback sessions: opening one (which ends the person's former one) and closing it. Their one writer.

A person has one earning session. Opening another ends the first openly: its page is told at its next beat. The
tolerance goes on from session to session (courses.clocks), under the locks of the former session and its row.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from courses import (
    carrying,
    checks,
    clocks,
    completion,
    enrolment,
    lecture_questions,
    presence,
    refusals,
    rules,
    tokens,
    verification,
    watching,
)
from courses.checks import TakenBack
from courses.locking import locked
from courses.models import Course, Heartbeat, Lecture, PlaybackSession, SessionEnd, WatchProgress
from courses.presence import Step, WatchPolicy
from courses.standing import Standing
from courses.tokens import SessionToken
from people.models import Person, User

# Of requests that open at once one gets through each time, and nobody opens more than this at once.
ATTEMPTS = 30


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that may earn now, and where its person stands with the lecture."""

    token: str
    session: PlaybackSession
    progress: watching.LectureProgress
    needed_percent: int
    policy: WatchPolicy
    check_waits: bool
    taken_back: TakenBack | None


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to watch what, from where. `session_key` is the login session's; `course` where he came from.

    `device` is the browser's own random name, `device_kind` one of courses.device_kinds.
    """

    user: User
    person: Person
    lecture: Lecture
    session_key: str
    course: Course | None = None
    device: str = ""
    device_kind: str = ""


# A page that plays sends a beat every ten seconds; one that has been silent for so long is not watched any more.
SILENT_AFTER = dt.timedelta(seconds=60)


class _Overtaken(Exception):
    """Another session was opened between looking for the former one and locking it."""


def open_session(wish: Wish, now: dt.datetime) -> Opened:
    """Open a session at a lecture that the caller found through its door.

    Enrols (courses.enrolment) and settles what was already watched. Refuses NotReady.
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return _open(wish, now)
        except (IntegrityError, _Overtaken):
            # Two pages opened at the same instant: the one that came second ends the first's session.
            continue
    with transaction.atomic():
        return _open(wish, now)


def is_watching_elsewhere(person: Person, device: str, now: dt.datetime) -> bool:
    """Whether the person's running session is on another device and has been heard of within a minute."""
    since = now - SILENT_AFTER
    running = PlaybackSession.objects.filter(person=person, ended_at__isnull=True, expires_at__gt=now)
    found = running.values_list("pk", "device_digest", "started_at").first()
    if found is None:
        return False
    key, digest, started_at = found
    if device and digest == tokens.device_digest(device):
        return False
    return started_at > since or Heartbeat.objects.filter(session=key, received_at__gt=since).exists()


@transaction.atomic
def close_session(token: SessionToken, now: dt.datetime) -> TakenBack | None:
    """End a session by its page's wish; one that has ended stays as it is. Gives what a waiting check cost."""
    session = locked(token.session)
    if session is None or session.person_id != token.person:
        raise refusals.TokenInvalid
    if session.ended_at is not None:
        return None
    PlaybackSession.objects.filter(pk=token.session).update(
        ended_at=session.ends_at if session.expires_at <= now else now,
        end_reason=SessionEnd.EXPIRED if session.expires_at <= now else SessionEnd.CLOSED,
    )
    waits = session.check_issued_at is not None and session.latest_session_id == token.session
    return checks.miss(session, now) if waits else None


def end_running(person: Person, now: dt.datetime) -> None:
    """Something else of this person earns from now on: his running session ends, and its page is told."""
    running = PlaybackSession.objects.filter(person=person, ended_at__isnull=True)
    for key in running.values_list("pk", flat=True):
        session = locked(key)
        if session is None or session.ended_at is not None:
            continue
        ends_at = max(min(session.ends_at, now), session.started_at)
        reason = SessionEnd.OTHER_BEGUN if session.runs(now) else SessionEnd.EXPIRED
        PlaybackSession.objects.filter(pk=key).update(ended_at=ends_at, end_reason=reason)
        if session.check_issued_at is not None and session.latest_session_id == key:
            checks.miss(session, now)


def keep_claims(session_id: int, claimed_ms: int) -> None:
    """Note what a session that is no longer its recording's latest has claimed in all (late beats)."""
    PlaybackSession.objects.filter(pk=session_id).update(claimed_ms=claimed_ms)


def _open(wish: Wish, now: dt.datetime) -> Opened:
    lecture, recording = wish.lecture, wish.lecture.recording
    if recording is None or not recording.duration_ms or recording.current_generation_id is None:
        raise refusals.NotReady
    policy = verification.policy_for(lecture, wish.person)
    device = tokens.device_digest(wish.device)
    head_start_ms, now = _end_former(wish, recording.pk, device, policy, now)
    carrying.bring_along(wish.person.pk, recording.pk, now)
    progress = watching.row_of(wish.person.pk, recording.pk, now)
    if progress.session_id is not None:
        keep_claims(progress.session_id, progress.session_claimed_ms)
    session = PlaybackSession.objects.create(
        person=wish.person,
        lecture=lecture,
        recording=recording,
        progress=progress,
        device_digest=device,
        device_kind=wish.device_kind,
        started_at=now,
        expires_at=now + dt.timedelta(seconds=settings.WATCH_SESSION_SECONDS),
        head_start_ms=head_start_ms,
        policy=policy.as_json(),
    )
    needed_ms = rules.needed_ms(lecture.completion_share_percent, recording.duration_ms)
    standing, columns = _presence_at_opening(
        progress, session, policy=policy, duration_ms=recording.duration_ms, needed_ms=needed_ms, now=now
    )
    watching.begin_session(progress.pk, session.pk, **columns)
    entered = enrolment.enrol_by_watching(wish.user, wish.person, lecture, chosen=wish.course, now=now)
    settled = completion.settle_lecture(wish.person.pk, lecture.pk, standing.confirmed, now)
    if entered and settled is None:
        completion.settle_courses(wish.person.pk, now, course_ids=entered)
    return Opened(
        token=_token_of(session, lecture, recording.duration_ms, wish.session_key),
        session=session,
        progress=watching.progress_for(wish.person, [lecture])[lecture.pk],
        needed_percent=lecture.completion_share_percent,
        policy=policy,
        check_waits=columns.get("check_issued_at", progress.check_issued_at) is not None,
        taken_back=checks.last_taken_back(wish.person.pk, recording.pk),
    )


def _presence_at_opening(
    progress: WatchProgress,
    session: PlaybackSession,
    *,
    policy: WatchPolicy,
    duration_ms: int,
    needed_ms: int,
    now: dt.datetime,
) -> tuple[Standing, dict[str, Any]]:
    """What late beats or a lowered share have left to judge; gives the standing and the row's new columns.

    Lots are drawn here, and only once: whoever opens again meets the check that he was going to meet.
    """
    standing = Standing(
        progress.intervals, progress.watched_ms, progress.provisional, progress.provisional_ms
    )
    columns: dict[str, Any] = {}
    due_ms, place_ms = progress.check_due_ms, progress.check_place_ms
    if policy.spacing_ms and (due_ms is None or due_ms > policy.spacing_ms):
        due_ms = columns["check_due_ms"] = presence.draw_due_ms(policy)
    if place_ms is None and policy.before_end_ms != (0, 0):
        place_ms = columns["check_place_ms"] = presence.draw_place_ms(policy, duration_ms)
    if progress.check_issued_at is not None:
        return standing, columns
    step = presence.step(
        policy,
        confirmed_ms=standing.confirmed_ms,
        provisional_ms=standing.provisional_ms,
        needed_ms=needed_ms,
        due_ms=due_ms,
        place_ms=place_ms,
        reached_ms=progress.position_ms,
    )
    if step is Step.CONFIRM:
        standing = standing.confirming()
        watching.grow(progress.pk, standing, now=now)
    elif step is not Step.NOTHING:
        columns |= checks.issue(
            session_id=session.pk,
            progress_id=progress.pk,
            step=step,
            policy=policy,
            position_ms=progress.position_ms,
            now=now,
        )
    return standing, columns


def _end_former(
    wish: Wish, recording_id: int, device: str, policy: WatchPolicy, now: dt.datetime
) -> tuple[int, dt.datetime]:
    """End the person's latest session if it still runs.

    Gives the head start that is left for a new one, and the instant at which that one may start: requests that
    came at once were given their instants before they were put in order.
    """
    sessions = PlaybackSession.objects.filter(person=wish.person)
    latest = sessions.order_by("-pk").values_list("pk", flat=True)
    former_id = latest.first()
    if former_id is None:
        return policy.tolerance_ms, now
    former = locked(former_id)
    if former is None or latest.first() != former_id:
        raise _Overtaken
    now = max(now, former.started_at)
    ends_at = min(former.ends_at, now)
    rate_percent = former.policy.max_rate_percent
    used_ms = clocks.used_head_start_ms(
        head_start_ms=former.head_start_ms,
        running_ms=clocks.elapsed_ms(former.started_at, ends_at),
        claimed_ms=former.claimed_ms(former_id),
        rate_percent=rate_percent,
    )
    columns: dict[str, Any] = {"head_start_ms": used_ms}
    # A page that is loaded again may show the lecture's new recording.
    is_replaced = (
        former.recording_id != recording_id and sessions.filter(pk=former_id, lecture=wish.lecture).exists()
    )
    is_same_lecture = is_replaced or former.recording_id == recording_id
    is_same_device = former.device_digest == device != ""
    if former.ended_at is None:
        reason = SessionEnd.EXPIRED
        if ends_at == now:
            reason = _ended_by(is_same_device=is_same_device, is_same_lecture=is_same_lecture)
        columns |= {"ended_at": ends_at, "end_reason": reason}
    PlaybackSession.objects.filter(pk=former_id).update(**columns)
    if former.check_issued_at is not None:
        if not (former.runs(now) and is_same_device and is_same_lecture):
            checks.miss(former, now)
        elif is_replaced:
            checks.withdraw(former, now)
    left_ms = clocks.next_head_start_ms(
        left_ms=former.head_start_ms - used_ms,
        idle_ms=clocks.elapsed_ms(ends_at, now),
        rate_percent=rate_percent,
        tolerance_ms=policy.tolerance_ms,
    )
    return left_ms, now


def _ended_by(*, is_same_device: bool, is_same_lecture: bool) -> SessionEnd:
    """What ended a session that still ran: the page loaded again, another lecture there, or another device."""
    if not is_same_device:
        return SessionEnd.TAKEN_OVER
    return SessionEnd.RELOADED if is_same_lecture else SessionEnd.OTHER_BEGUN


def _token_of(session: PlaybackSession, lecture: Lecture, duration_ms: int, session_key: str) -> str:
    return tokens.issue(
        SessionToken(
            session=session.pk,
            public_id=str(session.public_id),
            person=session.person_id,
            lecture=lecture.pk,
            recording=session.recording_id,
            duration_ms=duration_ms,
            needed_ms=rules.needed_ms(lecture.completion_share_percent, duration_ms),
            device=session.device_digest,
            started_ms=_unix_ms(session.started_at),
            expires_ms=_unix_ms(session.expires_at),
            sign_in=tokens.sign_in_digest(session_key),
            asks=lecture_questions.is_lacking(session.person_id, lecture),
        )
    )


def _unix_ms(instant: dt.datetime) -> int:
    return (instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)
