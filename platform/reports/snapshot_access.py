"""Who may read, fix and sign reports: readers of coverage read, committees fix and sign, each in his own subtree."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from people import grants
from people.days import today
from people.models import Organisation, OrganisationClosure, Role, RoleGrant, User
from reports.access import READER_ROLES
from reports.models import Snapshot

# A firm's manager reads what committees have fixed of his firm, and an auditor what he looks into.
FIXER_ROLES = (Role.PROVINCIAL_COMMITTEE, Role.CITY_COMMITTEE)


def accessible_snapshots(user: User | AnonymousUser) -> QuerySet[Snapshot]:
    """The fixed reports of the organisations that the user reads coverage of today."""
    if not isinstance(user, User):
        return Snapshot.objects.none()
    return Snapshot.objects.filter(organisation__in=grants.scopes(user, READER_ROLES).values("pk"))


def may_fix(user: User | AnonymousUser, organisation: Organisation) -> bool:
    """Whether the user is of a committee of the organisation, or above it."""
    return isinstance(user, User) and grants.scopes(user, FIXER_ROLES).filter(pk=organisation.pk).exists()


def is_fixer(user: User) -> bool:
    """Whether the user is of any committee, as far as a page needs to know to offer it."""
    return bool(grants.roles_held(user) & set(FIXER_ROLES))


def capacity(user: User | AnonymousUser, organisation: Organisation) -> str:
    """As what the user signs for the organisation: his committee's place and name; empty where he may not."""
    if not isinstance(user, User) or not may_fix(user, organisation):
        return ""
    above = OrganisationClosure.objects.on(today()).filter(descendant=organisation).values("ancestor_id")
    grant = (
        RoleGrant.objects.on(today())
        .filter(user=user, role__in=FIXER_ROLES, organisation__in=above, revoked_at__isnull=True)
        .select_related("organisation")
        .order_by("pk")
        .first()
    )
    return f"{grant.organisation.name} {grant.get_role_display()}" if grant else organisation.name
