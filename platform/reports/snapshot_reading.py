"""Reading a fixed report: its figures unit by unit, its persons a page at a time, all from what was kept.

Units have the names and the places that they had when the report was fixed; persons have the names they have now,
because a report keeps none.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from people.licence_numbers import mask
from people.models import Licence, Person
from reports.coverage import Line
from reports.figures import Figures, PersonState, StateFilter, total
from reports.models import Snapshot, SnapshotRow
from reports.standings import Listing, Standing

_LACKING = Q(state__in=[PersonState.STARTED, PersonState.NOT_STARTED])
_FILTERS = {
    StateFilter.ALL: ~Q(state=PersonState.EXEMPT),
    StateFilter.EXEMPT: Q(state=PersonState.EXEMPT),
    StateFilter.LACKING: _LACKING,
    StateFilter.COMPLETED: Q(state__in=[PersonState.IN_TIME, PersonState.LATE]),
    StateFilter.LATE: Q(state=PersonState.LATE),
    StateFilter.STARTED: Q(state=PersonState.STARTED),
    StateFilter.NOT_STARTED: Q(state=PersonState.NOT_STARTED),
}
_BY_NAME = ("person__name_pinyin", "person__name", "person_id")
_ATTENTION = Case(
    When(state=PersonState.NOT_STARTED, then=Value(0)),
    When(state=PersonState.STARTED, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "attention": (_ATTENTION, "due_on", *_BY_NAME),
    "person": _BY_NAME,
    "unit": ("place", *_BY_NAME),
    "due": ("due_on", *_BY_NAME),
    "completed": (F("completed_on").desc(nulls_last=True), *_BY_NAME),
}


@dataclass(frozen=True, slots=True)
class FixedUnit:
    """An organisation as the report knows it."""

    public_id: str
    name: str
    short_name: str
    kind: str
    division_code: str
    parent: str | None

    @property
    def label(self) -> str:
        return self.short_name or self.name


@dataclass(frozen=True, slots=True)
class FixedCoverage:
    """The lines below one unit of a report; shaped as `reports.coverage.Coverage` is, for the same templates."""

    organisation: FixedUnit
    day: date
    lines: list[Line]

    @property
    def whole(self) -> Figures:
        return total([line.figures for line in self.lines])

    @property
    def has_units(self) -> bool:
        return any(line.organisation for line in self.lines)


@dataclass(frozen=True)
class Report:
    """A snapshot with its units at hand."""

    snapshot: Snapshot
    units: dict[str, FixedUnit]
    below: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def top(self) -> FixedUnit:
        return self.units[str(self.snapshot.question["organisation"])]

    def way_to(self, unit: FixedUnit) -> list[FixedUnit]:
        """From the top down to the unit, without it."""
        above = []
        here = unit.parent
        while here is not None:
            above.append(self.units[here])
            here = self.units[here].parent
        return above[::-1]

    def places_in(self, unit: FixedUnit) -> list[str]:
        """The ids of the unit and of all below it."""
        found = [unit.public_id]
        for key in found:
            found += self.below.get(key, [])
        return found


def opened(snapshot: Snapshot) -> Report:
    """The report, ready to be read."""
    units = {
        each["id"]: FixedUnit(
            each["id"], each["name"], each["short"], each["kind"], each["code"], each["parent"]
        )
        for each in snapshot.units
    }
    report = Report(snapshot, units)
    for unit in units.values():
        if unit.parent is not None:
            report.below[unit.parent].append(unit.public_id)
    return report


def figures(snapshot: Snapshot) -> Figures:
    """The whole's figures as they were kept with the report."""
    return Figures(**snapshot.figures)


