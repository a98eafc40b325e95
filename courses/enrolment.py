"""Who is enrolled in a course, and why; the one place that says so.

Starting to watch a lecture enrols: in every course that a curriculum requires of the person and that holds the
lecture (reason: required), and in the course from which he came (own choice). Where neither applies, in the
first open course that he may see and that holds it. Nobody enrols in a course that is locked for him
(courses.locks), nor in a withdrawn one; those who are under way in it may finish. An enrolment ends when its course
is complete. Readings and assessments enrol as lectures do.

Whoever is under way is judged by the course's current version, unless a publication has let him finish under the
one that he began with (`version`).
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Subquery

from courses import access, locks, refusals
from courses.models import (
    Assessment,
    Completion,
    Course,
    CourseState,
    CourseVersion,
    Enrolment,
    EnrolmentReason,
    Lecture,
    Reading,
    RequirementCourse,
)
from people.days import local_day
from people.models import Person, User
from people.models.periods import valid_on


def enrol(
    person_id: int,
    course: Course,
    *,
    reason: EnrolmentReason,
    now: dt.datetime,
    requirement_id: int | None = None,
) -> bool:
    """Take a person into a course; False where he is in it or has completed it. Refuses CourseWithdrawn."""
    if course.state == CourseState.WITHDRAWN:
        raise refusals.CourseWithdrawn
    if Completion.objects.filter(person=person_id, course=course, revoked_at__isnull=True).exists():
        return False
    _enrolment, is_new = Enrolment.objects.get_or_create(
        person_id=person_id,
        course=course,
        ended_at=None,
        defaults={"reason": reason, "requirement_id": requirement_id, "started_at": now},
    )
    return is_new


def enrol_by_watching(
    user: User,
    person: Person,
    item: Lecture | Reading | Assessment,
    *,
    chosen: Course | None,
    now: dt.datetime,
) -> list[int]:
    """Enrol who starts this activity, as this module's opening says; the keys of the courses newly entered."""
    kind = item._meta.model_name
    holding = list(
        access.accessible_courses(user)
        .filter(state=CourseState.OPEN, **{f"current_version__activities__activity__{kind}": item})
        .order_by("pk")
    )
    locked = locks.locks_of(user, holding, day=local_day(now))
    holding = [course for course in holding if course.pk not in locked]
    requirements: dict[int, int] = {}
    for course_id, requirement_id in RequirementCourse.objects.filter(
        valid_on(local_day(now), "requirement__spans__"),
        requirement__is_open=True,
        requirement__spans__person=person,
        course__in=holding,
    ).values_list("course_id", "requirement_id"):
        requirements.setdefault(course_id, requirement_id)
    entered = []
    for course in holding:
        required_by = requirements.get(course.pk)
        is_chosen = chosen == course or (chosen is None and not requirements and course == holding[0])
        if required_by is None and not is_chosen:
            continue
        reason = EnrolmentReason.REQUIRED if required_by else EnrolmentReason.OWN_CHOICE
        if enrol(person.pk, course, reason=reason, requirement_id=required_by, now=now):
            entered.append(course.pk)
    return entered


def bind(course: Course, version: CourseVersion | None) -> int:
    """Those under way in the course finish under this version, or (None) go on under the current one; how many.

    With a version, who is bound to an earlier one already stays with that.
    """
    under_way = Enrolment.objects.filter(course=course, ended_at__isnull=True)
    if version is not None:
        under_way = under_way.filter(version__isnull=True)
    return under_way.update(version=version)


def bound_versions(person_id: int) -> dict[int, int]:
    """The versions under which the person finishes courses that have newer ones, by the course's key."""
    rows = Enrolment.objects.filter(person=person_id, ended_at__isnull=True, version__isnull=False)
    return {
        course_id: version_id
        for course_id, version_id in rows.values_list("course_id", "version_id")
        if version_id
    }


def persons_under_way(course_id: int) -> list[int]:
    """Keys of the persons who are in the course now."""
    rows = Enrolment.objects.filter(course=course_id, ended_at__isnull=True).order_by("pk")
    return list(rows.values_list("person_id", flat=True))


def enrol_bulk(rows: Iterable[tuple[int, int, EnrolmentReason, int | None, dt.datetime]]) -> int:
    """Write many (person, course, reason, requirement, started at); who is in a course already stays as he is."""
    enrolments = [
        Enrolment(
            person_id=person_id,
            course_id=course_id,
            reason=reason,
            requirement_id=requirement_id,
            started_at=started_at,
        )
        for person_id, course_id, reason, requirement_id, started_at in rows
    ]
    Enrolment.objects.bulk_create(enrolments, ignore_conflicts=True, batch_size=2000)
    return len(enrolments)


def finish(person_id: int, course_ids: Iterable[int], now: dt.datetime) -> None:
    """The person is through with these courses."""
    Enrolment.objects.filter(person=person_id, course__in=list(course_ids), ended_at__isnull=True).update(
        ended_at=now
    )


def finish_completed() -> int:
    """End every open enrolment whose course its person has completed, dated by that completion; how many."""
    done = Completion.objects.filter(
        person=OuterRef("person"), course=OuterRef("course"), revoked_at__isnull=True
    )
    return (
        Enrolment.objects.filter(Exists(done), ended_at__isnull=True)
        .order_by()
        .update(ended_at=Subquery(done.values("completed_at")[:1]))
    )
