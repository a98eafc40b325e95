"""Reminding the people of a list, and the work of sending. The one writer of Reminder and its lines.

Whoever of the list lacks something today and may be reminded (reports.reminder_rule) becomes a line. A worker tells
them chunk by chunk, each chunk one transaction with its notices, so that whatever dies between, everybody is told
once. Reminders of one matter take turns: the rule is looked at again for each chunk.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from courses.models import Requirement
from people import audit_log, notices
from people.days import local_day, today
from people.models import (
    AuditAct,
    Membership,
    Notice,
    NoticeKind,
    Organisation,
    OrganisationClosure,
    Role,
    RoleGrant,
    Tree,
    User,
)
from people.models.periods import valid_on
from people.notices import New
from reports import access, keeping, reminder_access, reminder_refusals, reminder_rule, reminder_words
from reports.figures import PersonState, StateFilter
from reports.groups import Chosen
from reports.models import LineOutcome, Reminder, ReminderLine, ReminderState, ReminderWay, Stint
from reports.standings import Standing, standings

MOST = 20_000
CHUNK = 300
BATCH = 2000
LACKING = frozenset({StateFilter.LACKING, StateFilter.STARTED, StateFilter.NOT_STARTED, StateFilter.OVERDUE})


@dataclass(frozen=True, slots=True)
class Planned:
    """One person of the list. `not_before`: the first day on which he may be reminded again, None for today."""

    standing: Standing
    place_id: int | None
    is_digest: bool
    not_before: dt.date | None


@dataclass(frozen=True)
class Plan:
    """What would be sent to whom."""

    way: ReminderWay
    lines: Sequence[Planned]

    @cached_property
    def told(self) -> list[Planned]:
        return [each for each in self.lines if each.not_before is None]

    @cached_property
    def left_out(self) -> list[Planned]:
        return [each for each in self.lines if each.not_before is not None]

    @property
    def themselves(self) -> int:
        return sum(not each.is_digest for each in self.told)

    @property
    def firms(self) -> int:
        """How many firms get a digest."""
        return len({each.place_id for each in self.told if each.is_digest})

    @property
    def in_digests(self) -> int:
        return sum(each.is_digest for each in self.told)


def listed(
    requirement: Requirement,
    unit: Organisation,
    *,
    state: StateFilter = StateFilter.LACKING,
    text: str = "",
    group: Chosen | None = None,
    chosen: Collection[str] | None = None,
) -> list[Standing]:
    """Who of a list lacks something today, of these public ids alone where given.

    Raises TooManyToRemind.
    """
    if state is StateFilter.ALL:
        state = StateFilter.LACKING
    if state not in LACKING:
        return []
    found = standings(
        [requirement],
        unit,
        today(),
        state=state,
        text=text,
        order="unit",
        limit=MOST,
        lengths={},
        group=group,
        tree=access.tree_of(unit),
    )
    if found.count > MOST:
        raise reminder_refusals.TooManyToRemind
    return [each for each in found.standings if chosen is None or each.public_id in chosen]


def plan(requirement: Requirement, found: Sequence[Standing], way: ReminderWay, day: dt.date) -> Plan:
    """What reminding these people would send; a fixed number of statements, nothing is written."""
    keys = [each.person_id for each in found]
    places = _places(keys, day)
    managed = set(_managers(set(places.values()), day)) if way == ReminderWay.FIRMS else set()
    told = {is_digest: last_told(requirement, keys, is_digest=is_digest) for is_digest in (False, True)}
    lines = []
    for each in found:
        place = places.get(each.person_id)
        is_digest = place in managed
        again = reminder_rule.next_day(day, told_on=told[is_digest].get(each.person_id), due_on=each.due_on)
        lines.append(Planned(each, place, is_digest, again if again > day else None))
    return Plan(way, lines)


def last_told(requirement: Requirement, person_ids: Sequence[int], *, is_digest: bool) -> dict[int, dt.date]:
    """When each was last reminded of this matter: himself (also by the platform's own steps), or through his firm."""
    lines = ReminderLine.objects.filter(
        reminder__requirement=requirement,
        person__in=person_ids,
        outcome=LineOutcome.TOLD,
        is_digest=is_digest,
    )
    found = {key: local_day(at) for key, at in _latest(lines, "told_at")}
    if not is_digest:
        own = Notice.objects.filter(person__in=person_ids, once__startswith=f"due:{requirement.public_id}:")
        for key, at in _latest(own, "created_at"):
            found[key] = max(local_day(at), found.get(key, dt.date.min))
    return found


@transaction.atomic
def send(
    requirement: Requirement,
    unit: Organisation,
    planned: Plan,
    *,
    words: str,
    by: User,
    now: dt.datetime | None = None,
) -> Reminder:
    """Have it sent; `work` then does it. Raises NotYourList, NobodyToRemind."""
    now = now or timezone.now()
    if not reminder_access.may_remind(by, unit):
        raise reminder_refusals.NotYourList
    if not planned.told:
        raise reminder_refusals.NobodyToRemind
    reminder = Reminder.objects.create(
        requirement=requirement,
        organisation=unit,
        way=planned.way,
        words=" ".join(words.split())[:300],
        made_by=by,
        made_at=now,
        worked_at=now,
    )
    ReminderLine.objects.bulk_create(
        (
            ReminderLine(
                reminder=reminder,
                person_id=each.standing.person_id,
                place_id=each.place_id,
                is_digest=each.is_digest,
                due_on=each.standing.due_on,
                had_begun=each.standing.state == PersonState.STARTED,
            )
            for each in planned.told
        ),
        batch_size=BATCH,
    )
    audit_log.record(
        AuditAct.REMINDED,
        by=by,
        organisation=unit,
        about=requirement.title,
        persons=len(planned.told),
        now=now,
    )
    return reminder


def work(reminder_id: int, *, now: dt.datetime | None = None) -> bool:
    """Tell the next chunk; whether something is left. Does nothing for what is not being sent."""
    now = now or timezone.now()
    with transaction.atomic():
        reminder = (
            Reminder.objects.select_for_update(of=("self",))
            .select_related("organisation")
            .filter(pk=reminder_id, state=ReminderState.SENDING)
            .first()
        )
        if reminder is None:
            return False
        # Two reminders of one matter take turns, so that the rule sees what the other has told.
        requirement = (
            Requirement.objects.select_for_update(of=("self",))
            .select_related("curriculum")
            .get(pk=reminder.requirement_id)
        )
        lines = _next_lines(reminder)
        if not lines:
            _move(reminder, ReminderState.SENDING, state=ReminderState.DONE, finished_at=now)
            return False
        _tell(reminder, requirement, lines, now)
        Reminder.objects.filter(pk=reminder.pk).update(worked_at=now)
    return True


def cancel(reminder: Reminder, *, by: User) -> None:
    """Stop before the next chunk. Raises NotYourList, NotBeingSent."""
    _require(by, reminder)
    _move(reminder, ReminderState.SENDING, state=ReminderState.CANCELLED)


def resume(reminder: Reminder, *, by: User, now: dt.datetime | None = None) -> None:
    """Go on with what was stopped. Raises NotYourList, NotBeingSent."""
    _require(by, reminder)
    _move(reminder, ReminderState.CANCELLED, state=ReminderState.SENDING, worked_at=now or timezone.now())


def unfinished(before: dt.datetime) -> list[int]:
    """What has stood still since before that instant: a lost message, or a worker that died."""
    found = Reminder.objects.filter(state=ReminderState.SENDING, worked_at__lt=before)
    return list(found.values_list("pk", flat=True))


def _next_lines(reminder: Reminder) -> list[ReminderLine]:
    """The next waiting ones, by their firms; a firm's digest is never divided."""
    waiting = reminder.lines.filter(outcome=LineOutcome.WAITING).select_related("person")
    lines = list(waiting.order_by("is_digest", "place_id", "pk")[:CHUNK])
    if lines and lines[-1].is_digest:
        rest = waiting.filter(is_digest=True, place=lines[-1].place_id)
        lines += list(rest.exclude(pk__in=[each.pk for each in lines]).order_by("pk"))
    return lines


def _tell(
    reminder: Reminder, requirement: Requirement, lines: Sequence[ReminderLine], now: dt.datetime
) -> None:
    day = local_day(now)
    keys = [each.person_id for each in lines]
    lacking = _lacking(requirement, keys, day)
    told = {is_digest: last_told(requirement, keys, is_digest=is_digest) for is_digest in (False, True)}
    for each in lines:
        last = told[each.is_digest].get(each.person_id)
        if each.person_id not in lacking:
            each.outcome = LineOutcome.NOT_LACKING
        elif not reminder_rule.may_remind(day, told_on=last, due_on=each.due_on):
            each.outcome = LineOutcome.RECENT
        else:
            each.outcome, each.told_at = LineOutcome.TOLD, now
    tell = [each for each in lines if each.outcome == LineOutcome.TOLD]
    notices.send_bulk(_to_themselves(reminder, requirement, tell, day), now=now)
    notices.send_bulk(_to_firms(reminder, requirement, tell, day), now=now)
    ReminderLine.objects.bulk_update(lines, ["outcome", "told_at"], batch_size=BATCH)


def _to_themselves(
    reminder: Reminder, requirement: Requirement, lines: Sequence[ReminderLine], day: dt.date
) -> Iterable[New]:
    for each in lines:
        if not each.is_digest:
            title, text = reminder_words.to_person(
                requirement.title, each.due_on, day, reminder.words, reminder.organisation.name
            )
            once = f"reminder:{reminder.public_id}"
            path = reminder_words.path_of(requirement)
            yield New(each.person_id, NoticeKind.REMINDER, once, title, text, path)


def _to_firms(
    reminder: Reminder, requirement: Requirement, lines: Sequence[ReminderLine], day: dt.date
) -> Iterable[New]:
    by_firm: dict[int, list[ReminderLine]] = defaultdict(list)
    for each in lines:
        if each.is_digest and each.place_id is not None:
            by_firm[each.place_id].append(each)
    managers = _managers(set(by_firm), day)
    firms = Organisation.objects.in_bulk(list(by_firm))
    for key, found in by_firm.items():
        title, text = reminder_words.to_firm(
            requirement.title,
            [(each.person.name, each.due_on) for each in found],
            reminder.words,
            reminder.organisation.name,
        )
        path = reminder_words.path_of_firm(requirement, firms[key])
        once = f"reminder:{reminder.public_id}:{key}"
        for manager in managers.get(key, ()):
            yield New(manager, NoticeKind.REMINDER, once, title, text, path)


def _lacking(requirement: Requirement, person_ids: Sequence[int], day: dt.date) -> set[int]:
    """Who of them counts today and has not completed."""
    keeping.catch_up()
    open_ones = Stint.objects.filter(
        valid_on(day), requirement_id=requirement.pk, person_id__in=person_ids, is_exempt=False
    )
    left = open_ones.filter(Q(completed_on__isnull=True) | Q(completed_on__gt=day))
    return set(left.values_list("person_id", flat=True))


def _places(person_ids: Sequence[int], day: dt.date) -> dict[int, int]:
    main = Membership.objects.on(day).filter(person__in=person_ids, tree=Tree.PROFESSION, is_main=True)
    return dict(main.values_list("person_id", "organisation_id"))


def _managers(place_ids: Collection[int], day: dt.date) -> dict[int, list[int]]:
    """By place, the persons who manage its training: the nearest ones upwards."""
    above = OrganisationClosure.objects.on(day).filter(tree=Tree.PROFESSION, descendant__in=list(place_ids))
    ways = sorted(above.values_list("depth", "descendant_id", "ancestor_id"))
    grants = RoleGrant.objects.on(day).filter(
        role=Role.FIRM_MANAGER,
        organisation__in={way[2] for way in ways},
        revoked_at__isnull=True,
        user__is_active=True,
        user__person__isnull=False,
    )
    holders: dict[int, list[int]] = defaultdict(list)
    for place, person in grants.values_list("organisation_id", "user__person__pk"):
        holders[place].append(person)
    found: dict[int, list[int]] = {}
    for _depth, place, ancestor in ways:
        if place not in found and ancestor in holders:
            found[place] = sorted(set(holders[ancestor]))
    return found


def _latest(rows: Any, column: str) -> Iterable[tuple[int, dt.datetime]]:
    found: Iterable[tuple[int, dt.datetime]] = (
        rows.order_by().values_list("person_id").annotate(at=Max(column))
    )
    return found


def _require(by: User, reminder: Reminder) -> None:
    if not reminder_access.may_remind(by, reminder.organisation):
        raise reminder_refusals.NotYourList


def _move(reminder: Reminder, expected: str, **changes: Any) -> None:
    if not Reminder.objects.filter(pk=reminder.pk, state=expected).update(**changes):
        raise reminder_refusals.NotBeingSent
    reminder.refresh_from_db()
