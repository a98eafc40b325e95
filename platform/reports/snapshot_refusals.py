"""The named refusals of fixing and signing a report: a code, a status, a sentence for the person."""

from django.utils.translation import gettext_lazy as _

from courses.refusals import Refusal


class SnapshotRefusal(Refusal):
    """A report is not fixed or signed as asked."""

    status = 409


class NotYourReport(SnapshotRefusal):
    code = "report_not_yours"
    status = 403
    text = _("Only a committee of this organisation or above it may do that.")


class NobodyCounted(SnapshotRefusal):
    code = "report_nobody_counted"
    text = _("Nobody was required here on this day, so there is nothing to fix.")


class TooManyCounted(SnapshotRefusal):
    code = "report_too_many"
    status = 422
    text = _("A fixed report holds at most 120,000 persons. Fix one for each organisation below.")


class TitleMissing(SnapshotRefusal):
    code = "report_title_missing"
    status = 422
    text = _("Give the report a title.")


class DigestBroken(SnapshotRefusal):
    code = "report_digest_broken"
    text = _("The report no longer matches its digest. It cannot be signed; tell whoever runs the site.")


class SignedAlready(SnapshotRefusal):
    code = "report_signed_already"
    text = _("You have signed this report.")
