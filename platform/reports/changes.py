"""The statements that turn stints into changes of figures, at their place and at everything above it.

A stint adds one to `required` on its first day and takes it away on its last; within it the person is in time or
late from the day on which he completes, started from the day on which he begins until then, and overdue from the
day after his due day. `sign` -1 takes back what was added. At associations the same is kept for each line of each
grouping: a piece of a stint is cut where the person comes into the next band of age or of years, until a year after
the requirement's due day. Without an end, everybody's birthdays of all years to come would be kept.
"""

from collections.abc import Sequence

from django.db import connection

from reports.bands import AGES, YEARS
from reports.stints import OPEN_END

# For so many days from a requirement's due day on, the lines of groupings are kept; later ones are counted from stints.
GROUPS_KEPT_DAYS = 366
FIGURE_COLUMNS = ("required", "in_time", "late", "started", "overdue", "exempt")

_PIECES = f"""
WITH piece AS {{materialised}} (
    SELECT s.requirement_id, p.tree, p.ancestor_id AS organisation_id, s.due_on, s.is_exempt,
           s.practice_type, s.admitted_on, s.born_on, s.in_party,
           COALESCE(s.began_on, {OPEN_END}) AS began, COALESCE(s.completed_on, {OPEN_END}) AS completed,
           {{later}}(s.valid_from, p.valid_from) AS first,
           {{earlier}}(COALESCE(s.valid_to, {OPEN_END}), COALESCE(p.valid_to, {OPEN_END}){{cut}}) AS last
    FROM {{source}}
    WHERE {{which}}
      AND s.valid_from < COALESCE(p.valid_to, {OPEN_END}) AND p.valid_from < COALESCE(s.valid_to, {OPEN_END})
),
{{lines}}part AS (
    SELECT {{keys}}, first, last,
           1 AS required, 0 AS in_time, 0 AS late, 0 AS started, 0 AS overdue, 0 AS exempt
    FROM {{counted}} WHERE NOT is_exempt
    UNION ALL
    SELECT {{keys}}, first, last, 0, 0, 0, 0, 0, 1 FROM {{counted}} WHERE is_exempt
    UNION ALL
    SELECT {{keys}}, {{later}}(first, completed), last, 0,
           CASE WHEN completed <= due_on THEN 1 ELSE 0 END,
           CASE WHEN completed <= due_on THEN 0 ELSE 1 END, 0, 0, 0
    FROM {{counted}} WHERE NOT is_exempt AND completed < last
    UNION ALL
    SELECT {{keys}}, {{later}}(first, began), {{earlier}}(last, completed), 0, 0, 0, 1, 0, 0
    FROM {{counted}} WHERE NOT is_exempt AND {{later}}(first, began) < {{earlier}}(last, completed)
    UNION ALL
    SELECT {{keys}}, {{later}}(first, {{day_after_due}}), {{earlier}}(last, completed), 0, 0, 0, 0, 1, 0
    FROM {{counted}} WHERE NOT is_exempt AND {{later}}(first, {{day_after_due}}) < {{earlier}}(last, completed)
),
event AS (
    SELECT {{keys}}, first AS day, required, in_time, late, started, overdue, exempt
    FROM part
    UNION ALL
    SELECT {{keys}}, last, -required, -in_time, -late, -started, -overdue, -exempt
    FROM part WHERE last < {OPEN_END}
)
"""  # noqa: S608 - our own constants

_ADD = """
INSERT INTO {table} ({keys}, day, {columns})
{pieces}
SELECT {keys}, day, {sums} FROM event WHERE TRUE
GROUP BY {keys}, day
ON CONFLICT ({conflict}, day) DO UPDATE SET {added}
"""

_LINE = """SELECT requirement_id, organisation_id, due_on, is_exempt, began, completed, '{grouping}' AS grouping,
    {line} AS line, {first} AS first, {last} AS last FROM piece WHERE {which}"""

