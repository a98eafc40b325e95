"""What persons are told when a desk has decided something about their hours; each notice once, after the commit."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.desk_access import APPROVERS
from courses.models import Declaration, DeclarationState, Dispute, DisputeState, LedgerEntry
from people import notices
from people.days import today
from people.models import NoticeKind, Person, RoleGrant
from people.notices import New


def declaration_decided(declared: Declaration) -> None:
    """The lawyer learns what was decided about his declaration, and why."""
    titles = {
        DeclarationState.ACCEPTED: _("Your declaration was accepted: %(title)s"),
        DeclarationState.REFUSED: _("Your declaration was refused: %(title)s"),
        DeclarationState.ASKED_BACK: _("There is a question about your declaration: %(title)s"),
    }
    notices.send_bulk(
        [
            New(
                person_id=declared.person_id,
                kind=NoticeKind.DECISION,
                once=f"declaration:{declared.public_id}:{declared.steps.count()}",
                title=titles[DeclarationState(declared.state)] % {"title": declared.title},
                text=declared.reason,
                path=reverse("courses:declaration", args=[declared.public_id]),
            )
        ]
    )


def dispute_opened(dispute: Dispute) -> None:
    """The committee's members learn that there is something to decide."""
    members = Person.objects.filter(
        pk__in=Person.objects.filter(
            user__role_grants__in=RoleGrant.objects.on(today()).filter(
                organisation=dispute.decider_id, role__in=APPROVERS, revoked_at__isnull=True
            )
        ).values("pk")
    ).exclude(pk=dispute.person_id)
    notices.send_bulk(
        New(
            person_id=key,
            kind=NoticeKind.TASK,
            once=f"dispute:{dispute.public_id}:opened",
            title=_("A dispute waits for the committee"),
            text="",
            path=reverse("courses:desk_dispute", args=[dispute.public_id]),
        )
        for key in members.values_list("pk", flat=True)[:50]
    )


def dispute_decided(dispute: Dispute) -> None:
    """The lawyer learns what the committee decided, and why."""
    title = (
        _("Your dispute was granted")
        if dispute.state == DisputeState.GRANTED
        else _("Your dispute was refused")
    )
    notices.send_bulk(
        [
            New(
                person_id=dispute.person_id,
                kind=NoticeKind.DECISION,
                once=f"dispute:{dispute.public_id}:{dispute.state}",
                title=title,
                text=dispute.reason,
                path=reverse("courses:dispute", args=[dispute.public_id]),
            )
        ]
    )


def recognised(entries: Iterable[LedgerEntry]) -> None:
    """Those who stand in a list learn that it was entered."""
    notices.send_bulk(
        New(
            person_id=entry.person_id,
            kind=NoticeKind.RECORD,
            once=f"recognised:{entry.public_id}",
            title=_("Entered in your credit record: %(title)s") % {"title": entry.activity.title},
            text="",
            path=reverse("courses:evidence", args=[entry.public_id]),
        )
        for entry in entries
    )


def taken_back(entries: Iterable[LedgerEntry], why: str) -> None:
    """Whose award was reversed learns why. The entries are the awards."""
    notices.send_bulk(
        New(
            person_id=entry.person_id,
            kind=NoticeKind.RECORD,
            once=f"taken_back:{entry.public_id}",
            title=_("Taken back in your credit record: %(title)s") % {"title": entry.activity.title},
            text=why,
            path=reverse("courses:evidence", args=[entry.public_id]),
        )
        for entry in entries
    )


def corrected(entries: Iterable[LedgerEntry], why: str) -> None:
    """Whose award was replaced by another learns why. The entries are the new awards."""
    notices.send_bulk(
        New(
            person_id=entry.person_id,
            kind=NoticeKind.RECORD,
            once=f"corrected:{entry.public_id}",
            title=_("Corrected in your credit record: %(title)s") % {"title": entry.activity.title},
            text=why,
            path=reverse("courses:evidence", args=[entry.public_id]),
        )
        for entry in entries
    )
