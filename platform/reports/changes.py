"""The statement that turns stints into changes of figures, at their place and at everything above it.

A stint adds one to `required` on its first day and takes it away on its last; within it the person is in time or
late from the day on which he completes, started from the day on which he begins until then, and overdue from the
day after his due day. `sign` -1 takes back what was added.
"""

from django.db import connection

from reports.stints import OPEN_END

FIGURE_COLUMNS = ("required", "in_time", "late", "started", "overdue", "exempt")

_PIECES = f"""
WITH piece AS (
    SELECT s.requirement_id, p.tree, p.ancestor_id AS organisation_id, s.due_on, s.is_exempt,
           COALESCE(s.began_on, {OPEN_END}) AS began, COALESCE(s.completed_on, {OPEN_END}) AS completed,
           {{later}}(s.valid_from, p.valid_from) AS first,
           {{earlier}}(COALESCE(s.valid_to, {OPEN_END}), COALESCE(p.valid_to, {OPEN_END})) AS last
    FROM {{source}}
    WHERE {{which}}
      AND s.valid_from < COALESCE(p.valid_to, {OPEN_END}) AND p.valid_from < COALESCE(s.valid_to, {OPEN_END})
),
part AS (
    SELECT requirement_id, tree, organisation_id, first, last,
           1 AS required, 0 AS in_time, 0 AS late, 0 AS started, 0 AS overdue, 0 AS exempt
    FROM piece WHERE NOT is_exempt
    UNION ALL
    SELECT requirement_id, tree, organisation_id, first, last, 0, 0, 0, 0, 0, 1 FROM piece WHERE is_exempt
    UNION ALL
    SELECT requirement_id, tree, organisation_id, {{later}}(first, completed), last, 0,
           CASE WHEN completed <= due_on THEN 1 ELSE 0 END,
           CASE WHEN completed <= due_on THEN 0 ELSE 1 END, 0, 0, 0
    FROM piece WHERE NOT is_exempt AND completed < last
    UNION ALL
    SELECT requirement_id, tree, organisation_id, {{later}}(first, began), {{earlier}}(last, completed),
           0, 0, 0, 1, 0, 0
    FROM piece WHERE NOT is_exempt AND {{later}}(first, began) < {{earlier}}(last, completed)
    UNION ALL
    SELECT requirement_id, tree, organisation_id, {{later}}(first, {{day_after_due}}), {{earlier}}(last, completed),
           0, 0, 0, 0, 1, 0
    FROM piece WHERE NOT is_exempt AND {{later}}(first, {{day_after_due}}) < {{earlier}}(last, completed)
),
event AS (
    SELECT requirement_id, tree, organisation_id, first AS day, required, in_time, late, started, overdue, exempt
    FROM part
    UNION ALL
    SELECT requirement_id, tree, organisation_id, last, -required, -in_time, -late, -started, -overdue, -exempt
    FROM part WHERE last < {OPEN_END}
)
"""  # noqa: S608 - our own constants

_ADD = """
INSERT INTO reports_change (requirement_id, tree, organisation_id, day, {columns})
{pieces}
SELECT requirement_id, tree, organisation_id, day, {sums} FROM event WHERE TRUE
GROUP BY requirement_id, tree, organisation_id, day
ON CONFLICT (organisation_id, tree, requirement_id, day) DO UPDATE SET {added}
"""

_WORDS = {
    "sqlite": {"later": "MAX", "earlier": "MIN", "day_after_due": "date(due_on, '+1 day')"},
    "postgresql": {"later": "GREATEST", "earlier": "LEAST", "day_after_due": "(due_on + 1)"},
}
# Who starts from a few stints looks each one's place up; who starts from a few paths, the persons at their foot.
FROM_STINTS = "reports_stint s CROSS JOIN reports_path p"
FROM_PATHS = "reports_path p CROSS JOIN reports_stint s"
_MEET = "p.descendant_id = s.organisation_id AND p.tree = s.tree"


def add(which: str, *, source: str = FROM_STINTS, sign: int = 1) -> None:
    """Add (or, with sign -1, take back) the changes of the stints and paths that `which` (SQL over s, p) names."""
    statement = _ADD.format(
        columns=", ".join(FIGURE_COLUMNS),
        pieces=pieces(which, source),
        sums=", ".join(f"{int(sign)} * SUM({column})" for column in FIGURE_COLUMNS),
        added=", ".join(
            f"{column} = reports_change.{column} + excluded.{column}" for column in FIGURE_COLUMNS
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)


def pieces(which: str, source: str) -> str:
    """SQL that names `event`: a row for each stint, path and day on which a figure changes, with by how much."""
    return _PIECES.format(source=source, which=f"({which}) AND {_MEET}", **_WORDS[connection.vendor])
