"""The one statement that says who counted where, on which days, and how far he was: from facts alone.

Plain SQL for SQLite and PostgreSQL, set-based: one requirement with everybody, or some persons with several. A
stint is where a person's span for a requirement (or his exemption from it) and his main membership in a tree hold
at once, cut where his licence or his Party membership begins or ends. What a requirement asks for is met as
courses.fulfilment defines it; a test compares the two.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection

# Later than any day; stands for an open end in comparisons.
OPEN_END = "'9999-12-31'"

COLUMNS = (
    "requirement_id",
    "person_id",
    "tree",
    "organisation_id",
    "valid_from",
    "valid_to",
    "due_on",
    "began_on",
    "completed_on",
    "admitted_on",
    "born_on",
    "practice_type",
    "in_party",
    "is_exempt",
)
# How many of the last columns are truth values.
TRUTHS = 2

# SQLite, which has no statistics here, takes what is grouped for a handful of rows: each part is materialised and
# joined by its own key.
_STINTS = """
WITH held AS MATERIALIZED (
    SELECT s.requirement_id, s.person_id, s.valid_from, s.valid_to, s.due_on, FALSE AS is_exempt
    FROM courses_requiredspan s WHERE s.requirement_id IN ({requirements}) {of_span}
    UNION ALL
    SELECT s.requirement_id, s.person_id, s.valid_from, s.valid_to, q.due_on, TRUE
    FROM courses_excusedspan s JOIN courses_requirement q ON q.id = s.requirement_id
    WHERE s.requirement_id IN ({requirements}) {of_span}
),
demand AS MATERIALIZED (
    SELECT q.id AS requirement_id, q.minimum_electives, q.minimum_elective_milli,
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
    WHERE rc.requirement_id IN ({requirements}) AND c.revoked_at IS NULL {of_completion}
      AND (q.closes_on IS NULL OR c.day <= q.closes_on)
    GROUP BY rc.id, rc.requirement_id, rc.is_elective, rc.elective_milli, c.person_id
),
done AS MATERIALIZED (
    SELECT requirement_id, person_id, SUM(CASE WHEN is_elective THEN 0 ELSE 1 END) AS required,
           MAX(CASE WHEN is_elective THEN NULL ELSE day END) AS required_on, MIN(day) AS first_on
    FROM met GROUP BY requirement_id, person_id
),
elective AS (
    SELECT requirement_id, person_id, day, COUNT(*) OVER so_far AS electives,
           SUM(elective_milli) OVER so_far AS milli
    FROM met WHERE is_elective WINDOW so_far AS (PARTITION BY requirement_id, person_id ORDER BY day)
),
elected AS MATERIALIZED (
    SELECT elective.requirement_id, elective.person_id, MIN(elective.day) AS day
    FROM elective JOIN demand ON demand.requirement_id = elective.requirement_id
    WHERE elective.electives >= demand.minimum_electives AND elective.milli >= demand.minimum_elective_milli
    GROUP BY elective.requirement_id, elective.person_id
),
achieved AS (
    SELECT done.requirement_id, done.person_id, done.first_on,
           CASE WHEN done.required < demand.required THEN NULL
                WHEN demand.minimum_electives = 0 AND demand.minimum_elective_milli = 0 THEN done.required_on
                WHEN demand.required = 0 OR elected.day > done.required_on THEN elected.day
                WHEN elected.day IS NOT NULL THEN done.required_on END AS day
    FROM done
    JOIN demand ON demand.requirement_id = done.requirement_id
    LEFT JOIN elected
      ON elected.requirement_id = done.requirement_id AND elected.person_id = done.person_id
),
lesson AS MATERIALIZED (
    SELECT DISTINCT rc.requirement_id, a.id AS activity_id, l.recording_id
    FROM courses_requirementcourse rc
    JOIN courses_countedcourse counted ON counted.asked_id = rc.id
    JOIN courses_course k ON k.id = counted.course_id
    JOIN courses_courseversionactivity va ON va.version_id = k.current_version_id
    JOIN courses_activity a ON a.id = va.activity_id
    LEFT JOIN courses_lecture l ON l.id = a.lecture_id
    WHERE rc.requirement_id IN ({requirements})
),
progress AS MATERIALIZED (
    SELECT requirement_id, person_id, MIN(began_on) AS began_on, MAX(completed_on) AS completed_on
    FROM (
        SELECT requirement_id, person_id, first_on AS began_on, day AS completed_on FROM achieved
        UNION ALL
        SELECT lesson.requirement_id, w.person_id, {watched_day}, NULL
        FROM lesson JOIN courses_watchprogress w ON w.recording_id = lesson.recording_id
        WHERE w.first_watched_at IS NOT NULL {of_progress}
        UNION ALL
        SELECT lesson.requirement_id, c.person_id, c.day, NULL
        FROM lesson JOIN courses_completion c ON c.activity_id = lesson.activity_id
        WHERE lesson.recording_id IS NULL AND c.revoked_at IS NULL {of_completion}
    ) each_row
    GROUP BY requirement_id, person_id
),
asked AS MATERIALIZED (SELECT DISTINCT person_id FROM held),
border AS (
    SELECT person_id, {first_day} AS day FROM asked
    UNION SELECT l.person_id, l.valid_from FROM asked JOIN people_licence l ON l.person_id = asked.person_id
    WHERE l.superseded_at IS NULL
    UNION SELECT l.person_id, l.valid_to FROM asked JOIN people_licence l ON l.person_id = asked.person_id
    WHERE l.superseded_at IS NULL AND l.valid_to IS NOT NULL
    UNION SELECT c.person_id, c.valid_from FROM asked JOIN people_membership c ON c.person_id = asked.person_id
    WHERE c.tree = 'party' AND c.superseded_at IS NULL
    UNION SELECT c.person_id, c.valid_to FROM asked JOIN people_membership c ON c.person_id = asked.person_id
    WHERE c.tree = 'party' AND c.superseded_at IS NULL AND c.valid_to IS NOT NULL
),
era AS MATERIALIZED (
    SELECT person_id, day AS first,
           COALESCE(LEAD(day) OVER (PARTITION BY person_id ORDER BY day), {open_end}) AS last
    FROM border
),
life AS MATERIALIZED (
    SELECT era.person_id, era.first, era.last, p.birth_date, l.admitted_on,
           COALESCE(l.practice_type, '') AS practice_type,
           EXISTS (SELECT 1 FROM people_membership c WHERE c.person_id = era.person_id AND c.tree = 'party'
                   AND c.superseded_at IS NULL AND c.valid_from <= era.first
                   AND (c.valid_to IS NULL OR c.valid_to > era.first)) AS in_party
    FROM era
    JOIN people_person p ON p.id = era.person_id
    LEFT JOIN people_licence l ON l.person_id = era.person_id AND l.superseded_at IS NULL
         AND l.valid_from <= era.first AND (l.valid_to IS NULL OR l.valid_to > era.first)
)
SELECT held.requirement_id, held.person_id, m.tree, m.organisation_id,
       {later}(held.valid_from, m.valid_from, life.first),
       NULLIF({earlier}(COALESCE(held.valid_to, {open_end}), COALESCE(m.valid_to, {open_end}), life.last), {open_end}),
       held.due_on, progress.began_on, progress.completed_on,
       life.admitted_on, life.birth_date, life.practice_type, life.in_party, held.is_exempt
