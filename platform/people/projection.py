"""Role grants projected onto Wagtail's groups, which know neither days nor organisations."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from people.days import today
from people.models import RoleGrant, User
from people.wagtail_groups import GROUP_OF_ROLE, GROUPS


@transaction.atomic
def project(users: Iterable[User]) -> int:
    """Bring these users' groups in line with the grants that they hold today; other groups stay.

    Returns how many memberships of groups were added or taken away.
    """
    user_ids = {user.pk for user in users}
    if not user_ids:
        return 0
    groups = {group.name: group.pk for group in Group.objects.filter(name__in=GROUPS)}
    wanted = {
        (user_id, groups[GROUP_OF_ROLE[role]])
        for user_id, role in RoleGrant.objects.on(today())
        .filter(user__in=user_ids, user__is_active=True, revoked_at__isnull=True, role__in=GROUP_OF_ROLE)
        .values_list("user_id", "role")
    }
    through = User.groups.through.objects
    held = {
        (user_id, group_id): key
        for key, user_id, group_id in through.filter(
            user__in=user_ids, group__in=groups.values()
        ).values_list("pk", "user_id", "group_id")
    }
    gone = [key for pair, key in held.items() if pair not in wanted]
    through.filter(pk__in=gone).delete()
    new = wanted - held.keys()
    through.bulk_create(
        [User.groups.through(user_id=user_id, group_id=group_id) for user_id, group_id in sorted(new)]
    )
    return len(gone) + len(new)


def project_all() -> int:
    """Every user who holds or held a role: what expired overnight falls away, what begins today comes."""
    return project(
        User.objects.filter(role_grants__isnull=False).distinct()
        | User.objects.filter(groups__name__in=GROUPS).distinct()
    )
