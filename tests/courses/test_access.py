"""Who may see what of the catalogue, by one door and by the search index's tokens alike."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from courses import access
from courses.models import Access, Course, CoursePage, Enrolment, EnrolmentReason, Lecture
from people import memberships
from people.days import today
from people.models import Role, User
from tests.courses.conftest import Province

pytestmark = pytest.mark.slow

Make = Callable[..., Any]


@pytest.fixture
def shelf(province: Province, lecture: Make, course: Make) -> dict[str, Course]:
    """One course of each access class; the audience is Changsha."""
    return {
        "public": course("公开课", lecture("公开讲座"), access=Access.PUBLIC),
        "members": course("会员课", lecture("会员讲座")),
        "changsha": course(
            "长沙课",
            lecture("长沙讲座"),
            access=Access.AUDIENCE,
            audience_organisation=province.changsha,
        ),
    }


def seen(user: User | AnonymousUser) -> set[str]:
    """What a user sees through the door; it must be what his tokens find."""
    tokens = access.access_tokens(user)
    every = {each.pk: each.title for each in Lecture.objects.all()}
    found = {every[key] for key, carried in access.lecture_access_tokens(every).items() if carried & tokens}
    lectures = set(access.accessible_lectures(user).values_list("title", flat=True))
    assert found == lectures
    return set(access.accessible_courses(user).values_list("title", flat=True))


def test_a_visitor_sees_what_is_public(shelf: dict[str, Course]) -> None:
    assert seen(AnonymousUser()) == {"公开课"}


def test_an_account_without_membership_sees_what_is_public(shelf: dict[str, Course], account: Make) -> None:
    assert seen(account("youke")) == {"公开课"}


def test_a_member_sees_what_is_for_members(
    shelf: dict[str, Course], lawyer: Make, province: Province
) -> None:
    assert seen(lawyer("衡阳律师", province.shigu).user) == {"公开课", "会员课"}


@pytest.mark.both_sides
def test_an_audience_is_a_subtree(shelf: dict[str, Course], lawyer: Make, province: Province) -> None:
    assert seen(lawyer("长沙律师", province.yuelu).user) == {"公开课", "会员课", "长沙课"}


def test_who_leaves_the_audience_no_longer_sees_its_course(
    shelf: dict[str, Course], lawyer: Make, province: Province
) -> None:
    person = lawyer("转所律师", province.yuelu)
    memberships.transfer(person, province.shigu, on=today())
    assert seen(person.user) == {"公开课", "会员课"}


def test_who_has_left_the_bar_sees_what_is_public(
    shelf: dict[str, Course], lawyer: Make, province: Province
) -> None:
    person = lawyer("离职律师", province.yuelu)
    memberships.leave(person.memberships.get(), on=today())
    assert seen(person.user) == {"公开课"}


def test_an_editor_sees_everything(shelf: dict[str, Course], editor: User, lecture: Make) -> None:
    lecture("草稿", live=False)
    assert seen(editor) == {"公开课", "会员课", "长沙课"}
    assert access.accessible_lectures(editor).filter(title="草稿").exists()


def test_a_withdrawn_course_stays_with_those_under_way(
    shelf: dict[str, Course], lawyer: Make, province: Province
) -> None:
    under_way, other = lawyer("在学律师", province.shigu), lawyer("其他律师", province.shigu)
    Enrolment.objects.create(
        person=under_way,
        course=shelf["members"],
        reason=EnrolmentReason.OWN_CHOICE,
        started_at=timezone.now(),
    )
    CoursePage.objects.get(course=shelf["members"]).unpublish()
    assert access.accessible_courses(under_way.user).filter(title="会员课").exists()
    assert access.accessible_lectures(under_way.user).filter(title="会员讲座").exists()
    assert not access.accessible_courses(other.user).filter(title="会员课").exists()


@pytest.mark.both_sides
def test_a_lecture_of_two_courses_is_open_to_the_readers_of_both(
    province: Province, lecture: Make, course: Make
) -> None:
    shared = lecture("两处都用")
    course("甲", shared, access=Access.PUBLIC)
    course("乙", shared, access=Access.AUDIENCE, audience_organisation=province.changsha)
    assert access.lecture_access_tokens([shared.pk]) == {
        shared.pk: {"editors", "public", f"org:{province.changsha.pk}"}
    }


def test_a_lecture_that_is_not_live_is_found_by_editors_alone(lecture: Make, course: Make) -> None:
    gone = lecture("撤下的")
    course("课", gone, access=Access.PUBLIC)
    gone.unpublish()
    assert access.lecture_access_tokens([gone.pk]) == {gone.pk: {"editors"}}


def test_tokens_name_every_organisation_above(lawyer: Make, province: Province) -> None:
    user = lawyer("长沙律师", province.yuelu).user
    above = {f"org:{each.pk}" for each in (province.yuelu, province.changsha, province.province)}
    assert access.access_tokens(user) == {"public", "members", *above}


@pytest.mark.both_sides
def test_a_curriculum_is_seen_by_its_audience_and_by_who_looks_after_it(
    shelf: dict[str, Course], lawyer: Make, account: Make, province: Province, curriculum: Make
) -> None:
    made = curriculum("长沙年度培训", province.changsha, shelf["members"])
    may_see = [
        lawyer("长沙律师", province.yuelu).user,
        account("shiwei", Role.CITY_COMMITTEE, province.changsha),
        account("shengwei", Role.PROVINCIAL_COMMITTEE, province.province),
        account("lvsuo", Role.FIRM_MANAGER, province.yuelu),
    ]
    may_not = [
        lawyer("衡阳律师", province.shigu).user,
        account("hengyang", Role.CITY_COMMITTEE, province.hengyang),
        AnonymousUser(),
    ]
    # The lawyer joined after the publication: his span comes with the task that his joining sends.
    from courses import requirements

    requirements.refresh_all()
    assert [list(access.accessible_curricula(user)) for user in may_see] == [[made]] * 4
    assert [list(access.accessible_curricula(user)) for user in may_not] == [[]] * 3


def test_the_door_costs_few_statements(
    shelf: dict[str, Course],
    lawyer: Make,
    province: Province,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    user = User.objects.get(pk=lawyer("长沙律师", province.yuelu).user.pk)
    with django_assert_max_num_queries(4):
        assert len(access.accessible_lectures(user)) == 3
    with django_assert_max_num_queries(1):
        access.lecture_access_tokens(range(1, 50))


def test_the_day_of_an_audience_is_today(shelf: dict[str, Course], lawyer: Make, province: Province) -> None:
    person = lawyer("明日入会", province.yuelu, on=today() + dt.timedelta(days=1))
    assert seen(person.user) == {"公开课"}
