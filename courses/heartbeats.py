"""Accepting beats: one locked read, one insert, one update; the one writer of Heartbeat.

The beats of a request are one transaction. Each beat is judged by itself: what is refused leaves no trace and
keeps no other beat from counting. A beat that was stored before (a retry, a replay) counts once and is answered
with the present state.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from courses import beats, completion, intervals, playback, refusals, rules, watching
from courses.beats import Beat, SessionClock
from courses.completion import Settled
from courses.intervals import Stretch
from courses.models import Heartbeat, PlaybackSession, SessionEnd
from courses.playback import LockedSession
from courses.tokens import SessionToken
from people.days import local_day

# A player that was offline sends what it kept in several requests.
MAX_BATCH = 60

_ENDED_BY: dict[str, type[refusals.Refusal]] = {
    SessionEnd.TAKEN_OVER: refusals.SessionTakenOver,
    SessionEnd.CLOSED: refusals.SessionClosed,
    SessionEnd.EXPIRED: refusals.SessionExpired,
    "": refusals.SessionExpired,
}
# A beat this young is where the person is watching now; older ones do not move the place to resume.
_LIVE_MS = 30_000


@dataclass(slots=True)
class Outcome:
    """The state after a request's beats, and each one's refusal (None: accepted), in their order."""

    watched_ms: int
    duration_ms: int
    is_complete: bool
    ended_by: str
    verdicts: list[refusals.Refusal | None]
    settled: Settled | None = None

    @property
    def share_percent(self) -> int:
        return rules.share_percent(self.watched_ms, self.duration_ms)


@dataclass(slots=True)
class _Work:
    """One request's beats at work on the locked rows."""

    token: SessionToken
    locked: LockedSession
    clock: SessionClock
    now: dt.datetime
    union: list[Stretch]
    watched_ms: int
    accepted: list[Heartbeat] = field(default_factory=list)
    position_ms: int | None = None


def accept(token: SessionToken, given: Sequence[Beat], now: dt.datetime) -> Outcome:
    """Store and credit the beats that may count. Refusals are in the outcome, one a beat; nothing is raised."""
    verdicts: list[refusals.Refusal | None] = [_form_refusal(beat, token) for beat in given]
    if all(verdicts):
        return _state_after(token, verdicts)
    try:
        return _accept(token, given, verdicts, now)
    except IntegrityError:
        # A number that is stored already: a retry or a replay among them. What is new is judged without it.
        numbers = [beat.sequence for beat in given]
        stored = set(
            Heartbeat.objects.filter(session_id=token.session, sequence__in=numbers).values_list(
                "sequence", flat=True
            )
        )
        verdicts = [
            refusal
            or (refusals.Repeated() if beat.sequence in stored or beat.sequence in numbers[:place] else None)
            for place, (beat, refusal) in enumerate(zip(given, verdicts, strict=True))
        ]
        if all(verdicts):
            return _state_after(token, verdicts)
        return _accept(token, given, verdicts, now)


def _form_refusal(beat: Beat, token: SessionToken) -> refusals.Refusal | None:
    try:
        beats.check_form(beat, token.duration_ms)
    except refusals.Refusal as refusal:
        return refusal
    return None


def _accept(
    token: SessionToken, given: Sequence[Beat], formal: Sequence[refusals.Refusal | None], now: dt.datetime
) -> Outcome:
    verdicts = list(formal)
    with transaction.atomic():
        locked = playback.locked(token.session)
        if locked is None or locked.person_id != token.person:
            raise refusals.TokenInvalid
        work = _Work(token, locked, _clock_of(token, locked), now, locked.intervals, locked.watched_ms)
        for place, beat in enumerate(given):
            if verdicts[place] is None:
                verdicts[place] = _judge(beat, work)
        settled = None
        if work.accepted:
            Heartbeat.objects.bulk_create(work.accepted)
            _store(work)
            if locked.watched_ms < token.needed_ms <= work.watched_ms:
                settled = completion.settle_lecture(token.person, token.lecture, work.union, now)
    return Outcome(
        watched_ms=work.watched_ms,
        duration_ms=token.duration_ms,
        is_complete=work.watched_ms >= token.needed_ms,
        ended_by=locked.end_reason,
        verdicts=verdicts,
        settled=settled,
    )


def _clock_of(token: SessionToken, locked: LockedSession) -> SessionClock:
    return SessionClock(
        started_at=locked.started_at,
        ends_at=locked.ends_at,
        ended_by=_ENDED_BY[locked.end_reason],
        head_start_ms=locked.head_start_ms,
        claimed_ms=locked.claimed_ms(token.session),
        rate_percent=settings.WATCH_MAX_RATE_PERCENT,
    )


def _judge(beat: Beat, work: _Work) -> refusals.Refusal | None:
    """Credit the beat, or say why not."""
    try:
        day = local_day(beats.watched_at(beat, work.clock, work.now)).isoformat()
        beats.check_clock(beat, work.clock, work.now)
        union = beats.credit(beat, work.union, day)
    except refusals.Refusal as refusal:
        # An honest retry after a lost answer must not be told that its minutes do not count.
        if Heartbeat.objects.filter(session_id=work.token.session, sequence=beat.sequence).exists():
            return refusals.Repeated()
        return refusal
    watched_ms = intervals.total_ms(union)
    work.accepted.append(
        Heartbeat(
            session_id=work.token.session,
            sequence=beat.sequence,
            start_ms=beat.start_ms,
            end_ms=beat.end_ms,
            earned_ms=watched_ms - work.watched_ms,
            received_at=work.now,
        )
    )
    work.union, work.watched_ms = union, watched_ms
    work.clock = work.clock.claiming(beat.length_ms)
    if beat.age_ms <= _LIVE_MS:
        work.position_ms = beat.end_ms
    return None


def _store(work: _Work) -> None:
    columns: dict[str, Any] = {}
    if work.locked.latest_session_id == work.token.session:
        columns["session_claimed_ms"] = work.clock.claimed_ms
        if work.position_ms is not None:
            columns["position_ms"] = work.position_ms
    else:
        playback.keep_claims(work.token.session, work.clock.claimed_ms)
    if work.locked.first_watched_at is None:
        columns["first_watched_at"] = work.now
    watching.grow(work.locked.progress_id, work.union, work.watched_ms, now=work.now, **columns)


def _state_after(token: SessionToken, verdicts: list[refusals.Refusal | None]) -> Outcome:
    """The outcome of a request that changes nothing."""
    row = (
        PlaybackSession.objects.filter(pk=token.session, person_id=token.person)
        .values_list("progress__watched_ms", "end_reason")
        .first()
    )
    if row is None:
        raise refusals.TokenInvalid
    watched_ms, end_reason = row
    return Outcome(
        watched_ms=watched_ms,
        duration_ms=token.duration_ms,
        is_complete=watched_ms >= token.needed_ms,
        ended_by=end_reason,
        verdicts=verdicts,
    )
