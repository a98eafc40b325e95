"""Seeing the site as somebody else: for support, read-only, for a quarter of an hour, written down and told.

The reader's own session remembers whom he sees; nothing of the other's sign-in is touched. Who holds a role beyond a
learner's is never seen as: his rights would become the reader's.
"""

import datetime as dt
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit_log, notices
from people.access import accessible_supported_persons
from people.grants import roles_of
from people.models import AuditAct, NoticeKind, Person, Role, User
from people.notices import New
from people.refusals import Refused

LASTS = dt.timedelta(minutes=15)
KEY = "seeing_as"
# What is a person's alone, whoever helps him, and what leads out of what may be seen.
HIDDEN = (
    "/my/notes/",
    "/notes/",
    "/attempts/",
    "/accounts/",
    "/admin/",
    "/inbox/wishes/",
    "/desk/",
    "/coverage/",
)


class SeeingRefused(Refused):
    """The site is not seen as this person."""

    code = "seeing_refused"


def may_be_seen_as(person: Person) -> bool:
    """Whether the person signs in as a learner and nothing more."""
    user = person.user
    if not isinstance(user, User) or not user.is_active or user.is_superuser or user.is_staff:
        return False
    return roles_of(user) <= {Role.LEARNER} and not user.groups.exists()


@transaction.atomic
def begin(session: SessionBase, person: Person, *, by: User, reason: str) -> None:
    """From the next page on `by` sees what the person sees. Raises SeeingRefused."""
    if not reason.strip():
        raise SeeingRefused(_("State the reason: the person reads it."))
    if not may_be_seen_as(person) or person.user_id == by.pk:
        raise SeeingRefused(_("Only the pages of a learner are seen this way."))
    now = timezone.now()
    audit_log.record(
        AuditAct.SEEN_AS, by=by, person=person, about=_("Begun, for 15 minutes"), reason=reason, now=now
    )
    notices.send_bulk(
        [
            New(
                person.pk,
                NoticeKind.ACCOUNT,
                f"seen:{by.pk}:{now.timestamp():.0f}",
                _("Support looked at your pages to help you"),
                reason.strip()[:300],
                "/my/looked-at/",
            )
        ]
    )
    session[KEY] = {"person": person.pk, "until": (now + LASTS).timestamp()}


def end(session: SessionBase) -> str | None:
    """Be oneself again; the public id of whom one saw, None where one saw nobody."""
    held = session.pop(KEY, None)
    person = Person.objects.filter(pk=held["person"]).first() if held else None
    return str(person.public_id) if person else None


def current(session: SessionBase, by: User) -> Person | None:
    """Whom the reader sees now. What has run out, or is not his to see any more, ends here."""
    held: dict[str, Any] | None = session.get(KEY)
    if held is None:
        return None
    person = (
        accessible_supported_persons(by).filter(pk=held["person"]).select_related("user").first()
        if held["until"] > timezone.now().timestamp()
        else None
    )
    if person is None or not may_be_seen_as(person):
        session.pop(KEY, None)
        return None
    return person


def note_page(person: Person, path: str, *, by: User) -> None:
    """One page that was seen; the path alone, without what was asked in it."""
    audit_log.record(AuditAct.SEEN_AS, by=by, person=person, about=path)
