"""What a list gives to whom: rows of one person put together, his presence judged by the list's stated tolerance."""

from dataclasses import dataclass

from courses.act_facts import Facts
from courses.attendance.durations import length, united
from courses.models import AttendanceRow, AttendanceState, Recognition

TOO_SHORT = "too_short"


@dataclass(slots=True)
class PlannedLine:
    """One person of a list, as it will be entered. `is_counted` False: he was not there long enough."""

    person_id: int
    category: str
    seconds: int | None
    quantity_milli: int | None
    present_seconds: int | None
    rows: int = 1
    is_counted: bool = True
    why: str = ""


def plan(listed: Recognition) -> list[PlannedLine]:
    """The lines that the matched rows make, in the order of the file; writes nothing.

    Two devices at once are one presence where the file says when; else their lengths add up, as with re-joins.
    """
    groups: dict[tuple[int, str], list[AttendanceRow]] = {}
    for row in listed.attendance.filter(state=AttendanceState.MATCHED).order_by("pk"):
        if row.person_id is not None:
            groups.setdefault((row.person_id, row.category), []).append(row)
    return [_line(listed, rows) for rows in groups.values()]


def needed_seconds(listed: Recognition) -> int:
    """How long somebody has to have been there."""
    return -(-listed.course_seconds * listed.least_share_percent // 100)


def facts(listed: Recognition, present_seconds: int | None) -> Facts:
    """What the ledger keeps of presence, in whole minutes, for regulations with a tolerance of their own."""
    if not listed.course_seconds:
        return {}
    minutes = listed.course_seconds // 60
    known: Facts = {"course_minutes": minutes}
    if present_seconds is not None:
        known["absent_minutes"] = max(0, -(-(listed.course_seconds - present_seconds) // 60))
    return known


def _line(listed: Recognition, rows: list[AttendanceRow]) -> PlannedLine:
    first = rows[0]
    told = [row for row in rows if row.present_seconds is not None]
    present: int | None = None
    if told:
        if all(row.stretches for row in told):
            present = length(united([(start, end) for row in told for start, end in row.stretches]))
        else:
            present = sum(row.present_seconds or 0 for row in told)
    # Somebody whom one source lists without a time was there: the file says so.
    is_long_enough = (
        not listed.course_seconds
        or present is None
        or len(told) < len(rows)
        or present >= needed_seconds(listed)
    )
    return PlannedLine(
        person_id=first.person_id or 0,
        category=first.category,
        seconds=first.seconds,
        quantity_milli=first.quantity_milli,
        present_seconds=present,
        rows=len(rows),
        is_counted=is_long_enough,
        why="" if is_long_enough else TOO_SHORT,
    )
