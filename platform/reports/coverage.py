"""Coverage of requirements in an organisation on a day: figures for the whole and for each line below it.

What each figure means is written in `reports.figures`; who is judged how, in `reports.counting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.models import Requirement
from people.models import Organisation, Tree
from reports import counting, keeping
from reports.figures import Figures, total


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: an organisation, or (None) the persons directly under the asked one."""

    organisation: Organisation | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Coverage:
    """The answer for one requirement, organisation and day: its lines, of which the whole is the sum."""

    requirement: Requirement
    organisation: Organisation
    day: date
    lines: list[Line]

    @property
    def whole(self) -> Figures:
        return total([line.figures for line in self.lines])

    @property
    def has_units(self) -> bool:
        """Whether there is a line to drill into, besides the persons directly under the organisation."""
        return any(line.organisation for line in self.lines)


def coverage(
    requirement: Requirement, organisation: Organisation, day: date, *, tree: str = Tree.PROFESSION
) -> Coverage:
    """The lines directly below `organisation` with anybody required or exempt on `day`, unsorted."""
    keeping.catch_up()
    figures = counting.lines(requirement.pk, organisation.pk, day, tree)
    whole = figures.pop(organisation.pk, Figures())
    below = {key: each for key, each in figures.items() if each.required or each.exempt}
    units = Organisation.objects.in_bulk(below)
    found = [Line(units[key], each) for key, each in below.items()]
    directly = whole - total([each.figures for each in found])
    if directly.required or directly.exempt:
        found.append(Line(None, directly))
    return Coverage(requirement, organisation, day, found)


def coverage_of_each(
    requirements: Sequence[Requirement],
    organisation: Organisation,
    day: date,
    *,
    tree: str = Tree.PROFESSION,
) -> list[tuple[Requirement, Figures]]:
    """The organisation's figures for each requirement; zeros where nobody was required."""
    keeping.catch_up()
    found = counting.by_requirement([each.pk for each in requirements], organisation.pk, day, tree)
    return [(each, found.get(each.pk, Figures())) for each in requirements]
