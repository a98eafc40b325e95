"""Who may read bulletins, write on them, and is told of them.

Committees read their own subtree's, drafts too; whoever reads coverage there, what was released; and a level below,
what was sent to it.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from people import grants
from people.days import today
from people.models import Organisation, OrganisationClosure, OrganisationKind, Person, Role, RoleGrant, User
from reports.access import READER_ROLES
from reports.models import Bulletin, BulletinLevel, BulletinSchedule, BulletinState
from reports.snapshot_access import FIXER_ROLES

# Who is responsible at the organisations of a level.
RESPONSIBLE = {
    BulletinLevel.ASSOCIATIONS: Role.CITY_COMMITTEE,
    BulletinLevel.FIRMS: Role.FIRM_MANAGER,
}


def accessible_bulletins(user: User | AnonymousUser) -> QuerySet[Bulletin]:
    """The bulletins that the user may read."""
    if not isinstance(user, User):
        return Bulletin.objects.none()
    written = Q(organisation__in=grants.scopes(user, FIXER_ROLES).values("pk"))
    read = Q(organisation__in=grants.scopes(user, READER_ROLES).values("pk"))
    for level, role in RESPONSIBLE.items():
        held = RoleGrant.objects.on(today()).filter(user=user, role=role, revoked_at__isnull=True)
        above = OrganisationClosure.objects.on(today()).filter(
            descendant__in=held.values("organisation_id"), depth__gt=0
        )
        read |= Q(level=level, organisation__in=above.values("ancestor_id"))
    return Bulletin.objects.filter(written | (Q(state=BulletinState.RELEASED) & read))


def accessible_schedules(user: User | AnonymousUser) -> QuerySet[BulletinSchedule]:
    """The schedules of the user's committees."""
    if not isinstance(user, User):
        return BulletinSchedule.objects.none()
    return BulletinSchedule.objects.filter(organisation__in=grants.scopes(user, FIXER_ROLES).values("pk"))


def responsible(organisation: Organisation, level: str) -> QuerySet[Person]:
    """Who is told of a bulletin of this organisation: those who hold the level's role today, as persons."""
    below = OrganisationClosure.objects.on(today()).filter(ancestor=organisation, depth__gt=0)
    if level == BulletinLevel.ASSOCIATIONS:
        below = below.filter(descendant__kind=OrganisationKind.ASSOCIATION)
    held = RoleGrant.objects.on(today()).filter(
        role=RESPONSIBLE[BulletinLevel(level)],
        organisation__in=below.values("descendant_id"),
        revoked_at__isnull=True,
        user__is_active=True,
    )
    return Person.objects.filter(user__in=held.values("user_id"))
