"""The single acts that a plan is made of, as plain values, and what tells that a row means somebody on record."""

import datetime as dt
from typing import Any

from people.licence_numbers import parse
from people.roster.known import KnownPerson
from people.roster.rows import Entry

Steps = dict[str, Any]


def leaving(person: KnownPerson, on: dt.date, *, is_gone: bool) -> Steps:
    """He leaves his place; his licence ends only where the roster says so itself (注销), not where he is missing."""
    assert person.place is not None  # noqa: S101 - both callers have asked
    steps: Steps = {"leave": {"membership": person.place.membership_id, "on": iso(on)}}
    if is_gone and person.licence is not None:
        steps["unlicense"] = {"licence": person.licence.licence_id, "on": iso(on)}
    return steps


def changes(entry: Entry, person: KnownPerson) -> dict[str, Any]:
    """What the row says otherwise of the person himself; what it leaves empty stays."""
    changes: dict[str, Any] = {}
    if entry.name != person.name:
        changes["name"] = entry.name
    if entry.phone and entry.phone != person.phone:
        changes["phone"] = entry.phone
    if entry.birth_date and entry.birth_date != person.birth_date:
        changes["birth_date"] = iso(entry.birth_date)
    return changes


def agrees(entry: Entry, person: KnownPerson) -> bool:
    """Whether something beside the name says that it is he."""
    return bool(
        (entry.phone and entry.phone == person.phone)
        or (entry.birth_date and entry.birth_date == person.birth_date)
    )


def differs(entry: Entry, person: KnownPerson) -> bool:
    return bool(entry.birth_date and person.birth_date and entry.birth_date != person.birth_date)


def is_promotion(steps: Steps) -> bool:
    return "move" in steps and not steps["move"]["is_transfer"]


def licence_steps(entry: Entry, kind: str, on: dt.date, until: dt.date | None) -> Steps:
    return {
        "number": entry.licence,
        "practice_type": kind,
        "admitted_on": iso(entry.admitted_on),
        "on": iso(on),
        "until": iso(until),
    }


def kind_of(entry: Entry) -> str:
    return parse(entry.licence, last_year=9999).practice_type


def iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
