"""A table of a new cut, taken back: what it put into people's rows goes out again, and what they watched there stays.

Nothing is erased: the table, what each person took along by it and the old recording's rows stay, beside a row that
says what was taken out again. A second that its viewer has watched in the new recording himself stays watched; if it
had counted only by the table, it waits for his next presence check there. Whoever has completed the lecture keeps what
his completion rests on: the ledger is corrected at its own desk, by two persons.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from courses import checks, intervals, ledger, replaced, watching
from courses.intervals import Stretch
from courses.models import (
    CarriedReversal,
    CarriedWatching,
    CheckVerdict,
    Completion,
    Heartbeat,
    PlaybackSession,
    PresenceCheck,
    Recut,
    WatchProgress,
)
from people import audit_log
from people.days import local_day, today
from people.models import AuditAct, Organisation, User

AT_ONCE = 50  # persons a transaction
MAX_WHY = 300


class ReversalRefused(Exception):
    """`code`: no_reason, reversed (it was taken back), later (what it carried was carried on by another table)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Preview:
    """To how many persons taking a table back would matter."""

    persons: int  # lose what was carried over for them
    rewatched: int  # of these, have opened the new recording since: what they watched there stays
    complete: int  # have completed the lecture and keep everything


# --- Reading ------------------------------------------------------------------------------------------


def preview(recut: Recut) -> Preview:
    """What taking back would do. ReversalRefused where it may not be done."""
    _check(recut)
    carried = CarriedWatching.objects.filter(recut=recut).filter(Q(carried_ms__gt=0) | Q(waiting_ms__gt=0))
    everybody = carried.values("person").distinct().count()
    persons = _persons(recut)
    opened = PlaybackSession.objects.filter(person=OuterRef("person"), recording=recut.target_id)
    return Preview(
        persons=persons.values("person").distinct().count(),
        rewatched=persons.filter(Exists(opened)).values("person").distinct().count(),
        complete=everybody - persons.values("person").distinct().count(),
    )


def unsettled() -> list[int]:
    """Keys of the tables that were taken back, and by which somebody still holds something."""
    rows = Recut.objects.filter(reversed_at__isnull=False).order_by("pk")
    return [recut.pk for recut in rows if _persons(recut).exists()]


def _persons(recut: Recut) -> QuerySet[CarriedWatching]:
    """What was carried for those who have not completed the lecture, and not been taken out again."""
    done = Completion.objects.filter(
        Q(activity__lecture=recut.lecture_id) | Q(activity__lecture__recording=recut.target_id),
        person=OuterRef("person"),
    )
    out = CarriedReversal.objects.filter(recut=recut, person=OuterRef("person"))
    return CarriedWatching.objects.filter(
        ~Exists(done), ~Exists(out), Q(carried_ms__gt=0) | Q(waiting_ms__gt=0), recut=recut
    )


def _check(recut: Recut) -> None:
    if recut.reversed_at is not None:
        raise ReversalRefused("reversed")
    if Recut.objects.standing().filter(lecture=recut.lecture_id, source=recut.target_id).exists():
        raise ReversalRefused("later")


# --- Writing ------------------------------------------------------------------------------------------


@transaction.atomic
def take_back(recut_id: int, *, why: str, by: User, now: dt.datetime) -> Recut:
    """Say that a table does not hold any more; `run` takes out what it carried. ReversalRefused."""
    recut = Recut.objects.select_for_update(of=("self",)).select_related("lecture").get(pk=recut_id)
    _check(recut)
    if not why.strip():
        raise ReversalRefused("no_reason")
    recut.reversed_at, recut.reversed_by, recut.reversed_why = now, by, why.strip()[:MAX_WHY]
    recut.save(update_fields=["reversed_at", "reversed_by", "reversed_why"])
    audit_log.record(
        AuditAct.DECIDED,
        by=by,
        organisation=Organisation.objects.filter(pk=ledger.organiser_id(today()) or 0).first(),
        about=_("Carrying over taken back") + f" · {recut.lecture.title}",
        reason=recut.reversed_why,
        persons=_persons(recut).values("person").distinct().count(),
        now=now,
    )
    return recut


