"""The Wagtail groups that stand for roles, and the permissions of the product's own that they carry.

Their names are shown in workflows and therefore Chinese; their members are a projection of role grants
(`people.projection`). The three reviews (三审) are the editor's, the reviewer's and the final reviewer's.
"""

from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission

from people.models.choices import Role

EDITORS = "编辑"
REVIEWERS = "复审"
FINAL_REVIEWERS = "终审"
PEOPLE_KEEPERS = "人员管理"

GROUPS = (EDITORS, REVIEWERS, FINAL_REVIEWERS, PEOPLE_KEEPERS)

# Made by Wagtail's first migration.
WAGTAIL_GROUPS = ("Editors", "Moderators")

GROUP_OF_ROLE: dict[str, str] = {
    Role.EDITOR: EDITORS,
    Role.REVIEWER: REVIEWERS,
    Role.FINAL_REVIEWER: FINAL_REVIEWERS,
    Role.PROVINCIAL_COMMITTEE: PEOPLE_KEEPERS,
}

_permissions: dict[str, set[str]] = {name: {"wagtailadmin.access_admin"} for name in GROUPS}
# Nothing of people is ever deleted: rows are ended, superseded or revoked.
_permissions[PEOPLE_KEEPERS] |= {
    f"people.{act}_{model}"
    for act in ("view", "add", "change")
    for model in ("organisation", "person", "membership", "leave", "rolegrant")
}


def register_permissions(group: str, *permissions: str) -> None:
    """Called in an app's `ready()`: members of `group` hold these ("app_label.codename") after a migrate.

    Permissions on pages and collections hang on rows: give those in a receiver of
    `people.signals.groups_installed`.
    """
    _permissions[group].update(permissions)


def install() -> dict[str, Group]:
    """Make the groups and give them what is registered; may run again, and takes nothing from them.

    At the first time Wagtail's own two groups go: beside ours they would be offered as reviewers for ever.
    """
    if not Group.objects.filter(name__in=GROUPS).exists():
        Group.objects.filter(name__in=WAGTAIL_GROUPS, user__isnull=True).delete()
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in GROUPS}
    # Django creates an app's permissions when it reports that app; ours may be reported earlier.
    for label in sorted({name.partition(".")[0] for name in _all_permissions()}):
        create_permissions(apps.get_app_config(label), verbosity=0)
    for name, group in groups.items():
        group.permissions.add(*_found(_permissions[name]))
    return groups


def _all_permissions() -> set[str]:
    return set().union(*_permissions.values())


def _found(names: Iterable[str]) -> list[Permission]:
    found = []
    for name in names:
        label, _, codename = name.partition(".")
        found.append(Permission.objects.get(content_type__app_label=label, codename=codename))
    return found
