"""What a correction touches besides the ledger, as those say who issued something over its entries.

Whoever issues (certificates, statements, fixed reports) registers a counter at start-up; a preview asks them all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from courses.models import Completion, LedgerEntry


@dataclass(frozen=True, slots=True)
class Touched:
    """So many things of one kind that rest on the entries. `label` is said before the number."""

    label: str
    count: int


Counter = Callable[[Sequence[int]], Sequence[Touched]]
_counters: list[Counter] = []


def register(counter: Counter) -> None:
    """Called in `ready()`: `counter(entry_ids)` says what rests on these awards; a few statements, writes nothing."""
    if counter not in _counters:
        _counters.append(counter)


def by(entry_ids: Sequence[int]) -> list[Touched]:
    """Everything that rests on the entries, what there is none of left out."""
    found = [each for counter in _counters for each in counter(entry_ids)]
    return [each for each in found if each.count]


def courses_resting_on(entry_ids: Sequence[int]) -> int:
    """How many completions of courses rest on these awards."""
    awards = LedgerEntry.objects.filter(pk__in=entry_ids)
    return (
        Completion.objects.filter(
            revoked_at__isnull=True,
            course_version__activities__activity__in=awards.values("activity_id"),
            course_version__activities__is_required=True,
            person__in=awards.values("person_id"),
        )
        .distinct()
        .count()
    )
