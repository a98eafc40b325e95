"""What a roster would change: one line for each row and for each person whom it no longer names.

A line's steps are plain values (JSON), so that the plan can be kept, shown, and compared with what would be
planned later. Nothing is guessed: what has two readings is a conflict or a doubt, and is not done.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from people.roster.known import Known, KnownPerson
from people.roster.rows import Entry, SheetRow
from people.roster.steps import (
    Steps,
    agrees,
    changes,
    differs,
    is_promotion,
    iso,
    kind_of,
    leaving,
    licence_steps,
)

MAX_CANDIDATES = 5
Key = tuple[str, int]


class Outcome(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CHANGED = "changed"
    TRANSFERRED = "transferred"
    LEFT = "left"
    DOUBTFUL = "doubtful"
    CONFLICT = "conflict"
    REFUSED = "refused"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"


class Decision(StrEnum):
    """What somebody said of a doubtful pair."""

    SAME = "same"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision on a line, and who he is where he is the same."""

    decision: Decision
    person_id: int | None = None


@dataclass(slots=True)
class Line:
    """What becomes of one row (or, without a number, of a person whom the roster does not name)."""

    outcome: Outcome
    sheet: str = ""
    number: int | None = None
    cells: Sequence[str] = ()
    is_heading: bool = False
    name: str = ""
    reason: str = ""
    about: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    person_id: int | None = None
    candidates: list[int] = field(default_factory=list)
    steps: Steps = field(default_factory=dict)


class _Unplanned(Exception):
    """A row that is not done, and why."""

    def __init__(self, outcome: Outcome, reason: str, **about: Any) -> None:
        super().__init__(reason)
        self.outcome, self.reason, self.about = outcome, reason, about


def plan(
    rows: Sequence[SheetRow],
    known: Known,
    *,
    is_complete: bool,
    decisions: Mapping[Key, Decided] | None = None,
) -> list[Line]:
    """The lines of a roster in its order, and then those who are missing in it where it `is_complete`."""
    planner = _Planner(rows, known, decisions or {})
    lines = [planner.line(row) for row in rows]
    if is_complete:
        lines.extend(planner.missing())
    return lines


