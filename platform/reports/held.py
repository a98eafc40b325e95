"""What fixed reports hold on a person: its lines of people.personal_data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.held import KEPT
from people.personal_data import Holding

HOLDINGS = (
    Holding(
        "reports.SnapshotRow",
        "person__id",
        _("Fixed reports"),
        _("To show again what a committee signed. The rows carry no name; it is joined when somebody reads."),
        KEPT,
        {
            "snapshot__title": pgettext_lazy("of a text", "Title"),
            "snapshot__day": _("As of"),
            "state": _("State"),
            "due_on": _("Due on"),
            "completed_on": _("Completed on"),
        },
    ),
    Holding(
        "reports.SnapshotMark",
        "person__id",
        _("Corrections under fixed reports"),
        _("To say of a fixed report that hours under it were corrected afterwards."),
        KEPT,
        {"snapshot__title": pgettext_lazy("of a text", "Title"), "marked_at": _("When")},
    ),
    Holding(
        "reports.ReminderLine",
        "person",
        _("Reminders from lists"),
        _("To remind nobody too often, and to see whether reminding helps."),
        KEPT,
        {
            "reminder__requirement__title": pgettext_lazy("of a text", "Title"),
            "told_at": _("When"),
            "outcome": _("Result"),
        },
    ),
)

OFFICES = (
    "reports.Reminder.made_by",
    "reports.Bulletin.edited_by",
    "reports.Bulletin.released_by",
    "reports.BulletinSchedule.made_by",
    "reports.Export.requested_by",
    "reports.RankingChoice.chosen_by",
    "reports.Snapshot.made_by",
    "reports.SnapshotSignature.signed_by",
)
