"""What a year of watching takes on disk: rows as the site writes them, a sample measured, then multiplied.

Run as a program, with DATABASE_URL pointing at a migrated database. Prints rows of the table as JSON.
The year: each lawyer watches 40 hours in lectures of 45 minutes, sits down for half an hour at a time, and sends a beat
every ten seconds; a check comes every five and a half minutes on average. Beats are rows for 37.5 days (12 hours of a
session, 7 days for late ones, 30 days kept); after that a session keeps its traces.
"""

import datetime as dt
import json
import sys
from collections.abc import Callable
from typing import Any

import django

LAWYERS, SAMPLE = 14_851, 12
HOURS, SITTING_S, LECTURE_MS, BEAT_S = 40, 1800, 45 * 60_000, 10
SITTINGS = HOURS * 3600 // SITTING_S
BEATS_A_SITTING = SITTING_S // BEAT_S
CHECKS_A_SITTING = 5
LECTURES = HOURS * 3_600_000 // LECTURE_MS
BEATS_KEPT = 37.5 / 365


def main() -> None:
    django.setup()
    from django.db import connection

    from courses import folding, tokens
    from courses.models import CheckCause, CheckKind, Heartbeat, PlaybackSession, PresenceCheck, WatchProgress
    from courses.presence import WatchPolicy
    from tests.courses import stage

    lectures = [stage.published_lecture(f"第{n}讲", duration_ms=LECTURE_MS) for n in range(LECTURES)]
    people = [stage.new_lawyer(f"林试{n}") for n in range(SAMPLE)]
    began = dt.datetime(2026, 1, 5, 9, 0, tzinfo=dt.UTC)
    policy = WatchPolicy().as_json()

    def size(table: str) -> int:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA page_count")
                pages = cursor.fetchone()[0]
                cursor.execute("PRAGMA page_size")
                return pages * cursor.fetchone()[0]
            cursor.execute("SELECT pg_total_relation_size(%s)", [table])
            return cursor.fetchone()[0]

    def a_row(model: Any, rows: list[Any]) -> float:
        """Bytes a row, its indexes included; on SQLite by how much the file grows."""
        before = size(model._meta.db_table)
        model.objects.bulk_create(rows, batch_size=2000)
        return (size(model._meta.db_table) - before) / len(rows)

    days = [[0, LECTURE_MS * 2 // 3, "2026-01-05"], [LECTURE_MS * 2 // 3, LECTURE_MS, "2026-01-12"]]
    progress = [
        WatchProgress(
            person=person,
            recording=lecture.recording,
            intervals=days,
            watched_ms=LECTURE_MS,
            updated_at=began,
        )
        for person in people
        for lecture in lectures
    ]
    sizes = {"row": a_row(WatchProgress, progress)}
    sessions = [
        PlaybackSession(
            person=person,
            lecture=lectures[n % LECTURES],
            recording=lectures[n % LECTURES].recording,
            progress=progress[place * LECTURES + n % LECTURES],
            device_digest=tokens.device_digest(f"{place}"),
            started_at=began + dt.timedelta(days=n),
            expires_at=began + dt.timedelta(days=n, hours=12),
            ended_at=began + dt.timedelta(days=n, hours=1),
            end_reason="taken_over",
            policy=policy,
            traces={"beats": 180, "earned_ms": 1_800_000, "stretches": traces(folding.fold, began)},
            folded_at=began,
        )
        for place, person in enumerate(people)
        for n in range(SITTINGS)
    ]
    sizes["sitting"] = a_row(PlaybackSession, sessions)
    sizes["check"] = a_row(
        PresenceCheck,
        [
            PresenceCheck(
                session=session,
                answered_in=session,
                progress=session.progress,
                kind=CheckKind.CONFIRM,
                cause=CheckCause.SPACING,
                verdict="answered",
                position_ms=n * 330_000,
                issued_at=began,
                fetched_at=began,
                judged_at=began,
                nonce=f"{n:032d}",
                stretches=[[n * 330_000, (n + 1) * 330_000, "2026-01-05"]],
                stretches_ms=330_000,
            )
            for session in sessions
            for n in range(CHECKS_A_SITTING)
        ],
    )
    # A twelfth of the year's beats and more: enough for an index's pages to fill as they will.
    sizes["beat"] = a_row(
        Heartbeat,
        [
            Heartbeat(
                session=session,
                sequence=n + 1,
                start_ms=n * 10_000,
                end_ms=(n + 1) * 10_000,
                earned_ms=10_000,
                received_at=began + dt.timedelta(seconds=10 * n),
                watched_at=began + dt.timedelta(seconds=10 * n),
            )
            for session in sessions[::2]
            for n in range(BEATS_A_SITTING)
        ],
    )
    json.dump(table(connection.vendor, sizes), sys.stdout)


def traces(fold: Callable[..., list[Any]], began: dt.datetime) -> list[list[int]]:
    """Half an hour with two pauses."""
    beats = []
    at = began
    for n in range(BEATS_A_SITTING):
        at += dt.timedelta(seconds=10 + 300 * (n in {60, 120}))
        beats.append((n * 10_000, (n + 1) * 10_000, at, 1))
    return [list(trace) for trace in fold(beats)]


def table(vendor: str, sizes: dict[str, float]) -> list[tuple[str, str]]:
    name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[vendor]
    numbers = {
        "row": LECTURES,
        "sitting": SITTINGS,
        "check": SITTINGS * CHECKS_A_SITTING,
        "beat": SITTINGS * BEATS_A_SITTING * BEATS_KEPT,
    }
    parts = [f"{numbers[kind]:.0f} {kind}s × {sizes[kind]:.0f} B" for kind in sizes]
    a_lawyer = sum(numbers[kind] * sizes[kind] for kind in sizes)
    unfolded = SITTINGS * BEATS_A_SITTING * sizes["beat"]
    return [
        (
            f"a year of {LAWYERS:,} lawyers watching {HOURS} hours on disk, {name}",
            f"{LAWYERS * a_lawyer / 1024**3:.1f} GB ({' + '.join(parts)} a lawyer)",
        ),
        (
            f"the same if beats were never folded, {name}",
            f"{LAWYERS * (a_lawyer + unfolded * (1 - BEATS_KEPT)) / 1024**3:.0f} GB",
        ),
    ]


if __name__ == "__main__":
    main()
