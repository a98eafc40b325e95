"""How kept stints and changes are asked: figures of a day, and the persons behind them. Plain SQL for both databases.

`changed` adds up the changes of some organisations; `ask` runs a statement over `judged`, a row for each person and
requirement of the day with his place and state. Both come from the same facts by `reports.keeping`, in one
transaction, so that a number and the list behind it cannot differ. Days are half-open; completions count by their
day, and one that was taken back counts nowhere.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from reports.figures import Figures
from reports.stints import ids

_JUDGED = """
WITH judged AS (
    SELECT s.requirement_id, s.person_id, s.organisation_id, s.due_on,
           s.practice_type, s.admitted_on, s.born_on, s.in_party,
           s.is_exempt, s.began_on, s.completed_on AS done_on,
           CASE WHEN s.completed_on <= %(day)s THEN s.completed_on END AS completed_on,
           CASE WHEN s.is_exempt THEN 'exempt'
                WHEN s.completed_on <= %(day)s THEN
                    CASE WHEN s.completed_on <= s.due_on THEN 'in_time' ELSE 'late' END
                WHEN s.began_on <= %(day)s THEN 'started'
                ELSE 'not_started' END AS state
    FROM reports_stint s
    WHERE s.requirement_id IN ({requirements}) AND s.tree = %(tree)s
      AND s.valid_from <= %(day)s AND (s.valid_to IS NULL OR s.valid_to > %(day)s)
      AND s.organisation_id IN (
        SELECT below.descendant_id FROM people_organisationclosure below
        WHERE below.tree = %(tree)s AND below.ancestor_id IN ({organisations})
          AND below.valid_from <= %(day)s AND (below.valid_to IS NULL OR below.valid_to > %(day)s)) {persons}
)
"""

# In the order of reports.figures.Figures.
SUMS = """SUM(required), SUM(in_time), SUM(late), SUM(started),
    SUM(required) - SUM(in_time) - SUM(late) - SUM(started), SUM(overdue), SUM(exempt)"""

# The same figures, counted from `judged`.
FIGURES = """SUM(CASE WHEN state <> 'exempt' THEN 1 ELSE 0 END) AS required,
    SUM(CASE WHEN state = 'in_time' THEN 1 ELSE 0 END) AS in_time,
    SUM(CASE WHEN state = 'late' THEN 1 ELSE 0 END) AS late,
    SUM(CASE WHEN state = 'started' THEN 1 ELSE 0 END) AS started,
    SUM(CASE WHEN state = 'not_started' THEN 1 ELSE 0 END) AS not_started,
    SUM(CASE WHEN state IN ('started', 'not_started') AND due_on < %(day)s THEN 1 ELSE 0 END) AS overdue,
    SUM(CASE WHEN state = 'exempt' THEN 1 ELSE 0 END) AS exempt"""

# What stands directly below an organisation on the day, and it itself.
_NEAR = """SELECT below.descendant_id FROM people_organisationclosure below
    WHERE below.tree = %(tree)s AND below.ancestor_id = %(organisation)s AND below.depth <= 1
      AND below.valid_from <= %(day)s AND (below.valid_to IS NULL OR below.valid_to > %(day)s)"""


def ask(
    statement: str,
    *,
    requirement_ids: Sequence[int],
    organisation_ids: Sequence[int],
    day: date,
    tree: str,
    person_ids: Sequence[int] | None = None,
    **parameters: Any,
) -> list[tuple[Any, ...]]:
    """Rows of `statement`, which may read `judged`; nobody is counted without requirements or organisations.

    With `person_ids` of these persons alone.
    """
    if not requirement_ids or not organisation_ids:
        return []
    persons = "" if person_ids is None else f"AND s.person_id IN ({ids(person_ids) or 'NULL'})"
    judged = _JUDGED.replace("{organisations}", ids(organisation_ids)).replace("{persons}", persons)
    return rows(
        judged.replace("{requirements}", ids(requirement_ids)) + statement,
        {"day": day, "tree": tree, **parameters},
    )


def lines(requirement_id: int, organisation_id: int, day: date, tree: str) -> dict[int, Figures]:
    """The figures of an organisation and of each directly below it on the day. One statement."""
    found = rows(
        f"""SELECT organisation_id, {SUMS} FROM reports_change
        WHERE tree = %(tree)s AND requirement_id = %(requirement)s AND day <= %(day)s
          AND organisation_id IN ({_NEAR}) GROUP BY organisation_id""",  # noqa: S608 - our own constants
        {"day": day, "tree": tree, "organisation": organisation_id, "requirement": requirement_id},
    )
    return {row[0]: figures_of(row[1:]) for row in found}


def by_requirement(
    requirement_ids: Sequence[int], organisation_id: int, day: date, tree: str
) -> dict[int, Figures]:
    """The organisation's figures for each requirement on the day. One statement."""
    if not requirement_ids:
        return {}
    found = rows(
        f"""SELECT requirement_id, {SUMS} FROM reports_change
        WHERE tree = %(tree)s AND organisation_id = %(organisation)s AND day <= %(day)s
          AND requirement_id IN ({ids(requirement_ids)}) GROUP BY requirement_id""",  # noqa: S608 - keys through int()
        {"day": day, "tree": tree, "organisation": organisation_id},
    )
    return {row[0]: figures_of(row[1:]) for row in found}