def coverage_of(report: Report, unit: FixedUnit) -> FixedCoverage:
    """The lines directly below the unit, and the persons directly in it. One statement."""
    places = report.places_in(unit)
    inside = set(places)
    counted = _by_place(report.snapshot)
    line_of: dict[str, str | None] = {unit.public_id: None}
    for key in places[1:]:
        parent = report.units[key].parent
        line_of[key] = key if parent == unit.public_id else line_of[str(parent)]
    sums: dict[str | None, Figures] = defaultdict(Figures)
    for place, found in counted.items():
        if place in inside:
            sums[line_of[place]] += found
    lines = [Line(_shown(report.units[key]) if key else None, found) for key, found in sums.items()]
    return FixedCoverage(unit, report.snapshot.day, lines)


def persons(
    report: Report,
    unit: FixedUnit,
    *,
    state: StateFilter = StateFilter.ALL,
    text: str = "",
    order: str = "attention",
    offset: int = 0,
    limit: int,
) -> Listing:
    """Persons of the unit and below it, as they stood; names and licences as they are now. Four statements."""
    rows = _narrowed(report, unit, state, text)
    ordered = rows.order_by(*_ORDERS[order]).select_related("person")
    return Listing(_standings(report, list(ordered[offset : offset + limit])), rows.count())


def _by_place(snapshot: Snapshot) -> dict[str, Figures]:
    overdue = _LACKING & Q(due_on__lt=snapshot.day)
    rows = (
        snapshot.rows.order_by()
        .values("place")
        .annotate(
            required=Count("pk", filter=~Q(state=PersonState.EXEMPT)),
            exempt=Count("pk", filter=Q(state=PersonState.EXEMPT)),
            in_time=Count("pk", filter=Q(state=PersonState.IN_TIME)),
            late=Count("pk", filter=Q(state=PersonState.LATE)),
            started=Count("pk", filter=Q(state=PersonState.STARTED)),
            not_started=Count("pk", filter=Q(state=PersonState.NOT_STARTED)),
            overdue=Count("pk", filter=overdue),
        )
    )
    return {
        str(row["place"]): Figures(
            row["required"],
            row["in_time"],
            row["late"],
            row["started"],
            row["not_started"],
            row["overdue"],
            row["exempt"],
        )
        for row in rows
    }


def _shown(unit: FixedUnit) -> Any:
    """Lines name an organisation by `public_id`, `name`, `label` and `kind`, which a unit of a report has too."""
    return unit


def _narrowed(report: Report, unit: FixedUnit, state: StateFilter, text: str) -> QuerySet[SnapshotRow]:
    rows = report.snapshot.rows.all()
    if unit is not report.top:
        rows = rows.filter(place__in=report.places_in(unit))
    if state is StateFilter.OVERDUE:
        rows = rows.filter(_LACKING, due_on__lt=report.snapshot.day)
    else:
        rows = rows.filter(_FILTERS[state])
    if text:
        named = [key for key, each in report.units.items() if text in each.name or text in each.short_name]
        wanted = Q(person__name__contains=text) | Q(place__in=named)
        if len(text) >= 4 and text.isascii() and text.isdigit():
            holders = Licence.objects.on(report.snapshot.day).filter(number__endswith=text)
            wanted |= Q(person__in=Person.objects.filter(licences__in=holders).values("public_id"))
        rows = rows.filter(wanted)
    return rows


def _standings(report: Report, rows: Sequence[SnapshotRow]) -> list[Standing]:
    snapshot = report.snapshot
    licences = dict(
        Licence.objects.on(snapshot.day)
        .filter(person__in=[row.person.pk for row in rows])
        .values_list("person_id", "number")
    )
    return [
        Standing(
            requirement=snapshot.requirement,
            person_id=row.person.pk,
            name=row.person.name,
            organisation=report.units[str(row.place)].name,
            licence=mask(licences[row.person.pk]) if row.person.pk in licences else "",
            due_on=row.due_on,
            state=PersonState(row.state),
            completed_on=row.completed_on,
            is_overdue=row.completed_on is None and row.due_on < snapshot.day,
            is_extended=False,
            public_id=str(UUID(str(row.person_id))),
            watched_permille=row.watched_permille,
        )
        for row in rows
    ]
