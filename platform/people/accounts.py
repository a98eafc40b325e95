"""Accounts as an association gives them: the one writer of the users' own columns here."""

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from people import audit_log, notices, persons
from people.days import today
from people.grants import roles_of
from people.models import (
    AuditAct,
    AuditEntry,
    Membership,
    NoticeKind,
    Person,
    Role,
    RoleGrant,
    User,
)
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
    if not isinstance(user, User) or user.is_superuser:
        return False
    return roles_of(user) <= {Role.LEARNER} if user.is_active else _has_come_back(person)


def _has_come_back(person: Person) -> bool:
    """Whether the sign-in was closed when he had left, and he belongs somewhere again, with no office."""
    day = today()
    return (
        AuditEntry.objects.filter(person=person, act=AuditAct.REDUCED).exists()
        and Membership.objects.on(day).filter(person=person).exists()
        and not RoleGrant.objects.on(day)
        .filter(user=person.user_id, revoked_at__isnull=True)
        .exclude(role=Role.LEARNER)
        .exists()
    )


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
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    audit_log.record(AuditAct.SIGN_IN_RESET, by=by, person=person, account=user, reason=reason)
    _tell(person, _("Your sign-in was reset"), reason)
    return password


def may_open_by_phone(person: Person) -> bool:
    """Whether the roster's phone opens this person's account: where there is none yet, or a learner's.

    Rosters are others' to write: who holds a role would lend it to whoever can change his phone there.
    """
    return person.user_id is None or may_be_reset(person)


@transaction.atomic
def open_for_phone(person: Person, phone: str) -> User:
    """The account of a person who has proved the phone on the roster: his own, or a first one without a password.

    The phone becomes the sign-in's own where nobody else's is. Raises NoAccount for one that a phone does not open.
    """
    if not may_open_by_phone(person):
        raise NoAccount(_("This account is not opened by a phone."))
    user = person.user
    if not isinstance(user, User):
        user = User(username=_free_name())
        user.set_unusable_password()
        user.full_clean(exclude=["public_id", "password"])
        user.save()
        persons.give_sign_in(person, user)
        audit_log.record(AuditAct.ACCOUNT_OPENED, by=user, person=person, account=user)
    if user.phone != phone and not User.objects.filter(phone=phone).exclude(pk=user.pk).exists():
        user.phone = phone
    user.phone_verified, user.is_active = user.phone == phone, True
    user.save(update_fields=["phone", "phone_verified", "is_active"])
    _tell(
        person,
        _("You signed in with a code sent to your phone"),
        _("If that was not you, tell your association."),
    )
    return user


@transaction.atomic
def choose_password(user: User, password: str) -> None:
    """A password of his own, for whoever has just proved who he is; other sessions end.

    Raises Django's ValidationError for a weak one.
    """
    validate_password(password, user=user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit_log.record(AuditAct.PASSWORD_CHOSEN, by=user, account=user)


def _free_name() -> str:
    """A user name that says nothing of the person; he signs in by his phone."""
    while True:
        name = f"lx-{get_random_string(8, SPOKEN)}"
        if not User.objects.filter(username__iexact=name).exists():
            return name


@transaction.atomic
def change_phone(person: Person, phone: str, *, by: User, reason: str) -> Person:
    """Another phone on the roster. The person is told. Raises ReasonMissing and Django's ValidationError."""
    return _put_phone(AuditAct.PHONE_CHANGED, person, phone.strip(), by, reason)


class NotByPhone(AccountRefused):
    """Whose account a phone does not open has no phone confirmed by his firm."""

    code = "account_not_by_phone"


@transaction.atomic
def confirm_phone(person: Person, phone: str, *, by: User, reason: str) -> Person:
    """The firm's training manager has seen that this phone is the person's, who is told; so can the association see.

    `reason` says how he made sure. Raises ReasonMissing, NotByPhone, and Django's ValidationError.
    """
    if person.user_id == by.pk or not may_open_by_phone(person):
        raise NotByPhone(
            _("This account holds a role beyond a learner's: whoever runs the platform changes its phone.")
        )
    return _put_phone(AuditAct.PHONE_CONFIRMED, person, phone, by, reason)


def _put_phone(act: AuditAct, person: Person, phone: str, by: User, reason: str) -> Person:
    if not reason.strip():
        raise ReasonMissing(_("State the reason: the person reads it."))
    persons.change(person, name=person.name, phone=phone, birth_date=person.birth_date)
    # Who has the old phone now, a stranger perhaps, must not go on signing in with it.
    if person.user_id is not None:
        User.objects.filter(pk=person.user_id).exclude(phone=phone).update(phone=None, phone_verified=False)
    audit_log.record(act, by=by, person=person, reason=reason)
    _tell(person, _("Your phone on the roster was changed"), reason)
    return person


def _tell(person: Person, title: str, reason: str) -> None:
    once = f"account:{timezone.now().timestamp():.3f}"
    notices.send_bulk(
        [New(person.pk, NoticeKind.ACCOUNT, once, title, reason.strip()[:300], "/my/looked-at/")]
    )


@transaction.atomic
def note_weixin(user: User, *, is_bound: bool) -> None:
    """Write down that a WeChat was bound to this sign-in or unbound from it, and tell its person."""
    act = AuditAct.WEIXIN_BOUND if is_bound else AuditAct.WEIXIN_UNBOUND
    audit_log.record(act, by=user, account=user)
    person = Person.objects.filter(user=user).first()
    if person is not None:
        title = (
            _("A WeChat was bound to your sign-in")
            if is_bound
            else _("Your WeChat was unbound from your sign-in")
        )
        _tell(person, title, _("If that was not you, tell your association."))


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


def close(person: Person) -> int:
    """He has left: nobody signs in here any more; what reached him goes, the name under which he acted stays."""
    user = person.user
    if not isinstance(user, User):
        return 0
    user.is_active, user.email, user.phone, user.phone_verified = False, "", None, False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "email", "phone", "phone_verified", "password"])
    return 1


def forget_addresses(person: Person) -> int:
    """He has left: his e-mail addresses go."""
    return EmailAddress.objects.filter(user=person.user_id).delete()[0] if person.user_id else 0


def forget_passkeys(person: Person) -> int:
    """He has left: the keys by which his devices signed in go."""
    return Authenticator.objects.filter(user=person.user_id).delete()[0] if person.user_id else 0


def forget_weixin(person: Person) -> int:
    """He has left: the WeChat that was bound here goes."""
    return SocialAccount.objects.filter(user=person.user_id).delete()[0] if person.user_id else 0
