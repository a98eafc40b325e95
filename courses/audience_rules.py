"""An audience as a question over people, and its answer for one person: on which days he belongs to it, and by what.

Whoever belongs is a lawyer of the organisation's subtree. Within it either the filters let him through or he is
named; of an audience of named persons alone, only the latter. Leave and exemptions take days away from everybody.
A filter that reads a fact which is not on record lets nobody through.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from courses import bands, spans
from courses.spans import Span


class Party(StrEnum):
    """Whom an audience asks for by Party membership."""

    ANY = ""
    MEMBERS = "members"
    OTHERS = "others"


class Ground(StrEnum):
    """What a day has to satisfy for the person to belong; the order is the one in which they are told."""

    PLACE = "place"
    NAMED = "named"
    PRACTICE_TYPE = "practice_type"
    ADMISSION = "admission"
    YEARS = "years"
    AGE = "age"
    PARTY = "party"
    PRESENT = "present"


@dataclass(frozen=True, slots=True)
class Audience:
    """Lawyers of an organisation's subtree, as far as the filters let through; empty filters mean all.

    Practice type, admission and years of practice are those of the licence valid on the day in question. Ages and
    years are completed ones, and bounds are included.
    """

    organisation_id: int
    practice_types: Sequence[str] = ()
    admitted_from: dt.date | None = None
    admitted_until: dt.date | None = None
    years_from: int | None = None
    years_until: int | None = None
    age_from: int | None = None
    age_until: int | None = None
    party: str = Party.ANY
    named_ids: frozenset[int] = frozenset()
    is_named_only: bool = False

    @property
    def asks_for_admission(self) -> bool:
        return self.admitted_from is not None or self.admitted_until is not None

    @property
    def asks_for_years(self) -> bool:
        return self.years_from is not None or self.years_until is not None

    @property
    def asks_for_licence(self) -> bool:
        return bool(self.practice_types) or self.asks_for_admission or self.asks_for_years

    @property
    def asks_for_age(self) -> bool:
        return self.age_from is not None or self.age_until is not None


@dataclass(frozen=True, slots=True)
class Licensed:
    """A licence on its days."""

    days: Span
    practice_type: str
    admitted_on: dt.date | None


@dataclass(frozen=True, slots=True)
class Away:
    """Leave or an exemption on its days."""

    days: Span
    kind: str


@dataclass(slots=True)
class Facts:
    """What is known of one person. `places`: by organisation, the days as a lawyer in it or below it."""

    person_id: int
    places: dict[int, list[Span]] = field(default_factory=dict)
    licences: list[Licensed] = field(default_factory=list)
    party: list[Span] = field(default_factory=list)
    away: list[Away] = field(default_factory=list)
    birth_date: dt.date | None = None


def belonging(audience: Audience, facts: Facts) -> list[Span]:
    """The days on which the person belongs to the audience, sorted and disjoint."""
    days = chosen(audience, facts)
    return spans.without(days, [each.days for each in facts.away]) if facts.away else days


def chosen(audience: Audience, facts: Facts) -> list[Span]:
    """The days on which the audience means the person, whether he is there or away, sorted and disjoint."""
    days = spans.join(facts.places.get(audience.organisation_id, ()))
    if not days:
        return []
    if facts.person_id not in audience.named_ids:
        if audience.is_named_only:
            return []
        for _ground, allowed in _filters(audience, facts):
            days = spans.both(days, allowed)
    return days


def grounds_missing(audience: Audience, facts: Facts, day: dt.date) -> list[Ground]:
    """What keeps the person out of the audience on the day, first things first; empty where he belongs."""
    missing = []
    if not spans.holds(facts.places.get(audience.organisation_id, ()), day):
        missing.append(Ground.PLACE)
    if facts.person_id not in audience.named_ids:
        if audience.is_named_only:
            missing.append(Ground.NAMED)
        else:
            missing += [
                ground for ground, allowed in _filters(audience, facts) if not spans.holds(allowed, day)
            ]
    if spans.holds([each.days for each in facts.away], day):
        missing.append(Ground.PRESENT)
    return missing


def _filters(audience: Audience, facts: Facts) -> Iterator[tuple[Ground, list[Span]]]:
    """The days that each filter in use lets through. A licence satisfies all filters that read licences, or none."""
    held = facts.licences
    if audience.practice_types:
        held = [each for each in held if each.practice_type in audience.practice_types]
        yield Ground.PRACTICE_TYPE, [each.days for each in held]
    if audience.asks_for_admission:
        held = [each for each in held if _is_in_cohort(audience, each.admitted_on)]
        yield Ground.ADMISSION, [each.days for each in held]
    if audience.asks_for_years:
        yield (
            Ground.YEARS,
            [
                both
                for each in held
                if each.admitted_on is not None
                and (
                    both := spans.intersect(
                        each.days, bands.band(each.admitted_on, audience.years_from, audience.years_until)
                    )
                )
            ],
        )
    if audience.asks_for_age:
        born = facts.birth_date
        yield Ground.AGE, [bands.band(born, audience.age_from, audience.age_until)] if born else []
    if audience.party == Party.MEMBERS:
        yield Ground.PARTY, facts.party
    elif audience.party == Party.OTHERS:
        yield Ground.PARTY, spans.without([(dt.date.min, None)], facts.party)


def _is_in_cohort(audience: Audience, admitted_on: dt.date | None) -> bool:
    return (
        admitted_on is not None
        and (audience.admitted_from is None or admitted_on >= audience.admitted_from)
        and (audience.admitted_until is None or admitted_on <= audience.admitted_until)
    )
