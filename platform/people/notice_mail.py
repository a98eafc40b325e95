"""E-mails of notices: what waits is sent, one message a person, tried again a few times, and never sent twice.

A person's notices are claimed in a transaction before the message goes: a worker that dies between leaves them
claimed, and the sweep tries once more after the claim has run out.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from smtplib import SMTPException

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import MailState, Notice, Person, User

logger = logging.getLogger(__name__)

PERSONS_A_RUN = 200
NOTICES_A_MESSAGE = 20
MAX_TRIES = 5
# A claim that is older was left by a worker that died.
CLAIM = dt.timedelta(minutes=10)
RETRY_AFTER = dt.timedelta(minutes=15)
_SALT = "people.notice-mail"


def send_waiting(now: dt.datetime | None = None) -> int:
    """Send what may be sent by now; returns how many messages went out. May run twice at once."""
    now = now or timezone.now()
    due = Notice.objects.filter(mail_state=MailState.WAITING, mail_after__lte=now)
    keys = list(due.order_by("person_id").values_list("person_id", flat=True).distinct()[:PERSONS_A_RUN])
    persons = Person.objects.select_related("user").in_bulk(keys)
    return sum(_send_to(persons[key], now) for key in keys)


def address_of(person: Person) -> str:
    """Where the person's e-mails go: his sign-in's address, while he has one."""
    user = person.user
    return user.email if isinstance(user, User) and user.is_active else ""


def preferences_token(person: Person) -> str:
    """What a message's link to the preferences carries, so that nobody has to sign in to be left alone."""
    return signing.dumps(str(person.public_id), salt=_SALT)


def person_of_token(token: str) -> Person | None:
    """Whose link it is; None for one that this site did not sign."""
    try:
        public_id = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return Person.objects.filter(public_id=public_id).first()


def _send_to(person: Person, now: dt.datetime) -> bool:
    told = _claim(person, now)
    if not told:
        return False
    address = address_of(person)
    if not address:
        _settle(told, MailState.NONE)
        return False
    try:
        _message(person, address, told).send()
    except (SMTPException, OSError) as error:
        # The address would be personal data in a log.
        logger.warning("notices of person %s were not mailed: %s", person.public_id, type(error).__name__)
        _retry(told, now)
        return False
    _settle(told, MailState.SENT, mailed_at=timezone.now())
    return True


@transaction.atomic
def _claim(person: Person, now: dt.datetime) -> list[Notice]:
    """The person's notices that are to go now, put off until the claim runs out."""
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    told = list(
        Notice.objects.filter(person=person, mail_state=MailState.WAITING, mail_after__lte=now).order_by(
            "pk"
        )[:NOTICES_A_MESSAGE]
    )
    Notice.objects.filter(pk__in=[each.pk for each in told]).update(mail_after=now + CLAIM)
    return told


def _settle(told: Sequence[Notice], state: MailState, *, mailed_at: dt.datetime | None = None) -> None:
    Notice.objects.filter(pk__in=[each.pk for each in told]).update(mail_state=state, mailed_at=mailed_at)


def _retry(told: Sequence[Notice], now: dt.datetime) -> None:
    for each in told:
        tries = each.mail_tries + 1
        state = MailState.FAILED if tries >= MAX_TRIES else MailState.WAITING
        Notice.objects.filter(pk=each.pk).update(
            mail_tries=tries, mail_state=state, mail_after=now + RETRY_AFTER * 2 ** (tries - 1)
        )


def _message(person: Person, address: str, told: Sequence[Notice]) -> EmailMultiAlternatives:
    wishes = settings.SITE_URL + reverse("people:mail_wishes", args=[preferences_token(person)])
    context = {
        "person": person,
        "notices": [{"notice": each, "url": _address(each)} for each in told],
        "wishes_url": wishes,
        "inbox_url": settings.SITE_URL + reverse("people:inbox"),
    }
    subject = (
        told[0].title
        if len(told) == 1
        else ngettext("%(count)s notice", "%(count)s notices", len(told)) % {"count": len(told)}
    )
    message = EmailMultiAlternatives(
        subject=_("[Lüxuetang] %(subject)s") % {"subject": subject},
        body=render_to_string("people/notice_mail.txt", context),
        to=[address],
        headers={"List-Unsubscribe": f"<{wishes}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    )
    message.attach_alternative(render_to_string("people/notice_mail.html", context), "text/html")
    return message


def _address(notice: Notice) -> str:
    return settings.SITE_URL + reverse("people:notice", args=[notice.public_id])
