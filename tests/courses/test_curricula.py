"""Curricula with electives, same courses, prerequisites and dates, as their readers meet them."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from courses import requirements
from courses.models import (
    Completion,
    Course,
    CourseTerms,
    Curriculum,
    CurriculumCourse,
    Enrolment,
    EquivalenceGroup,
    EquivalentCourse,
    Prerequisite,
)
from people.days import today
from people.models import Person
from tests.courses.stage import Watcher, association, new_lawyer, published_course, published_lecture

pytestmark = pytest.mark.slow

A_DAY = dt.timedelta(days=1)


@pytest.fixture
def courses(db: None) -> list[Course]:
    """Four published courses of one lecture each."""
    return [published_course(f"课程{name}", published_lecture(f"讲座{name}")) for name in "甲乙丙丁"]


@pytest.fixture
def watcher(db: None) -> Watcher:
    return Watcher(new_lawyer())


def complete(person: Person, course: Course, day: dt.date | None = None) -> Completion:
    at = dt.datetime.now(dt.UTC)
    return Completion.objects.create(
        person=person,
        course=course,
        course_version=course.current_version,
        completed_at=at,
        day=day or today(),
        rule={"kind": "all_required"},
        evidence={},
    )


def curriculum(
    required: list[Course], electives: dict[Course, str] | None = None, **fields: Any
) -> Curriculum:
    made = Curriculum(
        owner=association(),
        audience_organisation=association(),
        live=False,
        **{"title": "年度培训", "opens_on": today() - 30 * A_DAY, "due_on": today() + 30 * A_DAY, **fields},
    )
    made.courses = [CurriculumCourse(course=each, sort_order=place) for place, each in enumerate(required)]
    for place, (course, credits_given) in enumerate((electives or {}).items(), start=len(required)):
        made.courses.add(
            CurriculumCourse(
                course=course,
                sort_order=place,
                is_elective=True,
                elective_credits=Decimal(credits_given) if credits_given else None,
            )
        )
    made.save()
    made.save_revision().publish()
    return Curriculum.objects.get(pk=made.pk)


def terms(course: Course, *before: Course, **dates: Any) -> CourseTerms:
    made = CourseTerms.objects.create(course=course, **dates)
    for place, each in enumerate(before):
        Prerequisite.objects.create(terms=made, course=each, sort_order=place)
    return made


def same(*given: Course) -> None:
    group = EquivalenceGroup.objects.create(title="等同")
    for place, course in enumerate(given):
        EquivalentCourse.objects.create(group=group, course=course, sort_order=place)
    requirements.refresh_courses()


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_my_page_and_the_curriculums_page_say_what_is_lacking(
    courses: list[Course], watcher: Watcher
) -> None:
    made = curriculum([courses[0]], {courses[1]: "1.5", courses[2]: "1.5"}, minimum_elective_credits=2)
    url = f"/curricula/{made.public_id}/"
    for address in ("/my/", url):
        assert "还差：必修 1 门、选修 2 学时。" in page(watcher.client, address)
    complete(watcher.person, courses[0])
    complete(watcher.person, courses[1])
    for address in ("/my/", url):
        assert "还差：选修 0.5 学时。" in page(watcher.client, address)
    complete(watcher.person, courses[2])
    assert "还差" not in page(watcher.client, "/my/")
    assert "您已于" in page(watcher.client, url)


def test_an_elective_counts_as_much_as_its_lectures_are_long_and_keeps_that(
    courses: list[Course], watcher: Watcher
) -> None:
    long = published_course("长课", published_lecture("长讲座", duration_ms=90 * 60_000))
    made = curriculum([], {long: ""}, minimum_elective_credits=2)
    row = made.requirement.courses.get()
    assert row.elective_milli == 2000
    recording = long.current_version.activities.get().activity.lecture.recording
    recording.duration_ms = 30 * 60_000
    recording.save()
    requirements.publish_curriculum(made)
    assert made.requirement.courses.get().elective_milli == 2000


def test_a_course_that_counts_as_the_same_meets_what_is_asked(
    courses: list[Course], watcher: Watcher
) -> None:
    made = curriculum([courses[0]])
    complete(watcher.person, courses[1])
    assert "还差" not in page(watcher.client, "/my/")
    same(courses[0], courses[2])
    assert "您已于" not in page(watcher.client, f"/curricula/{made.public_id}/")
    same(courses[2], courses[1])
    assert "已由等同课程完成" in page(watcher.client, f"/curricula/{made.public_id}/")


def test_two_electives_that_count_as_the_same_are_one(courses: list[Course]) -> None:
    made = curriculum([courses[0]], {courses[1]: "1", courses[2]: "1"})
    same(courses[1], courses[2])
    asked = made.requirement.courses
    assert list(asked.values_list("course", flat=True)) == [courses[0].pk, courses[1].pk]
    assert asked.get(course=courses[1]).counted.count() == 2


def test_a_locked_course_says_what_to_complete_first_and_links_there(
    courses: list[Course], watcher: Watcher
) -> None:
    first, second = courses[0], courses[1]
    terms(second, first)
    shown = page(watcher.client, second.page.url)
    assert "请先完成" in shown
    assert f'<a href="{first.page.url}">' in shown
    lecture = second.current_version.activities.get().activity.lecture
    shown = page(watcher.client, f"/lectures/{lecture.public_id}/")
    assert "请先完成" in shown
    assert 'id="video"' not in shown
    answer = watcher.open(lecture)
    assert (answer.status_code, answer.json()["code"]) == (409, "course_locked")
    assert answer.json()["missing"] == [str(first.public_id)]
    assert watcher.client.get(f"/api/v1/playback/sources/{lecture.public_id}").status_code == 409


@pytest.mark.parametrize("by_same", [False, True])
def test_a_completed_prerequisite_or_its_same_opens_the_course(
    courses: list[Course], watcher: Watcher, by_same: bool
) -> None:
    first, second, like_first = courses[:3]
    terms(second, first)
    same(first, like_first)
    complete(watcher.person, like_first if by_same else first)
    lecture = second.current_version.activities.get().activity.lecture
    assert watcher.open(lecture).status_code == 200
    assert "请先完成" not in page(watcher.client, second.page.url)


def test_a_lecture_plays_through_another_course_and_enrols_in_that_alone(
    courses: list[Course], watcher: Watcher
) -> None:
    locked = courses[1]
    lecture = locked.current_version.activities.get().activity.lecture
    other = published_course("另一门", lecture)
    terms(locked, courses[0])
    curriculum([locked])
    assert watcher.open(lecture, course=str(locked.public_id)).status_code == 200
    assert not Enrolment.objects.filter(course=locked).exists()
    assert watcher.open(lecture, course=str(other.public_id)).status_code == 200
    assert Enrolment.objects.filter(course=other, person=watcher.person).exists()


def test_a_course_opens_on_its_day(courses: list[Course], watcher: Watcher) -> None:
    opens = today() + A_DAY
    made = terms(courses[0], opens_on=opens)
    assert f"{opens.month}月{opens.day}日开放" in page(watcher.client, courses[0].page.url)
    lecture = courses[0].current_version.activities.get().activity.lecture
    assert watcher.open(lecture).status_code == 409
    made.opens_on = today()
    made.save()
    assert watcher.open(lecture).status_code == 200


def test_after_the_closing_who_is_under_way_may_finish_and_nobody_else_begins(
    courses: list[Course], watcher: Watcher
) -> None:
    lecture = courses[0].current_version.activities.get().activity.lecture
    late = Watcher(new_lawyer("迟试"))
    assert watcher.open(lecture).status_code == 200
    terms(courses[0], closes_on=today() - A_DAY)
    assert watcher.open(lecture).status_code == 200
    assert late.open(lecture).status_code == 409
    assert "关闭" in page(late.client, courses[0].page.url)


def test_before_its_opening_a_curriculum_says_when(courses: list[Course], watcher: Watcher) -> None:
    opens = today() + 5 * A_DAY
    made = curriculum([courses[0]], opens_on=opens)
    for address in ("/my/", f"/curricula/{made.public_id}/"):
        assert f"{opens.month}月{opens.day}日开放" in page(watcher.client, address)


def test_after_the_closing_a_curriculum_says_what_is_still_possible(
    courses: list[Course], watcher: Watcher
) -> None:
    made = curriculum([courses[0]], due_on=today() - 9 * A_DAY, closes_on=today() - A_DAY)
    complete(watcher.person, courses[0])
    shown = page(watcher.client, f"/curricula/{made.public_id}/")
    assert "现在完成的课程不再计入本计划" in shown
    assert "还差：必修 1 门" in shown


def test_what_i_go_on_with_is_ordered_by_what_is_due(courses: list[Course], watcher: Watcher) -> None:
    chosen, later, sooner = (each.current_version.activities.get().activity.lecture for each in courses[:3])
    curriculum([courses[1]], due_on=today() + 20 * A_DAY)
    curriculum([courses[2]], due_on=today() + 5 * A_DAY)
    for lecture in (sooner, later, chosen):
        watcher.open(lecture)
        watcher.watch(0, 20_000)
    # Another browser: where to go on is kept by the server.
    elsewhere = Client()
    elsewhere.force_login(watcher.person.user)
    shown = page(elsewhere, "/my/").split('id="continue"')[1].split('id="required"')[0]
    places = [shown.index(lecture.title) for lecture in (sooner, later, chosen)]
    assert places == sorted(places)


def test_the_statements_of_a_curriculum_do_not_grow_with_its_courses(
    courses: list[Course], watcher: Watcher, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    terms(courses[3], courses[0])
    made = curriculum(courses[:2], {courses[2]: "1", courses[3]: "1"}, minimum_electives=1)
    watcher.client.get("/my/")
    with django_assert_max_num_queries(36):
        page(watcher.client, f"/curricula/{made.public_id}/")
