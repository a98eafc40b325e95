"""What a committee or a firm's assistant meets first: its curricula, those that need attention at the top."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from courses.models import Requirement
from people.models import Organisation
from reports import standings as persons
from reports.access import accessible_requirements, tree_of
from reports.coverage import coverage_of_each
from reports.figures import Figures, StateFilter
from reports.standings import Standing

# From this many days before the due day on, a curriculum with people lacking needs attention.
DUE_SOON = timedelta(days=30)
# One table of one firm; the largest firm of the country has a few thousand lawyers, and nobody reads further.
MAX_LACKING = 500


class Urgency(IntEnum):
    """How much a curriculum needs somebody's attention, the most urgent first."""

    OVERDUE = 0
    DUE_SOON = 1
    UNDER_WAY = 2
    COMPLETE = 3


@dataclass(frozen=True, slots=True)
class Matter:
    """One curriculum in one organisation on a day."""

    requirement: Requirement
    figures: Figures
    urgency: Urgency

    @property
    def needs_attention(self) -> bool:
        return self.urgency <= Urgency.DUE_SOON


@dataclass(frozen=True, slots=True)
class Lacking:
    """One person of a firm; `cells` has one place a requirement, empty where he lacks nothing of it."""

    name: str
    organisation: str
    last_four: str
    cells: list[Standing | None]


def matters(organisation: Organisation, day: date) -> list[Matter]:
    """The open curricula that asked somebody in the organisation or below on the day; two statements."""
    requirements = list(accessible_requirements([organisation], day).filter(is_open=True))
    found = [
        Matter(requirement, figures, urgency(figures, requirement.due_on, day))
        for requirement, figures in coverage_of_each(
            requirements, organisation, day, tree=tree_of(organisation)
        )
        if figures.required
    ]
    return sorted(
        found,
        key=lambda each: (each.urgency, each.requirement.due_on, each.figures.permille, each.requirement.pk),
    )


def urgency(figures: Figures, due_on: date, day: date) -> Urgency:
    """How urgent a curriculum is in which these figures stand on the day."""
    if not figures.lacking:
        return Urgency.COMPLETE
    if figures.overdue:
        return Urgency.OVERDUE
    return Urgency.DUE_SOON if due_on - day <= DUE_SOON else Urgency.UNDER_WAY


def who_lacks(organisation: Organisation, requirements: Sequence[Requirement], day: date) -> list[Standing]:
    """Who has still to complete which of these, by person, at most `MAX_LACKING` rows; three statements."""
    return persons.standings(
        requirements,
        organisation,
        day,
        state=StateFilter.LACKING,
        order="person",
        limit=MAX_LACKING,
        tree=tree_of(organisation),
    ).standings


def by_person(lacking: Sequence[Standing], requirements: Sequence[Requirement]) -> list[Lacking]:
    """The same rows, one entry a person, in the given order; its cells in the order of the requirements."""
    places = {each.pk: place for place, each in enumerate(requirements)}
    entries: dict[int, Lacking] = {}
    for each in lacking:
        entry = entries.setdefault(
            each.person_id, Lacking(each.name, each.organisation, each.last_four, [None] * len(places))
        )
        entry.cells[places[each.requirement.pk]] = each
    return list(entries.values())
