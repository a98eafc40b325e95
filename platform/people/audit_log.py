"""The audit log: who did what to whom, and when. The one writer of AuditEntry, and what is read of it.

    audit_log.record(AuditAct.ROLE_GIVEN, by=user, person=person, organisation=firm, about="…", reason="…")

Written inside the deed's transaction: what was not logged was not done. The database refuses to change or delete a
row (people.promises). No personal text goes in: names come from the rows that the keys lead to, masked at display.
"""

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from people.days import local_day, today
from people.models import (
    AuditAct,
    AuditEntry,
    Membership,
    Organisation,
    OrganisationClosure,
    Person,
    Tree,
    User,
)

MAX_ABOUT, MAX_REASON = 200, 300


def record(
    act: AuditAct,
    *,
    by: User | None,
    person: Person | None = None,
    account: User | None = None,
    organisation: Organisation | None = None,
    about: str = "",
    reason: str = "",
    persons: int | None = None,
    now: dt.datetime | None = None,
) -> AuditEntry:
    """Write one act down. `by` None is whoever runs the server; without an organisation, the person's own is meant.

    `account` is the sign-in that was concerned; its person, where it has one, is meant as well.
    """
    at = now or timezone.now()
    if person is None and account is not None:
        person = Person.objects.filter(user=account).first()
    place_id = organisation.pk if organisation is not None else _place_of(person)
    return AuditEntry.objects.create(
        at=at,
        day=local_day(at),
        act=act,
        by=by,
        person=person,
        account=account,
        organisation_id=place_id,
        about=about[:MAX_ABOUT],
        reason=reason.strip()[:MAX_REASON],
        persons=persons,
    )


def looked_at(by: User, person: Person, about: str, *, now: dt.datetime | None = None) -> None:
    """Somebody opened what is held on a person. What is one's own leaves no trace."""
    if person.user_id != by.pk:
        record(AuditAct.LOOKED_AT, by=by, person=person, about=about, now=now)


def about_me(person: Person) -> QuerySet[AuditEntry]:
    """What others did to this person or read of him, the latest first; exports of lists in which he stood, too."""
    day = OuterRef("day")
    stood_below = OrganisationClosure.objects.filter(
        _held_on(day) & _held_on(day, "descendant__memberships__"),
        tree=Tree.PROFESSION,
        ancestor=OuterRef("organisation_id"),
        descendant__memberships__person=person,
        descendant__memberships__tree=Tree.PROFESSION,
        descendant__memberships__superseded_at__isnull=True,
    )
    of_lists = Q(Exists(stood_below), act=AuditAct.EXPORTED, persons__isnull=False)
    found = AuditEntry.objects.filter(Q(person=person) | of_lists)
    if person.user_id is not None:
        found = found.exclude(by=person.user_id)
    return found.select_related("by__person", "organisation").order_by("-pk")


def narrowed(
    entries: QuerySet[AuditEntry],
    *,
    act: str = "",
    by: str = "",
    person: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> QuerySet[AuditEntry]:
    """Entries of one act, of somebody by name or sign-in, about a person of that name, on days [since, until]."""
    if act in AuditAct.values:
        entries = entries.filter(act=act)
    if by.strip():
        entries = entries.filter(Q(by__username__iexact=by.strip()) | Q(by__person__name=by.strip()))
    if person.strip():
        entries = entries.filter(person__name=person.strip())
    if since is not None:
        entries = entries.filter(day__gte=since)
    if until is not None:
        entries = entries.filter(day__lte=until)
    return entries


def _held_on(day: OuterRef, prefix: str = "") -> Q:
    """As `valid_on`, for a day that stands in the outer query."""
    open_or_later = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gt": day})
    return Q(**{f"{prefix}valid_from__lte": day}) & open_or_later


def _place_of(person: Person | None) -> int | None:
    if person is None:
        return None
    place: int | None = (
        Membership.objects.on(today())
        .filter(person=person, tree=Tree.PROFESSION, is_main=True)
        .values_list("organisation_id", flat=True)
        .first()
    )
    return place
