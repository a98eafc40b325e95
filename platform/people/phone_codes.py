"""Codes sent to phones: asked for, sent, and proved. The one writer of PhoneCode.

Licence numbers and names are public, so they open nothing: `ask_first` notes whom number and phone mean together and
says nothing about it; whoever then types the code has the phone that stands on the roster. A request that means nobody
leaves the same row, the same task and the same answer.

A code is the keyed digest of a nonce and of the phone, so none is stored, and one that was sent to a phone dies with
any change of that phone.
"""

import datetime as dt
import logging
import secrets

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from people import accounts, audit_log, phones, sms
from people.days import today
from people.models import AuditAct, CodePurpose, Licence, Person, PhoneCode, SmsState, User
from people.refusals import Refused

log = logging.getLogger(__name__)
DIGITS = 6
LASTS = dt.timedelta(minutes=10)
TRIES = 5
KEPT = dt.timedelta(days=7)


class CodeRefused(Refused):
    """What was typed opens nothing; the same words whatever the reason within one class."""

    code = "code_refused"


class CodeWrong(CodeRefused):
    """Another try is left."""

    code = "code_wrong"


class CodeVoid(CodeRefused):
    """Too old, used, or tried too often: a new one has to be asked for."""

    code = "code_void"


def ask_first(number: str, phone: str) -> PhoneCode:
    """A code for whoever holds this licence number today, to the phone on the roster, if that is `phone`."""
    found = (
        Licence.objects.on(today()).filter(number=number).values_list("person_id", "person__phone").first()
    )
    person_id, on_roster = found or (None, "")
    is_same = constant_time_compare(phones.normalise(on_roster), phone)
    return _note(CodePurpose.FIRST, person_id=person_id if is_same else None)


def ask_sign_in(phone: str) -> PhoneCode:
    """A code for the account whose verified phone this is."""
    account_id = (
        User.objects.filter(phone=phone, phone_verified=True, is_active=True)
        .values_list("pk", flat=True)
        .first()
    )
    return _note(CodePurpose.SIGN_IN, account_id=account_id)


def ask_again(row: PhoneCode) -> PhoneCode:
    """Another code for the same; the one before is void."""
    PhoneCode.objects.filter(pk=row.pk).update(tries=TRIES)
    return _note(CodePurpose(row.purpose), person_id=row.person_id, account_id=row.account_id)