FROM held
JOIN people_membership m ON m.person_id = held.person_id
JOIN life ON life.person_id = held.person_id
LEFT JOIN progress
  ON progress.requirement_id = held.requirement_id AND progress.person_id = held.person_id
WHERE m.is_main AND m.superseded_at IS NULL
  AND {later}(held.valid_from, m.valid_from, life.first)
      < {earlier}(COALESCE(held.valid_to, {open_end}), COALESCE(m.valid_to, {open_end}), life.last)
"""

# China has had no summer time since 1991; SQLite knows no zones.
_WORDS = {
    "sqlite": {
        "later": "MAX",
        "earlier": "MIN",
        "open_end": OPEN_END,
        "first_day": "'0001-01-01'",
        "watched_day": "date(w.first_watched_at, '+8 hours')",
    },
    "postgresql": {
        "later": "GREATEST",
        "earlier": "LEAST",
        "open_end": f"DATE {OPEN_END}",
        "first_day": "DATE '0001-01-01'",
        "watched_day": "(w.first_watched_at AT TIME ZONE 'Asia/Shanghai')::date",
    },
}


def statement(requirement_ids: Sequence[int], person_ids: Sequence[int] | None = None) -> str:
    """SQL that selects the stints of these requirements, of these persons alone where given, as `COLUMNS`."""
    words: dict[str, str] = {**_WORDS[connection.vendor], "requirements": ids(requirement_ids)}
    for name, alias in (("of_span", "s"), ("of_completion", "c"), ("of_progress", "w")):
        words[name] = "" if person_ids is None else f"AND {alias}.person_id IN ({ids(person_ids)})"
    return _STINTS.format(**words)


def select(requirement_ids: Sequence[int], person_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """The stints of these persons for these requirements, as rows of `COLUMNS`."""
    if not requirement_ids or not person_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement(requirement_ids, person_ids))
        return cursor.fetchall()


def ids(keys: Sequence[int]) -> str:
    """Primary keys as SQL text; int() is what makes this safe."""
    return ", ".join(str(int(each)) for each in keys)
