"""Two fixed reports of one question, or one and what is known of its day now: each difference explained."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from people.licence_numbers import last_four
from people.models import Licence, Organisation, Person
from reports import keeping, snapshots
from reports.figures import Figures
from reports.fixed_changes import Change, Explained, counted, differences
from reports.fixed_rows import counted_now
from reports.models import Snapshot


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a fixed report, or (without one) what is counted of the day now."""

    day: date
    figures: Figures
    snapshot: Snapshot | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The earlier and the later side, how many differences of each kind there are, and all of them."""

    earlier: Side
    later: Side
    counts: dict[Change, int]
    found: list[Explained]

    @property
    def is_same(self) -> bool:
        return not self.found

    def of(self, change: Change | None) -> list[Explained]:
        """The differences of one kind, or all."""
        return self.found if change is None else [each for each in self.found if each.change is change]


@dataclass(frozen=True, slots=True)
class Shown:
    """One difference with the names that a reader needs."""

    explained: Explained
    name: str
    last_four: str
    before_at: str
    after_at: str

    @property
    def organisation(self) -> str:
        return self.after_at or self.before_at


def comparable(snapshot: Snapshot) -> list[Snapshot]:
    """The other reports of the same question, the latest first; at most 50."""
    others = Snapshot.objects.filter(
        requirement=snapshot.requirement_id, organisation=snapshot.organisation_id, tree=snapshot.tree
    ).exclude(pk=snapshot.pk)
    return list(others.defer("units").order_by("-day", "-pk")[:50])


def compare(one: Snapshot, other: Snapshot) -> Comparison:
    """What the later of the two says otherwise, and why. Both must answer one question."""
    earlier, later = sorted((one, other), key=lambda each: (each.day, each.pk))
    sides = [Side(each.day, Figures(**each.figures), each) for each in (earlier, later)]
    rows = [{row.person: row for row in snapshots.stored_rows(each)} for each in (earlier, later)]
    found = list(differences(rows[0], rows[1], earlier.day, later.day))
    return Comparison(sides[0], sides[1], counted(found), found)


def compare_with_now(snapshot: Snapshot) -> Comparison:
    """What is known of the report's day now and was not, or not so, when it was fixed."""
    keeping.work_off()
    now = counted_now(
        snapshot.requirement,
        snapshot.organisation,
        snapshot.day,
        snapshot.tree,
        limit=snapshots.MAX_PERSONS,
    )
    then = {row.person: row for row in snapshots.stored_rows(snapshot)}
    found = list(differences(then, {row.person: row for row in now}, snapshot.day, snapshot.day))
    return Comparison(
        Side(snapshot.day, Figures(**snapshot.figures), snapshot),
        Side(snapshot.day, snapshots.figures_of(now, snapshot.day)),
        counted(found),
        found,
    )


def shown(comparison: Comparison, found: Sequence[Explained]) -> list[Shown]:
    """These differences with names of persons and organisations; three statements."""
    names: dict[UUID, str] = {}
    for side in (comparison.later, comparison.earlier):
        if side.snapshot is not None:
            names |= {UUID(each["id"]): each["name"] for each in side.snapshot.units}
    places = {row.place for each in found for row in (each.before, each.after) if row} - names.keys()
    names |= dict(Organisation.objects.filter(public_id__in=places).values_list("public_id", "name"))
    persons = {
        each.public_id: each for each in Person.objects.filter(public_id__in={each.person for each in found})
    }
    licences = dict(
        Licence.objects.on(comparison.later.day)
        .filter(person__in=[each.pk for each in persons.values()])
        .values_list("person_id", "number")
    )
    return [
        Shown(
            explained=each,
            name=persons[each.person].name,
            last_four=last_four(licences.get(persons[each.person].pk, "")),
            before_at=names.get(each.before.place, "") if each.before else "",
            after_at=names.get(each.after.place, "") if each.after else "",
        )
        for each in found
    ]
