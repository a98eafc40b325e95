"""Presence checks: issued, shown, answered, missed. The one writer of PresenceCheck.

A check belongs to a person's row of one recording: opening the lecture again finds the same one. Writers below
hold that row's lock (courses.locking). An answer confirms what waited for it; where a session ends without one,
that is taken back.
"""

import datetime as dt
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses import completion, intervals, presence, refusals, rules, watching
from courses.completion import Settled
from courses.intervals import Stretch
from courses.locking import LockedSession, locked
from courses.models import (
    CheckCause,
    CheckKind,
    CheckVerdict,
    PlaybackSession,
    PresenceCheck,
    WatchProgress,
)
from courses.presence import NO_PLACE, Step, WatchPolicy
from courses.standing import Standing
from courses.tokens import SessionToken

# After so many wrong codes the check has to be shown anew.
WRONG_ANSWERS = 3
SWEPT_AT_ONCE = 500

CAUSES: dict[Step, CheckCause] = {
    Step.SPACING: CheckCause.SPACING,
    Step.BEFORE_END: CheckCause.BEFORE_END,
    Step.CLOSING: CheckCause.CLOSING,
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A check as its page shows it; `nonce` has to come back with the answer."""

    check: UUID
    nonce: str
    kind: str
    code: str
    issued_at: dt.datetime
    answer_by: dt.datetime | None
    provisional_ms: int


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a missed check cost: the stretches to watch again, and since when they are gone."""

    milliseconds: int
    stretches: Sequence[Stretch]
    judged_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """The state after an answer that was accepted."""

    standing: Standing
    settled: Settled | None


# --- Issuing ------------------------------------------------------------------------------------------


def issue(
    *, session_id: int, progress_id: int, step: Step, policy: WatchPolicy, position_ms: int, now: dt.datetime
) -> dict[str, Any]:
    """Issue the check that a step calls for; gives the columns of the row that tell of it."""
    PresenceCheck.objects.create(
        session_id=session_id,
        progress_id=progress_id,
        kind=CheckKind(policy.kind),
        cause=CAUSES[step],
        position_ms=position_ms,
        issued_at=now,
    )
    return {"check_issued_at": now, "check_fetched_at": None}


def next_lot(policy: WatchPolicy) -> dict[str, Any]:
    """The columns of a row whose provisional minutes were just judged."""
    return {"check_due_ms": presence.draw_due_ms(policy), "check_issued_at": None, "check_fetched_at": None}


def catch_up(session_id: int | None, now: dt.datetime) -> Sequence[Stretch] | None:
    """Somebody is watching just now, and something was put into his row: ask him where that calls for a check.

    His page hears of it at its next beat. Gives what is confirmed, where this confirmed more. The caller holds the
    row's lock; `session_id` is the row's latest.
    """
    session = locked(session_id) if session_id is not None else None
    if session_id is None or session is None or not session.runs(now) or session.check_issued_at is not None:
        return None
    share, duration_ms = PlaybackSession.objects.values_list(
        "lecture__completion_share_percent", "recording__duration_ms"
    ).get(pk=session_id)
    standing = session.standing
    step = presence.step(
        session.policy,
        confirmed_ms=standing.confirmed_ms,
        provisional_ms=standing.provisional_ms,
        needed_ms=rules.needed_ms(share, duration_ms or 0),
        due_ms=session.check_due_ms,
        place_ms=session.check_place_ms,
        reached_ms=session.position_ms,
    )
    if step is Step.CONFIRM:
        standing = standing.confirming()
        watching.grow(session.progress_id, standing, now=now)
        return standing.confirmed
    if step is not Step.NOTHING:
        columns = issue(
            session_id=session_id,
            progress_id=session.progress_id,
            step=step,
            policy=session.policy,
            position_ms=session.position_ms,
            now=now,
        )
        WatchProgress.objects.filter(pk=session.progress_id).update(**columns)
    return None


# --- Answering ----------------------------------------------------------------------------------------


@transaction.atomic
def show(token: SessionToken, now: dt.datetime) -> Shown:
    """Show the check that waits in the session; a check shown before gets a new nonce.

    Refuses TokenInvalid, NoCheckWaits and what ended the session.
    """
    session = _running(token, now)
    check = PresenceCheck.objects.filter(progress=session.progress_id, verdict=CheckVerdict.WAITING).first()
    if check is None:
        raise refusals.NoCheckWaits
    policy = session.policy
    check.nonce = secrets.token_hex(16)
    check.code = f"{secrets.randbelow(10_000):04d}" if check.kind == CheckKind.CODE else ""
    check.fetched_at = now
    check.wrong_answers = 0
    check.save(update_fields=["nonce", "code", "fetched_at", "wrong_answers"])
    if session.check_fetched_at is None:
        WatchProgress.objects.filter(pk=session.progress_id).update(check_fetched_at=now)
    return Shown(
        check=check.public_id,
        nonce=check.nonce,
        kind=check.kind,
        code=check.code,
        issued_at=check.issued_at,
        answer_by=_answer_by(check.issued_at, policy),
        provisional_ms=session.provisional_ms,
    )


def answer(token: SessionToken, check_id: UUID, nonce: str, code: str, now: dt.datetime) -> Answered:
    """Judge an answer: what waited for the check is confirmed, and completes what it completes.

    An answer that comes twice is accepted twice. Refuses by the code of what is wrong with it; a check whose time
    is over is missed by that.
    """
    with transaction.atomic():
        judged = _answer(token, check_id, nonce, code, now)
    # A refusal that leaves a trace (a wrong code, a time that is over) is raised once that is committed.
    if isinstance(judged, refusals.Refusal):
        raise judged
    return judged


def _answer(
    token: SessionToken, check_id: UUID, nonce: str, code: str, now: dt.datetime
) -> Answered | refusals.Refusal:
    session = _running(token, now)
    check = PresenceCheck.objects.filter(public_id=check_id, progress=session.progress_id).first()
    if check is None:
        raise refusals.CheckUnknown
    if check.verdict in {CheckVerdict.MISSED, CheckVerdict.WITHDRAWN}:
        raise refusals.CheckMissed
    if check.fetched_at is None:
        raise refusals.CheckNotFetched
    if not check.nonce or not hmac.compare_digest(check.nonce.encode(), nonce.encode()):
        raise refusals.CheckNonceWrong
    if check.verdict == CheckVerdict.ANSWERED:
        return Answered(session.standing, None)
    policy = session.policy
    answer_by = _answer_by(check.issued_at, policy)
    if answer_by is not None and now > answer_by:
        refusal = refusals.AnsweredTooLate()
        refusal.members["taken_back"] = as_members(miss(session, now))
        return refusal
    if now - check.fetched_at < dt.timedelta(milliseconds=presence.SOONEST_ANSWER_MS):
        raise refusals.AnsweredTooFast
    if check.kind == CheckKind.CODE and not hmac.compare_digest(check.code.encode(), code.strip().encode()):
        check.wrong_answers += 1
        if check.wrong_answers >= WRONG_ANSWERS:
            check.nonce = ""
        check.save(update_fields=["wrong_answers", "nonce"])
        return refusals.WrongCode()
    return _confirm(token, session, check, now)


def _confirm(token: SessionToken, session: LockedSession, check: PresenceCheck, now: dt.datetime) -> Answered:
    before, after = session.standing, session.standing.confirming()
    _judge(check, CheckVerdict.ANSWERED, before, now, answered_in_id=token.session)
    columns = next_lot(session.policy)
    if check.cause == CheckCause.BEFORE_END:
        columns |= {"check_place_ms": NO_PLACE, "check_due_ms": presence.latest_due_ms(session.policy)}
    watching.grow(session.progress_id, after, now=now, **columns)
    settled = None
    if before.confirmed_ms < token.needed_ms <= after.confirmed_ms:
        settled = completion.settle_lecture(token.person, token.lecture, after.confirmed, now)
    return Answered(after, settled)


# --- Missing ------------------------------------------------------------------------------------------


def miss(session: LockedSession, now: dt.datetime) -> TakenBack | None:
    """Nobody answered: what waited for the check is taken back. None where none waits."""
    return miss_of_row(session.progress_id, session.standing, session.policy, now)


def miss_of_row(
    progress_id: int, standing: Standing, policy: WatchPolicy, now: dt.datetime
) -> TakenBack | None:
    """The same for a row whose lock the caller holds."""
    check = PresenceCheck.objects.filter(progress=progress_id, verdict=CheckVerdict.WAITING).first()
    if check is None:
        return None
    _judge(check, CheckVerdict.MISSED, standing, now)
    watching.grow(progress_id, standing.taking_back(), now=now, **next_lot(policy))
    return _taken_back(check)


def withdraw(session: LockedSession, now: dt.datetime) -> None:
    """The recording was replaced under whoever was asked, and his page shows the new one: nobody can answer any more.

    What waited goes on waiting, and the lot stays: the next check comes as soon as somebody can be asked.
    """
    check = PresenceCheck.objects.filter(progress=session.progress_id, verdict=CheckVerdict.WAITING).first()
    if check is not None:
        _judge(check, CheckVerdict.WITHDRAWN, session.standing, now)
        WatchProgress.objects.filter(pk=session.progress_id).update(
            check_issued_at=None, check_fetched_at=None
        )


def sweep(now: dt.datetime) -> int:
    """Take back what waits for checks that nobody can answer any more, their sessions being over."""
    over = Q(session__expires_at__lte=now) | Q(session__ended_at__isnull=False)
    rows = WatchProgress.objects.filter(over, check_issued_at__isnull=False).order_by("check_issued_at")
    count = 0
    for session_id in list(rows.values_list("session_id", flat=True)[:SWEPT_AT_ONCE]):
        with transaction.atomic():
            session = locked(session_id) if session_id is not None else None
            if session is None or session.latest_session_id != session_id or session.runs(now):
                continue
            count += miss(session, now) is not None
    return count


# --- Reading ------------------------------------------------------------------------------------------


def last_taken_back(person_id: int, recording_id: int) -> TakenBack | None:
    """What the latest check took back, as long as it was not watched again; None otherwise."""
    check = (
        PresenceCheck.objects.filter(progress__person=person_id, progress__recording=recording_id)
        .select_related("progress")
        .order_by("-pk")
        .first()
    )
    if check is None or check.verdict != CheckVerdict.MISSED or not check.stretches:
        return None
    row = check.progress
    kept = intervals.common_ms(check.stretches, row.intervals) + intervals.common_ms(
        check.stretches, row.provisional
    )
    return None if kept >= check.stretches_ms else _taken_back(check)


def as_members(taken: TakenBack | None) -> dict[str, Any] | None:
    """For an answer to a page."""
    if taken is None:
        return None
    return {
        "milliseconds": taken.milliseconds,
        "stretches": [[start_ms, end_ms] for start_ms, end_ms, _ in taken.stretches],
        "judged_at": timezone.localtime(taken.judged_at).isoformat(),
    }


def _running(token: SessionToken, now: dt.datetime) -> LockedSession:
    session = locked(token.session)
    if session is None or session.person_id != token.person:
        raise refusals.TokenInvalid
    if not session.runs(now) or session.latest_session_id != token.session:
        raise session.ended_by
    return session


def _answer_by(issued_at: dt.datetime, policy: WatchPolicy) -> dt.datetime | None:
    return issued_at + dt.timedelta(milliseconds=policy.answer_ms) if policy.answer_ms else None


def is_over(session: LockedSession, now: dt.datetime) -> bool:
    """Whether a check waits whose time has passed."""
    if session.check_issued_at is None:
        return False
    answer_by = _answer_by(session.check_issued_at, session.policy)
    return answer_by is not None and now > answer_by


def _judge(
    check: PresenceCheck, verdict: CheckVerdict, standing: Standing, now: dt.datetime, **columns: Any
) -> None:
    check.verdict = verdict
    check.judged_at = now
    check.stretches = list(standing.provisional)
    check.stretches_ms = standing.provisional_ms
    for name, value in columns.items():
        setattr(check, name, value)
    check.save(update_fields=["verdict", "judged_at", "stretches", "stretches_ms", *columns])


def _taken_back(check: PresenceCheck) -> TakenBack:
    return TakenBack(check.stretches_ms, check.stretches, check.judged_at or check.issued_at)
