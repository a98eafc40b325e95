"""The one statement that judges persons against requirements on a day; every coverage figure counts from it.

Plain SQL that SQLite and PostgreSQL both understand, because the ORM would repeat each subquery in every
aggregate. It is set-based: one pass over the spans of the day, joined to the day's memberships, whatever the
number of persons, so that the cost grows with the persons counted and the number of statements does not.

`%(day)s` is the asked day, `%(day_end)s` the instant at which it ended, `%(tree)s` the tree of organisations.
Spans and memberships are half-open. Completions count by their day; a completion taken back counts nowhere.
What a requirement asks for is met as courses.fulfilment defines it; a test compares the two.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from people.days import start_of_day

# `judged`: one row a person and requirement of the day, with the place and the state. `required` is materialised
# so that no grouping or order above it leads SQLite, which has no statistics here, to another way through it; and
# who is required, has achieved or has begun is brought together by grouping, not by joins: SQLite takes what is
# grouped for a handful of rows, and would look through all of it for each person.
_JUDGED = """
WITH place AS (
    SELECT m.person_id, m.organisation_id
    FROM people_membership m
    {subtree}
    WHERE m.is_main AND m.tree = %(tree)s AND m.superseded_at IS NULL
      AND m.valid_from <= %(day)s AND (m.valid_to IS NULL OR m.valid_to > %(day)s)
),
required AS MATERIALIZED (
    SELECT s.requirement_id, s.person_id, s.due_on, place.organisation_id
    FROM courses_requiredspan s
    JOIN place ON place.person_id = s.person_id
    WHERE s.requirement_id IN ({requirements})
      AND s.valid_from <= %(day)s AND (s.valid_to IS NULL OR s.valid_to > %(day)s)
),
demand AS (
    SELECT q.id AS requirement_id, q.closes_on, q.minimum_electives, q.minimum_elective_milli,
           (SELECT COUNT(*) FROM courses_requirementcourse rc
            WHERE rc.requirement_id = q.id AND NOT rc.is_elective) AS required
    FROM courses_requirement q WHERE q.id IN ({requirements})
),
met AS MATERIALIZED (
    SELECT rc.id, rc.requirement_id, rc.is_elective, rc.elective_milli, c.person_id, MIN(c.day) AS day
    FROM courses_requirementcourse rc
    JOIN courses_requirement q ON q.id = rc.requirement_id
    JOIN courses_countedcourse counted ON counted.asked_id = rc.id
    JOIN courses_completion c ON c.course_id = counted.course_id
    WHERE rc.requirement_id IN ({requirements}) AND c.revoked_at IS NULL AND c.day <= %(day)s
      AND (q.closes_on IS NULL OR c.day <= q.closes_on)
    GROUP BY rc.id, rc.requirement_id, rc.is_elective, rc.elective_milli, c.person_id
),
done AS (
    SELECT requirement_id, person_id, SUM(CASE WHEN is_elective THEN 0 ELSE 1 END) AS required,
           MAX(CASE WHEN is_elective THEN NULL ELSE day END) AS required_on
    FROM met GROUP BY requirement_id, person_id
),
elective AS (
    SELECT requirement_id, person_id, day, COUNT(*) OVER so_far AS electives,
           SUM(elective_milli) OVER so_far AS milli
    FROM met WHERE is_elective WINDOW so_far AS (PARTITION BY requirement_id, person_id ORDER BY day)
),
elected AS (
    SELECT elective.requirement_id, elective.person_id, MIN(elective.day) AS day
    FROM elective JOIN demand ON demand.requirement_id = elective.requirement_id
    WHERE elective.electives >= demand.minimum_electives AND elective.milli >= demand.minimum_elective_milli
    GROUP BY elective.requirement_id, elective.person_id
),
achieved AS (
    SELECT done.requirement_id, done.person_id,
           CASE WHEN done.required < demand.required THEN NULL
                WHEN demand.minimum_electives = 0 AND demand.minimum_elective_milli = 0 THEN done.required_on
                WHEN demand.required = 0 OR elected.day > done.required_on THEN elected.day
                WHEN elected.day IS NOT NULL THEN done.required_on END AS day
    FROM done
    JOIN demand ON demand.requirement_id = done.requirement_id
    LEFT JOIN elected
      ON elected.requirement_id = done.requirement_id AND elected.person_id = done.person_id
),
lesson AS (
    SELECT DISTINCT rc.requirement_id, a.id AS activity_id, l.recording_id
    FROM courses_requirementcourse rc
    JOIN courses_countedcourse counted ON counted.asked_id = rc.id
    JOIN courses_course k ON k.id = counted.course_id
    JOIN courses_courseversionactivity va ON va.version_id = k.current_version_id
    JOIN courses_activity a ON a.id = va.activity_id
    LEFT JOIN courses_lecture l ON l.id = a.lecture_id
    WHERE rc.requirement_id IN ({requirements})
),
begun AS (
    SELECT lesson.requirement_id, w.person_id
    FROM lesson JOIN courses_watchprogress w ON w.recording_id = lesson.recording_id
    WHERE w.first_watched_at < %(day_end)s
    UNION
    SELECT lesson.requirement_id, c.person_id
    FROM lesson JOIN courses_completion c ON c.activity_id = lesson.activity_id
    WHERE lesson.recording_id IS NULL AND c.revoked_at IS NULL AND c.day <= %(day)s
),
together AS (
    SELECT requirement_id, person_id, MAX(organisation_id) AS organisation_id, MAX(due_on) AS due_on,
           MAX(completed_on) AS completed_on, MAX(has_begun) AS has_begun
    FROM (
        SELECT requirement_id, person_id, organisation_id, due_on, NULL AS completed_on, 0 AS has_begun FROM required
        UNION ALL
        SELECT requirement_id, person_id, NULL, NULL, day, 1 FROM achieved
        UNION ALL
        SELECT requirement_id, person_id, NULL, NULL, NULL, 1 FROM begun
    ) each_row
    GROUP BY requirement_id, person_id
),
judged AS (
    SELECT requirement_id, person_id, organisation_id, due_on, completed_on,
           CASE WHEN completed_on <= due_on THEN 'in_time'
                WHEN completed_on IS NOT NULL THEN 'late'
                WHEN has_begun = 1 THEN 'started'
                ELSE 'not_started' END AS state
    FROM together WHERE organisation_id IS NOT NULL
)
"""

# Places below the asked organisations on the day; without organisations the whole tree counts.
_SUBTREE = """JOIN (
        SELECT DISTINCT descendant_id FROM people_organisationclosure
        WHERE tree = %(tree)s AND ancestor_id IN ({organisations})
          AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to > %(day)s)
    ) below ON below.descendant_id = m.organisation_id"""

# The six figures of reports.figures.Figures, in the order of its fields.
FIGURES = """COUNT(*) AS required,
    SUM(CASE WHEN state = 'in_time' THEN 1 ELSE 0 END) AS in_time,
    SUM(CASE WHEN state = 'late' THEN 1 ELSE 0 END) AS late,
    SUM(CASE WHEN state = 'started' THEN 1 ELSE 0 END) AS started,
    SUM(CASE WHEN state = 'not_started' THEN 1 ELSE 0 END) AS not_started,
    SUM(CASE WHEN state IN ('started', 'not_started') AND due_on < %(day)s THEN 1 ELSE 0 END) AS overdue"""


def ask(
    statement: str,
    *,
    requirement_ids: Sequence[int],
    organisation_ids: Sequence[int],
    day: date,
    tree: str,
    **parameters: Any,
) -> list[tuple[Any, ...]]:
    """Rows of `statement`, which may read `judged`; nobody is counted without requirements or organisations."""
    if not requirement_ids or not organisation_ids:
        return []
    subtree = _SUBTREE.replace("{organisations}", _ids(organisation_ids))
    judged = _JUDGED.replace("{subtree}", subtree).replace("{requirements}", _ids(requirement_ids))
    values = {
        "day": day,
        "day_end": connection.ops.adapt_datetimefield_value(start_of_day(day + timedelta(days=1))),
        "tree": tree,
        **parameters,
    }
    with connection.cursor() as cursor:
        cursor.execute(judged + statement, values)
        return cursor.fetchall()


def _ids(ids: Sequence[int]) -> str:
    """Primary keys as SQL text; int() is what makes this safe."""
    return ", ".join(str(int(each)) for each in ids)
