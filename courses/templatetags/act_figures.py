"""Amounts of acts as a page shows them."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from courses import lengths
from courses.models import CreditCategory

register = template.Library()


@register.filter
def amount(act: Any) -> str:
    """The amount of a declaration, a line or an entry in words: 120 minutes, 1.5 days; with its sign."""
    quantity = act.quantity_milli
    return lengths.amount(act.unit, act.seconds or 0, quantity)


@register.filter
def minutes_of(seconds: int | None) -> str:
    """Whole minutes of seconds, rounded down: nobody is shown as longer present than he was."""
    return "" if seconds is None else str(seconds // 60)


STATES = {
    "submitted": "attention",
    "asked_back": "attention",
    "accepted": "good",
    "granted": "good",
    "applied": "good",
    "done": "good",
    "awarded": "good",
    "matched": "good",
    "refused": "refused",
    "cancelled": "refused",
    "open": "attention",
    "doubtful": "attention",
    "unknown": "refused",
    "taken_back": "attention",
}


@register.filter
def badge_state(state: str) -> str:
    """Which of the design's states a matter's state is shown as; empty for none."""
    return STATES.get(state, "")


@register.filter
def line_state(line: Any, matter: Any) -> str:
    """The state of a line of a list or correction in words, as that of its matter makes it true."""
    is_restoring = getattr(matter, "kind", "") == "restore"
    if line.state == "planned" and matter.state == "discarded":
        return _("Not carried out")
    if line.state == "awarded" and hasattr(line.entry, "reversal"):
        return _("Corrected afterwards")
    if line.state == "skipped":
        return (
            _("Left as it is: decided otherwise meanwhile")
            if is_restoring
            else _("Left as it is: taken back already")
        )
    return str(line.get_state_display())


@register.filter
def kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1024))} KB"


@register.filter
def facts_in_words(facts: dict[str, Any]) -> list[tuple[str, str]]:
    """The coded facts of an act as names and values that people read; codes of a regulation's own stay codes."""
    names = {
        "role": _("Part in it"),
        "co_teachers": _("Others who taught or wrote"),
        "times_taught": _("Taught before"),
        "course_minutes": _("Course in minutes"),
        "absent_minutes": _("Minutes missed"),
    }
    roles = {"sole": _("Alone"), "first": _("First of several"), "shared": _("One of several")}
    return [
        (names.get(name, name), roles.get(value, value) if name == "role" else str(value))
        for name, value in facts.items()
    ]


@register.filter
def match_why(code: str) -> str:
    """Why a name of a file was matched, or was not (courses.attendance.naming.Why)."""
    return {
        "remembered": _("As decided before"),
        "licence": _("By the licence number"),
        "phone": _("By the phone"),
        "name_firm": _("By name and firm"),
        "name_digits": _("By name and last digits"),
        "by_hand": _("Decided by hand"),
        "name_alone": _("Only the name agrees"),
        "several": _("Several of this name"),
        "shared": _("Several persons in one name"),
        "contradiction": _("Number and name disagree"),
        "nobody": _("Nobody of this name"),
        "left_out": _("Left out by hand"),
        "absent": _("Not there, says the file"),
    }.get(code, "")


@register.filter
def amount_in(line: Any, listed: Any) -> str:
    """What a planned line will give: its own amount, or the list's."""
    if line.seconds is None and line.quantity_milli is None:
        return amount(listed)
    return lengths.amount(listed.unit, line.seconds or 0, line.quantity_milli)


@register.filter
def category_in(line: Any, listed: Any) -> str:
    """The category for which a planned line will count: its own, or the list's."""
    return str(CreditCategory(line.category or listed.category).label)


@register.filter
def sum_of(total: int, unit: str) -> str:
    """A sum of amounts of one unit, in words."""
    return lengths.amount(unit, total, None) if unit == "second" else lengths.amount(unit, 0, total)


@register.filter
def correction_target(batch: Any, entry: Any) -> str:
    """What an entry becomes by a correction."""
    if batch.kind == "restore":
        return amount(entry)
    if batch.kind == "take_back":
        return _("nothing")
    return lengths.amount(batch.unit, batch.to_seconds, batch.to_quantity_milli)
