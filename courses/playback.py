"""Playback sessions: opening one (which ends the person's former one) and closing it. Their one writer.

A person has one earning session. Opening another ends the first openly: its page is told at its next beat. The
tolerance goes on from session to session (courses.clocks), under the locks of the former session and its row.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.conf import settings
from django.db import IntegrityError, transaction

from courses import clocks, completion, enrolment, refusals, rules, tokens, watching
from courses.intervals import Stretch
from courses.models import Course, Lecture, PlaybackSession, SessionEnd, WatchProgress
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


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants to watch what, from where. `session_key` is the login session's; `course` where he came from."""

    user: User
    person: Person
    lecture: Lecture
    session_key: str
    course: Course | None = None
    device: str = ""


class LockedSession(NamedTuple):
    """A session and the row its beats grow, both locked."""

    progress_id: int
    intervals: list[Stretch]
    watched_ms: int
    first_watched_at: dt.datetime | None
    latest_session_id: int | None
    latest_claimed_ms: int
    person_id: int
    started_at: dt.datetime
    expires_at: dt.datetime
    ended_at: dt.datetime | None
    end_reason: str
    head_start_ms: int
    kept_claimed_ms: int

    def claimed_ms(self, session_id: int) -> int:
        """What the session has claimed in all: its recording's row counts while it is the latest there."""
        return self.latest_claimed_ms if self.latest_session_id == session_id else self.kept_claimed_ms

    @property
    def ends_at(self) -> dt.datetime:
        return min(self.ended_at or self.expires_at, self.expires_at)


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


def locked(session_id: int) -> LockedSession | None:
    """The session with its row, both locked until the transaction ends; one statement.

    The recording's row is locked before its session, here and wherever both are written.
    """
    row = (
        WatchProgress.objects.select_for_update(no_key=True)
        .filter(sessions=session_id)
        .values_list(
            "pk",
            "intervals",
            "watched_ms",
            "first_watched_at",
            "session_id",
            "session_claimed_ms",
            "person_id",
            "sessions__started_at",
            "sessions__expires_at",
            "sessions__ended_at",
            "sessions__end_reason",
            "sessions__head_start_ms",
            "sessions__claimed_ms",
        )
        .first()
    )
    return LockedSession(*row) if row else None


def close_session(token: SessionToken, now: dt.datetime) -> None:
    """End a session by its page's wish; one that has ended stays as it is."""
    PlaybackSession.objects.filter(pk=token.session, ended_at__isnull=True).update(
        ended_at=now, end_reason=SessionEnd.CLOSED
    )


def keep_claims(session_id: int, claimed_ms: int) -> None:
    """Note what a session that is no longer its recording's latest has claimed in all (late beats)."""
    PlaybackSession.objects.filter(pk=session_id).update(claimed_ms=claimed_ms)


def _open(wish: Wish, now: dt.datetime) -> Opened:
    lecture, recording = wish.lecture, wish.lecture.recording
    if recording is None or not recording.duration_ms or recording.current_generation_id is None:
        raise refusals.NotReady
    head_start_ms, now = _end_former(wish.person, now)
    progress = watching.row_of(wish.person.pk, recording.pk, now)
    if progress.session_id is not None:
        keep_claims(progress.session_id, progress.session_claimed_ms)
    session = PlaybackSession.objects.create(
        person=wish.person,
        lecture=lecture,
        recording=recording,
        progress=progress,
        device_digest=tokens.device_digest(wish.device),
        started_at=now,
        expires_at=now + dt.timedelta(seconds=settings.WATCH_SESSION_SECONDS),
        head_start_ms=head_start_ms,
    )
    watching.begin_session(progress.pk, session.pk)
    entered = enrolment.enrol_by_watching(wish.user, wish.person, lecture, chosen=wish.course, now=now)
    settled = completion.settle_lecture(wish.person.pk, lecture.pk, progress.intervals, now)
    if entered and settled is None:
        completion.settle_courses(wish.person.pk, now, course_ids=entered)
    return Opened(
        token=_token_of(session, lecture, recording.duration_ms, wish.session_key),
        session=session,
        progress=watching.progress_for(wish.person, [lecture])[lecture.pk],
        needed_percent=lecture.completion_share_percent,
    )


def _end_former(person: Person, now: dt.datetime) -> tuple[int, dt.datetime]:
    """End the person's latest session if it still runs.

    Gives the head start that is left for a new one, and the instant at which that one may start: requests that
    came at once were given their instants before they were put in order.
    """
    latest = PlaybackSession.objects.filter(person=person).order_by("-pk").values_list("pk", flat=True)
    former_id = latest.first()
    if former_id is None:
        return clocks.TOLERANCE_MS, now
    former = locked(former_id)
    if former is None or latest.first() != former_id:
        raise _Overtaken
    now = max(now, former.started_at)
    ends_at = min(former.ends_at, now)
    rate_percent = settings.WATCH_MAX_RATE_PERCENT
    used_ms = clocks.used_head_start_ms(
        head_start_ms=former.head_start_ms,
        running_ms=clocks.elapsed_ms(former.started_at, ends_at),
        claimed_ms=former.claimed_ms(former_id),
        rate_percent=rate_percent,
    )
    columns: dict[str, Any] = {"head_start_ms": used_ms}
    if former.ended_at is None:
        reason = SessionEnd.TAKEN_OVER if ends_at == now else SessionEnd.EXPIRED
        columns |= {"ended_at": ends_at, "end_reason": reason}
    PlaybackSession.objects.filter(pk=former_id).update(**columns)
    left_ms = clocks.next_head_start_ms(
        left_ms=former.head_start_ms - used_ms,
        idle_ms=clocks.elapsed_ms(ends_at, now),
        rate_percent=rate_percent,
    )
    return left_ms, now


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
        )
    )


def _unix_ms(instant: dt.datetime) -> int:
    return (instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)
