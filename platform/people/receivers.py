"""What people does when Django reports a migrate or a sign-in."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate

from people import guards


def connect(app: AppConfig) -> None:
    """Called once, in `ready()`. Django reports every app after all migrations ran; once is enough."""
    post_migrate.connect(install_guards, sender=app, dispatch_uid="people.install_guards")


def install_guards(*, using: str, **kwargs: Any) -> None:
    guards.install(connections[using])
