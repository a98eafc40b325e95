"""A whole organisation on one day: every person in a row, a column for each curriculum, and the sums of both ways.

The sums are added up from the rows as they go by, so that what stands in front is the sum of what follows. Persons
are read a thousand at a time: memory stays the same for a firm and for a province.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from courses.models import Extension, ExtensionState, Requirement
from people.models import Organisation, OrganisationClosure
from reports import counting, units
from reports.book import Cell, Row
from reports.coverage import Line
from reports.definitions import STATE_LABELS
from reports.export_access import Detail
from reports.figures import Figures, PersonState, total
from reports.groups import LICENCE_JOIN

PERSONS_AT_ONCE = 1000
# How far the rows are, and how many there will be; raises when somebody has stopped the work.
Step = Callable[[int, int], None]

_PERSONS = f"""SELECT p.id, p.name, o.id, o.name, licence.number
    FROM (SELECT DISTINCT person_id, organisation_id FROM judged) here
    JOIN people_person p ON p.id = here.person_id
    JOIN people_organisation o ON o.id = here.organisation_id
    {LICENCE_JOIN}
    ORDER BY o.name, o.id, p.name_pinyin, p.name, p.id LIMIT %(limit)s"""  # noqa: S608 - our own constants
# Days as text: a hundred thousand of them are compared and none is shown.
_STATES = """SELECT person_id, requirement_id, state, CAST(due_on AS TEXT),
    CASE WHEN state IN ('started', 'not_started') AND due_on < %(day)s THEN 1 ELSE 0 END FROM judged"""

_COMPLETED = frozenset({PersonState.IN_TIME, PersonState.LATE})
# In the order of reports.figures.Figures.
_PLACE: dict[str, int] = {
    PersonState.IN_TIME: 1,
    PersonState.LATE: 2,
    PersonState.STARTED: 3,
    PersonState.NOT_STARTED: 4,
    PersonState.EXEMPT: 6,
}


class Whole:
    """The persons of an organisation and where each stands with each requirement."""

    def __init__(
        self,
        requirements: Sequence[Requirement],
        organisation: Organisation,
        day: date,
        *,
        tree: str,
        detail: Detail,
        limit: int,
        step: Step,
    ) -> None:
        """Reads who stands in it, at most `limit` persons. One statement."""
        self.requirements, self.organisation, self.day, self.tree = requirements, organisation, day, tree
        self._detail, self._step = detail, step
        self._keys = [each.pk for each in requirements]
        self._persons = self._ask(_PERSONS, limit=limit)
        self._sums: dict[tuple[int | None, int], list[int]] = defaultdict(lambda: [0] * 7)
        self._words: dict[tuple[str, int, bool], str] = {
            (state, is_overdue, is_extended): _state_words(state, is_overdue, is_extended)
            for state in PersonState
            for is_overdue in (0, 1)
            for is_extended in (False, True)
        }

    def __len__(self) -> int:
        return len(self._persons)

    def person_rows(self) -> Iterator[Row]:
        """Name, organisation, licence; his state in each requirement; how many are required, completed, overdue and
        extended. Three statements for each thousand."""
        lines = self._lines()
        found = Extension.objects.filter(requirement__in=self._keys, state=ExtensionState.GRANTED)
        granted = {
            (person_id, requirement_id, until.isoformat())
            for person_id, requirement_id, until in found.values_list(
                "person_id", "requirement_id", "granted_until"
            )
            if until is not None
        }
        columns = {key: number for number, key in enumerate(self._keys)}
        for start in range(0, len(self._persons), PERSONS_AT_ONCE):
            some = self._persons[start : start + PERSONS_AT_ONCE]
            cells: dict[int, list[Cell]] = {person[0]: [""] * len(columns) for person in some}
            counts = {person[0]: [0, 0, 0, 0] for person in some}
            lines_of = {person[0]: lines.get(person[2]) for person in some}
            for person_id, requirement_id, state, due_on, is_overdue in self._ask(
                _STATES, person_ids=[person[0] for person in some]
            ):
                is_extended = (person_id, requirement_id, due_on) in granted
                cells[person_id][columns[requirement_id]] = self._words[state, is_overdue, is_extended]
                count = counts[person_id]
                sums = self._sums[lines_of[person_id], requirement_id]
                sums[_PLACE[state]] += 1
                if state != PersonState.EXEMPT:
                    sums[0] += 1
                    sums[5] += is_overdue
                    count[0] += 1
                    count[1] += state in _COMPLETED
                    count[2] += is_overdue
                count[3] += is_extended
            for person_id, name, _place, place_name, number in some:
                licence = self._detail.licence_of(number) if number else ""
                yield [self._detail.name_of(name), place_name, licence, *cells[person_id], *counts[person_id]]
            self._step(start + len(some), len(self._persons))

    def figures(self) -> list[tuple[Requirement, Figures]]:
        """The whole's figures for each requirement, once all rows have gone by."""
        return [
            (each, total([Figures(*sums) for (_line, key), sums in self._sums.items() if key == each.pk]))
            for each in self.requirements
        ]

    def unit_rows(self) -> Iterator[tuple[Line, list[Figures]]]:
        """Each line below the organisation with its figures for each requirement, once all rows have gone by."""
        keys = {line for line, _requirement in self._sums}
        found = Organisation.objects.in_bulk([key for key in keys if key is not None])
        by_line = {
            key: [
                Figures(*self._sums[key, each]) if (key, each) in self._sums else Figures()
                for each in self._keys
            ]
            for key in keys
        }
        lines = [Line(found[key] if key is not None else None, total(by_line[key])) for key in keys]
        for line in units.ordered(lines, "name", is_descending=False):
            yield line, by_line[line.organisation.pk if line.organisation else None]

    def _lines(self) -> dict[int, int]:
        """For each organisation below this one, the one directly below it through which it is reached."""
        closure = OrganisationClosure.objects.on(self.day).filter(tree=self.tree)
        children = closure.filter(ancestor=self.organisation, depth=1).values("descendant_id")
        return dict(closure.filter(ancestor__in=children).values_list("descendant_id", "ancestor_id"))

    def _ask(self, statement: str, **more: Any) -> list[tuple[Any, ...]]:
        return counting.ask(
            statement,
            requirement_ids=self._keys,
            organisation_ids=[self.organisation.pk],
            day=self.day,
            tree=self.tree,
            **more,
        )


def _state_words(state: PersonState, is_overdue: int, is_extended: bool) -> str:
    marks = [word for word, is_set in ((_("overdue"), is_overdue), (_("extended"), is_extended)) if is_set]
    label = str(STATE_LABELS[state])
    return f"{label}（{'，'.join(marks)}）" if marks else label
