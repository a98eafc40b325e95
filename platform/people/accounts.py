"""Accounts as an association gives them: the one writer of the users' own columns here."""

from collections.abc import Mapping

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from people import audit_log, notices, persons
from people.grants import roles_of
from people.models import AuditAct, NoticeKind, Person, Role, User
from people.notices import New
from people.refusals import Refused

# What is read out on the phone: nothing that sounds or looks like another.
SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"


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


class ReasonMissing(AccountRefused):
    """Nobody could say later why it was done."""

    code = "account_reason_missing"


class NoAccount(AccountRefused):
    """The person has no sign-in that could be reset."""

    code = "account_missing"


def may_be_reset(person: Person) -> bool:
    """Whether support may reset the person's sign-in. Who holds a role would lend it to whoever hears the password."""
    user = person.user
    if not isinstance(user, User) or not user.is_active or user.is_superuser:
        return False
    return roles_of(user) <= {Role.LEARNER}


@transaction.atomic
def reset_sign_in(person: Person, *, by: User, reason: str) -> str:
    """A new first password instead of the forgotten one, to be read out; whoever is signed in with the old one is out.

    The person is told, and changes it at his next visit. Raises ReasonMissing, NoAccount.
    """
    if not reason.strip():
        raise ReasonMissing(_("State the reason: the person reads it."))
    user = person.user
    if not isinstance(user, User) or not may_be_reset(person):
        raise NoAccount(_("This person has no sign-in that could be reset here."))
    password = "-".join(get_random_string(4, SPOKEN) for _part in range(3))
    # Sessions carry a digest of the password: with another one they end.
    user.set_password(password)
    user.save(update_fields=["password"])
    audit_log.record(AuditAct.SIGN_IN_RESET, by=by, person=person, account=user, reason=reason)
    _tell(person, _("Your sign-in was reset"), reason)
    return password


@transaction.atomic
def change_phone(person: Person, phone: str, *, by: User, reason: str) -> Person:
    """Another phone on the roster. The person is told. Raises ReasonMissing and Django's ValidationError."""
    if not reason.strip():
        raise ReasonMissing(_("State the reason: the person reads it."))
    persons.change(person, name=person.name, phone=phone.strip(), birth_date=person.birth_date)
    audit_log.record(AuditAct.PHONE_CHANGED, by=by, person=person, reason=reason)
    _tell(person, _("Your phone on the roster was changed"), reason)
    return person


def _tell(person: Person, title: str, reason: str) -> None:
    once = f"account:{timezone.now().timestamp():.3f}"
    notices.send_bulk(
        [New(person.pk, NoticeKind.ACCOUNT, once, title, reason.strip()[:300], "/my/looked-at/")]
    )


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
