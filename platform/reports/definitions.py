"""The definitions of `reports.figures` as readers see them, beside every figure and in every export."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports.figures import PersonState, StateFilter
from reports.fixed_changes import Change, Correction

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

DEFINITIONS: "tuple[tuple[_StrPromise, _StrPromise], ...]" = (
    (
        pgettext_lazy("coverage", "Required"),
        _(
            "Persons who had to complete this curriculum on the day shown, each counted once, at the organisation "
            "to which they belonged on that day. Transfers, new licences, leave and exemptions count as they stood."
        ),
    ),
    (
        _("Completed"),
        _(
            "Of these, who had completed every course of the curriculum by the end of that day: in time up to and "
            "including the due day, late after it."
        ),
    ),
    (_("Started"), _("Who had watched something or completed an activity, but not everything.")),
    (_("Not started"), _("The rest. Required = completed + started + not started.")),
    (
        _("Overdue"),
        _(
            "Of the started and not started, those whose due day is past: each one's own, which is later for who was "
            "granted an extension, or came later where the curriculum gives him days of his own."
        ),
    ),
    (
        _("Exempt"),
        _("Who would have to on that day, were he not on leave or exempted. He is not among the required."),
    ),
    (_("Coverage"), _("Completed ÷ required, rounded down. Where nobody is required there is no coverage.")),
    (
        _("Sums"),
        _(
            "An organisation's figures are the sum of the lines below it and of the persons directly under it."
        ),
    ),
)

STATE_LABELS: "dict[PersonState, _StrPromise]" = {
    PersonState.IN_TIME: _("Completed"),
    PersonState.LATE: _("Completed late"),
    PersonState.STARTED: _("Started"),
    PersonState.NOT_STARTED: _("Not started"),
    PersonState.EXEMPT: _("Exempt"),
}

FILTER_LABELS: "dict[StateFilter, _StrPromise]" = {
    StateFilter.ALL: _("Everybody required"),
    StateFilter.LACKING: _("Not completed yet"),
    StateFilter.OVERDUE: _("Overdue"),
    StateFilter.NOT_STARTED: _("Not started"),
    StateFilter.STARTED: _("Started"),
    StateFilter.COMPLETED: _("Completed"),
    StateFilter.LATE: _("Completed late"),
    StateFilter.EXEMPT: _("Exempt"),
}

# The orders of `standings.ORDERS`, as a list offers them.
PERSON_ORDERS: "dict[str, _StrPromise]" = {
    "attention": _("Furthest behind first"),
    "person": _("By name"),
    "unit": _("By organisation"),
    "due": _("By due date"),
    "completed": _("Latest completed first"),
}

# Why somebody stands otherwise in the later of two fixed reports (`fixed_changes.Change`).
CHANGE_LABELS: "dict[Change, _StrPromise]" = {
    Change.JOINED: pgettext_lazy("change between reports", "Joined"),
    Change.LEFT: pgettext_lazy("change between reports", "Left"),
    Change.MOVED: pgettext_lazy("change between reports", "Moved to another organisation"),
    Change.COMPLETED: pgettext_lazy("change between reports", "Completed meanwhile"),
    Change.BEGUN: pgettext_lazy("change between reports", "Began meanwhile"),
    Change.FELL_DUE: pgettext_lazy("change between reports", "Became overdue"),
    Change.DUE_MOVED: pgettext_lazy("change between reports", "Due date moved"),
    Change.CORRECTED: pgettext_lazy("change between reports", "Corrected afterwards"),
}

CORRECTION_LABELS: "dict[Correction, _StrPromise]" = {
    Correction.COUNTED: _("Entered afterwards: was required on this day after all"),
    Correction.NOT_COUNTED: _("Entered afterwards: was not required here on this day"),
    Correction.PLACE: _("Entered afterwards: belonged to another organisation"),
    Correction.COMPLETION_ADDED: _("A completion was recorded afterwards"),
    Correction.COMPLETION_TAKEN_BACK: pgettext_lazy(
        "change between reports", "The completion was taken back"
    ),
    Correction.COMPLETION_DAY: _("The day of the completion was put right"),
    Correction.STARTED: _("Learning was recorded afterwards"),
    Correction.NOT_STARTED: _("Learning was taken back"),
    Correction.DUE: _("The due date of this day was put right"),
    Correction.WATCHED: _("Watched time was put right"),
}
