"""Short messages of notices: what waits is sent, one message a notice, and never twice.

A notice is claimed before the provider is asked. What the provider refuses is tried again a few times; a worker that
dies in between leaves the notice claimed, and it stays so: the inbox has it, and a second message could not be undone.
"""

import datetime as dt
import logging

from django.utils import timezone

from people import phones, sms
from people.models import Notice, Person, SmsNoticeState, User

logger = logging.getLogger(__name__)

NOTICES_A_RUN = 500
MAX_TRIES = 3
RETRY_AFTER = dt.timedelta(minutes=15)


def send_waiting(now: dt.datetime | None = None) -> int:
    """Send what may be sent by now; returns how many messages went out. May run twice at once."""
    now = now or timezone.now()
    due = Notice.objects.filter(sms_state=SmsNoticeState.WAITING, sms_after__lte=now).order_by("pk")
    return sum(_send(key, now) for key in list(due.values_list("pk", flat=True)[:NOTICES_A_RUN]))


def phone_of(person: Person) -> str:
    """Where the person's short messages go: his sign-in's own phone, or else the roster's; empty for no mobile."""
    user = person.user
    own = user.phone if isinstance(user, User) and user.phone_verified and user.phone else ""
    found = phones.normalise(own or person.phone)
    return found if phones.is_mobile(found) else ""


def _send(key: int, now: dt.datetime) -> bool:
    mine = Notice.objects.filter(pk=key)
    if not mine.filter(sms_state=SmsNoticeState.WAITING).update(sms_state=SmsNoticeState.SENDING):
        return False
    notice = mine.select_related("person__user").get()
    phone = phone_of(notice.person)
    if not phone:
        mine.update(sms_state=SmsNoticeState.NONE, sms_after=None)
        return False
    try:
        sms.send_notice(phone, title=notice.title)
    except sms.NotSent as failure:
        # The provider's own words; the phone is not among them.
        logger.warning("a notice was not sent by short message: %s", failure)
        tries = notice.sms_tries + 1
        state = SmsNoticeState.FAILED if tries >= MAX_TRIES else SmsNoticeState.WAITING
        mine.update(sms_state=state, sms_tries=tries, sms_after=now + RETRY_AFTER * tries)
        return False
    mine.update(sms_state=SmsNoticeState.SENT, texted_at=timezone.now())
    return True
