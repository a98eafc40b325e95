"""Accepting beats: one locked read, one insert, one update; the one writer of Heartbeat.

The beats of a request are one transaction. Each beat is judged by itself: what is refused is counted by its reason
(courses.refused_beats) and keeps no other beat from counting. A beat that was stored before (a retry, a replay) counts
once and is answered with the present state.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

from courses import (
    beats,
    checks,
    completion,
    playback,
    presence,
    refusals,
    refused_beats,
    rules,
    turns,
    watching,
)
from courses.beats import Beat, SessionClock
from courses.checks import TakenBack
from courses.completion import Settled
from courses.locking import LockedSession, locked
from courses.models import Heartbeat, PlaybackSession, WatchMode
from courses.presence import Step, WatchPolicy
from courses.standing import Standing
from courses.tokens import SessionToken
from people.days import local_day

# A player that was offline sends what it kept in several requests.
MAX_BATCH = 60

_MODES = {
    "visible": WatchMode.VISIBLE,
    "picture_in_picture": WatchMode.PICTURE_IN_PICTURE,
    "audio_only": WatchMode.AUDIO_ONLY,
}
# A beat this young is where the person is watching now; older ones do not move the place to resume.
_LIVE_MS = 30_000


@dataclass(slots=True)
class Outcome:
    """The state after a request's beats, and each one's refusal (None: accepted), in their order.

    Of `watched_ms`, `provisional_ms` await the answer to a presence check; completion is judged without them.
    """

    watched_ms: int
    provisional_ms: int
    duration_ms: int
    is_complete: bool
    ended_by: str
    check_waits: bool
    verdicts: list[refusals.Refusal | None]
    settled: Settled | None = None
    taken_back: TakenBack | None = None

    @property
    def share_percent(self) -> int:
        return rules.share_percent(self.watched_ms, self.duration_ms)


@dataclass(slots=True)
class _Work:
    """One request's beats at work on the locked rows."""

    token: SessionToken
    locked: LockedSession
    policy: WatchPolicy
    clock: SessionClock
    now: dt.datetime
    standing: Standing
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
    # No SELECT before the first statement to see whether the connection lives: a beat that meets a broken one
    # fails, is sent again, and finds a new one.
    connection.health_check_done = True  # type: ignore[attr-defined]  # a wrapper's own field, not in the stubs
    with turns.turn(), transaction.atomic():
        row, taken_back = _row_of(token, now)
        policy = row.policy
        work = _Work(token, row, policy, _clock_of(token, row, policy), now, row.standing)
        for place, beat in enumerate(given):
            if verdicts[place] is None:
                verdicts[place] = _judge(beat, work)
        judged = zip(given, verdicts, formal, strict=True)
        refused_beats.note(
            token.session, [(beat, why) for beat, why, form in judged if why and form is None], now
        )
        settled, check_waits = None, row.check_issued_at is not None
        if work.accepted:
            Heartbeat.objects.bulk_create(work.accepted)
            check_waits = _store(work)
            if row.watched_ms < token.needed_ms <= work.standing.confirmed_ms:
                settled = completion.settle_lecture(token.person, token.lecture, work.standing.confirmed, now)
    return Outcome(
        watched_ms=work.standing.watched_ms,
        provisional_ms=work.standing.provisional_ms,
        duration_ms=token.duration_ms,
        is_complete=completion.is_complete(token, work.standing.confirmed_ms),
        ended_by=row.end_reason,
        check_waits=check_waits,
        verdicts=verdicts,
        settled=settled,
        taken_back=taken_back,
    )


def _row_of(token: SessionToken, now: dt.datetime) -> tuple[LockedSession, TakenBack | None]:
    """The session's rows, locked; a check whose time is over has been missed by this."""
    row = locked(token.session)
    if row is None or row.person_id != token.person:
        raise refusals.TokenInvalid
    if not checks.is_over(row, now):
        return row, None
    taken_back = checks.miss(row, now)
    return locked(token.session) or row, taken_back


def _clock_of(token: SessionToken, row: LockedSession, policy: WatchPolicy) -> SessionClock:
    return SessionClock(
        started_at=row.started_at,
        ends_at=row.ends_at,
        ended_by=row.ended_by,
        head_start_ms=row.head_start_ms,
        claimed_ms=row.claimed_ms(token.session),
        rate_percent=policy.max_rate_percent,
    )


