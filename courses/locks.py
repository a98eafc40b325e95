"""Which courses somebody may not begin now, and why; the one place that says so.

Before its opening day nobody takes a course. After its closing day nobody begins it: whoever is under way in it may
finish, and whoever has completed it may watch it again. Prerequisites ask whoever has a record to have completed
them, or a course that counts as the same, before he begins; they take nothing back from who is under way. Editors
look at everything. A lecture may be played while one course that holds it is not locked.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser

from courses import access, asked_courses, precedence, refusals, sameness
from courses.models import Assessment, Completion, Course, CourseTerms, Enrolment, Lecture, Reading
from people.access import person_of
from people.days import today
from people.models import Person, User


class LockReason(StrEnum):
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    PREREQUISITES = "prerequisites"


@dataclass(frozen=True, slots=True)
class Lock:
    """Why a course may not be begun. `day` is that of its opening or closing; `missing` are the courses to do first."""

    course: Course
    reason: LockReason
    day: dt.date | None = None
    missing: Sequence[Course] = field(default_factory=list)


def locks_of(
    user: User | AnonymousUser, courses: Iterable[Course], *, day: dt.date | None = None
) -> dict[int, Lock]:
    """The locks of these courses for the user, by course; one statement where no course has terms, else five."""
    day = day or today()
    terms = list(
        CourseTerms.objects.filter(course__in=[each.pk for each in courses])
        .select_related("course")
        .prefetch_related("prerequisites__course__page")
    )
    if not terms or access.is_editor(user):
        return {}
    person = person_of(user)
    classes_of = asked_courses.classes_now()
    completed, under_way = _record(person)
    found = {}
    for each in terms:
        lock = _lock(each, completed, under_way, classes_of, has_record=person is not None, day=day)
        if lock is not None:
            found[each.course_id] = lock
    return found


def lock_of(user: User | AnonymousUser, item: Lecture | Reading | Assessment) -> Lock | None:
    """The lock of the first course that holds the activity, where each that holds it is locked."""
    holding = list(
        access.accessible_courses(user)
        .filter(**{f"current_version__activities__activity__{item._meta.model_name}": item})
        .order_by("pk")
    )
    locks = locks_of(user, holding)
    return locks[holding[0].pk] if holding and len(locks) == len(holding) else None


def refuse_locked(user: User | AnonymousUser, item: Lecture | Reading | Assessment) -> None:
    """Raises CourseLocked, with what is missing, where the activity may not be begun."""
    lock = lock_of(user, item)
    if lock is not None:
        refusal = refusals.CourseLocked()
        refusal.members = {
            "reason": str(lock.reason),
            "day": lock.day.isoformat() if lock.day else None,
            "missing": [str(each.public_id) for each in lock.missing],
        }
        raise refusal


def _record(person: Person | None) -> tuple[set[int], set[int]]:
    """The courses that the person has completed, and those that he is under way in."""
    if person is None:
        return set(), set()
    completed = Completion.objects.filter(person=person, course__isnull=False, revoked_at__isnull=True)
    under_way = Enrolment.objects.filter(person=person, ended_at__isnull=True)
    return (
        {key for key in completed.values_list("course_id", flat=True) if key is not None},
        set(under_way.values_list("course_id", flat=True)),
    )


def _lock(
    terms: CourseTerms,
    completed: set[int],
    under_way: set[int],
    classes_of: sameness.Classes,
    *,
    has_record: bool,
    day: dt.date,
) -> Lock | None:
    course = terms.course
    if terms.opens_on and day < terms.opens_on:
        return Lock(course, LockReason.NOT_OPEN, terms.opens_on)
    if course.pk in under_way or course.pk in completed:
        return None
    if terms.closes_on and day > terms.closes_on:
        return Lock(course, LockReason.CLOSED, terms.closes_on)
    if not has_record:
        return None
    needed = {each.course_id: each.course for each in terms.prerequisites.all()}
    lacking = precedence.missing(list(needed), completed, classes_of)
    if lacking and not sameness.same_as(course.pk, classes_of) & completed:
        return Lock(course, LockReason.PREREQUISITES, missing=[needed[key] for key in lacking])
    return None
