"""What history refers to is made at publication, and never changes afterwards."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.signals import published

from courses import publishing, signals
from courses.models import Access, Activity, Course, CoursePage, CourseState, CourseVersion, Lecture
from people.models import User
from tests.courses.conftest import Province

Make = Callable[..., Any]


def test_publishing_a_lecture_makes_its_activity(lecture: Make) -> None:
    made = lecture("违约责任的承担")
    assert made.activity.title == "违约责任的承担"
    made.title = "违约责任"
    made.save_revision().publish()
    assert Activity.objects.get(lecture=made).title == "违约责任"


def test_a_draft_lecture_has_no_activity(lecture: Make) -> None:
    assert not Activity.objects.filter(lecture=lecture("草稿", live=False)).exists()


def test_publishing_a_course_makes_its_first_version(lecture: Make, course_page: Make) -> None:
    one, two = lecture("第一讲"), lecture("第二讲")
    course = Course.objects.get(page=course_page("合同编通则", one, two))
    version = course.current_version
    assert version is not None
    assert (version.number, version.title, version.rule) == (1, "合同编通则", {"kind": "all_required"})
    assert [line["title"] for line in version.outline] == ["第一讲", "第二讲"]
    assert list(version.activities.values_list("activity__lecture", flat=True)) == [one.pk, two.pk]


def test_publishing_again_without_a_change_makes_no_new_version(lecture: Make, course_page: Make) -> None:
    page = course_page("合同编通则", lecture("第一讲"))
    page.summary = "只改了简介"
    page.save_revision().publish()
    assert Course.objects.get(page=page).versions.count() == 1


@pytest.mark.both_sides
def test_a_changed_outline_makes_the_next_version_and_keeps_the_first(
    lecture: Make, course_page: Make
) -> None:
    page = course_page("合同编通则", lecture("第一讲"))
    page.outline.add(type(page.outline.first())(lecture=lecture("第二讲"), sort_order=5, chapter="第二章"))
    page.save_revision().publish()
    course = Course.objects.get(page=page)
    assert [version.number for version in course.versions.all()] == [2, 1]
    assert course.current_version.number == 2
    assert len(course.versions.get(number=1).outline) == 1
    assert course.current_version.outline[1]["chapter"] == "第二章"


@pytest.mark.both_sides
def test_a_version_can_be_neither_changed_nor_deleted(lecture: Make, course: Make) -> None:
    version = course("合同编通则", lecture("第一讲")).current_version
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseVersion.objects.filter(pk=version.pk).update(title="别的")
    with pytest.raises(IntegrityError), transaction.atomic():
        version.activities.all().delete()


def test_a_lecture_joins_its_courses_when_it_is_published(lecture: Make, course: Make) -> None:
    draft = lecture("第二讲", live=False)
    made = course("合同编通则", lecture("第一讲"), draft)
    assert len(made.current_version.outline) == 1
    draft.save_revision().publish()
    made.refresh_from_db()
    assert [line["title"] for line in made.current_version.outline] == ["第一讲", "第二讲"]


def test_a_withdrawn_lecture_leaves_its_courses(lecture: Make, course: Make) -> None:
    gone = lecture("第二讲")
    made = course("合同编通则", lecture("第一讲"), gone)
    gone.unpublish()
    made.refresh_from_db()
    assert [line["title"] for line in made.current_version.outline] == ["第一讲"]


def test_unpublishing_withdraws_the_course_and_publishing_opens_it(lecture: Make, course_page: Make) -> None:
    page = course_page("合同编通则", lecture("第一讲"))
    page.unpublish()
    assert Course.objects.get(page=page).state == CourseState.WITHDRAWN
    page.save_revision().publish()
    course = Course.objects.get(page=page)
    assert (course.state, course.versions.count()) == (CourseState.OPEN, 1)


def test_a_deleted_page_leaves_its_course_withdrawn(lecture: Make, course_page: Make) -> None:
    page = course_page("合同编通则", lecture("第一讲"))
    course = Course.objects.get(page=page)
    page.delete()
    course.refresh_from_db()
    assert (course.page, course.state, course.versions.count()) == (None, CourseState.WITHDRAWN, 1)


def test_the_access_of_a_course_follows_its_page(
    lecture: Make, course_page: Make, province: Province
) -> None:
    page = course_page("合同编通则", lecture("第一讲"))
    page.access, page.audience_organisation = Access.AUDIENCE, province.changsha
    page.save_revision().publish()
    course = Course.objects.get(page=page)
    assert (course.access, course.audience_organisation) == (Access.AUDIENCE, province.changsha)
    page.access = Access.PUBLIC
    page.save_revision().publish()
    course.refresh_from_db()
    assert (course.access, course.audience_organisation) == (Access.PUBLIC, None)


def test_the_publisher_is_kept_with_the_version(lecture: Make, course_page: Make, editor: User) -> None:
    page = course_page("合同编通则", lecture("第一讲"), live=False)
    page.save_revision(user=editor).publish(user=None)
    assert Course.objects.get(page=page).current_version.published_by == editor


def test_news_of_a_course_names_the_lectures_it_lost(
    lecture: Make, course_page: Make, django_capture_on_commit_callbacks: Any
) -> None:
    one, two = lecture("第一讲"), lecture("第二讲")
    page = course_page("合同编通则", one, two)
    news: list[dict[str, Any]] = []

    def listen(**kwargs: Any) -> None:
        news.append(kwargs)

    signals.course_published.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            page.outline.set([line for line in page.outline.all() if line.lecture_id == two.pk])
            page.save_revision().publish()
    finally:
        signals.course_published.disconnect(listen)
    assert [each["lecture_ids"] for each in news] == [[one.pk, two.pk]]


def test_a_publication_that_fails_leaves_nothing_live(lecture: Make, course_page: Make) -> None:
    page = course_page("合同编通则", lecture("第一讲"), live=False)

    def refuse(**kwargs: Any) -> None:
        raise RuntimeError

    published.connect(refuse, sender=CoursePage)
    try:
        with pytest.raises(RuntimeError), transaction.atomic():
            page.get_latest_revision().publish()
    finally:
        published.disconnect(refuse, sender=CoursePage)
    page.refresh_from_db()
    assert not page.live
    assert not Course.objects.filter(page=page).exists()


@pytest.mark.both_sides
def test_scheduled_objects_go_live_each_by_itself(lecture: Make, course_page: Make) -> None:
    tomorrow = timezone.now() + dt.timedelta(days=1)
    good = lecture("好的", live=False, go_live_at=tomorrow)
    bad = lecture("坏的", live=False, go_live_at=tomorrow)
    for each in (bad, good):
        each.save_revision().publish()
        assert not Lecture.objects.get(pk=each.pk).live
        assert not Activity.objects.filter(lecture=each).exists()
        # The hour has come.
        revision = each.get_latest_revision()
        revision.approved_go_live_at = timezone.now() - dt.timedelta(minutes=1)
        revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
        revision.save()

    def refuse(*, instance: Lecture, **kwargs: Any) -> None:
        if instance.pk == bad.pk:
            raise RuntimeError

    published.connect(refuse, sender=Lecture)
    try:
        assert publishing.publish_due() != []
    finally:
        published.disconnect(refuse, sender=Lecture)
    assert Activity.objects.filter(lecture=good).exists()
    assert not Lecture.objects.get(pk=bad.pk).live
    call_command("publish_scheduled")
    assert Lecture.objects.get(pk=bad.pk).live


def test_what_expires_is_withdrawn(lecture: Make, course_page: Make) -> None:
    page = course_page("合同编通则", lecture("第一讲"))
    CoursePage.objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(minutes=1))
    call_command("publish_scheduled")
    assert Course.objects.get(page=page).state == CourseState.WITHDRAWN


def test_the_sweep_finds_live_pages_without_a_version(lecture: Make, course_page: Make) -> None:
    page = course_page("合同编通则", lecture("第一讲"), live=False)
    CoursePage.objects.filter(pk=page.pk).update(live=True)
    bare = lecture("第二讲", live=False)
    Lecture.objects.filter(pk=bare.pk).update(live=True)
    assert publishing.sweep() == 2
    assert Course.objects.get(page=page).current_version.number == 1
    assert Activity.objects.filter(lecture=bare).exists()
    assert publishing.sweep() == 0
