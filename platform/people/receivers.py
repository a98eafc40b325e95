"""What people does when Django reports a migrate or a sign-in."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate

from people import guards, projection, signals, wagtail_groups
from people.models import User


def connect(app: AppConfig) -> None:
    """Called once, in `ready()`. Django reports every app after all migrations ran; once is enough."""
    post_migrate.connect(install_guards, sender=app, dispatch_uid="people.install_guards")
    post_migrate.connect(install_groups, sender=app, dispatch_uid="people.install_groups")
    user_logged_in.connect(project_roles, dispatch_uid="people.project_roles")


def install_guards(*, using: str, **kwargs: Any) -> None:
    guards.install(connections[using])


def install_groups(*, using: str, **kwargs: Any) -> None:
    if using == DEFAULT_DB_ALIAS:
        groups = wagtail_groups.install()
        signals.groups_installed.send(sender="people.wagtail_groups", groups=groups)


def project_roles(*, user: User, **kwargs: Any) -> None:
    """A grant that expired since the last night must not open the admin once more."""
    projection.project([user])
