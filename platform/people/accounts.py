"""Accounts as an association gives them: the one writer of the users' own columns here."""

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from people import audit_log, persons
from people.models import AuditAct, Person, User
from people.refusals import Refused


class AccountRefused(Refused):
    """The account cannot be opened as asked."""

    code = "account_refused"


class NameTaken(AccountRefused):
    """Somebody else signs in under this name or address."""

    code = "account_name_taken"


class HasAccount(AccountRefused):
    """The person already has a sign-in."""

    code = "account_exists"


@transaction.atomic
def open_for(
    person: Person, *, username: str, password: str, email: str = "", by: User | None = None
) -> User:
    """Give the person a sign-in with a first password. `by` None is whoever runs the server.

    Raises NameTaken, HasAccount, and Django's ValidationError for a weak password or a malformed name.
    """
    if person.user_id is not None:
        raise HasAccount(_("%(name)s already has an account.") % {"name": person.name})
    if User.objects.filter(username__iexact=username).exists():
        raise NameTaken(_("Somebody else signs in under this name."))
    if email and User.objects.filter(email__iexact=email).exists():
        raise NameTaken(_("Somebody else signs in with this address."))
    user = User(username=username, email=email)
    user.set_password(password)
    user.full_clean(exclude=["public_id"])
    validate_password(password, user=user)
    user.save()
    persons.give_sign_in(person, user)
    audit_log.record(AuditAct.ACCOUNT_OPENED, by=by, person=person, account=user)
    return user


@transaction.atomic
def open_many(owners: Mapping[str, Person], *, password: str) -> dict[str, User]:
    """Accounts by user name that begin with one and the same password, hashed once.

    For demonstrations: real persons get passwords of their own. Raises ValidationError for a weak password.
    """
    validate_password(password)
    hashed = make_password(password)
    users = {}
    for username, person in owners.items():
        user = User(username=username, password=hashed)
        user.full_clean(exclude=["public_id"])
        user.save()
        users[username] = user
        persons.give_sign_in(person, user)
    return users
