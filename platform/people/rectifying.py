"""Having wrong data put right (Personal Information Protection Law, article 46): the one writer of Rectification.

The person says what is wrong; whoever manages his firm confirms it where he can; the association decides, having
changed the record in the administration, or says why not. Everybody concerned is told, and it stands in the log.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit_log, notices
from people.access import is_himself
from people.days import today
from people.grants import roles_of, scopes
from people.models import (
    AuditAct,
    Membership,
    NoticeKind,
    Person,
    Rectification,
    RectificationState,
    Role,
    User,
)
from people.notices import New
from people.refusals import Refused

CONFIRMING = frozenset({Role.FIRM_MANAGER, Role.CITY_COMMITTEE})
# Whoever may change persons in the administration.
DECIDING = frozenset({Role.PROVINCIAL_COMMITTEE})
MAX_TEXT, MAX_ANSWER = 500, 300
OPEN = RectificationState.OPEN


class RectificationRefused(Refused):
    """It cannot be asked for or decided like this."""

    code = "rectification_refused"


class NothingSaid(RectificationRefused):
    """Without words nobody knows what to correct, or why it was not."""

    code = "rectification_empty"


class AlreadyAsked(RectificationRefused):
    """The same is waiting for a decision."""

    code = "rectification_open"


class AlreadyDecided(RectificationRefused):
    """Somebody has decided it, or the person has withdrawn it."""

    code = "rectification_decided"


class OwnMatter(RectificationRefused):
    """Nobody decides about his own data."""

    code = "rectification_own"


@transaction.atomic
def ask(person: Person, subject: str, text: str, *, now: dt.datetime | None = None) -> Rectification:
    """Say what is wrong and how it is right. Raises NothingSaid, AlreadyAsked."""
    if not text.strip():
        raise NothingSaid(_("Say what is wrong, and how it is right."))
    try:
        with transaction.atomic():
            return Rectification.objects.create(
                person=person, subject=subject, text=text.strip()[:MAX_TEXT], asked_at=now or timezone.now()
            )
    except IntegrityError:
        raise AlreadyAsked(_("You have asked for this already; it is waiting for a decision.")) from None


@transaction.atomic
def withdraw(asked: Rectification, *, now: dt.datetime | None = None) -> None:
    """The person no longer wants it. Raises AlreadyDecided."""
    _close(asked, RectificationState.WITHDRAWN, by=None, answer="", now=now)


@transaction.atomic
def confirm(asked: Rectification, *, by: User, now: dt.datetime | None = None) -> None:
    """The person's firm says that it is as he says. Raises AlreadyDecided, OwnMatter."""
    _not_own(asked, by)
    if not Rectification.objects.filter(pk=asked.pk, state=OPEN).update(
        confirmed_by=by, confirmed_at=now or timezone.now()
    ):
        raise AlreadyDecided(_("This has been decided or withdrawn since."))
    audit_log.record(AuditAct.DECIDED, by=by, person=asked.person, about=_("Confirmed a correction of data"))


@transaction.atomic
def decide(
    asked: Rectification, *, is_corrected: bool, answer: str, by: User, now: dt.datetime | None = None
) -> None:
    """Corrected, or not and why; the person is told. Raises NothingSaid, AlreadyDecided, OwnMatter."""
    _not_own(asked, by)
    if not is_corrected and not answer.strip():
        raise NothingSaid(_("State the reason: the person reads it."))
    state = RectificationState.DONE if is_corrected else RectificationState.REFUSED
    _close(asked, state, by=by, answer=answer.strip()[:MAX_ANSWER], now=now)
    title = _("Your data was corrected") if is_corrected else _("Your data was not corrected")
    notices.send_bulk(
        [
            New(
                asked.person_id,
                NoticeKind.ACCOUNT,
                f"rectification:{asked.public_id}",
                title,
                f"{asked.get_subject_display()}。{answer.strip()[:MAX_ANSWER]}",
                "/my/data/",
            )
        ],
        now=now,
    )
    audit_log.record(
        AuditAct.DECIDED, by=by, person=asked.person, about=str(title), reason=answer.strip()[:MAX_ANSWER]
    )


def of(person: Person) -> QuerySet[Rectification]:
    """What the person has asked for himself, the latest first."""
    return Rectification.objects.filter(person=person)


def is_concerned(user: User) -> bool:
    """Whether the user confirms or decides such matters anywhere."""
    return user.is_superuser or bool((CONFIRMING | DECIDING) & roles_of(user))


def decides(user: User) -> bool:
    """Whether the user decides such matters anywhere, or only confirms them."""
    return user.is_superuser or bool(DECIDING & roles_of(user))


def accessible_rectifications(user: User) -> QuerySet[Rectification]:
    """What persons of the user's own subtrees have asked for: those for which he confirms or decides."""
    found = Rectification.objects.select_related("person", "confirmed_by__person", "decided_by__person")
    if not user.is_active:
        return found.none()
    if user.is_superuser:
        return found
    places = scopes(user, CONFIRMING | DECIDING)
    members = Membership.objects.on(today()).filter(organisation__in=places.values("pk"))
    return found.filter(person__in=members.values("person_id"))


def forget(person: Person) -> int:
    """He has left: what he asked for and was told goes, with the rows."""
    return Rectification.objects.filter(person=person).delete()[0]


def _not_own(asked: Rectification, by: User) -> None:
    if is_himself(by, asked.person):
        raise OwnMatter(_("Somebody else decides about your own data."))


def _close(
    asked: Rectification, state: str, *, by: User | None, answer: str, now: dt.datetime | None
) -> None:
    if not Rectification.objects.filter(pk=asked.pk, state=OPEN).update(
        state=state, decided_by=by, decided_at=now or timezone.now(), answer=answer
    ):
        raise AlreadyDecided(_("This has been decided or withdrawn since."))
