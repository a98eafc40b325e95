"""The named refusals of reminding: a code, a status, a sentence for the person."""

from django.utils.translation import gettext_lazy as _

from courses.refusals import Refusal


class ReminderRefusal(Refusal):
    """Nobody is reminded as asked."""

    status = 409


class NotYourList(ReminderRefusal):
    code = "reminder_not_yours"
    status = 403
    text = _("Only who answers for this organisation may remind its people.")


class NobodyToRemind(ReminderRefusal):
    code = "reminder_nobody"
    text = _("Nobody of this list may be reminded today: all have completed or were reminded lately.")


class TooManyToRemind(ReminderRefusal):
    code = "reminder_too_many"
    status = 422
    text = _("At most 20,000 persons are reminded at once. Remind each organisation below by itself.")


class NotBeingSent(ReminderRefusal):
    code = "reminder_not_being_sent"
    text = _("This was sent or stopped meanwhile. Look at it again.")
