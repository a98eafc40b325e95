"""How figures of coverage are drawn: one bar and one word a state, the same on every page."""

from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _

from reports.definitions import CHANGE_LABELS, CORRECTION_LABELS, STATE_LABELS
from reports.figures import Figures, PersonState
from reports.fixed_changes import Change, Correction, Explained
from reports.overview import Urgency
from reports.standings import Standing

register = template.Library()

_BADGES = {
    PersonState.IN_TIME: ("good", ""),
    PersonState.LATE: ("attention", "good"),
    PersonState.STARTED: ("accent", "working"),
    PersonState.NOT_STARTED: ("", "pending"),
    PersonState.EXEMPT: ("", ""),
}


@register.inclusion_tag("components/share_bar.html")
def coverage_bar(figures: Figures) -> dict[str, Any]:
    """In time, late and started as shares of the required; what is left empty has not started."""
    segments, start = [], 0.0
    for state, count in (
        ("good", figures.in_time),
        ("attention", figures.late),
        ("working", figures.started),
    ):
        share = round(100 * count / figures.required, 2) if figures.required else 0
        if share:
            segments.append({"state": state, "start": round(start, 2), "share": share})
        start += share
    label = _("%(completed)s of %(required)s completed, %(started)s started, %(not_started)s not started") % {
        "completed": figures.completed,
        "required": figures.required,
        "started": figures.started,
        "not_started": figures.not_started,
    }
    return {"segments": segments, "label": label}


@register.inclusion_tag("components/badge.html")
def state_badge(standing: Standing) -> dict[str, str]:
    """Where a person stands, in one word; overdue is a badge of its own."""
    state, icon = _BADGES[standing.state]
    return {"state": state, "icon": icon, "label": str(STATE_LABELS[standing.state])}


@register.inclusion_tag("components/badge.html")
def urgency_badge(urgency: Urgency) -> dict[str, str]:
    """How pressing a curriculum is."""
    state, label = {
        Urgency.OVERDUE: ("refused", _("Overdue")),
        Urgency.DUE_SOON: ("attention", _("Due soon")),
        Urgency.UNDER_WAY: ("accent", _("Under way")),
        Urgency.COMPLETE: ("good", _("All completed")),
    }[urgency]
    return {"state": state, "icon": "", "label": label}


@register.inclusion_tag("components/badge.html")
def change_badge(explained: Explained) -> dict[str, str]:
    """Why somebody stands otherwise in the later report."""
    state = {Change.COMPLETED: "good", Change.CORRECTED: "attention", Change.FELL_DUE: "refused"}
    label = CHANGE_LABELS[explained.change]
    return {"state": state.get(explained.change, ""), "icon": "", "label": str(label)}


@register.filter
def correction_words(correction: Correction) -> str:
    """What was put right, in words."""
    return str(CORRECTION_LABELS[correction])


@register.filter
def state_words(state: str) -> str:
    """A person's state in words."""
    return str(STATE_LABELS[PersonState(state)])


@register.filter
def told_on(reminded: dict[int, date] | None, standing: Any) -> date | None:
    """When the person of this row was last reminded of the matter; the pages of fixed reports do not say."""
    return (reminded or {}).get(getattr(standing, "person_id", 0))


@register.filter
def difference(before: int, after: int) -> str:
    """By how much the second is more than the first, with its sign; nothing where they are equal."""
    return f"{after - before:+,}".replace("-", "−") if after != before else ""
