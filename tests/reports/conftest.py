"""A small province with curricula: who had to, who has, who has not, on days that a test chooses."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import (
    Access,
    Activity,
    ActivityKind,
    Completion,
    Course,
    CourseVersion,
    CourseVersionActivity,
    Curriculum,
    CurriculumCourse,
    EquivalenceGroup,
    EquivalentCourse,
    Lecture,
    Requirement,
)
from courses.requirements import publish_curriculum, refresh_courses
from courses.watching import Watched, record_watched_bulk
from media.models import Recording
from people import grants, licences, memberships, organisations, persons
from people.days import start_of_day
from people.models import Organisation, OrganisationKind, Person, Role, User

OPENED = dt.date(2010, 1, 1)
OPENS = dt.date(2026, 3, 1)
DUE = dt.date(2026, 9, 30)
HOUR_MS = 3_600_000
_serial = count(1)


@dataclass
class World:
    """Names of organisations lead to them; deeds that a test does in one line."""

    units: dict[str, Organisation] = field(default_factory=dict)

    def unit(self, name: str, parent: str | None = None, kind: str = OrganisationKind.FIRM) -> Organisation:
        self.units[name] = organisations.create(
            kind=kind, name=name, opened_on=OPENED, parent=self.units[parent] if parent else None
        )
        return self.units[name]

    def lawyer(self, name: str, unit: str, on: dt.date = OPENED, licence: str = "") -> Person:
        person = persons.create(name=name)
        memberships.join(person, self.units[unit], on=on)
        licences.issue(
            person,
            number=licence or f"14301201510{next(_serial):06d}",
            practice_type="full_time",
            admitted_on=OPENED,
            on=OPENED,
        )
        return person

    def reader(self, username: str, role: Role, unit: str) -> User:
        user = User.objects.create_user(username)
        grants.grant(user, role, self.units[unit], by=None, reason="试验", valid_from=OPENED)
        return user

    def course(self, title: str = "合同编讲座", lectures: int = 1) -> Course:
        """A published course of so many lectures, each an hour long."""
        course = Course.objects.create(title=title, access=Access.MEMBERS)
        version = CourseVersion.objects.create(
            course=course,
            number=1,
            title=title,
            outline=[],
            rule={"kind": "all_required"},
            published_at=timezone.now(),
        )
        for position in range(lectures):
            recording = Recording.objects.create(
                title=title,
                original_key="a",
                original_name="a.mp4",
                size_bytes=1,
                sha256="0" * 64,
                duration_ms=HOUR_MS,
            )
            lecture = Lecture.objects.create(title=title, recording=recording)
            activity = Activity.objects.create(kind=ActivityKind.LECTURE, title=title, lecture=lecture)
            CourseVersionActivity.objects.create(
                version=version, activity=activity, position=position, is_required=True
            )
        course.current_version = version
        course.save()
        return course

    def curriculum(
        self,
        *courses: Course,
        unit: str,
        title: str = "民法典轮训",
        opens: dt.date = OPENS,
        due: dt.date = DUE,
        electives: Sequence[tuple[Course, str]] = (),
        **asked: Any,
    ) -> Requirement:
        """Required courses, and electives each with the credits that it gives."""
        curriculum = Curriculum.objects.create(
            title=title,
            owner=self.units[unit],
            audience_organisation=self.units[unit],
            opens_on=opens,
            due_on=due,
            **asked,
        )
        for position, course in enumerate(courses):
            CurriculumCourse.objects.create(curriculum=curriculum, course=course, sort_order=position)
        for position, (course, credits_given) in enumerate(electives, start=len(courses)):
            CurriculumCourse.objects.create(
                curriculum=curriculum,
                course=course,
                sort_order=position,
                is_elective=True,
                elective_credits=Decimal(credits_given),
            )
        curriculum.refresh_from_db()
        return publish_curriculum(curriculum)

    def same(self, *courses: Course) -> EquivalenceGroup:
        """These courses count as the same from now on."""
        group = EquivalenceGroup.objects.create(title="等同课程")
        EquivalentCourse.objects.bulk_create(
            EquivalentCourse(group=group, course=course, sort_order=0) for course in courses
        )
        refresh_courses()
        return group

    def watch(self, person: Person, course: Course, day: dt.date, share: float = 0.5) -> None:
        lecture = course.current_version.activities.first().activity.lecture
        at = start_of_day(day) + dt.timedelta(hours=10)
        record_watched_bulk(
            [
                Watched(
                    person.pk,
                    lecture.recording_id,
                    [(0, int(HOUR_MS * share), day.isoformat())],
                    int(HOUR_MS * share),
                    at,
                    at,
                )
            ]
        )

    def complete(self, person: Person, course: Course, day: dt.date) -> Completion:
        return Completion.objects.create(
            person=person,
            course=course,
            course_version=course.current_version,
            completed_at=start_of_day(day) + dt.timedelta(hours=11),
            day=day,
            rule={"kind": "all_required"},
            evidence={},
        )


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def province_world() -> World:
    """The province with Changsha (two firms) and Hengyang (one), nobody in them yet."""
    made = World()
    association = OrganisationKind.ASSOCIATION
    made.unit("湖南省律师协会", kind=association)
    made.unit("长沙市律师协会", "湖南省律师协会", association)
    made.unit("衡阳市律师协会", "湖南省律师协会", association)
    made.unit("湖南岳试律师事务所", "长沙市律师协会")
    made.unit("湖南芙试律师事务所", "长沙市律师协会")
    made.unit("湖南石试律师事务所", "衡阳市律师协会")
    return made


@pytest.fixture
def world(db: None) -> World:
    return province_world()
