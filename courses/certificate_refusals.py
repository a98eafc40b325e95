"""The named refusals of certificates: a code for programs, a status, a sentence for the person."""

from django.utils.translation import gettext_lazy as _

from courses.refusals import Refusal


class NothingToCertify(Refusal):
    code = "nothing_to_certify"
    status = 409
    text = _("There is no credit yet that could be certified.")


class CompletionTakenBack(Refusal):
    code = "completion_taken_back"
    status = 409
    text = _("This completion was taken back, so it cannot be certified.")


class NotIssuedAgain(Refusal):
    code = "not_issued_again"
    status = 409
    text = _("The certificate for this was revoked and is not issued again. Ask your association.")


class SigningUnavailable(Refusal):
    code = "signing_unavailable"
    status = 503
    text = _("Certificates cannot be signed at the moment. What you have earned is safe; try again later.")


class SheetUnavailable(Refusal):
    code = "sheet_unavailable"
    status = 503
    text = _("The file cannot be made at the moment. The certificate itself is safe; try again later.")


class AlreadyRevoked(Refusal):
    code = "already_revoked"
    status = 409
    text = _("This certificate has already been revoked.")


class NotYours(Refusal):
    code = "not_yours"
    status = 403
    text = _("You do not hold the right to do this there.")


class NobodyThere(Refusal):
    code = "nobody_there"
    status = 409
    text = _("Nobody there has anything to certify for this.")


class BatchNotActive(Refusal):
    code = "batch_not_active"
    status = 409
    text = _("This batch is no longer under way.")


class BatchNotOver(Refusal):
    code = "batch_not_over"
    status = 409
    text = _("This batch is still under way or complete; there is nothing to try again.")


class NoSuchCertificate(Refusal):
    code = "no_such_certificate"
    status = 404
    text = _("There is no certificate with this number. Compare it with the paper once more.")


class TooManyQuestions(Refusal):
    code = "too_many_questions"
    status = 429
    text = _("Too many certificates were asked for from this network. Wait a minute and try again.")


# What is wrong with a number or a code, in the words of every page, of the command and of the offline page
# (which alone says "number_offline").
READING = {
    "number_shape": _("This is no certificate number. It looks like 2026-K7QF-3MXA-9TRC."),
    "number_check": _("There is a slip in this number. Compare it with the paper once more."),
    "no_code": _(
        "No code of a certificate was found in it. Take the photo again, closer and straight, or paste the text whole."
    ),
    "number_offline": _(
        "A number alone can be verified with a network only. Without one, use the code itself."
    ),
    "malformed": _("This code is damaged or incomplete. Scan it again."),
    "unknown_version": _("This code is newer than this page. Load the page anew."),
    "unknown_key": _(
        "This code was not signed by this association, or with a key that this page does not know yet."
    ),
    "bad_signature": _("The signature does not match: this certificate was changed or forged."),
    "file_unreadable": _("This file cannot be read. Choose a PDF, a photo, or the text of the code."),
}


class Unreadable(Refusal):
    """A number or code that says nothing; `code` names which of READING it is."""

    status = 422

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code = code
        self.text = READING[code]