def _judge(beat: Beat, work: _Work) -> refusals.Refusal | None:
    """Credit the beat, or say why not."""
    try:
        beats.check_mode(beat, work.policy)
        watched_at = beats.watched_at(beat, work.clock, work.now)
        beats.check_presence(beat, watched_at, work.locked.check_fetched_at)
        beat = beats.up_to_the_end(beat, work.clock, work.now)
        beats.check_clock(beat, work.clock, work.now)
        standing = beats.credit(
            beat,
            work.standing,
            local_day(watched_at).isoformat(),
            policy=work.policy,
            due_ms=work.locked.check_due_ms,
            needed_ms=work.token.needed_ms,
        )
    except refusals.Refusal as refusal:
        if isinstance(refusal, refusals.Unconfirmed) and work.locked.check_issued_at is not None:
            refusal = refusals.CheckWaiting()
        # An honest retry after a lost answer must not be told that its minutes do not count.
        if Heartbeat.objects.filter(session_id=work.token.session, sequence=beat.sequence).exists():
            return refusals.Repeated()
        return refusal
    work.accepted.append(
        Heartbeat(
            session_id=work.token.session,
            sequence=beat.sequence,
            start_ms=beat.start_ms,
            end_ms=beat.end_ms,
            earned_ms=standing.watched_ms - work.standing.watched_ms,
            received_at=work.now,
            watched_at=watched_at,
            mode=_MODES[beat.mode],
        )
    )
    work.standing = standing
    work.clock = work.clock.claiming(beat.length_ms)
    if beat.age_ms <= _LIVE_MS:
        work.position_ms = beat.end_ms
    return None


def _store(work: _Work) -> bool:
    """Write the row, with what its new standing calls for; whether a check waits now."""
    row = work.locked
    columns: dict[str, Any] = {}
    is_latest = row.latest_session_id == work.token.session
    if is_latest:
        columns["session_claimed_ms"] = work.clock.claimed_ms
        if work.position_ms is not None:
            columns["position_ms"] = work.position_ms
    else:
        playback.keep_claims(work.token.session, work.clock.claimed_ms)
    if row.first_watched_at is None:
        columns["first_watched_at"] = work.now
    check_waits = row.check_issued_at is not None
    if not check_waits:
        columns |= _presence_after(work, is_asked=is_latest and row.runs(work.now))
        check_waits = "check_issued_at" in columns
    watching.grow(row.progress_id, work.standing, now=work.now, **columns)
    return check_waits


def _presence_after(work: _Work, *, is_asked: bool) -> dict[str, Any]:
    """Confirm, or issue a check, as the standing calls for; only a session that runs can be asked."""
    row = work.locked
    reached_ms = row.position_ms if work.position_ms is None else work.position_ms
    step = presence.step(
        work.policy,
        confirmed_ms=work.standing.confirmed_ms,
        provisional_ms=work.standing.provisional_ms,
        needed_ms=work.token.needed_ms,
        due_ms=row.check_due_ms,
        place_ms=row.check_place_ms,
        reached_ms=reached_ms,
    )
    if step is Step.CONFIRM:
        work.standing = work.standing.confirming()
        return {}
    if step is Step.NOTHING or not is_asked:
        return {}
    return checks.issue(
        session_id=work.token.session,
        progress_id=row.progress_id,
        step=step,
        policy=work.policy,
        position_ms=reached_ms,
        now=work.now,
    )


def _state_after(token: SessionToken, verdicts: list[refusals.Refusal | None]) -> Outcome:
    """The outcome of a request that changes nothing."""
    row = (
        PlaybackSession.objects.filter(pk=token.session, person_id=token.person)
        .values_list(
            "progress__watched_ms", "progress__provisional_ms", "progress__check_issued_at", "end_reason"
        )
        .first()
    )
    if row is None:
        raise refusals.TokenInvalid
    confirmed_ms, provisional_ms, check_issued_at, end_reason = row
    return Outcome(
        watched_ms=confirmed_ms + provisional_ms,
        provisional_ms=provisional_ms,
        duration_ms=token.duration_ms,
        is_complete=completion.is_complete(token, confirmed_ms),
        ended_by=end_reason,
        check_waits=check_issued_at is not None,
        verdicts=verdicts,
    )
