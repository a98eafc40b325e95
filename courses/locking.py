"""The two rows of a playback session under their lock: what every judgement of beats and checks starts from.

A recording's row is locked before its session, here and wherever both are written.
"""

import datetime as dt
import json
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, NamedTuple

from django.db import connection

from courses import presence, refusals
from courses.models import SessionEnd, WatchProgress
from courses.presence import WatchPolicy
from courses.standing import Standing

ENDED_BY: dict[str, type[refusals.Refusal]] = {
    SessionEnd.TAKEN_OVER: refusals.SessionTakenOver,
    SessionEnd.RELOADED: refusals.SessionTakenOver,
    SessionEnd.OTHER_BEGUN: refusals.SessionTakenOver,
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
    policy: WatchPolicy
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
    def standing(self) -> Standing:
        return Standing(self.intervals, self.watched_ms, self.provisional, self.provisional_ms)

    def runs(self, now: dt.datetime) -> bool:
        """Whether the session may still earn."""
        return self.ended_at is None and now < self.expires_at


def locked(session_id: int) -> LockedSession | None:
    """The session with its row, both locked until the transaction ends; one statement.

    Every beat begins with it, and building it anew cost a third of the beat: its text is built once.
    """
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor), [session_id])
        row = cursor.fetchone()
    if row is None:
        return None
    return LockedSession(*(decode(value) for decode, value in zip(_DECODERS, row, strict=True)))


@cache
def _statement(vendor: str) -> str:
    """The statement as Django writes it for this database; its one parameter is the session's key."""
    rows = (
        WatchProgress.objects.select_for_update(no_key=True)
        .filter(sessions=_ANY_KEY)
        .values_list(*(column for column, _decode in _COLUMNS.values()))
    )
    text, parameters = rows.query.sql_with_params()
    if parameters != (_ANY_KEY,):
        raise AssertionError("the statement has another parameter")
    return text


def _as_it_is(value: Any) -> Any:
    return value


def _from_json(value: Any) -> Any:
    return json.loads(value)


@lru_cache(maxsize=64)
def _policy(value: str) -> WatchPolicy:
    """A site's sessions share a handful of policies."""
    return presence.from_json(json.loads(value))


def _instant(value: dt.datetime | None) -> dt.datetime | None:
    """SQLite's are naive, in UTC."""
    return value.replace(tzinfo=dt.UTC) if value is not None and value.tzinfo is None else value


_ANY_KEY = 1
# Each field of LockedSession: its column as Django names it, and what makes the database's value one of ours.
_COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "progress_id": ("pk", _as_it_is),
    "intervals": ("intervals", _from_json),
    "watched_ms": ("watched_ms", _as_it_is),
    "provisional": ("provisional", _from_json),
    "provisional_ms": ("provisional_ms", _as_it_is),
    "check_due_ms": ("check_due_ms", _as_it_is),
    "check_place_ms": ("check_place_ms", _as_it_is),
    "check_issued_at": ("check_issued_at", _instant),
    "check_fetched_at": ("check_fetched_at", _instant),
    "position_ms": ("position_ms", _as_it_is),
    "first_watched_at": ("first_watched_at", _instant),
    "latest_session_id": ("session_id", _as_it_is),
    "latest_claimed_ms": ("session_claimed_ms", _as_it_is),
    "person_id": ("person_id", _as_it_is),
    "started_at": ("sessions__started_at", _instant),
    "expires_at": ("sessions__expires_at", _instant),
    "ended_at": ("sessions__ended_at", _instant),
    "end_reason": ("sessions__end_reason", _as_it_is),
    "head_start_ms": ("sessions__head_start_ms", _as_it_is),
    "kept_claimed_ms": ("sessions__claimed_ms", _as_it_is),
    "policy": ("sessions__policy", _policy),
    "device_digest": ("sessions__device_digest", _as_it_is),
    "recording_id": ("recording_id", _as_it_is),
}
_DECODERS = [decode for _column, decode in _COLUMNS.values()]
if tuple(_COLUMNS) != LockedSession._fields:
    raise AssertionError("the columns are not those of LockedSession")
