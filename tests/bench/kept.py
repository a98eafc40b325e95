"""Counts what concurrent beats have lost: rows that are not the sum of their beats. Prints the count as JSON.

Run as a program, with DATABASE_URL pointing at the database that was beaten.
"""

import json
import sys

import django


def main() -> None:
    django.setup()
    from django.db.models import F, Sum

    from courses.models import WatchProgress

    rows = WatchProgress.objects.annotate(
        earned=Sum("sessions__heartbeats__earned_ms"),
        claimed=Sum(F("sessions__heartbeats__end_ms") - F("sessions__heartbeats__start_ms")),
    ).filter(earned__gt=0)  # the bare view earns nothing
    lost = [
        row.pk
        for row in rows
        if row.watched_ms + row.provisional_ms != row.earned or row.session_claimed_ms != row.claimed
    ]
    json.dump({"rows": len(rows), "lost": len(lost)}, sys.stdout)


if __name__ == "__main__":
    main()
