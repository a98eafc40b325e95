"""What persons are told of their certificates: issued unasked, lapsed by a correction, revoked; each once."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.models import Certificate, SupersededReason
from people import notices
from people.models import NoticeKind
from people.notices import New


def issued(certificates: Iterable[Certificate]) -> None:
    """For whom his association has issued a certificate, unasked, finds it in his inbox."""
    notices.send_bulk(
        New(
            person_id=each.person_id,
            kind=NoticeKind.CERTIFICATE,
            once=f"certificate_issued:{each.public_id}",
            title=_("A certificate was issued to you: %(title)s")
            % {
                "title": each.figures["course"] or _("Yearly credit statement %(year)s") % {"year": each.year}
            },
            text=_("You can save it or send it on at any time."),
            path=reverse("courses:certificate", args=[each.public_id]),
        )
        for each in certificates
    )


def lapsed(certificates: Iterable[Certificate]) -> None:
    """Whose certificate does not stand any more since the ledger was corrected learns it before he sends it on."""
    why = {
        SupersededReason.CORRECTED: _(
            "Your credit record was corrected. Please do not send this certificate on any more; a new one can be "
            "issued from its page."
        ),
        SupersededReason.TAKEN_BACK: _(
            "The completion that it certifies was taken back. Please do not send this certificate on any more."
        ),
    }
    notices.send_bulk(
        New(
            person_id=each.person_id,
            kind=NoticeKind.RECORD,
            once=f"certificate_lapsed:{each.public_id}",
            title=_("A certificate of yours has lapsed: %(number)s") % {"number": each.number},
            text=why[SupersededReason(each.superseded_reason)],
            path=reverse("courses:certificate", args=[each.public_id]),
        )
        for each in certificates
    )


def revoked(certificate: Certificate) -> None:
    """Whose certificate was revoked learns why."""
    why = (str(certificate.get_revoked_reason_display()), certificate.revoked_note)
    notices.send_bulk(
        [
            New(
                person_id=certificate.person_id,
                kind=NoticeKind.RECORD,
                once=f"certificate_revoked:{certificate.public_id}",
                title=_("A certificate of yours was revoked: %(number)s") % {"number": certificate.number},
                text=_(": ").join(part for part in why if part),
                path=reverse("courses:certificate", args=[certificate.public_id]),
            )
        ]
    )
