"""Practising licences and their types: the one writer of their table."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from people import licence_numbers
from people.announcements import persons_changed
from people.days import today
from people.models import Licence, Person
from people.models.periods import valid_within
from people.refusals import Refused
from people.superseding import NotHeld, supersede

BATCH = 2000


class LicenceRefused(Refused):
    """The licence cannot be recorded as asked."""

    code = "licence_refused"


class LicenceOverlaps(LicenceRefused):
    """The person has another licence, or the number another holder, on one of these days."""

    code = "licence_overlaps"


class AlreadySuperseded(LicenceRefused):
    """A later record has taken this row's place."""

    code = "licence_superseded"


@dataclass(frozen=True, slots=True)
class NewLicence:
    """One row for the bulk door."""

    person_id: int
    number: str
    practice_type: str
    valid_from: dt.date
    admitted_on: dt.date | None = None
    valid_to: dt.date | None = None


@transaction.atomic
def issue(
    person: Person,
    *,
    number: str,
    practice_type: str,
    on: dt.date,
    until: dt.date | None = None,
    admitted_on: dt.date | None = None,
) -> Licence:
    """The person holds this licence on [on, until).

    Raises `people.licence_numbers.LicenceNumberInvalid` and LicenceOverlaps.
    """
    parsed = licence_numbers.parse(number, last_year=today().year)
    rival = (
        Licence.objects.current()
        .filter(valid_within(on, until))
        .filter(Q(person=person) | Q(number=parsed.text))
        .first()
    )
    if rival is not None:
        raise LicenceOverlaps(
            _("This person already holds a licence on one of these days.")
            if rival.person_id == person.pk
            else _("Somebody else holds this licence number on one of these days.")
        )
    licence = Licence.objects.create(
        person=person,
        number=parsed.text,
        practice_type=practice_type,
        admitted_on=admitted_on,
        valid_from=on,
        valid_to=until,
    )
    persons_changed([person.pk])
    return licence


@transaction.atomic
def bulk_issue(rows: Iterable[NewLicence]) -> list[Licence]:
    """Many licences at once, numbers checked; overlaps are refused by the database, all or none."""
    last_year = today().year
    now = timezone.now()
    created = Licence.objects.bulk_create(
        [
            Licence(
                person_id=row.person_id,
                number=licence_numbers.parse(row.number, last_year=last_year).text,
                practice_type=row.practice_type,
                admitted_on=row.admitted_on,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                recorded_at=now,
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    persons_changed(licence.person_id for licence in created)
    return created


@transaction.atomic
def bulk_rewrite(superseded: Collection[int], rows: Sequence[NewLicence]) -> list[Licence]:
    """What is believed of many licences at once: these rows no longer, those instead; all or none.

    Returns the new rows in the order given. Raises AlreadySuperseded; overlaps are refused by the database
    (IntegrityError).
    """
    try:
        touched = supersede(Licence, superseded)
    except NotHeld:
        raise AlreadySuperseded(_("This licence has been corrected since; look at it again.")) from None
    made = bulk_issue(rows)
    persons_changed(touched)
    return made
