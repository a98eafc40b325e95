"""The two rows of a playback session under their lock: what every judgement of beats and checks starts from.

A recording's row is locked before its session, here and wherever both are written.
"""

import datetime as dt
from typing import Any, NamedTuple

from courses import presence, refusals
from courses.models import SessionEnd, WatchProgress
from courses.presence import WatchPolicy
from courses.standing import Standing

ENDED_BY: dict[str, type[refusals.Refusal]] = {
    SessionEnd.TAKEN_OVER: refusals.SessionTakenOver,
    SessionEnd.CLOSED: refusals.SessionClosed,
    SessionEnd.EXPIRED: refusals.SessionExpired,
    "": refusals.SessionExpired,
}


class LockedSession(NamedTuple):
    """A session and the row its beats grow, both locked."""

    progress_id: int
    intervals: list[Any]
    watched_ms: int
    provisional: list[Any]
    provisional_ms: int
    check_due_ms: int | None
    check_place_ms: int | None
    check_issued_at: dt.datetime | None
    check_fetched_at: dt.datetime | None
    position_ms: int
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
    policy_json: dict[str, Any]
    device_digest: str
    recording_id: int

    def claimed_ms(self, session_id: int) -> int:
        """What the session has claimed in all: its recording's row counts while it is the latest there."""
        return self.latest_claimed_ms if self.latest_session_id == session_id else self.kept_claimed_ms

    @property
    def ends_at(self) -> dt.datetime:
        return min(self.ended_at or self.expires_at, self.expires_at)

    @property
    def ended_by(self) -> type[refusals.Refusal]:
        """The refusal that meets what was watched after the end."""
        return ENDED_BY[self.end_reason]

    @property
    def policy(self) -> WatchPolicy:
        return presence.from_json(self.policy_json)

    @property
    def standing(self) -> Standing:
        return Standing(self.intervals, self.watched_ms, self.provisional, self.provisional_ms)

    def runs(self, now: dt.datetime) -> bool:
        """Whether the session may still earn."""
        return self.ended_at is None and now < self.expires_at


def locked(session_id: int) -> LockedSession | None:
    """The session with its row, both locked until the transaction ends; one statement."""
    row = (
        WatchProgress.objects.select_for_update(no_key=True)
        .filter(sessions=session_id)
        .values_list(
            "pk",
            "intervals",
            "watched_ms",
            "provisional",
            "provisional_ms",
            "check_due_ms",
            "check_place_ms",
            "check_issued_at",
            "check_fetched_at",
            "position_ms",
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
            "sessions__policy",
            "sessions__device_digest",
            "recording_id",
        )
        .first()
    )
    return LockedSession(*row) if row else None
