"""Who belongs where: joining, leaving, moving, and correcting what was recorded.

Valid days of a row never change. Whatever alters them supersedes the row and records what is believed now,
so that every earlier belief can still be read.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from people.announcements import persons_changed
from people.models import Membership, Organisation, Person, Position, Tree
from people.models.periods import valid_within
from people.refusals import Refused
from people.superseding import NotHeld, supersede

BATCH = 2000
CORRECTABLE = frozenset({"organisation", "position", "is_main", "valid_from", "valid_to"})


class MembershipRefused(Refused):
    """The membership cannot be recorded as asked."""

    code = "membership_refused"


class MembershipOverlaps(MembershipRefused):
    """The person already has a main membership on one of these days, or this very one."""

    code = "membership_overlaps"


class NotAMember(MembershipRefused):
    """The person has no main membership on that day."""

    code = "not_a_member"


class DaysReversed(MembershipRefused):
    """The membership would end before it begins."""

    code = "membership_days_reversed"


class AlreadySuperseded(MembershipRefused):
    """A later record has taken this row's place."""

    code = "membership_superseded"


@dataclass(frozen=True, slots=True)
class NewMembership:
    """One row for the bulk door."""

    person_id: int
    organisation_id: int
    valid_from: dt.date
    valid_to: dt.date | None = None
    position: str = Position.LAWYER
    tree: str = Tree.PROFESSION
    is_main: bool = True


@transaction.atomic
def join(
    person: Person,
    organisation: Organisation,
    *,
    on: dt.date,
    until: dt.date | None = None,
    position: str = Position.LAWYER,
    tree: str = Tree.PROFESSION,
    is_main: bool = True,
) -> Membership:
    """The person belongs to the organisation on [on, until). Raises MembershipOverlaps, DaysReversed."""
    membership = _record(
        Membership(
            person=person,
            organisation=organisation,
            tree=tree,
            is_main=is_main,
            position=position,
            valid_from=on,
            valid_to=until,
        )
    )
    persons_changed([person.pk])
    return membership


@transaction.atomic
def leave(membership: Membership, *, on: dt.date) -> Membership:
    """The membership's last day is the one before `on`. Raises DaysReversed, AlreadySuperseded."""
    return correct(membership, valid_to=on)


@transaction.atomic
def transfer(
    person: Person,
    organisation: Organisation,
    *,
    on: dt.date,
    position: str | None = None,
    tree: str = Tree.PROFESSION,
) -> Membership:
    """Move the person's main membership of that day to `organisation`, for the rest of its days.

    One act: on every day he is counted in exactly one place. Raises NotAMember.
    """
    held = Membership.objects.on(on).filter(person=person, tree=tree, is_main=True).first()
    if held is None:
        raise NotAMember(_("%(name)s belongs to no organisation on that day.") % {"name": person.name})
    _supersede(held)
    if held.valid_from < on:
        _record(_copy(held, valid_to=on))
    moved = _record(_copy(held, organisation=organisation, position=position or held.position, valid_from=on))
    persons_changed([person.pk])
    return moved


@transaction.atomic
def correct(membership: Membership, **changes: Any) -> Membership:
    """Replace what is believed of a membership: organisation, position, is_main, valid_from, valid_to."""
    unknown = changes.keys() - CORRECTABLE
    if unknown:
        raise TypeError(f"a membership cannot be corrected in {sorted(unknown)}")
    _supersede(membership)
    corrected = _record(_copy(membership, **changes))
    persons_changed([membership.person_id])
    return corrected


@transaction.atomic
def withdraw(membership: Membership) -> None:
    """The membership was recorded in error and never held. Raises AlreadySuperseded."""
    _supersede(membership)
    persons_changed([membership.person_id])


@transaction.atomic
def bulk_join(rows: Iterable[NewMembership]) -> list[Membership]:
    """Many memberships at once; overlaps are refused by the database (IntegrityError), all or none."""
    now = timezone.now()
    created = Membership.objects.bulk_create(
        [
            Membership(
                person_id=row.person_id,
                organisation_id=row.organisation_id,
                tree=row.tree,
                is_main=row.is_main,
                position=row.position,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
                recorded_at=now,
            )
            for row in rows
        ],
        batch_size=BATCH,
    )
    persons_changed(membership.person_id for membership in created)
    return created


@transaction.atomic
def bulk_rewrite(superseded: Collection[int], rows: Sequence[NewMembership]) -> list[Membership]:
    """What is believed of many memberships at once: these rows no longer, those instead; all or none.

    Returns the new rows in the order given. Raises AlreadySuperseded; overlaps are refused by the database
    (IntegrityError).
    """
    try:
        touched = supersede(Membership, superseded)
    except NotHeld:
        raise AlreadySuperseded(_("This membership has been corrected since; look at it again.")) from None
    made = bulk_join(rows)
    persons_changed(touched)
    return made


def _copy(held: Membership, **changes: Any) -> Membership:
    values = {
        "person_id": held.person_id,
        "organisation_id": held.organisation_id,
        "tree": held.tree,
        "is_main": held.is_main,
        "position": held.position,
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
    }
    organisation = changes.pop("organisation", None)
    if organisation is not None:
        values["organisation_id"] = organisation.pk
    return Membership(**values | changes)


def _supersede(membership: Membership) -> None:
    now = timezone.now()
    if not Membership.objects.filter(pk=membership.pk, superseded_at__isnull=True).update(superseded_at=now):
        raise AlreadySuperseded(_("This membership has been corrected since; look at it again."))
    membership.superseded_at = now


def _record(membership: Membership) -> Membership:
    """Write a row after asking in words what the database would otherwise refuse without any."""
    if membership.valid_to is not None and membership.valid_to <= membership.valid_from:
        raise DaysReversed(_("A membership must end after the day on which it begins."))
    same_place = Q(organisation_id=membership.organisation_id)
    rivals = (same_place | Q(is_main=True)) if membership.is_main else same_place
    held = (
        Membership.objects.current()
        .filter(valid_within(membership.valid_from, membership.valid_to), rivals)
        .filter(person_id=membership.person_id, tree=membership.tree)
        .select_related("organisation", "person")
        .first()
    )
    if held is not None:
        raise MembershipOverlaps(
            _("%(name)s already belongs to %(organisation)s on one of these days.")
            % {"name": held.person.name, "organisation": held.organisation.name}
        )
    membership.save(force_insert=True)
    return membership
