"""The canonical form of a fixed report and its digest: the same question and rows always give the same bytes.

Form 1 is UTF-8 text in lines that end with a line feed:

    luxuetang-snapshot-1
    the question as JSON: keys sorted, no spaces, no escapes beyond what JSON needs
    the units as JSON in the same way, sorted by id
    a line a person, sorted by id, its fields divided by tabs:
    person, organisation, due day, state, day of completion or nothing, thousandths watched or nothing

Ids are UUIDs in lower case with hyphens, days are ISO 8601. Who fixed it, when, and under which title is no part of
it: fixed again before anything was corrected, a question gives the same digest.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

FORM = 1
_HEAD = "luxuetang-snapshot-1\n"


@dataclass(frozen=True, slots=True)
class Row:
    """Where one person stood; `state` is a `reports.figures.PersonState`."""

    person: UUID
    place: UUID
    due_on: date
    state: str
    completed_on: date | None
    watched_permille: int | None

    def line(self) -> str:
        """Its line in the canonical form."""
        completed = self.completed_on.isoformat() if self.completed_on else ""
        watched = "" if self.watched_permille is None else str(self.watched_permille)
        return (
            f"{self.person}\t{self.place}\t{self.due_on.isoformat()}\t{self.state}\t{completed}\t{watched}\n"
        )

    @property
    def is_completed(self) -> bool:
        return self.completed_on is not None


def digest(question: dict[str, Any], units: Sequence[dict[str, Any]], rows: Iterable[Row]) -> str:
    """SHA-256 over form 1, as 64 hexadecimal digits. `rows` come sorted by person; raises ValueError if not."""
    total = hashlib.sha256()
    total.update(_HEAD.encode())
    total.update(_json(question))
    total.update(_json(sorted(units, key=lambda unit: str(unit["id"]))))
    last = ""
    for row in rows:
        key = str(row.person)
        if key <= last:
            raise ValueError("rows are not sorted by person, or one stands twice")
        last = key
        total.update(row.line().encode())
    return total.hexdigest()


def _json(value: object) -> bytes:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"{text}\n".encode()
