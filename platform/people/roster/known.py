"""What is on record when a roster is planned: plain values that planning compares the entries with."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from people.roster.values import place_key


@dataclass(frozen=True, slots=True)
class Place:
    """A main membership of the profession's tree."""

    membership_id: int
    organisation_id: int
    position: str
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class Held:
    """A licence."""

    licence_id: int
    number: str
    practice_type: str
    admitted_on: dt.date | None
    valid_from: dt.date
    valid_to: dt.date | None


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person as he stands on the roster's day. `is_own`: within the subtree that the roster is for.

    `place_from` and `licence_from` are the first days after the roster's on which something is on record already.
    """

    id: int
    name: str
    phone: str
    birth_date: dt.date | None
    place: Place | None
    licence: Held | None
    is_own: bool
    place_from: dt.date | None = None
    licence_from: dt.date | None = None


@dataclass(frozen=True, slots=True)
class KnownOrganisation:
    """An organisation of the roster's own subtree on its day."""

    id: int
    name: str
    short_name: str
    code: str


@dataclass(slots=True)
class Known:
    """Persons and organisations, found by what a roster says of them."""

    as_of: dt.date
    persons: dict[int, KnownPerson] = field(default_factory=dict)
    by_number: dict[str, int] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    organisations: dict[int, str] = field(default_factory=dict)
    by_place: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    by_code: dict[str, int] = field(default_factory=dict)
    # Where the roster is a single firm's own, rows need not name it.
    own_firm_id: int | None = None

    def add_organisations(self, organisations: Iterable[KnownOrganisation]) -> None:
        for each in organisations:
            self.organisations[each.id] = each.name
            self.by_place[place_key(each.name)].add(each.id)
            if each.short_name:
                self.by_place[place_key(each.short_name)].add(each.id)
            if each.code:
                self.by_code[each.code] = each.id

    def add_person(self, person: KnownPerson, numbers: Iterable[str]) -> None:
        """`numbers`: every licence number under which the person is to be found."""
        self.persons[person.id] = person
        if person.is_own:
            self.by_name[person.name].append(person.id)
        for number in numbers:
            self.by_number[number] = person.id
