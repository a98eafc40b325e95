"""Coverage by what people are, not by where they are: practice type, age, years of practice, Party membership.

Kept as changes for associations and counted from stints for all others, as the lists are, so that each line opens the
list of its persons; every person of the organisation stands in exactly one line, so that the whole is their sum. Ages
and years are completed ones on the day: who was born on 29 February completes a year on 1 March. What is not on record
is a line of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from courses.models import Requirement
from people.models import Organisation, OrganisationKind, PracticeType, Tree
from reports import changes, counting, keeping
from reports.bands import AGES, YEARS
from reports.figures import Figures, total

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

UNKNOWN = "unknown"
MEMBERS, OTHERS = "members", "others"


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
    is_kept = day < requirement.due_on + timedelta(days=changes.GROUPS_KEPT_DAYS)
    if organisation.kind == OrganisationKind.ASSOCIATION and is_kept:
        found = _kept(requirement, organisation, day, grouping, tree)
    else:
        found = _counted(requirement, organisation, day, grouping, tree)
    return [
        Group(key, label, found[key])
        for key, label in labels(grouping)
        if key in found and (found[key].required or found[key].exempt)
    ]


def _kept(
    requirement: Requirement, organisation: Organisation, day: date, grouping: Grouping, tree: str
) -> dict[str, Figures]:
    """From changes: who stands on no line of his own is what is left of the whole."""
    found = counting.group_lines(requirement.pk, organisation.pk, day, tree, grouping)
    whole = found.pop("", Figures())
    rest = OTHERS if grouping is Grouping.PARTY else UNKNOWN
    return found | {rest: whole - total(list(found.values()))}


def _counted(
    requirement: Requirement, organisation: Organisation, day: date, grouping: Grouping, tree: str
) -> dict[str, Figures]:
    """From stints."""
    statement = f"SELECT {key_sql(grouping, day)} AS line, {counting.FIGURES} FROM judged GROUP BY line"  # noqa: S608
    rows = counting.ask(
        statement, requirement_ids=[requirement.pk], organisation_ids=[organisation.pk], day=day, tree=tree
    )
    return {row[0]: counting.figures_of(row[1:]) for row in rows}


def labels(grouping: Grouping) -> list[tuple[str, str]]:
    """The keys of the lines and their names, in order."""
    if grouping is Grouping.PRACTICE:
        named = [(str(each.value), str(each.label)) for each in PracticeType]
    elif grouping is Grouping.PARTY:
        return [(MEMBERS, _("Party members")), (OTHERS, _("Others"))]
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


def key_sql(grouping: Grouping, day: date) -> str:
    """SQL for a person's line, over `judged`."""
    if grouping is Grouping.PRACTICE:
        return f"CASE WHEN judged.practice_type = '' THEN '{UNKNOWN}' ELSE judged.practice_type END"
    if grouping is Grouping.PARTY:
        return f"CASE WHEN judged.in_party THEN '{MEMBERS}' ELSE '{OTHERS}' END"
    if grouping is Grouping.AGE:
        return _band_sql("judged.born_on", AGES, day)
    return _band_sql("judged.admitted_on", YEARS, day)


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
