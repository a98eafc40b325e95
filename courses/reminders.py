"""Reminders of what is due, through people.notices: each step of a curriculum once, to those who lack something.

May run at any time, twice, or after days in which nothing ran: the notice's `once` names curriculum, due date and
step, and only the nearest step is told. The due date is the person's own: one that is moved for all, or extended for
him, begins the steps anew. Who is no longer required
on the day, or has completed, is not told.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import asked_courses, fulfilment, reminder_steps
from courses.fulfilment import Demand
from courses.models import Completion, RequiredSpan, Requirement, RequirementKind
from courses.reminder_steps import Policy, Stage, Step
from people import notices
from people.models import Notice, NoticeKind
from people.models.periods import valid_on
from people.notices import New

PERSONS_A_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """How many persons one run told (or would tell) of a step of a curriculum."""

    title: str
    step: str
    persons: int


def policy() -> Policy:
    """The site's steps."""
    return Policy(**settings.REMINDERS)  # type: ignore[arg-type]


def remind(day: dt.date, *, is_dry: bool = False) -> list[Told]:
    """Tell everybody the nearest step of what he lacks on this day; with `is_dry` only count whom it would tell.

    A few statements for each thousand persons of a curriculum that has a step on the day, none for the others.
    """
    steps = policy()
    open_ones = Requirement.objects.filter(
        is_open=True, kind=RequirementKind.CURRICULUM, opens_on__lte=day
    ).select_related("curriculum")
    requirements = [each for each in open_ones.order_by("due_on", "pk") if _has_steps(each, day, steps)]
    demands = asked_courses.demands_of(requirements)
    told = []
    for requirement in requirements:
        counted: Counter[str] = Counter()
        for batch in _batches(requirement, day):
            found = _lacking(requirement, demands[requirement.pk], batch, day, steps)
            for (step, due_on), persons in found.items():
                counted[step.code] += _tell(requirement, step, due_on, persons, day, is_dry=is_dry)
        told += [Told(requirement.title, code, count) for code, count in sorted(counted.items()) if count]
    return told


def _has_steps(requirement: Requirement, day: dt.date, steps: Policy) -> bool:
    """Whether anybody may have a step: who came later or was given longer has his own opening and due date."""
    if requirement.closes_on is not None and day > requirement.closes_on:
        return False
    since = day - dt.timedelta(days=steps.overdue_within_days)
    return day <= requirement.due_on or requirement.spans.filter(due_on__gte=since).exists()


def _batches(requirement: Requirement, day: dt.date) -> Iterator[list[RequiredSpan]]:
    """Who is required on the day, a bounded number at a time."""
    after = 0
    spans = RequiredSpan.objects.filter(valid_on(day), requirement=requirement).order_by("person_id")
    while batch := list(spans.filter(person_id__gt=after)[:PERSONS_A_BATCH]):
        yield batch
        after = batch[-1].person_id


def _lacking(
    requirement: Requirement, demand: Demand, batch: Sequence[RequiredSpan], day: dt.date, steps: Policy
) -> dict[tuple[Step, dt.date], list[int]]:
    """The persons of the batch who have a step today and lack something, by their step and due date."""
    nearest = {
        span.person_id: (step, span.due_on)
        for span in batch
        if (step := reminder_steps.nearest_step(span.valid_from, span.due_on, day, steps))
    }
    if not nearest:
        return {}
    courses = {course for asked in demand.asked for course in asked.counted}
    days: dict[int, dict[int, dt.date]] = {}
    rows = Completion.objects.filter(
        person__in=list(nearest), course__in=courses, revoked_at__isnull=True, day__lte=day
    )
    for person_id, course_id, on in rows.values_list("person_id", "course_id", "day"):
        if course_id is not None:
            days.setdefault(person_id, {})[course_id] = on
    found: dict[tuple[Step, dt.date], list[int]] = {}
    for person_id, step_and_day in nearest.items():
        if not fulfilment.standing(demand, days.get(person_id, {})).is_complete:
            found.setdefault(step_and_day, []).append(person_id)
    return found


def _tell(
    requirement: Requirement, step: Step, due_on: dt.date, persons: list[int], day: dt.date, *, is_dry: bool
) -> int:
    once = f"due:{requirement.public_id}:{due_on.isoformat()}:{step.code}"
    if is_dry:
        known = Notice.objects.filter(person__in=persons, once=once).count()
        return len(persons) - known
    title, text = _words(requirement, step, due_on, day)
    curriculum = requirement.curriculum
    path = f"/curricula/{curriculum.public_id}/" if curriculum else "/my/"
    with transaction.atomic():
        return notices.send_bulk(
            New(person_id=key, kind=NoticeKind.DUE, once=once, title=title, text=text, path=path)
            for key in persons
        )


def _words(requirement: Requirement, step: Step, due_on: dt.date, day: dt.date) -> tuple[str, str]:
    """The notice's title and text; they name the days that are really left."""
    due = date_format(due_on, "Y年n月j日")
    named = {"title": requirement.title, "day": due}
    if step.stage == Stage.OPENING:
        return (
            _("Training is open: %(title)s") % named,
            _("Please complete it by %(day)s. You can go on where you stopped on any device.") % named,
        )
    if step.stage == Stage.OVERDUE:
        title = _("Overdue: %(title)s") % named
        if requirement.closes_on is not None:
            named["until"] = date_format(requirement.closes_on, "Y年n月j日")
            return title, _("It was due on %(day)s. You can still complete it until %(until)s.") % named
        return title, _("It was due on %(day)s. You can still complete it; it then counts as late.") % named
    left = (due_on - day).days
    if left == 0:
        return _("Due today: %(title)s") % named, _("Today is the last day on which it is in time.")
    title = ngettext("%(n)s day left: %(title)s", "%(n)s days left: %(title)s", left) % {**named, "n": left}
    return title, _("It is due on %(day)s and not complete yet.") % named
