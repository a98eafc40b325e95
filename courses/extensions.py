"""Extensions: a lawyer asks for longer, the committee of whoever set the curriculum decides; the one writer.

A grant changes the due date of the person's spans in the same transaction, so that coverage and reminders know it at
once. Nobody decides his own.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import asked_courses, desk_access, desk_refusals, requirements, telling
from courses.models import Extension, ExtensionState, RequiredSpan, Requirement
from people import audit_log
from people.access import is_himself
from people.days import local_day
from people.models import AuditAct, Person, User
from people.models.periods import valid_on

# Longer than that is no extension but an exemption.
LONGEST = dt.timedelta(days=366)


def due_on_for(person: Person, requirement: Requirement, day: dt.date) -> dt.date | None:
    """The person's present due date; None where nothing is required of him that day."""
    spans = RequiredSpan.objects.filter(valid_on(day), person=person, requirement=requirement)
    return spans.values_list("due_on", flat=True).first()


def latest_day(requirement: Requirement, due_on: dt.date) -> dt.date:
    """The last day for which can be asked."""
    latest = due_on + LONGEST
    return latest if requirement.closes_on is None else min(latest, requirement.closes_on)


def require_askable(person: Person, requirement: Requirement, day: dt.date) -> dt.date:
    """The due date that would be extended. Raises NothingToExtend, NothingLacking, NoLongerDay, ExtensionAsked."""
    due_on = due_on_for(person, requirement, day)
    if due_on is None or not requirement.is_open:
        raise desk_refusals.NothingToExtend
    if asked_courses.standings_of(person, [requirement])[requirement.pk].is_complete:
        raise desk_refusals.NothingLacking
    if latest_day(requirement, due_on) <= due_on:
        raise desk_refusals.NoLongerDay
    if Extension.objects.filter(person=person, requirement=requirement, state=ExtensionState.OPEN).exists():
        raise desk_refusals.ExtensionAsked
    return due_on


def ask(
    person: Person, requirement: Requirement, *, until: dt.date, reason: str, now: dt.datetime | None = None
) -> Extension:
    """Ask whoever set the curriculum. Raises as `require_askable`; ReasonMissing, ExtensionDayRefused."""
    now = now or timezone.now()
    due_on = require_askable(person, requirement, local_day(now))
    if not reason.strip():
        raise desk_refusals.ReasonMissing
    _require_day(requirement, due_on, until, local_day(now))
    try:
        with transaction.atomic():
            made = Extension.objects.create(
                person=person,
                requirement=requirement,
                reason=reason.strip(),
                due_on=due_on,
                asked_until=until,
                asked_at=now,
            )
            telling.extension_asked(made)
    except IntegrityError as error:
        raise desk_refusals.ExtensionAsked from error
    return made


def withdraw(asked: Extension) -> None:
    """The lawyer takes his request back. Raises NotOpen once it is decided."""
    _move(asked, state=ExtensionState.WITHDRAWN)


def refuse(asked: Extension, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Refuse, with a reason. Raises NotYours, ReasonMissing, NotOpen."""
    _require_judge(asked, by, text)
    with transaction.atomic():
        _move(
            asked,
            state=ExtensionState.REFUSED,
            decided_by=by,
            decided_at=now or timezone.now(),
            decision=text.strip(),
        )
        telling.extension_decided(asked)


def grant(asked: Extension, *, until: dt.date, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Give longer, until the day asked for or another. Raises NotYours, ReasonMissing, ExtensionDayRefused, NotOpen."""
    now = now or timezone.now()
    _require_judge(asked, by, text)
    _require_day(asked.requirement, asked.due_on, until, local_day(now))
    with transaction.atomic():
        _move(
            asked,
            state=ExtensionState.GRANTED,
            granted_until=until,
            decided_by=by,
            decided_at=now,
            decision=text.strip(),
        )
        requirements.materialise(asked.requirement, [asked.person_id])
        telling.extension_decided(asked)


def revoke(asked: Extension, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Take a grant back: the due date is again what it was without it. Raises NotYours, ReasonMissing, NotOpen."""
    now = now or timezone.now()
    _require_judge(asked, by, text)
    with transaction.atomic():
        _move(
            asked,
            expected=ExtensionState.GRANTED,
            state=ExtensionState.REVOKED,
            revoked_by=by,
            revoked_at=now,
            revoke_reason=text.strip(),
        )
        requirements.materialise(asked.requirement, [asked.person_id])
        audit_log.record(
            AuditAct.DECIDED,
            by=by,
            person=asked.person,
            about=_("Took an extension back") + f" · {asked.requirement.title}",
            reason=text,
            now=now,
        )
        telling.extension_revoked(asked)


def taken_back(
    requirement_ids: Sequence[int], person_ids: Sequence[int]
) -> dict[tuple[int, int], tuple[dt.date, dt.date]]:
    """By requirement and person, until when he had been given longer and on which day that was taken back."""
    rows = Extension.objects.filter(
        requirement__in=requirement_ids, person__in=person_ids, state=ExtensionState.REVOKED
    ).order_by("revoked_at")
    return {
        (requirement_id, person_id): (until, local_day(at))
        for requirement_id, person_id, until, at in rows.values_list(
            "requirement", "person", "granted_until", "revoked_at"
        )
        if until is not None and at is not None
    }


def granted_to(requirement_ids: Sequence[int], person_ids: Sequence[int]) -> dict[tuple[int, int], dt.date]:
    """By requirement and person, until when he was given longer; one statement."""
    rows = Extension.objects.filter(
        requirement__in=requirement_ids, person__in=person_ids, state=ExtensionState.GRANTED
    ).order_by("granted_until")
    return {
        (requirement_id, person_id): until
        for requirement_id, person_id, until in rows.values_list("requirement", "person", "granted_until")
        if until is not None
    }


def _require_day(requirement: Requirement, due_on: dt.date, until: dt.date, day: dt.date) -> None:
    if not max(due_on, day) < until <= latest_day(requirement, due_on):
        raise desk_refusals.ExtensionDayRefused


def _require_judge(asked: Extension, by: User, text: str) -> None:
    owner = asked.requirement.owner
    if is_himself(by, asked.person) or not desk_access.is_of(by, owner, desk_access.APPROVERS):
        raise desk_refusals.NotYours
    if not text.strip():
        raise desk_refusals.ReasonMissing


def _move(asked: Extension, *, expected: str = ExtensionState.OPEN, **changes: Any) -> None:
    """Change the row if it still stands in the state expected. Raises NotOpen."""
    if not Extension.objects.filter(pk=asked.pk, state=expected).update(**changes):
        raise desk_refusals.NotOpen
    asked.refresh_from_db()
