"""Telling persons something: the one writer of Notice and NoticePreference.

    notices.send_bulk([New(person_id=…, kind=NoticeKind.DUE, once="due:<matter>:<step>", title=…, text=…, path=…)])

`once` names the matter: a person is told each matter once, however often the deed runs. Everything goes into the
inbox; whether an e-mail or a short message follows, and at what time of day, is the person's own choice. The row is
the truth and the task a nudge: people.notice_mail and people.notice_sms send what waits, and a sweep finds what a lost
message left behind.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from people import mail_times, merging, sms
from people.mail_times import Hours
from people.models import MailState, Notice, NoticeKind, NoticePreference, Person, SmsNoticeState

BATCH = 1000
# What nobody has asked to leave out.
MAILED_AT_FIRST = (
    NoticeKind.DUE,
    NoticeKind.RECORD,
    NoticeKind.DECISION,
    NoticeKind.ACCOUNT,
    NoticeKind.TASK,
    NoticeKind.REMINDER,
)
# Short messages cost money and disturb: what people send on purpose, and what a person asks for besides.
TEXTED_AT_FIRST = (NoticeKind.REMINDER,)
TEXTABLE = (NoticeKind.REMINDER, NoticeKind.DUE)


@dataclass(frozen=True, slots=True)
class New:
    """One notice to be sent. `path` leads to what it is about, on this site."""

    person_id: int
    kind: NoticeKind
    once: str
    title: str
    text: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person wants to be told: the kinds that also come by e-mail and by short message, and when."""

    mail_kinds: frozenset[str]
    hours: Hours
    sms_kinds: frozenset[str] = frozenset(TEXTED_AT_FIRST)


AT_FIRST = Wishes(frozenset(MAILED_AT_FIRST), Hours())


def send_bulk(told: Iterable[New], *, now: dt.datetime | None = None) -> int:
    """Put notices into inboxes; returns how many were new. Call it inside the deed's transaction."""
    now = now or timezone.now()
    said = list(told)
    leads = merging.leading(each.person_id for each in said)
    to = (replace(each, person_id=leads.get(each.person_id, each.person_id)) for each in said)
    given = list({(each.person_id, each.once): each for each in to}.values())
    count = 0
    for start in range(0, len(given), BATCH):
        count += _send(given[start : start + BATCH], now)
    return count


def unread_count(person: Person) -> int:
    """How many notices the person has not read."""
    return inbox(person).filter(read_at__isnull=True).count()


def inbox(person: Person) -> QuerySet[Notice]:
    """The person's notices, the latest first. Nobody else's door leads here."""
    return Notice.objects.filter(person=person).order_by("-pk")


def read(person: Person, public_id: UUID) -> Notice | None:
    """Mark a notice of the person as read and give it; None where it is not his."""
    notice = inbox(person).filter(public_id=public_id).first()
    if notice is not None and notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


def read_all(person: Person) -> dt.datetime:
    """Mark everything as read; the instant by which `unread_again` takes it back."""
    now = timezone.now()
    inbox(person).filter(read_at__isnull=True).update(read_at=now)
    return now


def unread_again(person: Person, read_at: dt.datetime) -> int:
    """Take back what `read_all` marked at that instant."""
    return inbox(person).filter(read_at=read_at).update(read_at=None)


def wishes_of(person: Person) -> Wishes:
    """How the person wants to be told."""
    return _wishes([person.pk])[person.pk]


def save_wishes(person: Person, wishes: Wishes) -> None:
    """Keep how the person wants to be told; what waits for its e-mail follows the new wishes."""
    with transaction.atomic():
        NoticePreference.objects.update_or_create(
            person=person,
            defaults={
                "mail_kinds": sorted(wishes.mail_kinds),
                "sms_kinds": sorted(wishes.sms_kinds),
                "mail_from_hour": wishes.hours.first,
                "mail_until_hour": wishes.hours.until,
                "is_daily_digest": wishes.hours.is_digest,
            },
        )
        waiting = inbox(person).filter(mail_state=MailState.WAITING)
        waiting.exclude(kind__in=wishes.mail_kinds).update(mail_state=MailState.NONE, mail_after=None)
        waiting.update(mail_after=mail_times.next_time(timezone.now(), wishes.hours))
        to_text = inbox(person).filter(sms_state=SmsNoticeState.WAITING)
        to_text.exclude(kind__in=wishes.sms_kinds).update(sms_state=SmsNoticeState.NONE, sms_after=None)
        to_text.update(sms_after=_sms_time(timezone.now(), wishes.hours))


def _send(given: Sequence[New], now: dt.datetime) -> int:
    keys = {each.person_id for each in given}
    known = set(
        Notice.objects.filter(person__in=keys, once__in={each.once for each in given}).values_list(
            "person_id", "once"
        )
    )
    wishes = _wishes(keys)
    rows = [
        _row(each, wishes[each.person_id], now) for each in given if (each.person_id, each.once) not in known
    ]
    # Another deed may tell the same at this instant: the database keeps one.
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _row(new: New, wishes: Wishes, now: dt.datetime) -> Notice:
    is_mailed = new.kind in wishes.mail_kinds
    is_texted = new.kind in wishes.sms_kinds and sms.takes_notices()
    return Notice(
        person_id=new.person_id,
        kind=new.kind,
        once=new.once,
        title=new.title[:200],
        text=new.text[:2000],
        path=new.path,
        created_at=now,
        mail_state=MailState.WAITING if is_mailed else MailState.NONE,
        mail_after=mail_times.next_time(now, wishes.hours) if is_mailed else None,
        sms_state=SmsNoticeState.WAITING if is_texted else SmsNoticeState.NONE,
        sms_after=_sms_time(now, wishes.hours) if is_texted else None,
    )


def _sms_time(now: dt.datetime, hours: Hours) -> dt.datetime:
    """Within the person's hours; a digest is for e-mails."""
    return mail_times.next_time(now, Hours(hours.first, hours.until))


def _wishes(keys: Iterable[int]) -> dict[int, Wishes]:
    wanted = set(keys)
    own = {
        row.person_id: Wishes(
            frozenset(row.mail_kinds),
            Hours(row.mail_from_hour, row.mail_until_hour, row.is_daily_digest),
            frozenset(row.sms_kinds),
        )
        for row in NoticePreference.objects.filter(person__in=wanted)
    }
    return {key: own.get(key, AT_FIRST) for key in wanted}


def forget(person: Person) -> int:
    """He has left: what he was told goes."""
    return Notice.objects.filter(person=person).delete()[0]


def forget_wishes(person: Person) -> int:
    """He has left: how he wanted to be told goes."""
    return NoticePreference.objects.filter(person=person).delete()[0]