class _Planner:
    def __init__(self, rows: Sequence[SheetRow], known: Known, decisions: Mapping[Key, Decided]) -> None:
        self.known = known
        self.decisions = decisions
        entries = [row.entry for row in rows if row.entry is not None]
        self.times = Counter(entry.licence for entry in entries if entry.licence)
        self.first: dict[str, Entry] = {}
        self.positions = {entry.position or "lawyer" for entry in entries}
        # Whoever the file names by his number is nobody's doubtful twin; whoever it names at all has not left.
        self.named = {known.by_number[number] for number in self.times if number in known.by_number}
        self.seen: set[int] = set(self.named)
        self.planned: set[int] = set()
        self.names_refused: dict[str, int] = Counter(
            entry.name for entry in entries if entry.refusal is not None and entry.name
        )

    def line(self, row: SheetRow) -> Line:
        line = Line(Outcome.SKIPPED, row.sheet, row.number, row.cells, row.is_heading)
        entry = row.entry
        if entry is None:
            return line
        line.name = entry.name
        line.notes = [problem.code for problem in entry.problems if not problem.is_fatal]
        try:
            self._plan(entry, line)
        except _Unplanned as unplanned:
            line.outcome, line.reason, line.about = unplanned.outcome, unplanned.reason, unplanned.about
            line.steps = {}
        return line

    # --- One row ----------------------------------------------------------------------------------------

    def _plan(self, entry: Entry, line: Line) -> None:
        if entry.refusal is not None:
            raise _Unplanned(Outcome.REFUSED, entry.refusal.code)
        self._once(entry)
        person = self._person(entry, line)
        if person is None:
            self._new(entry, line)
        else:
            line.person_id = person.id
            self.seen.add(person.id)
            if person.id in self.planned:
                raise _Unplanned(Outcome.CONFLICT, "person_twice")
            self.planned.add(person.id)
            self._held(entry, person, line)

    def _once(self, entry: Entry) -> None:
        """A number that stands in two rows: the same words twice are one row, other words are a conflict."""
        if self.times[entry.licence] < 2 or not entry.licence:
            return
        first = self.first.setdefault(entry.licence, entry)
        if first is entry:
            return
        if (first.name, first.organisation, first.is_gone) == (entry.name, entry.organisation, entry.is_gone):
            raise _Unplanned(Outcome.SKIPPED, "repeated")
        raise _Unplanned(Outcome.CONFLICT, "number_twice")

    def _person(self, entry: Entry, line: Line) -> KnownPerson | None:
        decided = self.decisions.get((line.sheet, line.number or 0))
        if entry.licence:
            key = self.known.by_number.get(entry.licence)
            if key is not None:
                return self._holder(entry, self.known.persons[key])
            return self._twin(entry, line, decided)
        return self._without_number(entry, line)

    def _holder(self, entry: Entry, person: KnownPerson) -> KnownPerson:
        if not person.is_own:
            raise _Unplanned(Outcome.CONFLICT, "elsewhere")
        if person.name != entry.name and not agrees(entry, person):
            raise _Unplanned(Outcome.CONFLICT, "other_name", held=person.name)
        return person

    def _twin(self, entry: Entry, line: Line, decided: Decided | None) -> KnownPerson | None:
        """A number that nobody has: is he somebody on record, with another number?"""
        twins = [key for key in self.known.by_name.get(entry.name, ()) if key not in self.named]
        twins = [key for key in twins if self.known.persons[key].licence is not None] or (
            [key for key in twins if self._may_be(entry, self.known.persons[key])]
        )
        if not twins or (decided is not None and decided.decision is Decision.OTHER):
            return None
        if decided is not None and decided.person_id in twins:
            return self.known.persons[decided.person_id]
        self.seen.update(twins)
        line.candidates = twins[:MAX_CANDIDATES]
        raise _Unplanned(Outcome.DOUBTFUL, "other_number", pairs=len(twins))

    def _may_be(self, entry: Entry, person: KnownPerson) -> bool:
        """Whether somebody without a licence may be him: a trainee who is licensed, or who was here before."""
        return agrees(entry, person) or (
            person.place is not None and person.place.organisation_id in self._places(entry)
        )

    def _without_number(self, entry: Entry, line: Line) -> KnownPerson | None:
        namesakes = [self.known.persons[key] for key in self.known.by_name.get(entry.name, ())]
        places = self._places(entry)
        near = [
            person
            for person in namesakes
            if agrees(entry, person)
            or (
                person.place is not None
                and person.place.organisation_id in places
                and not differs(entry, person)
            )
        ]
        if len(near) == 1:
            return near[0]
        if near:
            raise _Unplanned(Outcome.CONFLICT, "namesakes", held=len(near))
        if (entry.position or "lawyer") == "lawyer":
            raise _Unplanned(Outcome.REFUSED, "licence_missing")
        return None

    def _places(self, entry: Entry) -> set[int]:
        if entry.organisation_code and entry.organisation_code in self.known.by_code:
            return {self.known.by_code[entry.organisation_code]}
        if entry.organisation:
            return set(self.known.by_place.get(entry.organisation, ()))
        return {self.known.own_firm_id} if self.known.own_firm_id is not None else set()

    def _place(self, entry: Entry) -> int:
        """The organisation that the row names. Raises where it names none, or several."""
        places = self._places(entry)
        if len(places) == 1:
            return next(iter(places))
        if places:
            raise _Unplanned(Outcome.CONFLICT, "organisation_twice")
        is_named = bool(entry.organisation or entry.organisation_code)
        raise _Unplanned(Outcome.CONFLICT, "organisation_unknown" if is_named else "organisation_missing")

    def _new(self, entry: Entry, line: Line) -> None:
        if entry.is_gone:
            raise _Unplanned(Outcome.SKIPPED, "gone_and_unknown")
        place = self._place(entry)
        on = min(entry.joined_on or self.known.as_of, self.known.as_of)
        line.outcome = Outcome.NEW
        line.about = {"place": self.known.organisations[place]}
        line.steps = {
            "person": {"name": entry.name, "phone": entry.phone, "birth_date": iso(entry.birth_date)},
            "join": {
                "organisation": place,
                "on": iso(on),
                "until": None,
                "position": entry.position or "lawyer",
            },
        }
        if entry.licence:
            line.steps["licence"] = licence_steps(entry, entry.practice_type or kind_of(entry), on, None)

    def _held(self, entry: Entry, person: KnownPerson, line: Line) -> None:
        """What is different for somebody on record."""
        if entry.is_gone:
            self._gone(entry, person, line)
            return
        changed = changes(entry, person)
        moved = self._move(entry, person, line)
        licensed = self._licence_of(entry, person)
        steps: Steps = {}
        if changed:
            steps["change"] = changed
        if moved:
            steps |= moved
        if licensed:
            steps |= licensed
        line.steps = steps
        if "join" in steps and person.place is None:
            line.outcome, line.reason = Outcome.NEW, "returns"
        elif "move" in steps and steps["move"]["is_transfer"]:
            line.outcome = Outcome.TRANSFERRED
        else:
            line.outcome = Outcome.CHANGED if steps else Outcome.UNCHANGED
        if steps:
            line.about["fields"] = sorted(
                [*changed, *(["licence"] if licensed else []), *(["position"] if is_promotion(steps) else [])]
            )

    def _gone(self, entry: Entry, person: KnownPerson, line: Line) -> None:
        if person.place is None:
            line.outcome = Outcome.UNCHANGED
            return
        on = min(entry.left_on or self.known.as_of, self.known.as_of)
        if on < person.place.valid_from:
            raise _Unplanned(Outcome.CONFLICT, "before_joining", day=iso(person.place.valid_from))
        line.outcome = Outcome.LEFT
        line.about = {"place": self.known.organisations.get(person.place.organisation_id, "")}
        line.steps = leaving(person, on, is_gone=True)

    def _move(self, entry: Entry, person: KnownPerson, line: Line) -> Steps:
        held = person.place
        # A row that names no place says nothing about it.
        if held is not None and not (entry.organisation or entry.organisation_code):
            place = held.organisation_id
        else:
            place = self._place(entry)
        position = entry.position or (held.position if held is not None else "lawyer")
        if entry.licence and held is not None and held.position == "trainee" and not entry.position:
            position = "lawyer"
        if held is not None and held.organisation_id == place and held.position == position:
            return {}
        on = min(entry.joined_on or self.known.as_of, self.known.as_of)
        line.about = {"place": self.known.organisations.get(place, "")}
        if held is None:
            return {
                "join": {
                    "organisation": place,
                    "on": iso(self.known.as_of),
                    "until": iso(person.place_from),
                    "position": position,
                }
            }
        is_transfer = held.organisation_id != place
        if not is_transfer:
            on = self.known.as_of
        elif on < held.valid_from:
            raise _Unplanned(Outcome.CONFLICT, "before_joining", day=iso(held.valid_from))
        line.about["from"] = self.known.organisations.get(held.organisation_id, "")
        line.about["on"] = iso(on)
        return {
            "move": {
                "membership": held.membership_id,
                "organisation": place,
                "on": iso(on),
                "position": position,
                "is_transfer": is_transfer,
            }
        }

    def _licence_of(self, entry: Entry, person: KnownPerson) -> Steps:
        if not entry.licence:
            return {}
        held = person.licence
        on = self.known.as_of
        if held is None:
            kind = entry.practice_type or kind_of(entry)
            return {"licence": licence_steps(entry, kind, on, person.licence_from)}
        kind = entry.practice_type or held.practice_type
        admitted = entry.admitted_on or held.admitted_on
        if (held.number, held.practice_type, held.admitted_on) == (entry.licence, kind, admitted):
            return {}
        new = licence_steps(entry, kind, on, held.valid_to)
        new["admitted_on"] = iso(admitted)
        return {"relicense": {"licence": held.licence_id, **new}}

    # --- Who is missing ---------------------------------------------------------------------------------

    def missing(self) -> Iterable[Line]:
        """Persons of the roster's subtree whom no row names, of the positions that the roster lists at all.

        Somebody whose row was refused under his name may be meant by it: he does not leave for that.
        """
        lines = []
        for person in self.known.persons.values():
            place = person.place
            if not person.is_own or place is None or person.id in self.seen:
                continue
            if place.position not in self.positions:
                continue
            line = Line(Outcome.LEFT, name=person.name, person_id=person.id, reason="not_named")
            line.about = {"place": self.known.organisations.get(place.organisation_id, "")}
            if self.names_refused.get(person.name):
                line.outcome, line.reason = Outcome.CONFLICT, "row_refused"
            else:
                line.steps = leaving(person, self.known.as_of, is_gone=False)
            lines.append(line)
        return lines


def totals(lines: Iterable[Line]) -> dict[str, int]:
    """How many lines have each outcome; titles and empty rows are not counted."""
    found: dict[str, int] = defaultdict(int)
    for line in lines:
        if line.outcome is not Outcome.SKIPPED or line.reason:
            found[line.outcome.value] += 1
    return dict(found)
