"""What a curriculum asks of one person, as my page and the curriculum's page show it: courses, and what is lacking.

The judgement is courses.fulfilment's, and courses.locks says what may be begun; nothing is decided here.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.utils.formats import localize
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses import asked_courses, locks, outlines
from courses.amounts import MILLI
from courses.fulfilment import Standing
from courses.locks import Lock
from courses.models import Course, Requirement, RequirementCourse
from courses.outlines import Line, Outline
from people.models import Person, User


@dataclass(frozen=True, slots=True)
class DutyCourse:
    """A course that is asked for. `met_on` is the day on which it, or one that counts as the same, was completed."""

    course: Course
    outline: Outline
    is_elective: bool
    credit: Decimal
    met_on: dt.date | None
    lock: Lock | None

    @property
    def is_met(self) -> bool:
        return self.met_on is not None

    @property
    def is_met_by_same(self) -> bool:
        """Whether a course that counts as the same met it."""
        return self.is_met and not self.outline.is_complete


@dataclass(frozen=True, slots=True)
class Duty:
    """Something required of the person. Days compare as days in China."""

    requirement: Requirement
    due_on: dt.date
    courses: Sequence[DutyCourse]
    standing: Standing
    day: dt.date

    @property
    def title(self) -> str:
        return self.requirement.title

    @property
    def url(self) -> str:
        curriculum = self.requirement.curriculum
        return f"/curricula/{curriculum.public_id}/" if curriculum else ""

    @property
    def required(self) -> list[DutyCourse]:
        return [each for each in self.courses if not each.is_elective]

    @property
    def electives(self) -> list[DutyCourse]:
        return [each for each in self.courses if each.is_elective]

    @property
    def asked_count(self) -> int:
        """How many courses have to be completed, as far as that is a number."""
        return self.standing.required + self.requirement.minimum_electives

    @property
    def completed_count(self) -> int:
        electives = min(self.standing.electives_met, self.requirement.minimum_electives)
        return self.standing.required_met + electives

    @property
    def minimum_credit(self) -> Decimal:
        return _credit(self.requirement.minimum_elective_milli)

    @property
    def elective_credit(self) -> Decimal:
        return _credit(self.standing.elective_milli_met)

    @property
    def lacking_credit(self) -> Decimal:
        return _credit(self.standing.lacking_milli)

    @property
    def lacking(self) -> list[str]:
        """What is still to be completed, in words; empty where it is complete."""
        courses, electives = self.standing.lacking_required, self.standing.lacking_electives
        words = []
        if courses:
            words.append(
                ngettext("%(n)s required course", "%(n)s required courses", courses) % {"n": courses}
            )
        if electives:
            words.append(ngettext("%(n)s elective", "%(n)s electives", electives) % {"n": electives})
        if self.standing.lacking_milli:
            credit = localize(self.lacking_credit.normalize())
            words.append(_("%(credit)s elective credits") % {"credit": credit})
        return words

    @property
    def is_complete(self) -> bool:
        return self.standing.is_complete

    @property
    def is_upcoming(self) -> bool:
        return self.day < self.requirement.opens_on

    @property
    def is_closed(self) -> bool:
        """Whether what is completed now no longer counts."""
        return self.requirement.closes_on is not None and self.day > self.requirement.closes_on

    @property
    def is_overdue(self) -> bool:
        return not self.is_complete and self.due_on < self.day

    @property
    def days_left(self) -> int:
        return (self.due_on - self.day).days

    @property
    def next_line(self) -> tuple[Course, Line] | None:
        """What to go on with: of the required courses, then of the electives while they are lacking."""
        lacks_electives = self.standing.lacking_electives or self.standing.lacking_milli
        for each in [*self.required, *(self.electives if lacks_electives else ())]:
            if not each.is_met and each.lock is None and each.outline.next_line is not None:
                return each.course, each.outline.next_line
        return None


def duties_of(
    user: User | AnonymousUser,
    person: Person | None,
    asked: Sequence[tuple[Requirement, dt.date]],
    day: dt.date,
) -> list[Duty]:
    """A duty for each requirement with its due day; the statements do not grow with what there is."""
    requirements = [requirement for requirement, _due_on in asked]
    rows: dict[int, list[RequirementCourse]] = {each.pk: [] for each in requirements}
    for row in (
        RequirementCourse.objects.filter(requirement__in=requirements)
        .select_related("course__page", "course__audience_organisation")
        .order_by("position")
    ):
        rows[row.requirement_id].append(row)
    courses = {row.course_id: row.course for each in rows.values() for row in each}
    shown = outlines.outlines_of(courses.values(), person)
    locked = locks.locks_of(user, courses.values(), day=day)
    standings = asked_courses.standings_of(person, requirements)
    return [
        Duty(
            requirement,
            due_on,
            [
                DutyCourse(
                    course=courses[row.course_id],
                    outline=shown.get(row.course_id, Outline()),
                    is_elective=row.is_elective,
                    credit=_credit(row.elective_milli),
                    met_on=standings[requirement.pk].met.get(row.course_id),
                    lock=locked.get(row.course_id),
                )
                for row in rows[requirement.pk]
            ],
            standings[requirement.pk],
            day,
        )
        for requirement, due_on in asked
    ]


def _credit(milli: int) -> Decimal:
    return Decimal(milli) / MILLI
