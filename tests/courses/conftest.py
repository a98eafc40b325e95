"""A small province with a catalogue: two cities, firms, lawyers, and published lectures and courses."""

import datetime as dt
from collections.abc import Callable

import pytest

from courses import catalogue
from courses.models import (
    Access,
    Course,
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    Curriculum,
    CurriculumCourse,
    Lecture,
    Question,
)
from people import memberships, persons
from people.models import Organisation, Person, Role, User
from tests.courses.activities import a_question
from tests.courses.regulations import act, regulation
from tests.provinces import OPENED, Province, account, province

__all__ = ["OPENED", "Province", "account", "act", "province", "regulation"]


@pytest.fixture
def lawyer(db: None) -> Callable[..., Person]:
    """A lawyer of an organisation since a day, with a sign-in of his name where asked for."""

    def make(name: str, organisation: Organisation, *, on: dt.date = OPENED, sign_in: bool = True) -> Person:
        user = User.objects.create_user(name, password="岳麓山下读书声 2026") if sign_in else None
        person = persons.create(name=name, user=user)
        memberships.join(person, organisation, on=on)
        return person

    return make


@pytest.fixture
def editor(account: Callable[..., User], province: Province) -> User:
    return account("bianji", Role.EDITOR, province.province)


@pytest.fixture
def lecture(db: None) -> Callable[..., Lecture]:
    """A lecture, published unless told otherwise, through Wagtail's own publication."""

    def make(title: str, *, live: bool = True, **fields: object) -> Lecture:
        made = Lecture.objects.create(title=title, live=False, **fields)
        revision = made.save_revision()
        if live:
            revision.publish()
        made.refresh_from_db()
        return made

    return make


@pytest.fixture
def course_page(db: None) -> Callable[..., CoursePage]:
    """A course page with these lectures, published unless told otherwise."""

    def make(
        title: str, *lectures: Lecture, access: str = Access.MEMBERS, live: bool = True, **fields: object
    ) -> CoursePage:
        catalogue.ensure_site()
        page = CoursePage(
            title=title, slug=f"c{CoursePage.objects.count()}", access=access, live=False, **fields
        )
        page.outline = [
            CoursePageActivity(lecture=each, sort_order=position) for position, each in enumerate(lectures)
        ]
        CourseIndexPage.objects.get().add_child(instance=page)
        revision = page.save_revision()
        if live:
            revision.publish()
        return CoursePage.objects.get(pk=page.pk)

    return make


@pytest.fixture
def course(course_page: Callable[..., CoursePage]) -> Callable[..., Course]:
    def make(title: str, *lectures: Lecture, **fields: object) -> Course:
        return Course.objects.get(page=course_page(title, *lectures, **fields))

    return make


@pytest.fixture
def curriculum(db: None) -> Callable[..., Curriculum]:
    """A curriculum for an organisation's people, published through Wagtail's own publication."""

    def make(
        title: str,
        audience: Organisation,
        *courses: Course,
        opens_on: dt.date = dt.date(2026, 1, 1),
        due_on: dt.date = dt.date(2026, 12, 31),
        live: bool = True,
        **fields: object,
    ) -> Curriculum:
        made = Curriculum(
            title=title,
            owner=audience,
            audience_organisation=audience,
            opens_on=opens_on,
            due_on=due_on,
            live=False,
            **fields,
        )
        made.courses = [
            CurriculumCourse(course=each, sort_order=position) for position, each in enumerate(courses)
        ]
        made.save()
        revision = made.save_revision()
        if live:
            revision.publish()
        return Curriculum.objects.get(pk=made.pk)

    return make


@pytest.fixture
def bank(db: None) -> list[Question]:
    """One question of each kind, on one topic."""
    return [
        a_question("单选", lecture=None),
        a_question("多选", "multiple", [("甲", True), ("乙", True), ("丙", False)]),
        a_question("判断", "true_false", [], is_true=True),
        a_question("排序", "ordering", [("一", False), ("二", False), ("三", False)]),
        a_question("简答", "short", [], accepted="abC\n别的"),
    ]
