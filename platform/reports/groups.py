"""Coverage by what people are, not by where they are: practice type, age, years of practice, Party membership.

Counted from the same stints as the lists, so that each line opens the list of its persons; every person of the
organisation stands in exactly one line, so that the whole is their sum. Ages and years are completed ones on the day:
who was born on 29 February completes a year on 1 March. What is not on record is a line of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from courses.models import Requirement
from people.models import Organisation, PracticeType, Tree
from reports import counting, keeping
from reports.figures import Figures

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UNKNOWN = "unknown"
# Lower bounds in completed years; the last one is open.
AGES = (0, 30, 40, 50, 60)
YEARS = (0, 3, 10, 20)


class Grouping(StrEnum):
    """By what the persons of a report are brought together."""

    PRACTICE = "practice"
    AGE = "age"
    YEARS = "years"
    PARTY = "party"


GROUPING_LABELS: "dict[Grouping, _StrPromise]" = {
    Grouping.PRACTICE: gettext_lazy("Practice type"),
    Grouping.AGE: gettext_lazy("Age"),
    Grouping.YEARS: gettext_lazy("Years of practice"),
    Grouping.PARTY: pgettext_lazy("coverage", "Party membership"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One line: its key (for an address), its name, its figures."""

    key: str
    label: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Chosen:
    """A list narrowed to one line: by what, and the line's key."""

    grouping: Grouping
    key: str


def groups(
    requirement: Requirement,
    organisation: Organisation,
    day: date,
    grouping: Grouping,
    *,
    tree: str = Tree.PROFESSION,
) -> list[Group]:
    """The lines of the organisation by `grouping`, in their natural order; those without anybody are left out."""
    keeping.catch_up()
    statement = f"""SELECT {key_sql(grouping, day)} AS line, {counting.FIGURES}
        FROM judged JOIN people_person p ON p.id = judged.person_id {LICENCE_JOIN} GROUP BY line"""  # noqa: S608
    found = {
        row[0]: counting.figures_of(row[1:])
        for row in counting.ask(
            statement,
            requirement_ids=[requirement.pk],
            organisation_ids=[organisation.pk],
            day=day,
            tree=tree,
        )
    }
    return [Group(key, label, found[key]) for key, label in labels(grouping) if key in found]


def labels(grouping: Grouping) -> list[tuple[str, str]]:
    """The keys of the lines and their names, in order."""
    if grouping is Grouping.PRACTICE:
        named = [(str(each.value), str(each.label)) for each in PracticeType]
    elif grouping is Grouping.PARTY:
        return [("members", _("Party members")), ("others", _("Others"))]
    else:
        bounds = AGES if grouping is Grouping.AGE else YEARS
        named = [(str(low), _band(low, high)) for low, high in zip(bounds, [*bounds[1:], None], strict=True)]
    return [*named, (UNKNOWN, _("Not on record"))]


def read_chosen(grouping: str, key: str) -> Chosen | None:
    """The line that an address names, or None."""
    if grouping not in set(Grouping):
        return None
    known = Grouping(grouping)
    return Chosen(known, key) if key in dict(labels(known)) else None


# The licence of the day; one each, as the database sees to.
LICENCE_JOIN = """LEFT JOIN people_licence licence ON licence.person_id = p.id AND licence.superseded_at IS NULL
    AND licence.valid_from <= %(day)s AND (licence.valid_to IS NULL OR licence.valid_to > %(day)s)"""

_IN_PARTY = """EXISTS (SELECT 1 FROM people_membership comrade WHERE comrade.person_id = p.id
    AND comrade.tree = 'party' AND comrade.superseded_at IS NULL
    AND comrade.valid_from <= %(day)s AND (comrade.valid_to IS NULL OR comrade.valid_to > %(day)s))"""


def key_sql(grouping: Grouping, day: date) -> str:
    """SQL for a person's line, over `p` (the person) and `licence` (his licence of the day)."""
    if grouping is Grouping.PRACTICE:
        return f"COALESCE(licence.practice_type, '{UNKNOWN}')"
    if grouping is Grouping.PARTY:
        return f"CASE WHEN {_IN_PARTY} THEN 'members' ELSE 'others' END"
    if grouping is Grouping.AGE:
        return _band_sql("p.birth_date", AGES, day)
    return _band_sql("licence.admitted_on", YEARS, day)


def years_before(day: date, years: int) -> date:
    """The latest day on which somebody can have begun who has completed so many years on `day`."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _band_sql(column: str, bounds: Sequence[int], day: date) -> str:
    cases = " ".join(
        f"WHEN {column} <= '{years_before(day, low).isoformat()}' THEN '{low}'"
        for low in reversed(bounds)
        if low
    )
    return f"CASE WHEN {column} IS NULL THEN '{UNKNOWN}' {cases} ELSE '{bounds[0]}' END"


def _band(low: int, high: int | None) -> str:
    if high is None:
        return _("%(low)s and more") % {"low": low}
    if not low:
        return _("under %(high)s") % {"high": high}
    return _("%(low)s to %(high)s") % {"low": low, "high": high - 1}
