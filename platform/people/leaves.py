"""Leave and exemptions: the one writer of their table. A correction supersedes a row and records another."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people.announcements import persons_changed
from people.models import Leave, Person, User
from people.models.periods import valid_within
from people.refusals import Refused

# Stands where a reason was.
FORGOTTEN = "—"


class LeaveRefused(Refused):
    """The leave cannot be recorded as asked."""

    code = "leave_refused"


class LeaveOverlaps(LeaveRefused):
    """Leave of this kind is on record for one of these days."""

    code = "leave_overlaps"


class LeaveDaysReversed(LeaveRefused):
    """It would end before it begins."""

    code = "leave_days_reversed"


class LeaveSuperseded(LeaveRefused):
    """A later record has taken this row's place."""

    code = "leave_superseded"


class ReasonMissing(LeaveRefused):
    """Nobody could say later why the person did not count."""

    code = "leave_reason_missing"


@transaction.atomic
def record(
    person: Person, kind: str, *, on: dt.date, until: dt.date | None, reason: str, by: User | None
) -> Leave:
    """Nothing is required of the person on [on, until). `by` None is whoever runs the server.

    Raises LeaveOverlaps, LeaveDaysReversed, ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing(_("State the reason: it is asked for later."))
    if until is not None and until <= on:
        raise LeaveDaysReversed(_("Leave must end after the day on which it begins."))
    if Leave.objects.current().filter(valid_within(on, until)).filter(person=person, kind=kind).exists():
        raise LeaveOverlaps(_("Leave of this kind is already on record for one of these days."))
    made = Leave.objects.create(
        person=person, kind=kind, valid_from=on, valid_to=until, reason=reason.strip(), recorded_by=by
    )
    persons_changed([person.pk])
    return made


@transaction.atomic
def correct(
    held: Leave, *, kind: str, on: dt.date, until: dt.date | None, reason: str, by: User | None
) -> Leave:
    """Replace what is believed of a leave; the former belief stays. Raises LeaveSuperseded and as `record`."""
    withdraw(held)
    return record(held.person, kind, on=on, until=until, reason=reason, by=by)


@transaction.atomic
def withdraw(held: Leave) -> None:
    """It was recorded in error and never held. Raises LeaveSuperseded."""
    if not Leave.objects.filter(pk=held.pk, superseded_at__isnull=True).update(superseded_at=timezone.now()):
        raise LeaveSuperseded(_("This leave has been corrected since; look at it again."))
    persons_changed([held.person_id])


def forget(person: Person) -> int:
    """He has left: why he was away goes, the days stay, because they decide what was required."""
    return Leave.objects.filter(person=person).exclude(reason=FORGOTTEN).update(reason=FORGOTTEN)
