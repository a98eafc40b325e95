"""What a roster's plan says in words: outcomes, reasons, notes, failures."""

from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from people.models import RosterLine
from people.roster.planning import Outcome

OUTCOMES = {
    Outcome.NEW: pgettext_lazy("in a comparison", "New"),
    Outcome.CHANGED: pgettext_lazy("of a roster", "Changed"),
    Outcome.TRANSFERRED: gettext_lazy("Transferred"),
    Outcome.LEFT: gettext_lazy("Left"),
    Outcome.DOUBTFUL: gettext_lazy("Doubtful pair"),
    Outcome.CONFLICT: gettext_lazy("Conflict"),
    Outcome.REFUSED: pgettext_lazy("of a roster", "Refused"),
    Outcome.UNCHANGED: gettext_lazy("Unchanged"),
    Outcome.SKIPPED: gettext_lazy("Passed over"),
}

# What somebody has to look at comes first.
ORDER = (
    Outcome.DOUBTFUL,
    Outcome.CONFLICT,
    Outcome.REFUSED,
    Outcome.NEW,
    Outcome.TRANSFERRED,
    Outcome.CHANGED,
    Outcome.LEFT,
    Outcome.UNCHANGED,
    Outcome.SKIPPED,
)

REASONS = {
    "name_missing": gettext_lazy("There is no name."),
    "name_long": gettext_lazy("The name is longer than any name."),
    "licence_scientific": gettext_lazy(
        "Excel has shortened the licence number (such as 1.43E+16); its last digits are lost. "
        "Take it from the source once more, in a column formatted as text."
    ),
    "licence_numeric": gettext_lazy(
        "The licence number is stored as a number, of which Excel keeps only 15 digits. "
        "Take it from the source once more, in a column formatted as text."
    ),
    "licence_zeroed": gettext_lazy(
        "All licence numbers of this file end in 00: Excel has zeroed their last digits. "
        "Take them from the source once more, in a column formatted as text."
    ),
    "licence_digits": gettext_lazy("The licence number holds something that is no digit."),
    "licence_length": gettext_lazy("The licence number does not have 17 digits."),
    "licence_certificate": gettext_lazy("A lawyer's licence number begins with 1."),
    "licence_province": gettext_lazy("Digits 2 and 3 of the licence number name no province."),
    "licence_prefecture": gettext_lazy("Digits 4 and 5 of the licence number name no prefecture."),
    "licence_year": gettext_lazy("Digits 6 to 9 of the licence number are no year of admission."),
    "licence_practice_kind": gettext_lazy("Digit 10 of the licence number names no kind of practice."),
    "licence_sex": gettext_lazy("Digit 11 of the licence number is neither 0 nor 1."),
    "licence_missing": gettext_lazy("There is no licence number, and nobody on record is meant for certain."),
    "sex_differs": gettext_lazy("Digit 11 of the licence number says another sex than the column."),
    "repeated": gettext_lazy("The same row stands further up."),
    "number_twice": gettext_lazy("Another row of this file has the same licence number and says otherwise."),
    "person_twice": gettext_lazy("Another row of this file means the same person."),
    "elsewhere": gettext_lazy(
        "Whoever holds this licence number does not stand in this organisation. "
        "Ask the association above to enter the transfer."
    ),
    "other_name": gettext_lazy(
        "On record this licence number belongs to %(held)s, and nothing else says that it is the same person."
    ),
    "other_number": gettext_lazy(
        "Somebody of this name is on record with another licence number, or without one."
    ),
    "namesakes": gettext_lazy("Several persons on record could be meant (%(held)s)."),
    "organisation_missing": gettext_lazy("The row names no organisation."),
    "organisation_unknown": gettext_lazy(
        "There is no organisation of this name below yours. Correct the name, or open it first."
    ),
    "organisation_twice": gettext_lazy(
        "Several organisations bear this name; give the unified social credit code."
    ),
    "before_joining": gettext_lazy(
        "The day lies before the one on which the present membership began (%(day)s)."
    ),
    "gone_and_unknown": gettext_lazy("Has left, and was never on record here."),
    "row_refused": gettext_lazy("A row of this name was refused: whether this person has left is not known."),
    "not_named": gettext_lazy("The roster does not name this person."),
    "returns": gettext_lazy("Was on record before and comes back."),
}

NOTES = {
    "day": gettext_lazy("a day that cannot be read was passed over"),
    "phone": gettext_lazy("the phone is no mobile number and was passed over"),
    "kind": gettext_lazy("the kind of practice is unknown and was passed over"),
    "status": gettext_lazy("the status is unknown and was passed over; enter leave by hand"),
}

FIELDS = {
    "name": pgettext_lazy("of a person", "name"),
    "phone": gettext_lazy("phone"),
    "birth_date": gettext_lazy("birth date"),
    "licence": gettext_lazy("licence"),
    "position": gettext_lazy("position"),
}

FAILURES = {
    "file_too_large": gettext_lazy(
        "The file is larger than any roster: at most 8 MB and 20,000 rows. Divide it by cities."
    ),
    "file_kind": gettext_lazy(
        "This is neither an XLSX nor a CSV file. Save the roster as one of them; old .xls files too."
    ),
    "file_hostile": gettext_lazy(
        "The file contains what no roster contains (programs, entities, or far more than it shows) and is not read."
    ),
    "file_formula": gettext_lazy(
        "The file contains formulas: what they show is not what they hold. Paste the cells as values."
    ),
    "file_broken": gettext_lazy("The file is damaged and cannot be read. Save it anew."),
    "no_headings": gettext_lazy(
        "None of the first twelve rows holds headings: a roster needs at least 姓名 and 执业证号."
    ),
    "no_rows": gettext_lazy("Below the headings there is no person."),
    "stale": gettext_lazy(
        "What is on record has changed since, so nothing was done. Hand the file in once more."
    ),
}


def failure(code: str) -> str:
    """Why a roster could not be read or entered."""
    return str(FAILURES[code]) if code else ""


def outcome(code: str) -> str:
    """One word for what becomes of a line."""
    return str(OUTCOMES[Outcome(code)])


def explained(line: RosterLine) -> str:
    """One sentence or two about a line: what is done, or why nothing is."""
    about: dict[str, Any] = line.about
    parts = []
    if line.reason:
        values = {name: value for name, value in about.items() if name in {"held", "day"}}
        if about.get("day"):
            values["day"] = _day(about["day"])
        text = str(REASONS[line.reason])
        parts.append(text % values if values else text)
    if line.outcome == Outcome.TRANSFERRED:
        parts.append(
            _("From %(from)s to %(place)s on %(day)s.")
            % {"from": about.get("from") or "—", "place": about["place"], "day": _day(about["on"])}
        )
    elif line.outcome in {Outcome.NEW, Outcome.LEFT} and about.get("place"):
        parts.append(about["place"])
    if about.get("fields"):
        fields = _(", ").join(str(FIELDS[name]) for name in about["fields"])
        parts.append(_("Changes: %(fields)s.") % {"fields": fields})
    if line.notes:
        noted = _("; ").join(str(NOTES[code]) for code in line.notes)
        parts.append(_("Note: %(noted)s.") % {"noted": noted})
    if line.is_kept:
        parts.append(_("Was changed by somebody afterwards and therefore not taken back."))
    return " ".join(parts)


def _day(text: str) -> str:
    day = parse_date(text)
    return date_format(day, "DATE_FORMAT") if day else text
