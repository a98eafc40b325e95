"""What a user may see of people: the only doors through which edges reach them."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.http import Http404

from people.days import today
from people.grants import roles_of, scopes
from people.models import (
    AuditAct,
    AuditEntry,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    PersonMerge,
    Role,
    RosterImport,
    User,
)

# Whoever answers for a subtree sees who stands in it. Editors and lecturers answer for texts, not people.
SEEING_ROLES = frozenset(
    {Role.FIRM_MANAGER, Role.CITY_COMMITTEE, Role.PROVINCIAL_COMMITTEE, Role.AUDITOR, Role.SUPPORT}
)

# Rosters are the associations' own: they say who stands where in a whole subtree.
ROSTER_ROLES = frozenset({Role.PROVINCIAL_COMMITTEE, Role.CITY_COMMITTEE})

Visitor = User | AnonymousUser


def person_of(user: Visitor) -> Person | None:
    """The person whose sign-in this is; None for visitors and for accounts that belong to no person."""
    if not isinstance(user, User) or not user.is_active:
        return None
    away = PersonMerge.objects.filter(merged=OuterRef("pk"), undone_at__isnull=True).values("kept")
    person = Person.objects.filter(user=user).annotate(leads_to=Subquery(away)).first()
    if person is None or person.leads_to is None:
        return person
    return Person.objects.get(pk=person.leads_to)


def is_himself(user: User, person: Person) -> bool:
    """Whether this sign-in is the person's, or of another record of the same human being: nobody judges himself."""
    if person.user_id == user.pk:
        return True
    merges = PersonMerge.objects.filter(undone_at__isnull=True)
    same = Q(kept=person, merged__user=user) | Q(merged=person, kept__user=user)
    return merges.filter(same).exists()


def mergeable_persons(user: Visitor) -> QuerySet[Person]:
    """Who stands or ever stood in the user's own subtrees and nowhere else today, and who never stood anywhere."""
    if not isinstance(user, User) or not user.is_active:
        return Person.objects.none()
    if user.is_superuser:
        return Person.objects.all()
    own = accessible_organisations(user).values("pk")
    places = Membership.objects.filter(person=OuterRef("pk"))
    elsewhere = Membership.objects.on(today()).filter(person=OuterRef("pk")).exclude(organisation__in=own)
    return Person.objects.filter(Exists(places.filter(organisation__in=own)) | ~Exists(places)).exclude(
        Exists(elsewhere)
    )


def accessible_merges(user: Visitor) -> QuerySet[PersonMerge]:
    """Merges whose kept record the user could merge."""
    return PersonMerge.objects.filter(kept__in=mergeable_persons(user).values("pk"))


def accessible_organisations(user: Visitor, on: dt.date | None = None) -> QuerySet[Organisation]:
    """The user's own subtrees: every organisation on which, or above which, he holds a seeing role."""
    if not isinstance(user, User):
        return Organisation.objects.none()
    return scopes(user, SEEING_ROLES, on)


def accessible_persons(user: Visitor, on: dt.date | None = None) -> QuerySet[Person]:
    """Persons who stand in the user's own subtrees that day (today unless given), and always himself."""
    if not isinstance(user, User) or not user.is_active:
        return Person.objects.none()
    if user.is_superuser:
        return Person.objects.all()
    members = (
        Membership.objects.on(on or today())
        .filter(organisation__in=accessible_organisations(user, on).values("pk"))
        .values("person_id")
    )
    return Person.objects.filter(Q(pk__in=members) | Q(user=user))


def accessible_roster_organisations(user: Visitor) -> QuerySet[Organisation]:
    """The organisations for which the user may hand in rosters, in the profession's tree."""
    if not isinstance(user, User):
        return Organisation.objects.none()
    return scopes(user, ROSTER_ROLES).exclude(kind=OrganisationKind.PARTY_BRANCH)


def accessible_rosters(user: Visitor) -> QuerySet[RosterImport]:
    """Rosters handed in for an organisation for which the user could hand in one."""
    return RosterImport.objects.filter(organisation__in=accessible_roster_organisations(user).values("pk"))


def roster_for(user: Visitor, public_id: UUID | str) -> RosterImport:
    """The roster with this public id; 404 both where there is none and where it is not the user's."""
    return _one(accessible_rosters(user).select_related("organisation"), public_id)


def accessible_supported_persons(user: Visitor) -> QuerySet[Person]:
    """Persons whom the user helps: who stand today in the subtrees for which he is support."""
    if not isinstance(user, User) or not user.is_active:
        return Person.objects.none()
    if user.is_superuser:
        return Person.objects.all()
    members = Membership.objects.on(today()).filter(
        organisation__in=scopes(user, {Role.SUPPORT}).values("pk")
    )
    return Person.objects.filter(pk__in=members.values("person_id"))


def accessible_phone_owners(user: Visitor) -> QuerySet[Person]:
    """Whose phones the user confirms: who stand today in the firms of which he is training manager, he himself not."""
    if not isinstance(user, User) or not user.is_active:
        return Person.objects.none()
    members = Membership.objects.on(today()).filter(
        organisation__in=scopes(user, {Role.FIRM_MANAGER}).values("pk")
    )
    return Person.objects.filter(pk__in=members.values("person_id")).exclude(user=user)


def accessible_phone_changes(user: Visitor) -> QuerySet[AuditEntry]:
    """Phones that firms or support have changed, in the subtrees of the user's committee or office."""
    acts = {AuditAct.PHONE_CONFIRMED, AuditAct.PHONE_CHANGED}
    if not isinstance(user, User) or not user.is_active:
        return AuditEntry.objects.none()
    roles = {Role.CITY_COMMITTEE, Role.PROVINCIAL_COMMITTEE, Role.AUDITOR, Role.FIRM_MANAGER}
    found = AuditEntry.objects.filter(act__in=acts, organisation__in=scopes(user, roles).values("pk"))
    return found.select_related("by__person", "organisation").order_by("-pk")


def is_support(user: Visitor) -> bool:
    """Whether the user answers the phone for anybody."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or Role.SUPPORT in roles_of(user)


def accessible_audit_entries(user: Visitor) -> QuerySet[AuditEntry]:
    """What was done in the subtrees of which the user is an auditor; a superuser's are all."""
    if not isinstance(user, User) or not user.is_active:
        return AuditEntry.objects.none()
    if user.is_superuser:
        return AuditEntry.objects.all()
    return AuditEntry.objects.filter(organisation__in=scopes(user, {Role.AUDITOR}).values("pk"))


def reads_audit_log(user: Visitor) -> bool:
    """Whether the user is an auditor anywhere."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_superuser or Role.AUDITOR in roles_of(user)


def organisation_for(user: Visitor, public_id: UUID | str, on: dt.date | None = None) -> Organisation:
    """The organisation with this public id; 404 both where there is none and where it is not the user's."""
    return _one(accessible_organisations(user, on), public_id)


def person_for(user: Visitor, public_id: UUID | str, on: dt.date | None = None) -> Person:
    """The person with this public id; 404 both where there is none and where he is not the user's to see."""
    return _one(accessible_persons(user, on), public_id)


def _one(allowed: QuerySet[Any], public_id: UUID | str) -> Any:
    try:
        return allowed.get(public_id=UUID(str(public_id)))
    except (ValueError, allowed.model.DoesNotExist):
        raise Http404 from None
