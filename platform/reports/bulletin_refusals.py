"""The named refusals of bulletins: a code, a status, a sentence for the person."""

from django.utils.translation import gettext_lazy as _

from courses.refusals import Refusal


class BulletinRefusal(Refusal):
    """A bulletin is not taken further as asked."""

    status = 409


class NotYourBulletin(BulletinRefusal):
    code = "bulletin_not_yours"
    status = 403
    text = _("Only a committee of this organisation or above it may do that.")


class BulletinOver(BulletinRefusal):
    code = "bulletin_over"
    text = _("This bulletin has been released or discarded; it cannot be changed any more.")


class TextMissing(BulletinRefusal):
    code = "bulletin_text_missing"
    status = 422
    text = _("A bulletin needs a title and a text.")


class NumberMissing(BulletinRefusal):
    code = "bulletin_number_missing"
    status = 422
    text = _("Give the bulletin its document number first; the registry of the office knows it.")


class NobodyEdited(BulletinRefusal):
    code = "bulletin_nobody_edited"
    text = _("Nobody has read this draft yet. Somebody has to read and save it before another releases it.")


class OwnText(BulletinRefusal):
    code = "bulletin_own_text"
    text = _("You wrote the last version of this text. Another member of the committee has to release it.")


class ChangedMeanwhile(BulletinRefusal):
    code = "bulletin_changed"
    text = _("The bulletin changed while you were reading. Read it again before you release it.")


class ReportBroken(BulletinRefusal):
    code = "bulletin_report_broken"
    text = _("The report beneath no longer matches its digest, so nothing may be released over it.")


class RankingReasonMissing(BulletinRefusal):
    code = "ranking_reason_missing"
    status = 422
    text = _("State why. The reason stands in the audit log.")
