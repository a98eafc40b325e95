"""A plausible year of learning for the demonstration, written through the courses' bulk doors.

Invented, and the same each time for the same people and day. Changsha has studied most; each other city less or
more, each firm and each lawyer again, so that coverage differs where people look. Lectures are watched in the
order of their course, most of them before the due date, some in two sittings, some never to the end.
"""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models, transaction
from django.utils import timezone

from courses import completion_bulk, enrolment, watching
from courses.intervals import Stretch
from courses.models import (
    CourseState,
    CourseVersionActivity,
    EnrolmentReason,
    RequiredSpan,
    RequirementCourse,
)
from courses.watching import Watched
from people.days import start_of_day, today
from people.models import Membership, OrganisationClosure, OrganisationKind, Person, Position, Tree
from people.models.periods import valid_on

SEED = 20261123
YEAR = dt.timedelta(days=365)
# How likely a lawyer of the city has completed a required course by now, by the first four digits of its
# division code; invented. A year of learning lies behind Changsha, the others have begun.
DILIGENCE = {
    "4300": 0.24,
    "4301": 0.46,
    "4302": 0.19,
    "4303": 0.17,
    "4304": 0.11,
    "4305": 0.07,
    "4306": 0.15,
    "4307": 0.18,
    "4308": 0.08,
    "4309": 0.13,
    "4310": 0.12,
    "4311": 0.10,
    "4312": 0.06,
    "4313": 0.11,
    "4331": 0.05,
}
ELSEWHERE = 0.1
# Each further course that the same lawyer has to study is the less likely to be done.
TIRING = 0.85
# Lawyers who have begun and not finished, besides those who have completed.
UNDER_WAY = 0.1
CHANGSHA = "4301"
# Of the lawyers of Changsha, how many also study what nobody asks of them, as a share of their diligence.
OWN_CHOICE = 0.45
LATE_SHARE = 0.07
# Daytime, in seconds since midnight: lawyers study between eight and half past nine in the evening.
EARLIEST, LATEST = 8 * 3600, 21 * 3600 + 1800


@dataclass(frozen=True, slots=True)
class Lesson:
    """One recording of a course; `duration_ms` is its length."""

    recording_id: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Matter:
    """A course, and the requirement for which somebody studies it (None: his own choice)."""

    course_id: int
    lessons: Sequence[Lesson]
    requirement_id: int | None
    opens_on: dt.date
    due_on: dt.date


@dataclass(frozen=True, slots=True)
class Learner:
    """One lawyer: where he belongs, since when, and what is required of him (keys of requirements)."""

    person_id: int
    organisation_id: int
    city: str
    since: dt.date
    required: frozenset[int]


@dataclass(frozen=True, slots=True)
class Learning:
    """What was written."""

    watched: int
    lectures: int
    courses: int
    enrolled: int


@dataclass(slots=True)
class _Sheet:
    """What one load is going to write; a recording that two courses hold is watched once."""

    watched: dict[tuple[int, int], Watched] = field(default_factory=dict)
    enrolments: list[tuple[int, int, EnrolmentReason, int | None, dt.datetime]] = field(default_factory=list)


@transaction.atomic
def load_learning(
    progress: Callable[[str], None], *, in_progress: Iterable[Person] = (), idle: Iterable[Person] = ()
) -> Learning:
    """Write a year of learning up to yesterday for every lawyer of today.

    Those `in_progress` (the demonstration's accounts) always have completed what is due first and have begun the
    last course this week, so that they have something to continue, something due, and a record. Those `idle` have
    watched nothing, so that every course can still fill what they lack.
    """
    draw = random.Random(SEED)  # noqa: S311 - invented lives, the same each time
    day = today()
    required, chosen = _matters(day)
    absent = {person.pk for person in idle}
    learners = [each for each in _learners(day) if each.person_id not in absent]
    in_show = {person.pk for person in in_progress}
    firms: dict[int, float] = defaultdict(lambda: draw.gauss(0, 0.12))
    sheet = _Sheet()
    for learner in learners:
        if learner.person_id in in_show:
            _study_as_shown(sheet, learner, _asked_of(learner, required), day)
            continue
        diligence = (
            DILIGENCE.get(learner.city, ELSEWHERE) + firms[learner.organisation_id] + draw.gauss(0, 0.1)
        )
        for matter in _asked_of(learner, required):
            lessons = _lessons_watched(draw, diligence, matter)
            _study(sheet, draw, learner, matter, lessons=lessons, day=day)
            diligence *= TIRING
        if learner.city == CHANGSHA and chosen and draw.random() < diligence * OWN_CHOICE:
            matter = draw.choice(chosen)
            lessons = draw.randint(1, len(matter.lessons))
            _study(sheet, draw, learner, matter, lessons=lessons, day=day)
    now = timezone.now()
    watched = watching.record_watched_bulk(sheet.watched.values())
    progress(f"{watched} recordings watched by {len({key for key, _ in sheet.watched})} lawyers")
    enrolled = enrolment.enrol_bulk(sheet.enrolments)
    lectures, courses = completion_bulk.complete_bulk(now)
    progress(f"{lectures} lectures and {courses} courses completed")
    return Learning(watched, lectures, courses, enrolled)


