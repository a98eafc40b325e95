"""A year of learning for a run, set-based: one statement a table and curriculum, the same on both databases.

Rows are as the site writes them. On PostgreSQL they are written past triggers (foreign keys, notes), as a restored
dump would be; what coverage keeps is then made anew from them, which is measured.
"""

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from courses import asked_courses, rules
from courses.models import (
    Access,
    Activity,
    ActivityKind,
    Course,
    CourseVersion,
    CourseVersionActivity,
    Curriculum,
    CurriculumCourse,
    Lecture,
    Requirement,
    RequirementKind,
)
from media.models import Recording
from people.models import Organisation
from tests.bench.scale.sizes import Size

LECTURE_MS = 45 * 60_000
LECTURES = 2
DUE_AFTER = dt.timedelta(days=120)
# Nobody takes longer than this from the opening; who takes more than DUE_AFTER is late.
SLOWEST = 150
EXCUSED_EVERY = 50

_WORDS = {
    "postgresql": {
        "day": "(DATE '{opens}' + CAST({gap} AS integer))",
        "at": "(({day} + TIME '10:00') AT TIME ZONE 'Asia/Shanghai')",
        "uuid": "gen_random_uuid()",
        "json": "CAST({text} AS jsonb)",
        "true": "TRUE",
    },
    "sqlite": {
        "day": "date('{opens}', '+' || ({gap}) || ' days')",
        "at": "({day} || ' 02:00:00')",
        "uuid": "lower(hex(randomblob(16)))",
        "json": "({text})",
        "true": "1",
    },
}

# Who gets how far: by arithmetic over keys, so that both databases draw alike. Firms and persons differ in diligence.
_LIFE = """
WITH life AS (
    SELECT m.person_id, (m.person_id * 7919) % 700 + (m.organisation_id % 13) * 25 AS diligence,
           (m.person_id * 69621 + {number} * 7907 + (m.person_id / 97) * 31 * {next}) % 1000 AS lot,
           (m.person_id * 31 + {number} * 17 + m.person_id / 151) % {slowest} AS gap
    FROM people_membership m
    WHERE m.tree = 'profession' AND m.is_main AND m.superseded_at IS NULL AND m.valid_to IS NULL
),
done AS (SELECT person_id, gap FROM life WHERE lot < diligence AND gap <= {latest}),
begun AS (SELECT person_id, gap, lot < diligence AND gap <= {latest} AS is_done
          FROM life WHERE lot < diligence + 120 AND gap * 2 / 3 <= {latest})
"""


@dataclass(frozen=True)
class Asked:
    """One curriculum as its statements need it."""

    number: int
    requirement: Requirement
    course: Course
    activities: list[Activity]

    def life(self, today: dt.date) -> str:
        latest = (today - self.requirement.opens_on).days - 1
        return _LIFE.format(number=self.number, next=self.number + 1, slowest=SLOWEST, latest=latest)


def ask(size: Size, top: Organisation, today: dt.date) -> list[Asked]:
    """The curricula and their courses, asked of everybody below `top`; their spans come with `learn`."""
    return [_ask(size, top, today, number) for number in range(size.curricula)]


def _ask(size: Size, top: Organisation, today: dt.date, number: int) -> Asked:
    course = _course(f"第{number + 1}门课程")
    opens_on = today - dt.timedelta(days=360) + number * size.spacing
    window = {"opens_on": opens_on, "due_on": opens_on + DUE_AFTER}
    title = f"第{number + 1}期轮训"
    curriculum = Curriculum.objects.create(title=title, owner=top, audience_organisation=top, **window)
    CurriculumCourse.objects.create(curriculum=curriculum, course=course, sort_order=0)
    curriculum.refresh_from_db()
    requirement = Requirement.objects.create(
        kind=RequirementKind.CURRICULUM, title=title, owner=top, curriculum=curriculum, **window
    )
    asked_courses.write(requirement, curriculum)
    lessons = course.current_version.activities.select_related("activity__lecture__recording")  # type: ignore[union-attr]
    return Asked(number, requirement, course, [each.activity for each in lessons.order_by("position")])


def _course(title: str) -> Course:
    course = Course.objects.create(title=title, access=Access.MEMBERS)
    version = CourseVersion.objects.create(
        course=course,
        number=1,
        title=title,
        outline=[],
        rule={"kind": "all_required"},
        published_at=timezone.now(),
    )
    for position in range(LECTURES):
        recording = Recording.objects.create(
            title=title,
            original_key="a",
            original_name="a.mp4",
            size_bytes=1,
            sha256="0" * 64,
            duration_ms=LECTURE_MS,
        )
        lecture = Lecture.objects.create(title=f"{title}（{position + 1}）", recording=recording)
        activity = Activity.objects.create(kind=ActivityKind.LECTURE, title=lecture.title, lecture=lecture)
        CourseVersionActivity.objects.create(
            version=version, activity=activity, position=position, is_required=True
        )
    course.current_version = version
    course.save()
    return course


