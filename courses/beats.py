"""Judging a beat: whether a claimed stretch may count, given its session's clock. Pure; raises refusals."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from courses import clocks, presence, refusals
from courses.presence import WatchPolicy
from courses.standing import Standing

# A player reports every ten seconds; a minute is room for a page that the browser slowed down.
MAX_BEAT_MS = 60_000
# No person watches a recording in more separate stretches; a script's snippets would bloat the record.
MAX_STRETCHES = 1_000
MAX_SEQUENCE = 2**31 - 1
# What was watched before a session's end may arrive this much later.
LATE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Beat:
    """One claim: this stretch of the recording was watched, up to `age_ms` before it was sent.

    `mode` is how, as the page says: visible, picture_in_picture or audio_only behind a hidden page, or hidden.
    """

    sequence: int
    start_ms: int
    end_ms: int
    age_ms: int = 0
    mode: str = "visible"

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class SessionClock:
    """What bounds a session's claims. `ended_by` is the refusal that meets beats watched after the end."""

    started_at: datetime
    ends_at: datetime
    ended_by: type[refusals.Refusal]
    head_start_ms: int
    claimed_ms: int
    rate_percent: int

    def claiming(self, length_ms: int) -> "SessionClock":
        """The clock after one more claim."""
        return replace(self, claimed_ms=self.claimed_ms + length_ms)


def check_form(beat: Beat, duration_ms: int) -> None:
    """Refuse what no player could send, whatever the clock says; needs no database."""
    if not 0 <= beat.sequence <= MAX_SEQUENCE:
        raise refusals.BadSequence
    if beat.start_ms < 0:
        raise refusals.Negative
    if beat.end_ms <= beat.start_ms:
        raise refusals.Negative if beat.end_ms < 0 else refusals.Empty
    if beat.end_ms > duration_ms:
        raise refusals.BeyondEnd
    if beat.length_ms > MAX_BEAT_MS:
        raise refusals.TooLong
    if beat.age_ms < 0:
        raise refusals.FromTheFuture


def watched_at(beat: Beat, clock: SessionClock, now: datetime) -> datetime:
    """The instant at which the stretch's watching ended, as far as the session's bounds can tell.

    Refuses what arrives too late, what was watched before the session started, and what was begun after it
    ended; a stretch under way at the end still counts, for the session's clock stands still from then on.
    """
    if now > clock.ends_at + LATE:
        raise refusals.TooLate
    if beat.age_ms > clocks.elapsed_ms(clock.started_at, now):
        raise refusals.BeforeStart
    claimed_end = now - timedelta(milliseconds=beat.age_ms)
    if claimed_end - timedelta(milliseconds=beat.length_ms) > clock.ends_at:
        raise clock.ended_by
    return min(claimed_end, clock.ends_at)


def up_to_the_end(beat: Beat, clock: SessionClock, now: datetime) -> Beat:
    """A stretch that was under way when its session ended, without what the session's time has no room for.

    Its first part was watched before the end: whoever is taken over at full speed keeps that. Any other stretch
    stays whole. Refuses with the reason of the end where no room is left.
    """
    room_ms = _room_ms(clock, now)
    if beat.length_ms <= room_ms or now - timedelta(milliseconds=beat.age_ms) <= clock.ends_at:
        return beat
    if room_ms <= 0:
        raise clock.ended_by
    return replace(beat, end_ms=beat.start_ms + room_ms)


def check_clock(beat: Beat, clock: SessionClock, now: datetime) -> None:
    """Refuse a claim that, with all earlier ones of its session, exceeds what time allows."""
    if beat.length_ms > _room_ms(clock, now):
        raise refusals.TooFast


def _room_ms(clock: SessionClock, now: datetime) -> int:
    """What the session may still claim."""
    allowance_ms = clocks.allowance_ms(
        head_start_ms=clock.head_start_ms,
        running_ms=clocks.elapsed_ms(clock.started_at, min(now, clock.ends_at)),
        rate_percent=clock.rate_percent,
    )
    return allowance_ms - clock.claimed_ms


def check_mode(beat: Beat, policy: WatchPolicy) -> None:
    """Refuse what was watched on a hidden page, unless in a mode that the policy allows."""
    if beat.mode != "visible" and beat.mode not in policy.background:
        raise _BACKGROUND.get(beat.mode, refusals.Hidden)


def check_presence(beat: Beat, watched_at: datetime, heard_at: datetime | None) -> None:
    """Refuse what was begun after its page had asked for the check that waits (`heard_at`).

    Before that the page may not have heard of it: a network may take the announcement, or all of it.
    """
    if heard_at is not None and watched_at - timedelta(milliseconds=beat.length_ms) > heard_at:
        raise refusals.CheckWaiting


def credit(
    beat: Beat, standing: Standing, day: str, *, policy: WatchPolicy, due_ms: int | None, needed_ms: int
) -> Standing:
    """The standing with the beat's stretch in it.

    Refuses what would crumble it into too many pieces, and what would let more wait for a check than may wait.
    """
    grown = standing.watching(beat.start_ms, beat.end_ms, day)
    if grown.pieces > MAX_STRETCHES and grown.pieces > standing.pieces:
        raise refusals.TooScattered
    most_ms = presence.most_provisional_ms(policy, due_ms)
    if (
        most_ms is not None
        and standing.confirmed_ms < needed_ms
        and grown.provisional_ms > max(most_ms, standing.provisional_ms)
    ):
        raise refusals.Unconfirmed
    return grown


_BACKGROUND: dict[str, type[refusals.Refusal]] = {
    "picture_in_picture": refusals.PictureInPictureRefused,
    "audio_only": refusals.AudioOnlyRefused,
}