def _asked_of(learner: Learner, required: Sequence[Matter]) -> list[Matter]:
    """What the learner has to study: each course once, for the requirement that is due first, in that order."""
    courses: dict[int, Matter] = {}
    for matter in required:
        if matter.requirement_id in learner.required:
            courses.setdefault(matter.course_id, matter)
    return list(courses.values())


def _lessons_watched(draw: random.Random, diligence: float, matter: Matter) -> int:
    """How many lessons of a required course somebody watches: all, the first few, or none."""
    fate = draw.random()
    if fate < diligence:
        return len(matter.lessons)
    return draw.randint(0, len(matter.lessons) - 1) if fate < diligence + UNDER_WAY else 0


def _study(
    sheet: _Sheet, draw: random.Random, learner: Learner, matter: Matter, *, lessons: int, day: dt.date
) -> None:
    """Watch the first `lessons` lessons, a few days apart; whoever stops early leaves the last one half seen."""
    first_day = max(matter.opens_on, learner.since)
    last_day = day - dt.timedelta(days=1)
    due_on = min(matter.due_on, last_day)
    if lessons == 0 or first_day >= last_day:
        return
    if due_on < last_day and draw.random() < LATE_SHARE:
        day = due_on + (last_day - due_on) * draw.random()
    else:
        # Few begin at once, most in the second half of the time they have.
        day = first_day + (max(due_on, first_day) - first_day) * draw.betavariate(2.0, 1.6)
    first: Watched | None = None
    for number, lesson in enumerate(matter.lessons[:lessons]):
        is_left_open = number == lessons - 1 < len(matter.lessons) - 1 and draw.random() < 0.6
        share = draw.uniform(0.1, 0.8) if is_left_open else draw.uniform(0.93, 1.0)
        pieces = _sittings(draw, int(lesson.duration_ms * share), day, last_day)
        watched = _record(sheet, learner, lesson, pieces, draw.randint(EARLIEST, LATEST))
        first = first or watched
        day = min(last_day, day + dt.timedelta(days=draw.randrange(6)))
    if first:
        _enrol(sheet, learner, matter, first.first_watched_at)


def _sittings(draw: random.Random, end_ms: int, day: dt.date, last_day: dt.date) -> list[Stretch]:
    """[0, end) watched at once, or, by one in six, in two sittings on two days."""
    if day < last_day and draw.random() < 0.16:
        middle = int(end_ms * draw.uniform(0.3, 0.7))
        later = min(last_day, day + dt.timedelta(days=draw.randint(1, 4)))
        return [(0, middle, day.isoformat()), (middle, end_ms, later.isoformat())]
    return [(0, end_ms, day.isoformat())]


def _study_as_shown(sheet: _Sheet, learner: Learner, matters: Sequence[Matter], day: dt.date) -> None:
    """Every course but the one due last in an evening a week, that one's first lesson and a part of its second."""
    for weeks, matter in enumerate(reversed(matters)):
        for number, lesson in enumerate(matter.lessons):
            on = day - dt.timedelta(days=6 + 21 * weeks - 2 * number)
            is_under_way = weeks == 0 and number == 1
            end_ms = lesson.duration_ms * 2 // 5 if is_under_way else lesson.duration_ms
            watched = _record(sheet, learner, lesson, [(0, end_ms, on.isoformat())], 20 * 3600 + 60 * number)
            if number == 0:
                _enrol(sheet, learner, matter, watched.first_watched_at)
            if is_under_way:
                break