def learn(asked: Asked, today: dt.date) -> None:
    """Who had to, what each watched and completed, and what the ledger says of it."""
    requirement = asked.requirement
    word = _WORDS[connection.vendor]
    opens = requirement.opens_on.isoformat()

    def day(gap: str) -> str:
        return word["day"].format(opens=opens, gap=gap)

    def at(gap: str) -> str:
        return word["at"].format(day=day(gap))

    def as_json(text: str) -> str:
        return word["json"].format(text=text)

    life, uuid = asked.life(today), word["uuid"]
    away_from, away_to = day("30"), day("60")
    spans = "INSERT INTO courses_requiredspan (person_id, requirement_id, valid_from, valid_to, due_on, why)"
    due = f"{word['day'].format(opens=opens, gap=DUE_AFTER.days)}, 'audience'"
    is_away = f"person_id % {EXCUSED_EVERY} = 7"
    key = requirement.pk
    until = f"CASE WHEN {is_away} THEN {away_from} END"
    statements = [
        f"{spans} {life} SELECT person_id, {key}, {day('0')}, {until}, {due} FROM life",
        f"{spans} {life} SELECT person_id, {key}, {away_to}, NULL, {due} FROM life WHERE {is_away}",
        "INSERT INTO courses_excusedspan (person_id, requirement_id, valid_from, valid_to) "
        f"{life} SELECT person_id, {key}, {away_from}, {away_to} FROM life WHERE {is_away}",
    ]
    # The first lecture at two thirds of the way, the others on the day that completes the course.
    for place, activity in enumerate(asked.activities):
        lecture = activity.lecture
        recording = lecture.recording  # type: ignore[union-attr]
        gap, who = ("gap * 2 / 3", "begun") if place == 0 else ("gap", "done")
        union = f"'[[0, {LECTURE_MS}, \"' || {day(gap)} || '\"]]'"
        evidence = (
            f'\'{{"recording": "{recording.public_id}", "duration_ms": {LECTURE_MS}, '  # type: ignore[union-attr]
            f'"watched_ms": {LECTURE_MS}, "intervals": \' || {union} || \'}}\''
        )
        statements += [
            "INSERT INTO courses_watchprogress (person_id, recording_id, intervals, watched_ms, position_ms, "
            "session_claimed_ms, provisional, provisional_ms, first_watched_at, updated_at) "
            f"{life} SELECT person_id, {recording.pk}, {as_json(union)}, {LECTURE_MS}, {LECTURE_MS}, 0, "  # type: ignore[union-attr]
            f"{as_json(chr(39) + '[]' + chr(39))}, 0, {at(gap)}, {at(gap)} FROM {who}",
            "INSERT INTO courses_completion (public_id, person_id, activity_id, completed_at, day, rule, evidence, "
            "revoked_reason) "
            f"{life} SELECT {uuid}, person_id, {activity.pk}, {at(gap)}, {day(gap)}, "
            f"{as_json(_text(rules.watched_share(90)))}, {as_json(evidence)}, '' FROM {who}",
            "INSERT INTO courses_ledgerentry (public_id, kind, person_id, activity_id, completion_id, unit, seconds, "
            "format, category, facts, day, recorded_at, reason) "
            f"SELECT {uuid}, 'award', person_id, activity_id, id, 'second', {LECTURE_MS // 1000}, 'recorded', 'law', "
            f"{as_json(_text({}))}, day, completed_at, '' FROM courses_completion WHERE activity_id = {activity.pk}",
        ]
    proof = _text({"activities": [str(each.public_id) for each in asked.activities]})
    version = asked.course.current_version
    statements += [
        "INSERT INTO courses_completion (public_id, person_id, course_id, course_version_id, completed_at, day, rule, "
        "evidence, revoked_reason) "
        f"{life} SELECT {uuid}, person_id, {asked.course.pk}, {version.pk}, {at('gap')}, {day('gap')}, "  # type: ignore[union-attr]
        f"{as_json(_text({'kind': 'all_required'}))}, {as_json(proof)}, '' FROM done",
        "INSERT INTO courses_enrolment (person_id, course_id, reason, requirement_id, started_at, ended_at) "
        f"{life} SELECT person_id, {asked.course.pk}, 'required', {key}, {at('gap * 2 / 3')}, "
        f"CASE WHEN is_done THEN {at('gap')} END FROM begun",
    ]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _text(value: object) -> str:
    return "'" + json.dumps(value) + "'"


@contextmanager
def past_triggers() -> Iterator[None]:
    """PostgreSQL alone: rows that are known to fit are written without their triggers, and without a time limit."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET statement_timeout = 0")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