def send(code_id: int) -> None:
    """Send the code of this row, once. What the roster or the roles forbid is withheld without a word."""
    row = PhoneCode.objects.select_related("person__user", "account").get(pk=code_id)
    if not PhoneCode.objects.filter(pk=code_id, sms_state=SmsState.WAITING).update(
        sms_state=SmsState.WITHHELD
    ):
        return
    phone = _phone(row)
    if phone is None or timezone.now() - row.asked_at > LASTS:
        return
    try:
        sms.send(phone, code=_code(row, phone), minutes=int(LASTS.total_seconds() // 60))
    except sms.NotSent as failure:
        log.warning("a sign-in code was not sent: %s", failure)
        _settle(
            row, SmsState.FAILED, AuditAct.CODE_SENT, _("Not sent: the provider of short messages refused it")
        )
    else:
        _settle(row, SmsState.SENT, AuditAct.CODE_SENT, row.get_purpose_display())


def prove(code_id: int, typed: str, *, now: dt.datetime | None = None) -> PhoneCode:
    """Use the code up. Raises CodeWrong and CodeVoid; a wrong try counts whatever else happens."""
    now = now or timezone.now()
    alive = PhoneCode.objects.filter(
        pk=code_id, used_at__isnull=True, tries__lt=TRIES, asked_at__gt=now - LASTS
    )
    if not alive.update(tries=F("tries") + 1):
        raise CodeVoid(_("This code is no longer valid. Have a new one sent."))
    row = PhoneCode.objects.select_related("person__user", "account").get(pk=code_id)
    # First the comparison, which takes as long for everybody; what else must hold is asked of the right code alone.
    if not constant_time_compare(_code(row, _given(row)), typed) or _phone(row) is None:
        left = TRIES - row.tries
        if left:
            raise CodeWrong(_("The code is wrong. Tries left: %(left)d.") % {"left": left})
        raise CodeVoid(_("The code is wrong, and was tried too often. Have a new one sent."))
    if not PhoneCode.objects.filter(pk=code_id, used_at__isnull=True).update(used_at=now):
        raise CodeVoid(_("This code is no longer valid. Have a new one sent."))
    return row


@transaction.atomic
def note_wrong(code_id: int) -> None:
    """Write down that a code was tried in vain, where it was somebody's."""
    row = PhoneCode.objects.select_related("person", "account").get(pk=code_id)
    if row.person_id is not None or row.account_id is not None:
        audit_log.record(AuditAct.CODE_REFUSED, by=None, person=row.person, account=row.account)


@transaction.atomic
def let_in(row: PhoneCode) -> User:
    """The account that a proved row opens; the person's first one is made here. Raises accounts.NoAccount."""
    if row.account is not None:
        audit_log.record(
            AuditAct.CODE_PROVED, by=row.account, account=row.account, about=row.get_purpose_display()
        )
        return row.account
    if row.person is None:
        raise CodeVoid(_("This code is no longer valid. Have a new one sent."))
    user = accounts.open_for_phone(row.person, phones.normalise(row.person.phone))
    audit_log.record(
        AuditAct.CODE_PROVED, by=user, person=row.person, account=user, about=row.get_purpose_display()
    )
    return user


def forget_old(now: dt.datetime | None = None) -> int:
    """Drop rows that prove nothing any more; what happened is in the audit log."""
    return PhoneCode.objects.filter(asked_at__lt=(now or timezone.now()) - KEPT).delete()[0]


def forget(person: Person) -> int:
    """He has left: what was asked for goes at once."""
    return PhoneCode.objects.filter(Q(person=person) | Q(account__person=person)).delete()[0]


def is_reachable(person: Person) -> bool:
    """Whether a code for a first sign-in would reach this person, and nobody else with him."""
    phone = phones.normalise(person.phone)
    return phones.is_mobile(phone) and not _is_shared(person) and accounts.may_open_by_phone(person)


def _note(purpose: CodePurpose, *, person_id: int | None = None, account_id: int | None = None) -> PhoneCode:
    return PhoneCode.objects.create(
        purpose=purpose,
        person_id=person_id,
        account_id=account_id,
        nonce=secrets.token_hex(16),
        asked_at=timezone.now(),
    )


def _given(row: PhoneCode) -> str:
    """The phone that stands beside the row's person or account; empty for nobody's."""
    if row.account is not None:
        return row.account.phone or ""
    return phones.normalise(row.person.phone) if row.person is not None else ""


def _phone(row: PhoneCode) -> str | None:
    """Where the row's code goes; None where it goes nowhere."""
    if row.account is not None:
        return row.account.phone if row.account.phone_verified and row.account.is_active else None
    if row.person is None or not is_reachable(row.person):
        return None
    return phones.normalise(row.person.phone)


def _is_shared(person: Person) -> bool:
    """A phone that stands beside several names is an office's, and proves none of them."""
    spellings = {person.phone, phones.normalise(person.phone)}
    return Person.objects.filter(phone__in=spellings).exclude(pk=person.pk).exists()


def _code(row: PhoneCode, phone: str) -> str:
    digest = salted_hmac("people.phone_codes", f"{row.nonce}:{phone}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}d}"


def _settle(row: PhoneCode, state: SmsState, act: AuditAct, about: str) -> None:
    with transaction.atomic():
        PhoneCode.objects.filter(pk=row.pk).update(sms_state=state)
        audit_log.record(act, by=None, person=row.person, account=row.account, about=about)
