"""Coverage of requirements in an organisation on a day: figures for the whole and for each line below it.

What each figure means is written in `reports.figures`; who is judged how, in `reports.counting`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from courses.models import Requirement
from people.models import Organisation, Tree
from reports.counting import FIGURES, ask
from reports.figures import Figures, total

# The figures are our own constant text, no value of a request.
_BY_REQUIREMENT = f"SELECT requirement_id, {FIGURES} FROM judged GROUP BY requirement_id"  # noqa: S608

# Counted by place first, then added up to the lines: the closure is joined once a place, not once a person.
# The line NULL is the asked organisation itself. CROSS JOIN keeps SQLite from walking the whole tree first.
_BY_LINE = f""", by_place AS (
    SELECT organisation_id, {FIGURES} FROM judged GROUP BY organisation_id
),
line AS (
    SELECT below.ancestor_id, below.descendant_id
    FROM people_organisationclosure child CROSS JOIN people_organisationclosure below
    WHERE child.tree = %(tree)s AND child.ancestor_id = %(organisation)s AND child.depth = 1
      AND child.valid_from <= %(day)s AND (child.valid_to IS NULL OR child.valid_to > %(day)s)
      AND below.tree = %(tree)s AND below.ancestor_id = child.descendant_id
      AND below.valid_from <= %(day)s AND (below.valid_to IS NULL OR below.valid_to > %(day)s)
)
SELECT line.ancestor_id, SUM(required), SUM(in_time), SUM(late), SUM(started), SUM(not_started), SUM(overdue)
FROM by_place LEFT JOIN line ON line.descendant_id = by_place.organisation_id
GROUP BY line.ancestor_id"""  # noqa: S608


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
    """The lines directly below `organisation` with anybody required on `day`, unsorted. Two statements."""
    rows = ask(
        _BY_LINE,
        requirement_ids=[requirement.pk],
        organisation_ids=[organisation.pk],
        day=day,
        tree=tree,
        organisation=organisation.pk,
    )
    units = Organisation.objects.in_bulk([row[0] for row in rows if row[0] is not None])
    lines = [Line(units[row[0]] if row[0] is not None else None, _figures(row[1:])) for row in rows]
    return Coverage(requirement, organisation, day, lines)


def coverage_of_each(
    requirements: Sequence[Requirement],
    organisations: Sequence[Organisation],
    day: date,
    *,
    tree: str = Tree.PROFESSION,
) -> list[tuple[Requirement, Figures]]:
    """The figures of each requirement in all the organisations together; zeros where nobody was required.

    One statement. Persons in two of the organisations count once.
    """
    rows = ask(
        _BY_REQUIREMENT,
        requirement_ids=[each.pk for each in requirements],
        organisation_ids=[each.pk for each in organisations],
        day=day,
        tree=tree,
    )
    found = {row[0]: _figures(row[1:]) for row in rows}
    return [(each, found.get(each.pk, Figures())) for each in requirements]


def _figures(row: Sequence[int]) -> Figures:
    return Figures(*(int(each) for each in row))
