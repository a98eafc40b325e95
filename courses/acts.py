"""Acts done elsewhere or granted by hand, as facts: an activity, a completion with rule and evidence, an award.

The rule says by what the act counts: {"kind": "declared"}, {"kind": "recognised"}, {"kind": "opening"}, or, for what
stands in the place of something taken back, {"kind": "granted"} (a dispute), {"kind": "corrected"} and {"kind":
"merged"} (another record of the same human being). Evidence names
the row with the proof by its public id, and repeats the amount, so that the audit recomputes the award from it.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses import completion, ledger
from courses.act_facts import Facts
from courses.models import Activity, ActivityKind, Completion, LedgerEntry, Unit


@dataclass(frozen=True, slots=True)
class Act:
    """What one person did. Amounts as in the ledger."""

    person_id: int
    day: dt.date
    format: str
    category: str
    organiser_id: int | None
    unit: str = Unit.SECOND
    seconds: int = 0
    quantity_milli: int | None = None
    facts: Facts = field(default_factory=dict)

    def amount(self) -> dict[str, Any]:
        """The amount as evidence repeats it."""
        return {"unit": str(self.unit), "seconds": self.seconds, "quantity_milli": self.quantity_milli}


def act_of(entry: LedgerEntry, **changed: Any) -> Act:
    """The same act as an entry's, with what is given changed."""
    values: dict[str, Any] = {
        "person_id": entry.person_id,
        "day": entry.day,
        "format": entry.format,
        "category": entry.category,
        "organiser_id": entry.organiser_id,
        "unit": entry.unit,
        "seconds": entry.seconds,
        "quantity_milli": entry.quantity_milli,
        "facts": entry.facts,
    }
    return Act(**values | changed)


def new_activity(title: str, kind: str = ActivityKind.DECLARED) -> Activity:
    """What a declared act or a session is called in outlines, completions and the ledger."""
    return Activity.objects.create(kind=kind, title=title[:200])


def record(
    activity: Activity, act: Act, *, rule: dict[str, Any], evidence: dict[str, Any], now: dt.datetime
) -> LedgerEntry:
    """Complete the activity for the person and write its fact.

    IntegrityError where he has completed it before and nobody took that back.
    """
    completed = completion.record(
        act.person_id, activity, day=act.day, rule=rule, evidence=evidence | {"amount": act.amount()}, now=now
    )
    return ledger.award(
        ledger.Award(
            completion=completed,
            seconds=act.seconds,
            category=act.category,
            organiser_id=act.organiser_id,
            format=act.format,
            unit=act.unit,
            quantity_milli=act.quantity_milli,
            facts=act.facts,
        ),
        recorded_at=now,
    )


def record_bulk(
    activity: Activity,
    act: Act,
    done: Sequence[tuple[int, dict[str, Any]]],
    *,
    rule: dict[str, Any],
    now: dt.datetime,
) -> list[LedgerEntry]:
    """The same act of many persons, each with his evidence, in their order (`act` names none of them)."""
    amount = {"amount": act.amount()}
    completed = completion.record_bulk(
        activity, [(key, evidence | amount) for key, evidence in done], day=act.day, rule=rule, now=now
    )
    return ledger.award_bulk(
        (
            ledger.Award(
                completion=each,
                seconds=act.seconds,
                category=act.category,
                organiser_id=act.organiser_id,
                format=act.format,
                unit=act.unit,
                quantity_milli=act.quantity_milli,
                facts=act.facts,
            )
            for each in completed
        ),
        recorded_at=now,
    )


def take_back(entry: LedgerEntry, *, reason: str, now: dt.datetime) -> LedgerEntry:
    """Reverse an award and revoke its completion, with the courses that were complete by it.

    `reason` is a code. IntegrityError where it was taken back before.
    """
    reversal = ledger.reverse(entry, reason=reason, recorded_at=now)
    completion.revoke(entry.completion, reason=reason, now=now)
    return reversal


def replace(
    entry: LedgerEntry, act: Act, *, rule: dict[str, Any], evidence: dict[str, Any], now: dt.datetime
) -> LedgerEntry:
    """Write the fact that stands in the place of an entry that was taken back; its courses are complete again."""
    old: Completion = entry.completion
    kept = {name: value for name, value in old.evidence.items() if name not in {"amount", "corrects"}}
    written = record(
        entry.activity, act, rule=rule, evidence=kept | evidence | {"corrects": str(entry.public_id)}, now=now
    )
    completion.restore_courses(old, now=now)
    return written


def entries_of(keys: Iterable[int]) -> dict[int, LedgerEntry]:
    """Entries by key, with what taking back and replacing read."""
    found = LedgerEntry.objects.filter(pk__in=list(keys)).select_related("completion", "activity", "person")
    return {entry.pk: entry for entry in found}


def is_reversed(entry: LedgerEntry) -> bool:
    """Whether the award was taken back."""
    return LedgerEntry.objects.filter(reverses=entry).exists()