def group_lines(
    requirement_id: int, organisation_id: int, day: date, tree: str, grouping: str
) -> dict[str, Figures]:
    """An association's figures by the lines of a grouping, and under "" those of the whole. One statement."""
    found = rows(
        f"""SELECT '' AS line, {SUMS} FROM reports_change
        WHERE tree = %(tree)s AND organisation_id = %(organisation)s AND requirement_id = %(requirement)s
          AND day <= %(day)s
        UNION ALL
        SELECT line, {SUMS} FROM reports_groupchange
        WHERE organisation_id = %(organisation)s AND requirement_id = %(requirement)s AND grouping = %(grouping)s
          AND day <= %(day)s GROUP BY line""",  # noqa: S608 - our own constants
        {
            "tree": tree,
            "organisation": organisation_id,
            "requirement": requirement_id,
            "day": day,
            "grouping": grouping,
        },
    )
    return {row[0]: figures_of(row[1:]) for row in found if row[1] is not None}


def changes_of(
    requirement_id: int, organisation_id: int, until: date, tree: str
) -> list[tuple[date, Figures]]:
    """The days up to `until` on which the organisation's figures changed, ascending, and by how much."""
    columns = "required, in_time, late, started, required - in_time - late - started, overdue, exempt"
    found = rows(
        f"""SELECT day, {columns} FROM reports_change
        WHERE tree = %(tree)s AND organisation_id = %(organisation)s AND requirement_id = %(requirement)s
          AND day <= %(day)s ORDER BY day""",  # noqa: S608 - our own constants
        {"tree": tree, "organisation": organisation_id, "requirement": requirement_id, "day": until},
    )
    return [(as_day(row[0]), figures_of(row[1:])) for row in found]


def as_day(value: date | str) -> date:
    """SQLite gives the days of a plain statement as text, PostgreSQL as dates."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def requirements_asked(organisation_ids: Sequence[int], day: date) -> RawSQL:
    """The keys of the requirements that concern anybody in one of the organisations on the day, for a filter."""
    return RawSQL(  # noqa: S611 - keys through int(), values as parameters
        f"""SELECT requirement_id FROM reports_change
        WHERE organisation_id IN ({ids(organisation_ids) or "NULL"}) AND day <= %s
        GROUP BY requirement_id HAVING SUM(required) + SUM(exempt) > 0""",  # noqa: S608
        [day],
    )


def rows(statement: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def figures_of(row: Sequence[Any]) -> Figures:
    return Figures(*(int(each) for each in row))
