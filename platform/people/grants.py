"""Roles: who gives them to whom, on which organisation, for which days; the one writer of their table."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit_log
from people.days import start_of_day, today
from people.models import AuditAct, Organisation, OrganisationClosure, Role, RoleGrant, User
from people.models.periods import valid_within
from people.projection import project
from people.refusals import Refused

# Who may give which roles, on the organisation where he holds his own or below it.
MAY_GRANT: dict[str, frozenset[str]] = {
    Role.PROVINCIAL_COMMITTEE: frozenset(Role.values),
    Role.CITY_COMMITTEE: frozenset({Role.CITY_COMMITTEE, Role.FIRM_MANAGER, Role.LEARNER}),
}


class GrantRefused(Refused):
    """The role cannot be given or taken as asked."""

    code = "grant_refused"


class NotYours(GrantRefused):
    """Whoever gives or takes the role does not hold that right on the organisation."""

    code = "grant_not_yours"


class GrantOverlaps(GrantRefused):
    """The user already holds this role there on one of these days."""

    code = "grant_overlaps"


class GrantIncomplete(GrantRefused):
    """A reason is missing, or the days are reversed."""

    code = "grant_incomplete"


class AlreadyRevoked(GrantRefused):
    """The grant was taken back before."""

    code = "grant_already_revoked"


@transaction.atomic
def grant(
    user: User,
    role: str,
    organisation: Organisation,
    *,
    by: User | None,
    reason: str,
    valid_from: dt.date | None = None,
    valid_to: dt.date | None = None,
) -> RoleGrant:
    """Give `user` the role on the organisation and all below it, on [valid_from or today, valid_to).

    `by` None is whoever runs the server, at the console. Raises NotYours, GrantIncomplete, GrantOverlaps.
    """
    _require_right(by, role, organisation)
    start = valid_from or today()
    if not reason.strip():
        raise GrantIncomplete(_("State the reason for which the role is given."))
    if valid_to is not None and valid_to <= start:
        raise GrantIncomplete(_("A role must end after the day on which it begins."))
    if (
        RoleGrant.objects.filter(valid_within(start, valid_to))
        .filter(user=user, role=role, organisation=organisation, revoked_at__isnull=True)
        .exists()
    ):
        raise GrantOverlaps(_("This user already holds this role there on one of these days."))
    given = RoleGrant.objects.create(
        user=user,
        role=role,
        organisation=organisation,
        valid_from=start,
        valid_to=valid_to,
        granted_by=by,
        reason=reason.strip(),
    )
    audit_log.record(
        AuditAct.ROLE_GIVEN,
        by=by,
        account=user,
        organisation=organisation,
        about=str(Role(role).label),
        reason=reason,
    )
    project([user])
    return given


@transaction.atomic
def revoke(held: RoleGrant, *, by: User | None, reason: str) -> RoleGrant:
    """Take a role back, at once. Raises NotYours, GrantIncomplete, AlreadyRevoked."""
    _require_right(by, held.role, held.organisation)
    if not reason.strip():
        raise GrantIncomplete(_("State the reason for which the role is taken back."))
    if not RoleGrant.objects.filter(pk=held.pk, revoked_at__isnull=True).update(
        revoked_at=timezone.now(), revoked_by=by, revoke_reason=reason.strip()
    ):
        raise AlreadyRevoked(_("This role has already been taken back."))
    held.refresh_from_db()
    audit_log.record(
        AuditAct.ROLE_TAKEN,
        by=by,
        account=held.user,
        organisation=held.organisation,
        about=held.get_role_display(),
        reason=reason,
    )
    project([held.user])
    return held


def _require_right(by: User | None, role: str, organisation: Organisation) -> None:
    if by is not None and not may_grant(by, role, organisation):
        raise NotYours(_("You do not hold the right to give or take this role there."))


def may_grant(by: User, role: str, organisation: Organisation) -> bool:
    """Whether `by` may give or take this role on this organisation today."""
    if by.is_superuser and by.is_active:
        return True
    givers = [giver for giver, given in MAY_GRANT.items() if role in given]
    return scopes(by, givers).filter(pk=organisation.pk).exists()


def roles_grantable_by(by: User) -> set[str]:
    """The roles that `by` may give somewhere."""
    if by.is_superuser:
        return set(Role.values)
    return set().union(*(MAY_GRANT.get(role, frozenset()) for role in roles_of(by)))


def _held(user: User, on: dt.date) -> QuerySet[RoleGrant]:
    """Grants in force at the end of that day, or at this moment if it is today."""
    end_of_day = start_of_day(on + dt.timedelta(days=1))
    return RoleGrant.objects.on(on).filter(
        Q(revoked_at__isnull=True) | Q(revoked_at__gte=end_of_day), user=user
    )


def roles_of(user: User, on: dt.date | None = None) -> set[str]:
    """The roles that the user holds anywhere on that day (today unless given)."""
    if not user.is_active:
        return set()
    return set(_held(user, on or today()).values_list("role", flat=True))


def roles_held(user: User) -> set[str]:
    """His roles of today, looked up once for this object: a page asks for them in several places."""
    kept: set[str] | None = vars(user).get("_roles_held")
    if kept is None:
        kept = roles_of(user)
        vars(user)["_roles_held"] = kept
    return kept


def granted(user: User, roles: Collection[str], on: dt.date | None = None) -> QuerySet[Organisation]:
    """The organisations on which the user was given one of the roles himself, without what stands below them."""
    if not user.is_active:
        return Organisation.objects.none()
    held = _held(user, on or today()).filter(role__in=roles)
    return Organisation.objects.filter(pk__in=held.values("organisation_id"))


def scopes(user: User, roles: Collection[str], on: dt.date | None = None) -> QuerySet[Organisation]:
    """The organisations on which the user holds one of the roles that day, with all below them.

    Of both trees; a superuser's scope is everything.
    """
    if not user.is_active:
        return Organisation.objects.none()
    if user.is_superuser:
        return Organisation.objects.all()
    day = on or today()
    held = _held(user, day).filter(role__in=roles).values("organisation_id")
    reached = OrganisationClosure.objects.on(day).filter(ancestor__in=held).values("descendant_id")
    return Organisation.objects.filter(pk__in=reached)
