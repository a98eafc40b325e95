"""What is read of reminders: whom one told, and what they did after."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from courses import persons_shown
from courses.models import Requirement
from courses.persons_shown import Shown
from people.days import local_day, today
from people.models import Tree
from reports import keeping
from reports.models import LineOutcome, Reminder, ReminderLine, Stint


@dataclass(frozen=True, slots=True)
class Sums:
    """How many lines stand where. `started` are those told who had not begun and have since."""

    total: int
    waiting: int
    told: int
    left_out: int
    completed: int
    started: int

    @property
    def worked(self) -> int:
        return self.total - self.waiting


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line with its person, and what he did since he was told."""

    line: ReminderLine
    person: Shown
    has_completed: bool
    has_started: bool


def sums(reminder: Reminder) -> Sums:
    """The figures of one reminder; two statements."""
    keeping.catch_up()
    found = _with_since(reminder.lines.all(), reminder.requirement_id).aggregate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(outcome=LineOutcome.WAITING)),
        told=Count("pk", filter=Q(outcome=LineOutcome.TOLD)),
        completed=Count("pk", filter=Q(outcome=LineOutcome.TOLD, has_completed=True)),
        started=Count(
            "pk",
            filter=Q(outcome=LineOutcome.TOLD, had_begun=False, has_completed=False, has_begun=True),
        ),
    )
    return Sums(left_out=found["total"] - found["waiting"] - found["told"], **found)


def counts(reminders: Sequence[Reminder]) -> dict[int, tuple[int, int]]:
    """How many were told and how many stand in it, by reminder. One statement."""
    rows = ReminderLine.objects.filter(reminder__in=reminders).order_by().values_list("reminder")
    counted = rows.annotate(told=Count("pk", filter=Q(outcome=LineOutcome.TOLD)), total=Count("pk"))
    return {key: (told, total) for key, told, total in counted}


def lines(reminder: Reminder) -> QuerySet[ReminderLine]:
    """The lines with what happened since, firm by firm."""
    return _with_since(reminder.lines.all(), reminder.requirement_id).order_by("place__name", "pk")


def shown(page: Sequence[Any]) -> list[LineShown]:
    """A page of `lines` with names."""
    persons = persons_shown.shown(each.person_id for each in page)
    return [
        LineShown(
            line=each,
            person=persons[each.person_id],
            has_completed=each.outcome == LineOutcome.TOLD and each.has_completed,
            has_started=each.outcome == LineOutcome.TOLD
            and not each.had_begun
            and not each.has_completed
            and each.has_begun,
        )
        for each in page
    ]


def told_on(requirement: Requirement, person_ids: Sequence[int]) -> dict[int, dt.date]:
    """When each of these was last reminded of the matter from a list, himself or through his firm. One statement."""
    found = ReminderLine.objects.filter(
        reminder__requirement=requirement, person__in=person_ids, outcome=LineOutcome.TOLD
    )
    latest = found.order_by().values_list("person_id").annotate(at=Max("told_at"))
    return {key: local_day(at) for key, at in latest}


def _with_since(rows: QuerySet[ReminderLine], requirement_id: int) -> QuerySet[Any]:
    held = Stint.objects.filter(
        requirement_id=requirement_id, person_id=OuterRef("person_id"), tree=Tree.PROFESSION
    )
    return rows.annotate(
        has_completed=Exists(held.filter(completed_on__lte=today())),
        has_begun=Exists(held.filter(began_on__lte=today())),
    )