_WORDS = {
    "sqlite": {
        "later": "MAX",
        "earlier": "MIN",
        "day_after_due": "date(due_on, '+1 day')",
        "end_of_groups": f"date(q.due_on, '+{GROUPS_KEPT_DAYS} days')",
        "years_on": "date({day}, '+{years} years')",
    },
    "postgresql": {
        "later": "GREATEST",
        "earlier": "LEAST",
        "day_after_due": "(due_on + 1)",
        "end_of_groups": f"(q.due_on + {GROUPS_KEPT_DAYS})",
        # Who was born on 29 February completes a year on 1 March, as SQLite has it by itself.
        "years_on": """(({day} + INTERVAL '{years} years')::date + CASE WHEN EXTRACT(MONTH FROM {day}) = 2
            AND EXTRACT(DAY FROM {day}) = 29 AND EXTRACT(DAY FROM {day} + INTERVAL '{years} years') = 28
            THEN 1 ELSE 0 END)""",
    },
}
# Who starts from a few stints looks each one's place up; who starts from a few paths, the persons at their foot.
FROM_STINTS = "reports_stint s CROSS JOIN reports_path p"
FROM_PATHS = "reports_path p CROSS JOIN reports_stint s"
_MEET = "p.descendant_id = s.organisation_id AND p.tree = s.tree"


# Columns that name what a change is a change of.
KEYS = ("requirement_id", "tree", "organisation_id")
GROUP_KEYS = ("requirement_id", "organisation_id", "grouping", "line")


def add(which: str, *, source: str = FROM_STINTS, sign: int = 1) -> None:
    """Add (or, with sign -1, take back) the changes of the stints and paths that `which` (SQL over s, p) names."""
    for table, keys, made in (
        ("reports_change", KEYS, pieces(which, source)),
        ("reports_groupchange", GROUP_KEYS, group_pieces(which, source)),
    ):
        statement = _ADD.format(
            table=table,
            keys=", ".join(keys),
            conflict=", ".join(keys),
            columns=", ".join(FIGURE_COLUMNS),
            pieces=made,
            sums=", ".join(f"{int(sign)} * SUM({column})" for column in FIGURE_COLUMNS),
            added=", ".join(f"{column} = {table}.{column} + excluded.{column}" for column in FIGURE_COLUMNS),
        )
        with connection.cursor() as cursor:
            cursor.execute(statement)


def pieces(which: str, source: str) -> str:
    """SQL that names `event`: a row for each stint, path and day on which a figure changes, with by how much."""
    return _PIECES.format(
        materialised="",
        cut="",
        source=source,
        which=f"({which}) AND {_MEET}",
        lines="",
        counted="piece",
        keys=", ".join(KEYS),
        **_WORDS[connection.vendor],
    )


def group_pieces(which: str, source: str) -> str:
    """The same at associations, for each line of a grouping on which the person stands."""
    later, end = (_WORDS[connection.vendor][word] for word in ("later", "end_of_groups"))
    return _PIECES.format(
        materialised="MATERIALIZED",
        cut=f", {end}",
        source=f"""{source} JOIN people_organisation o ON o.id = p.ancestor_id AND o.kind = 'association'
            JOIN courses_requirement q ON q.id = s.requirement_id""",
        which=f"({which}) AND {_MEET} AND {later}(s.valid_from, p.valid_from) < {end}",
        lines=f"stood AS MATERIALIZED ({' UNION ALL '.join(_lines())}),\n",
        counted="stood",
        keys=", ".join(GROUP_KEYS),
        **_WORDS[connection.vendor],
    )


def _lines() -> list[str]:
    """SELECTs over `piece`, one for each line or for the lines that need no cut."""
    whole = {"first": "first", "last": "last"}
    return [
        _LINE.format(grouping="practice", line="practice_type", which="practice_type <> ''", **whole),
        _LINE.format(grouping="party", line="'members'", which="in_party", **whole),
        *_bands("age", "born_on", AGES),
        *_bands("years", "admitted_on", YEARS),
    ]


def _bands(grouping: str, since: str, bounds: Sequence[int]) -> list[str]:
    word = _WORDS[connection.vendor]
    found = []
    for low, high in zip(bounds, [*bounds[1:], None], strict=True):
        first, last = "first", "last"
        if low:
            first = f"{word['later']}(first, {word['years_on'].format(day=since, years=low)})"
        if high:
            last = f"{word['earlier']}(last, {word['years_on'].format(day=since, years=high)})"
        which = f"{since} IS NOT NULL AND {first} < {last}"
        found.append(_LINE.format(grouping=grouping, line=f"'{low}'", first=first, last=last, which=which))
    return found
