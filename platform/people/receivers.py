"""What people does when Django reports a migrate or a sign-in."""

from typing import Any

from allauth.socialaccount.signals import social_account_added
from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models.signals import post_migrate

from people import accounts, guards, projection, sign_ins, signals, wagtail_groups
from people.models import User


def connect(app: AppConfig) -> None:
    """Called once, in `ready()`. Django reports every app after all migrations ran; once is enough."""
    post_migrate.connect(install_guards, sender=app, dispatch_uid="people.install_guards")
    post_migrate.connect(install_groups, sender=app, dispatch_uid="people.install_groups")
    user_logged_in.connect(project_roles, dispatch_uid="people.project_roles")
    user_logged_in.connect(note_sign_in, dispatch_uid="people.note_sign_in")
    social_account_added.connect(note_weixin, dispatch_uid="people.note_weixin")
    user_login_failed.connect(note_failure, dispatch_uid="people.note_failure")


def install_guards(*, using: str, **kwargs: Any) -> None:
    guards.install(connections[using])


def install_groups(*, using: str, **kwargs: Any) -> None:
    if using == DEFAULT_DB_ALIAS:
        groups = wagtail_groups.install()
        signals.groups_installed.send(sender="people.wagtail_groups", groups=groups)


def project_roles(*, user: User, **kwargs: Any) -> None:
    """A grant that expired since the last night must not open the admin once more."""
    projection.project([user])


def note_sign_in(*, user: User, request: Any = None, **kwargs: Any) -> None:
    sign_ins.note(user, has_worked=True, agent=sign_ins.agent_of(request))


def note_weixin(*, sociallogin: Any, **kwargs: Any) -> None:
    """A WeChat that opens an account from now on is in the log, and told to whose account it is."""
    accounts.note_weixin(sociallogin.user, is_bound=True)


def note_failure(*, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    """A name that nobody here has is not kept: it may be a password, typed into the wrong field."""
    given = (credentials.get(name) for name in ("username", "email", "phone"))
    user = sign_ins.account_named(str(next(filter(None, given), ""))[:254])
    if user is not None:
        sign_ins.note(user, has_worked=False, agent=sign_ins.agent_of(request))
