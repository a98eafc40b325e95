"""A statement in sentences: enough for this year, or what is lacking by when; and why each act counts as it does.

One place for these words, so that the record, my page, letters and exports say the same.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, ROUND_UP, Decimal

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from courses import problem_texts, shares
from courses.engine.results import Reason, Statement
from courses.statements import PersonStatement

DAY_FORMAT = "Y年n月j日"

_CODES = {
    "too_short": gettext_lazy("Too short to count: at least %(least)s are needed."),
    "no_conversion": gettext_lazy("The regulation does not say what this kind of act is worth."),
    "not_recognised": gettext_lazy("A condition of recognition is not met."),
    "reduced": gettext_lazy("Counted only as %(to)s."),
    "limited": gettext_lazy("Over the limit: counted only as %(to)s."),
    "not_yet": gettext_lazy("After the day of this statement."),
    "other_cycle": gettext_lazy("Does not count in this year."),
    "before_window": gettext_lazy("Before %(day)s, when this kind of act begins to count."),
    "after_window": gettext_lazy("After %(day)s, the last day for this kind of act."),
    "before_cycle": gettext_lazy("Before the year begins."),
    "after_cycle": gettext_lazy("After the year has ended."),
}
_UNPLACED = {
    "format": gettext_lazy("The regulation does not speak of this format, so it counts for nothing."),
    "unit": gettext_lazy(
        "The regulation does not say how this measure is counted, so it counts for nothing."
    ),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence about a year. `state` is good, attention, refused or info."""

    state: str
    sentence: str
    note: str = ""


def figure(amount: Decimal | None, *, rounding: str = ROUND_HALF_UP) -> str:
    """An amount of credit as people read it: 12, 12.5, 0.67."""
    if amount is None:
        return "—"
    rounded = amount.quantize(Decimal("0.01"), rounding)
    return f"{rounded.normalize():f}" if rounded else "0"


def total(statement: Statement) -> Decimal | None:
    """The whole as it is shown: against what is required, so that both and what is lacking add up."""
    if statement.total is None or statement.required is None:
        return statement.total
    return shares.against(statement.total, statement.required)[0]


def day(value: dt.date) -> str:
    return date_format(value, DAY_FORMAT)


def say(found: PersonStatement) -> Said:
    """The one sentence that stands first."""
    statement = found.statement
    if statement is None:
        why = problem_texts.refusal(found.refusal) if found.refusal else ""
        return Said("info", _("Your credit cannot be computed by the regulation just now."), why)
    if (
        statement.readings
        and not statement.compliant
        and (statement.compliant is None or statement.shortfall is None)
    ):
        return _undetermined(found, statement)
    if statement.required is None and statement.compliant is None:
        return Said("info", _("Earned so far: %(total)s %(unit)s.") % _figures(found, statement))
    if statement.compliant:
        return _enough(found, statement)
    return _short(found, statement)


def unknown(found: PersonStatement) -> Said:
    """Of a past year whose opening balance was taken back, and of which nothing else is known."""
    return Said(
        "info",
        _("Nothing stands in this record for %(year)s: its opening balance was taken back.")
        % {"year": label(found)},
        _("Whether that year was enough cannot be said here; please ask %(issuer)s.")
        % {"issuer": found.regulation.issuer},
    )


def label(found: PersonStatement) -> str:
    """The cycle as a title says it: a year where it is one."""
    if found.statement is None:
        return _("%(year)s") % {"year": found.year}
    first, last = found.statement.cycle.first, found.statement.cycle.last
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return _("%(year)s") % {"year": first.year}
    return f"{day(first)}—{day(last)}"


def deadline(statement: Statement) -> dt.date | None:
    """The last day on which what is lacking can still be made good."""
    days = [cure.by for cure in statement.cures if cure.by]
    days += [until for until, reason in statement.make_up if reason.code == "counts"]
    return max(days, default=None)


def lacking(found: PersonStatement, statement: Statement) -> str:
    """What is lacking, as in "8 credits, of them 2 of ethics"; empty where nothing is.

    Rounded up: whoever earns as much as it says has enough. Where filling one category fills the whole as well,
    only the categories are named.
    """
    unit, minima = found.regulation.unit, [each for each in statement.minima.values() if each.lacking]
    parts = pgettext("between items of a list", ", ").join(
        pgettext("lacking of a category", "%(label)s %(n)s %(unit)s")
        % {"label": each.label, "n": figure(each.lacking, rounding=ROUND_UP), "unit": unit}
        for each in minima
    )
    most = max((each.lacking for each in minima), default=Decimal(0))
    if statement.shortfall and statement.shortfall > most:
        whole = f"{figure(statement.shortfall, rounding=ROUND_UP)} {unit}"
        return _("%(whole)s, of them %(parts)s") % {"whole": whole, "parts": parts} if parts else whole
    return parts


def reasons(why: tuple[Reason, ...]) -> Iterator[tuple[str, str]]:
    """(sentence, article) of each reason behind an act's credit."""
    for reason in why:
        params = {
            name: figure(value)
            if isinstance(value, Decimal)
            else day(value)
            if isinstance(value, dt.date)
            else value
            for name, value in reason.params.items()
        }
        coded = _CODES.get(reason.code)
        said = str(coded) % params if coded else ""
        both = [part for part in (reason.says.rstrip("。"), said) if part]
        yield pgettext("between readings", "; ").join(both), reason.article


def unplaced(what: str) -> str:
    """Why a fact for which the regulation has no word counts for nothing."""
    return str(_UNPLACED[what])


# --- The kinds of sentence ----------------------------------------------------------------------------


def _figures(found: PersonStatement, statement: Statement) -> dict[str, str]:
    return {
        "total": figure(total(statement)),
        "required": figure(statement.required),
        "unit": found.regulation.unit,
        "year": label(found),
    }


def _enough(found: PersonStatement, statement: Statement) -> Said:
    about = _figures(found, statement)
    if not statement.required:
        because = statement.required_by.says if statement.required_by else ""
        return Said("good", _("Nothing is required of you in %(year)s.") % about, because)
    if statement.total is None or statement.required is None:
        return Said("good", _("You have enough for %(year)s, however the regulation is read.") % about)
    return Said("good", _("You have enough for %(year)s: %(total)s of %(required)s %(unit)s.") % about)


def _short(found: PersonStatement, statement: Statement) -> Said:
    about = _figures(found, statement) | {"lacking": lacking(found, statement)}
    open_obligations = [each for each in statement.obligations if each.blocks and not each.is_met]
    if not about["lacking"]:
        about["lacking"] = pgettext("between items of a list", ", ").join(
            each.title for each in open_obligations
        )
    until = deadline(statement)
    if until is None:
        return Said("attention", _("For %(year)s you still lack %(lacking)s.") % about)
    about["day"] = day(until)
    if until < found.as_of:
        return Said(
            "refused",
            _("For %(year)s you lack %(lacking)s; the last day for it was %(day)s.") % about,
            _("Please ask %(issuer)s what is to be done now.") % {"issuer": found.regulation.issuer},
        )
    return Said("attention", _("For %(year)s you still lack %(lacking)s, by %(day)s.") % about)


def _undetermined(found: PersonStatement, statement: Statement) -> Said:
    answers = {each.statement.compliant for each in statement.readings}
    note = _("Please ask %(issuer)s, which can decide it.") % {"issuer": found.regulation.issuer}
    if True in answers:
        text = _("Whether you have enough for %(year)s depends on how the regulation is read.")
    else:
        text = _("How much you lack for %(year)s depends on how the regulation is read.")
    return Said("attention", text % _figures(found, statement), note)
