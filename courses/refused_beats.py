"""What was refused of a session's beats, counted by reason: so that a disputed refusal can be seen. One writer.

A refused beat is not stored: who sends a thousand would fill the disk. It leaves one row a session and reason, with
how many there were, from when to when, and the span of the recording that they claimed. One statement a request,
and only where something was refused.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.db import connection

from courses import refusals
from courses.beats import Beat
from courses.models import RefusedBeats

_COLUMNS = ("session_id", "code", "count", "low_ms", "high_ms", "first_at", "last_at")
# Both databases know this form; a greater and a lesser of two are spelt differently in each, hence CASE.
_UPSERT = """
INSERT INTO {table} ({columns}) VALUES {rows}
ON CONFLICT (session_id, code) DO UPDATE SET
    count = {table}.count + excluded.count,
    low_ms = CASE WHEN excluded.low_ms < {table}.low_ms THEN excluded.low_ms ELSE {table}.low_ms END,
    high_ms = CASE WHEN excluded.high_ms > {table}.high_ms THEN excluded.high_ms ELSE {table}.high_ms END,
    last_at = excluded.last_at
"""


@dataclass(slots=True)
class _Sum:
    count: int
    low_ms: int
    high_ms: int


def note(session_id: int, refused: Iterable[tuple[Beat, refusals.Refusal]], now: dt.datetime) -> None:
    """Count these beats, in the caller's transaction. What was stored before is no refusal and leaves nothing."""
    sums: dict[str, _Sum] = {}
    for beat, refusal in refused:
        if isinstance(refusal, refusals.Repeated):
            continue
        held = sums.setdefault(refusal.code, _Sum(0, beat.start_ms, beat.end_ms))
        held.count += 1
        held.low_ms = min(held.low_ms, beat.start_ms)
        held.high_ms = max(held.high_ms, beat.end_ms)
    if not sums:
        return
    at = connection.ops.adapt_datetimefield_value(now)
    values = [
        value
        for code, each in sums.items()
        for value in (session_id, code, each.count, each.low_ms, each.high_ms, at, at)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(len(sums)), values)


@cache
def _statement(rows: int) -> str:
    row = f"({', '.join(['%s'] * len(_COLUMNS))})"
    return _UPSERT.format(
        table=RefusedBeats._meta.db_table, columns=", ".join(_COLUMNS), rows=", ".join([row] * rows)
    )
