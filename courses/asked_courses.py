"""What a requirement asks for as rows: the one writer of RequirementCourse and CountedCourse, and their reader.

Called at publication and whenever groups of same courses change. An elective that counts as the same as a course
asked for before it is left out: one completion never stands for two. What an elective gives is fixed when it
is first written, so that a lecture which is re-cut takes no completion back.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import F, Sum

from courses import amounts, credit, fulfilment, sameness
from courses.fulfilment import Asked, Demand, Standing
from courses.models import (
    Completion,
    CountedCourse,
    CourseVersionActivity,
    Curriculum,
    CurriculumCourse,
    EquivalentCourse,
    Requirement,
    RequirementCourse,
)
from people.models import Person

# course, is_elective, elective_milli, the courses that count
_Line = tuple[int, bool, int, frozenset[int]]


def classes_now() -> dict[int, frozenset[int]]:
    """The classes of courses that count as the same, from every group. One statement."""
    groups: dict[int, set[int]] = defaultdict(set)
    for group_id, course_id in EquivalentCourse.objects.values_list("group_id", "course_id"):
        groups[group_id].add(course_id)
    return sameness.classes(groups.values())


def write(requirement: Requirement, curriculum: Curriculum) -> None:
    """Bring the requirement's courses into agreement with its curriculum and with the groups of same courses."""
    held = _held(requirement)
    kept = {course: milli for course, _is_elective, milli, _counted in held}
    wanted = _wanted(list(curriculum.courses.order_by("sort_order", "pk")), kept)
    if wanted == held:
        return
    requirement.courses.all().delete()
    rows = RequirementCourse.objects.bulk_create(
        RequirementCourse(
            requirement=requirement,
            course_id=course,
            position=position,
            is_elective=is_elective,
            elective_milli=milli,
        )
        for position, (course, is_elective, milli, _counted) in enumerate(wanted)
    )
    CountedCourse.objects.bulk_create(
        CountedCourse(asked=row, course_id=each)
        for row, (_course, _is_elective, _milli, counted) in zip(rows, wanted, strict=True)
        for each in sorted(counted)
    )


def demands_of(requirements: Iterable[Requirement]) -> dict[int, Demand]:
    """What each requirement asks for, by its key. One statement, whatever their number."""
    given = list(requirements)
    asked: dict[int, dict[int, tuple[RequirementCourse, set[int]]]] = {each.pk: {} for each in given}
    counted = CountedCourse.objects.filter(asked__requirement__in=given).select_related("asked")
    for row in counted.order_by("asked__position"):
        asked[row.asked.requirement_id].setdefault(row.asked_id, (row.asked, set()))[1].add(row.course_id)
    return {
        each.pk: Demand(
            asked=[
                Asked(row.course_id, frozenset(counts), row.is_elective, row.elective_milli)
                for row, counts in asked[each.pk].values()
            ],
            minimum_electives=each.minimum_electives,
            minimum_milli=each.minimum_elective_milli,
            closes_on=each.closes_on,
        )
        for each in given
    }


def standings_of(person: Person | None, requirements: Iterable[Requirement]) -> dict[int, Standing]:
    """Where the person stands with each requirement now, by its key. Two statements; nobody has begun anything."""
    demands = demands_of(requirements)
    courses = {course for demand in demands.values() for asked in demand.asked for course in asked.counted}
    days: dict[int, dt.date] = {}
    if person is not None:
        rows = Completion.objects.filter(person=person, course__in=courses, revoked_at__isnull=True)
        days = {course: day for course, day in rows.values_list("course_id", "day") if course is not None}
    return {key: fulfilment.standing(demand, days) for key, demand in demands.items()}


def milli_by_length(course_ids: Iterable[int]) -> dict[int, int]:
    """Thousandths of a credit that the required lectures of these courses give by their length. One statement."""
    rows = (
        CourseVersionActivity.objects.filter(
            version__course__in=list(course_ids),
            version__course__current_version=F("version"),
            is_required=True,
        )
        .values("version__course")
        .annotate(milliseconds=Sum("activity__lecture__recording__duration_ms"))
        .values_list("version__course", "milliseconds")
        .order_by()
    )
    return {
        course: round(credit.credit_of((milliseconds or 0) // 1000) * amounts.MILLI)
        for course, milliseconds in rows
    }


def _wanted(lines: list[CurriculumCourse], kept: dict[int, int]) -> list[_Line]:
    """The courses in the order of the page: required ones first, as they are asked first."""
    classes_of = classes_now()
    lines.sort(key=lambda line: line.is_elective)
    lengths = milli_by_length(
        line.course_id for line in lines if line.is_elective and line.elective_credits is None
    )
    taken: set[int] = set()
    wanted: list[_Line] = []
    for line in lines:
        if line.is_elective and line.course_id in taken:
            continue
        counted = sameness.same_as(line.course_id, classes_of)
        taken |= counted
        wanted.append((line.course_id, line.is_elective, _milli(line, kept, lengths), counted))
    return wanted


def _milli(line: CurriculumCourse, kept: dict[int, int], lengths: dict[int, int]) -> int:
    if not line.is_elective:
        return 0
    if line.elective_credits is not None:
        return int(line.elective_credits * amounts.MILLI)
    return kept.get(line.course_id) or lengths.get(line.course_id, 0)


def _held(requirement: Requirement) -> list[_Line]:
    counted: dict[int, set[int]] = defaultdict(set)
    for asked, course in CountedCourse.objects.filter(asked__requirement=requirement).values_list(
        "asked_id", "course_id"
    ):
        counted[asked].add(course)
    return [
        (row.course_id, row.is_elective, row.elective_milli, frozenset(counted[row.pk]))
        for row in requirement.courses.order_by("position")
    ]
