"""The audit: every completion judged again from its evidence, every fact of the ledger from its completion, and
every lawyer's statement of this year from the facts.

Reads only. What it finds are differences between what is stored and what the evidence gives; there must be none.
Rows are taken in batches by key, so that a province costs a few statements a batch and no more memory than one.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from courses import intervals, recuts, rules, statements
from courses.models import (
    ActivityKind,
    AssessmentAttempt,
    CarriedReversal,
    CarriedWatching,
    Completion,
    CourseVersionActivity,
    EntryKind,
    LedgerEntry,
    WatchProgress,
)
from media.models import Recording
from people.days import today
from people.models import Membership, Person, Position, Tree

BATCH = 2000

Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is stored otherwise than its evidence gives it. `what` is a code, `subject` a public id."""

    subject: str
    what: str
    stored: str
    recomputed: str

    def __str__(self) -> str:
        return f"{self.subject}\t{self.what}\tstored {self.stored}\trecomputed {self.recomputed}"


def differences(progress: Progress) -> Iterator[Difference]:
    """Every difference there is; `progress` is told each part's name and how many rows of it were judged."""
    for name, part in PARTS.items():
        count = 0
        for rows in part.batches():
            yield from part.judge(rows)
            count += len(rows)
        progress(name, count)


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of row: the rows to judge, and the judgement over a batch of them."""

    rows: Callable[[], QuerySet[Any]]
    judge: Callable[[Sequence[Any]], Iterable[Difference]]

    def batches(self) -> Iterator[list[Any]]:
        last = 0
        while batch := list(self.rows().filter(pk__gt=last).order_by("pk")[:BATCH]):
            yield batch
            last = batch[-1].pk


# --- Watching -----------------------------------------------------------------------------------------


def _judge_progress(rows: Sequence[WatchProgress]) -> Iterator[Difference]:
    """A row of watched stretches is a union inside its recording, and as long as it says."""
    for row in rows:
        subject = f"watched {row.person.public_id}/{row.recording.public_id}"
        if not intervals.is_union(row.intervals, row.recording.duration_ms or 0):
            yield Difference(subject, "union", "stretches", "not a union inside the recording")
        yield from _compare(subject, "watched_ms", row.watched_ms, intervals.total_ms(row.intervals))
        yield from _compare(
            subject, "provisional_ms", row.provisional_ms, intervals.total_ms(row.provisional)
        )
        twice = intervals.common_ms(row.intervals, row.provisional)
        yield from _compare(subject, "confirmed_and_provisional_ms", 0, twice)


def _judge_carried(rows: Sequence[CarriedWatching]) -> Iterator[Difference]:
    """What was taken along to a new cut is what its table makes of what was taken, and is held there to this day,
    unless the table was taken back."""
    held = {
        (person_id, recording_id): union
        for person_id, recording_id, union in WatchProgress.objects.filter(
            person__in={row.person_id for row in rows}, recording__in={row.recut.target_id for row in rows}
        ).values_list("person_id", "recording_id", "intervals")
    }
    out = set(
        CarriedReversal.objects.filter(
            recut__in={row.recut_id for row in rows}, person__in={row.person_id for row in rows}
        ).values_list("recut_id", "person_id")
    )
    for row in rows:
        subject = f"carried {row.person.public_id}/{row.recut.public_id}"
        pieces = recuts.read(row.recut.pieces)
        moved, waiting = recuts.carried(pieces, row.taken), recuts.carried(pieces, row.waited)
        yield from _compare(subject, "carried", row.carried, [list(stretch) for stretch in moved])
        yield from _compare(subject, "carried_ms", row.carried_ms, intervals.total_ms(moved))
        yield from _compare(subject, "waiting", row.waiting, [list(stretch) for stretch in waiting])
        if (row.recut_id, row.person_id) in out:
            continue
        kept = intervals.common_ms(moved, held.get((row.person_id, row.recut.target_id), []))
        yield from _compare(subject, "not_held_ms", 0, intervals.total_ms(moved) - kept)


# --- Completions --------------------------------------------------------------------------------------


def _judge_lectures(rows: Sequence[Completion]) -> Iterator[Difference]:
    """A lecture's completion: its rule over the stretches it was judged by, which are watched to this day."""
    names = {row.evidence.get("recording") for row in rows}
    recordings = {
        str(public_id): key
        for public_id, key in Recording.objects.filter(public_id__in=names).values_list("public_id", "pk")
    }
    watched = {
        (person_id, recording_id): union
        for person_id, recording_id, union in WatchProgress.objects.filter(
            person__in={row.person_id for row in rows}, recording__in=recordings.values()
        ).values_list("person_id", "recording_id", "intervals")
    }
    for row in rows:
        subject = f"completion {row.public_id}"
        evidence, union = row.evidence, row.evidence["intervals"]
        day = rules.day_of_share(row.rule, union, evidence["duration_ms"])
        yield from _compare(subject, "day", row.day, day and dt.date.fromisoformat(day))
        yield from _compare(subject, "watched_ms", evidence["watched_ms"], intervals.total_ms(union))
        kept = watched.get((row.person_id, recordings.get(evidence["recording"], 0)), [])
        missing = intervals.total_ms(union) - intervals.common_ms(union, kept)
        yield from _compare(subject, "evidence_not_watched_ms", 0, missing)
        yield from _judge_award(row, subject, seconds=evidence["duration_ms"] // 1000)


def _judge_courses(rows: Sequence[Completion]) -> Iterator[Difference]:
    """A course's completion: its version's rule over the activities that its evidence names."""
    versions = {row.course_version_id for row in rows}
    outline: dict[int, dict[str, rules.Item]] = {}
    for version_id, name, key, kind, is_required in CourseVersionActivity.objects.filter(
        version__in=versions
    ).values_list("version_id", "activity__public_id", "activity_id", "activity__kind", "is_required"):
        outline.setdefault(version_id, {})[str(name)] = rules.Item(key, kind, is_required)
    done: dict[tuple[int, int], dt.date] = {}
    for person_id, activity_id, day in Completion.objects.filter(
        person__in={row.person_id for row in rows}, activity__isnull=False, revoked_at__isnull=True
    ).values_list("person_id", "activity_id", "day"):
        if activity_id is not None:
            done[person_id, activity_id] = day
    in_force = Completion.objects.filter(revoked_at__isnull=True, course__in={row.course_id for row in rows})
    standing = set(
        in_force.filter(person__in={row.person_id for row in rows}).values_list("person_id", "course_id")
    )
    for row in rows:
        subject = f"completion {row.public_id}"
        activities = outline.get(row.course_version_id or 0, {})
        named = [activities[name].key for name in row.evidence["activities"] if name in activities]
        days = {key: done[row.person_id, key] for key in named if (row.person_id, key) in done}
        judged = rules.completing_day(row.rule, list(activities.values()), days)
        # One that was taken back may have another in its place since.
        is_standing = row.revoked_at is None or (row.person_id, row.course_id) in standing
        yield from _compare(subject, "complete", is_standing, judged is not None)
        if row.revoked_at is None and judged is not None:
            yield from _compare(subject, "day", row.day, judged)


def _judge_readings(rows: Sequence[Completion]) -> Iterator[Difference]:
    """A reading's completion: its minimum time over the stretches that the server saw."""
    for row in rows:
        subject = f"completion {row.public_id}"
        read_ms = sum(
            (dt.datetime.fromisoformat(end) - dt.datetime.fromisoformat(start))
            // dt.timedelta(milliseconds=1)
            for start, end in row.evidence["stretches"]
        )
        yield from _compare(subject, "read_ms", row.evidence["read_ms"], read_ms)
        yield from _compare(subject, "complete", True, rules.is_read(row.rule, read_ms))
        yield from _judge_award(row, subject, seconds=row.rule["seconds"])


def _judge_assessments(rows: Sequence[Completion]) -> Iterator[Difference]:
    """An assessment's completion: the pass mark over the answers of the attempt that it names."""
    points = {
        str(public_id): (right, count)
        for public_id, right, count in AssessmentAttempt.objects.filter(
            public_id__in={row.evidence["attempt"] for row in rows}
        )
        .annotate(right=Count("answers", filter=Q(answers__is_right=True)), count=Count("answers"))
        .values_list("public_id", "right", "count")
    }
    for row in rows:
        subject = f"completion {row.public_id}"
        right, count = points.get(row.evidence["attempt"], (0, 0))
        stored = row.evidence["points"], row.evidence["out_of"]
        yield from _compare(subject, "points", stored, (right, count))
        yield from _compare(subject, "complete", True, rules.is_passed(row.rule, right, count))
        yield from _judge_award(row, subject, seconds=row.evidence["seconds"])


# What people and no player have judged (courses.acts): the evidence repeats the amount, and names the proof.
HAND_RULES = ("declared", "recognised", "opening", "granted", "corrected", "merged")


def _judge_acts(rows: Sequence[Completion]) -> Iterator[Difference]:
    """An act's one fact, in the unit and of the amount that its evidence repeats."""
    for row in rows:
        subject, amount = f"completion {row.public_id}", row.evidence["amount"]
        for entry in row.ledger_entries.all():
            if entry.kind == EntryKind.AWARD:
                stored = entry.unit, entry.quantity_milli
                yield from _compare(subject, "amount", stored, (amount["unit"], amount["quantity_milli"]))
        yield from _judge_award(row, subject, seconds=amount["seconds"])


# --- Ledger -------------------------------------------------------------------------------------------


def _judge_award(row: Completion, subject: str, *, seconds: int) -> Iterator[Difference]:
    """A completion's one fact: of its person and activity, on its day, as long as its evidence says."""
    awards = [entry for entry in row.ledger_entries.all() if entry.kind == EntryKind.AWARD]
    yield from _compare(subject, "awards", len(awards), 1)
    for entry in awards:
        stored = entry.person_id, entry.activity_id, entry.day, entry.seconds
        yield from _compare(subject, "award", stored, (row.person_id, row.activity_id, row.day, seconds))
        is_reversed = any(other.reverses_id == entry.pk for other in row.ledger_entries.all())
        yield from _compare(subject, "reversed", is_reversed, row.revoked_at is not None)


def _judge_reversals(rows: Sequence[LedgerEntry]) -> Iterator[Difference]:
    """A reversal is the negative of what it takes back, in every column that adds up."""
    for row in rows:
        taken = row.reverses
        if taken is None:
            continue
        stored = row.person_id, row.activity_id, row.day, row.category, row.format, row.seconds
        given = taken.person_id, taken.activity_id, taken.day, taken.category, taken.format, -taken.seconds
        yield from _compare(f"entry {row.public_id}", "reversal", stored, given)


# --- Statements ---------------------------------------------------------------------------------------


def _lawyers() -> QuerySet[Person]:
    """Whom a regulation may ask something of: who is a lawyer today."""
    standing = Membership.objects.on(today()).filter(
        tree=Tree.PROFESSION, is_main=True, position=Position.LAWYER
    )
    return Person.objects.filter(pk__in=standing.values("person"))


def _judge_statements(rows: Sequence[Person]) -> Iterator[Difference]:
    """A statement judges facts that are in force, counts none twice, and adds up to its own figures."""
    people = {row.pk: row for row in rows}
    held: dict[int, set[str]] = {}
    awards = LedgerEntry.objects.filter(person__in=people, kind=EntryKind.AWARD, reversal__isnull=True)
    for person_id, key in awards.values_list("person_id", "pk"):
        held.setdefault(person_id, set()).add(str(key))
    for found in statements.statements(people):
        subject = f"statement {people[found.person_id].public_id}/{found.year}"
        if found.statement is None:
            yield Difference(subject, "judged", "not judged", str(found.refusal))
            continue
        readings = [each.statement for each in found.statement.readings] or [found.statement]
        for statement in readings:
            foreign = sorted(set(statement.acts) - held.get(found.person_id, set()))
            yield from _compare(subject, "facts_not_in_force", [], foreign)
            counted = sum((act.credit for act in statement.acts.values()), Decimal(0))
            yield from _compare(subject, "own", _cut(statement.own), _cut(counted))
            if found.regulation.round_total is None:
                whole = (statement.own or Decimal(0)) + (statement.carried_in or Decimal(0))
                yield from _compare(subject, "total", _cut(statement.total), _cut(whole))


def _cut(credit: Decimal | None) -> Decimal:
    """A figure to the places in which fractions without end, cut off one by one, still add up."""
    return round(credit or Decimal(0), 3)


def _compare(subject: str, what: str, stored: object, recomputed: object) -> Iterator[Difference]:
    if stored != recomputed:
        yield Difference(subject, what, str(stored), str(recomputed))


def _completions(**of: Any) -> QuerySet[Completion]:
    entries = Prefetch("ledger_entries", LedgerEntry.objects.order_by("pk"))
    return Completion.objects.filter(**of).prefetch_related(entries)


PARTS: dict[str, Part] = {
    "watched recordings": Part(
        lambda: WatchProgress.objects.select_related("person", "recording"), _judge_progress
    ),
    "carried watching": Part(
        lambda: CarriedWatching.objects.select_related("recut", "person"), _judge_carried
    ),
    "lectures": Part(
        lambda: _completions(activity__kind=ActivityKind.LECTURE).exclude(rule__kind__in=HAND_RULES),
        _judge_lectures,
    ),
    "readings": Part(lambda: _completions(rule__kind="minimum_time"), _judge_readings),
    "assessments": Part(lambda: _completions(rule__kind="pass_mark"), _judge_assessments),
    "acts": Part(lambda: _completions(rule__kind__in=HAND_RULES), _judge_acts),
    "courses": Part(lambda: Completion.objects.filter(course__isnull=False), _judge_courses),
    "reversals": Part(
        lambda: LedgerEntry.objects.filter(kind=EntryKind.REVERSAL).select_related("reverses"),
        _judge_reversals,
    ),
    "statements": Part(_lawyers, _judge_statements),
}


def register(name: str, part: Part) -> None:
    """A higher app has rows of its own to judge; called once, at start-up."""
    PARTS[name] = part
