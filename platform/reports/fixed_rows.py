"""The rows that a fixed report keeps, as they are counted now, and the units at which they stand."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from courses.models import Requirement
from people.models import Organisation, OrganisationClosure
from reports.counting import ask
from reports.fixed_form import Row
from reports.standings import watched_shares

BATCH = 5000

_ROWS = """SELECT p.id, p.public_id, o.public_id, due_on, state, completed_on
    FROM judged
    JOIN people_person p ON p.id = judged.person_id
    JOIN people_organisation o ON o.id = judged.organisation_id
    ORDER BY p.public_id LIMIT %(limit)s"""


def counted_now(
    requirement: Requirement, organisation: Organisation, day: date, tree: str, *, limit: int
) -> list[Row]:
    """A row for each person required on the day as it is known now, sorted by person; at most `limit` of them."""
    found = ask(
        _ROWS,
        requirement_ids=[requirement.pk],
        organisation_ids=[organisation.pk],
        day=day,
        tree=tree,
        limit=limit,
    )
    rows: list[Row] = []
    for start in range(0, len(found), BATCH):
        part = found[start : start + BATCH]
        shares = watched_shares([requirement], [each[0] for each in part], day)
        rows += [
            Row(
                person=UUID(str(person)),
                place=UUID(str(place)),
                due_on=_as_day(due_on),
                state=state,
                completed_on=_as_day(completed_on) if completed_on else None,
                watched_permille=shares.get((requirement.pk, person_id)),
            )
            for person_id, person, place, due_on, state, completed_on in part
        ]
    return rows


def units_of(organisation: Organisation, day: date, tree: str, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The organisation, where persons stand below it, and what lies between, as they are called today.

    Each is {"id", "name", "short", "kind", "code", "parent"}; the organisation itself has no parent. Sorted by id.
    """
    closure = OrganisationClosure.objects.on(day).filter(tree=tree)
    below = closure.filter(ancestor=organisation).values("descendant_id")
    parents = dict(
        closure.filter(descendant__in=below, depth=1).values_list(
            "descendant__public_id", "ancestor__public_id"
        )
    )
    needed = {organisation.public_id}
    for place in {row.place for row in rows}:
        here: UUID | None = place
        while here is not None and here not in needed:
            needed.add(here)
            here = parents.get(here)
    found = {each.public_id: each for each in Organisation.objects.filter(public_id__in=needed)}
    return [
        {
            "id": str(key),
            "name": found[key].name,
            "short": found[key].short_name,
            "kind": found[key].kind,
            "code": found[key].division_code,
            "parent": None if key == organisation.public_id else str(parents[key]),
        }
        for key in sorted(needed, key=str)
    ]


def _as_day(value: date | str) -> date:
    """SQLite gives the days of an expression as text, PostgreSQL as dates."""
    return date.fromisoformat(value) if isinstance(value, str) else value