def _record(sheet: _Sheet, learner: Learner, lesson: Lesson, pieces: list[Stretch], seconds: int) -> Watched:
    """Put the lesson on the sheet as watched at this second of each piece's day, unless it is there already."""
    key = learner.person_id, lesson.recording_id
    if key not in sheet.watched:
        first, last = (
            start_of_day(dt.date.fromisoformat(day)) + dt.timedelta(seconds=seconds)
            for day in (pieces[0][2], pieces[-1][2])
        )
        sheet.watched[key] = Watched(
            person_id=learner.person_id,
            recording_id=lesson.recording_id,
            intervals=pieces,
            position_ms=pieces[-1][1],
            first_watched_at=first,
            updated_at=last + dt.timedelta(milliseconds=pieces[-1][1] - pieces[-1][0]),
        )
    return sheet.watched[key]


def _enrol(sheet: _Sheet, learner: Learner, matter: Matter, at: dt.datetime) -> None:
    reason = EnrolmentReason.REQUIRED if matter.requirement_id else EnrolmentReason.OWN_CHOICE
    sheet.enrolments.append((learner.person_id, matter.course_id, reason, matter.requirement_id, at))


def _matters(day: dt.date) -> tuple[list[Matter], list[Matter]]:
    """The courses that open requirements ask for, and those that nobody asks for, each with its lessons."""
    lessons: dict[int, list[Lesson]] = defaultdict(list)
    outline = CourseVersionActivity.objects.filter(
        version__course__state=CourseState.OPEN,
        version__course__current_version=models.F("version"),
        activity__lecture__recording__duration_ms__isnull=False,
    ).order_by("version__course_id", "position")
    for course_id, recording_id, duration_ms in outline.values_list(
        "version__course_id", "activity__lecture__recording_id", "activity__lecture__recording__duration_ms"
    ):
        lessons[course_id].append(Lesson(recording_id, duration_ms or 0))
    required = [
        Matter(
            each.course_id, lessons[each.course_id], each.requirement_id, opens_on, each.requirement.due_on
        )
        for each in RequirementCourse.objects.filter(requirement__is_open=True, is_elective=False)
        .select_related("requirement")
        .order_by("requirement__due_on", "requirement_id", "position")
        if lessons[each.course_id] and (opens_on := max(each.requirement.opens_on, day - YEAR)) < day
    ]
    asked = {each.course_id for each in required}
    chosen = [
        Matter(course_id, found, None, day - YEAR, day)
        for course_id, found in lessons.items()
        if found and course_id not in asked
    ]
    return required, chosen


def _learners(day: dt.date) -> list[Learner]:
    """Every lawyer of the day, in the order of his key, with the city that answers for him."""
    cities: dict[int, tuple[int, str]] = {}
    above = OrganisationClosure.objects.on(day).filter(
        tree=Tree.PROFESSION, ancestor__kind=OrganisationKind.ASSOCIATION
    )
    for organisation_id, depth, code in above.values_list(
        "descendant_id", "depth", "ancestor__division_code"
    ):
        if organisation_id not in cities or depth < cities[organisation_id][0]:
            cities[organisation_id] = depth, code[:4]
    required: dict[int, set[int]] = defaultdict(set)
    spans = RequiredSpan.objects.filter(valid_on(day), requirement__is_open=True)
    for person_id, requirement_id in spans.values_list("person_id", "requirement_id"):
        required[person_id].add(requirement_id)
    memberships = Membership.objects.on(day).filter(
        tree=Tree.PROFESSION, is_main=True, position=Position.LAWYER
    )
    return [
        Learner(
            person_id,
            organisation_id,
            cities.get(organisation_id, (0, ""))[1],
            since,
            frozenset(required.get(person_id, ())),
        )
        for person_id, organisation_id, since in memberships.order_by("person_id").values_list(
            "person_id", "organisation_id", "valid_from"
        )
    ]
