"""Beats grow old: of a session that is over they are folded into stretches, and their rows dropped.

A session's beats are needed one by one as long as late ones may arrive, for seven days after its end; they are kept
for WATCH_BEATS_KEPT_DAYS after that, for disputes that want every ten seconds. After that the session
keeps its traces: what was watched, from when to when, in which mode. Presence checks, the row of what was watched and
each completion's own evidence stay as they are.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction

from courses.beats import LATE
from courses.models import Heartbeat, PlaybackSession

AT_ONCE = 200
# Beats that follow each other within this are one stretch of watching: a page reports every ten seconds.
_GAP = dt.timedelta(seconds=60)


class Trace(NamedTuple):
    """One stretch of a recording, watched without a break; instants in Unix seconds, the mode as in WatchMode."""

    start_ms: int
    end_ms: int
    began: int
    ended: int
    mode: int


def fold(beats: Iterable[tuple[int, int, dt.datetime, int]]) -> list[Trace]:
    """The traces of beats (start_ms, end_ms, watched_at, mode), given in the order in which they were watched.

    Beats that go on where the one before ended, without a break, become one; their sum of lengths stays the same.
    """
    traces: list[Trace] = []
    for start_ms, end_ms, watched_at, mode in beats:
        ended = int(watched_at.timestamp())
        began = ended - (end_ms - start_ms) // 1000
        last = traces[-1] if traces else None
        goes_on = last and last.end_ms == start_ms and last.mode == mode
        if last and goes_on and began - last.ended <= _GAP.total_seconds():
            traces[-1] = last._replace(end_ms=end_ms, ended=max(ended, last.ended))
        else:
            traces.append(Trace(start_ms, end_ms, began, ended, mode))
    return traces


def sweep(now: dt.datetime, *, at_most: int = 20_000) -> int:
    """Fold the sessions that are old enough; returns how many. Bounded, and each transaction is short."""
    before = now - LATE - dt.timedelta(days=settings.WATCH_BEATS_KEPT_DAYS)
    count = 0
    while count < at_most:
        due = list(
            PlaybackSession.objects.filter(folded_at__isnull=True, expires_at__lt=before)
            .order_by("expires_at")
            .values_list("pk", flat=True)[:AT_ONCE]
        )
        if not due:
            break
        _fold_sessions(due, now)
        count += len(due)
    return count


@transaction.atomic
def _fold_sessions(session_ids: list[int], now: dt.datetime) -> None:
    beats: dict[int, list[Any]] = {key: [] for key in session_ids}
    earned_ms = dict.fromkeys(session_ids, 0)
    rows = Heartbeat.objects.filter(session__in=session_ids).order_by("watched_at", "sequence")
    for row in rows.iterator(2000):
        beats[row.session_id].append((row.start_ms, row.end_ms, row.watched_at or row.received_at, row.mode))
        earned_ms[row.session_id] += row.earned_ms
    PlaybackSession.objects.bulk_update(
        [
            PlaybackSession(
                pk=key,
                traces={
                    "beats": len(of_session),
                    "earned_ms": earned_ms[key],
                    "stretches": [list(trace) for trace in fold(of_session)],
                },
                folded_at=now,
            )
            for key, of_session in beats.items()
        ],
        ["traces", "folded_at"],
    )
    # Without cascades to look for, one statement.
    dropped = Heartbeat.objects.filter(session__in=session_ids)
    dropped._raw_delete(dropped.db)