def run(recut_id: int, now: dt.datetime) -> int:
    """Take out what the table carried, person by person; may run twice. Returns how many changed."""
    recut = Recut.objects.select_related("lecture", "source", "target").get(pk=recut_id)
    count = last = 0
    if recut.reversed_at is None:
        return 0
    while batch := sorted(
        set(
            _persons(recut)
            .filter(person__gt=last)
            .order_by("person")
            .values_list("person", flat=True)
            .distinct()[:AT_ONCE]
        )
    ):
        with transaction.atomic():
            out = [each for key in batch if (each := _take_out(recut, key, now)) is not None]
            replaced.tell_taken_back(recut, out)
        count += len(out)
        last = batch[-1]
    return count


def _take_out(recut: Recut, person_id: int, now: dt.datetime) -> CarriedReversal | None:
    """One person's row without what came by the table alone; None where another run was first, or he completed."""
    progress = watching.row_of(person_id, recut.target_id, now)
    if not _persons(recut).filter(person=person_id).exists():
        return None
    rows = list(CarriedWatching.objects.filter(recut=recut, person=person_id))
    others = list(
        CarriedWatching.objects.filter(
            recut__in=Recut.objects.standing().filter(target=recut.target_id), person=person_id
        )
    )
    stays = intervals.together(*(row.carried for row in others), *(row.waiting for row in others))
    added = intervals.minus(
        intervals.together(*(row.carried if row.added is None else row.added for row in rows)), stays
    )
    waiting = intervals.minus(intervals.together(*(row.waiting for row in rows)), stays)
    seen = _watched_there(progress)
    confirmed, provisional = intervals.together(progress.intervals), intervals.together(progress.provisional)
    # What waited and was watched here too was asked for here; what was confirmed by the table alone was not.
    foreign = intervals.minus(waiting, seen)
    left = intervals.minus(intervals.minus(confirmed, added), foreign)
    again = intervals.minus(seen, intervals.minus(seen, intervals.minus(confirmed, left)))
    waits = intervals.together(intervals.minus(provisional, foreign), again)
    gone_ms = (
        progress.watched_ms + progress.provisional_ms - intervals.total_ms(left) - intervals.total_ms(waits)
    )
    out = CarriedReversal.objects.create(
        recut=recut,
        person_id=person_id,
        removed=intervals.minus(intervals.minus(intervals.together(confirmed, provisional), left), waits),
        removed_ms=gone_ms,
        kept=again,
        kept_ms=intervals.total_ms(again),
        at=now,
    )
    watching.take_out(progress, left, waits)
    checks.catch_up(progress.session_id, now)
    return out


def _watched_there(progress: WatchProgress) -> list[Stretch]:
    """What the person's own beats brought of this recording, each on its day.

    Without what a missed check has taken back, unless it was watched again after that.
    """
    beats = Heartbeat.objects.filter(session__progress=progress.pk).values_list(
        "start_ms", "end_ms", "watched_at", "received_at"
    )
    brought = [(low, high, seen or came) for low, high, seen, came in beats]
    folded = PlaybackSession.objects.filter(progress=progress.pk, traces__isnull=False)
    for traces in folded.values_list("traces", flat=True):
        brought += [
            (low, high, dt.datetime.fromtimestamp(ended, dt.UTC))
            for low, high, _began, ended, _mode in (traces or {}).get("stretches", [])
        ]
    missed = [
        (judged_at, intervals.together(stretches))
        for judged_at, stretches in PresenceCheck.objects.filter(
            progress=progress.pk, verdict=CheckVerdict.MISSED
        ).values_list("judged_at", "stretches")
    ]
    seen: list[Stretch] = []
    for low, high, at in brought:
        gone = [stretches for judged_at, stretches in missed if judged_at is not None and at <= judged_at]
        seen += intervals.minus([(low, high, local_day(at).isoformat())], intervals.together(*gone))
    return intervals.union_of(seen)
