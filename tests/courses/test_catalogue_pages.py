"""The catalogue in a browser's eyes: who sees which page, what it says, and how many statements it takes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from courses import catalogue, requirements
from courses.models import Access, Course, CoursePage, LecturerIndexPage, LecturerPage
from people.models import Role, User
from tests.courses.conftest import Province

pytestmark = pytest.mark.slow

Make = Callable[..., Any]


def page_of(course: Course) -> str:
    return CoursePage.objects.get(course=course).url


@pytest.fixture
def lecturer(db: None) -> LecturerPage:
    catalogue.ensure_site()
    page = LecturerPage(title="陈明理", slug="chen-mingli", position="湖南某所合伙人", fields_of_law="合同法")
    LecturerIndexPage.objects.get().add_child(instance=page)
    return page


@pytest.fixture
def signed_in(client: Client, lawyer: Make, province: Province) -> Client:
    client.force_login(lawyer("长沙律师", province.yuelu).user)
    return client


def test_the_home_page_shows_a_visitor_what_is_public(client: Client, lecture: Make, course: Make) -> None:
    course("公开课", lecture("公开讲座"), access=Access.PUBLIC)
    course("会员课", lecture("会员讲座"))
    text = client.get("/").content.decode()
    assert "公开课" in text
    assert "会员课" not in text


def test_the_home_page_leads_who_is_signed_in_to_what_he_came_for(
    signed_in: Client, client: Client, account: Make, editor: User, province: Province
) -> None:
    assert signed_in.get("/")["Location"] == "/my/"
    client.force_login(account("shiwei", Role.CITY_COMMITTEE, province.changsha))
    assert client.get("/")["Location"] == "/coverage/"
    client.force_login(editor)
    assert client.get("/").status_code == 200


def test_a_course_that_is_not_for_the_reader_is_missing(
    client: Client, lecture: Make, course: Make, province: Province, lawyer: Make
) -> None:
    url = page_of(
        course("长沙课", lecture("讲座"), access=Access.AUDIENCE, audience_organisation=province.changsha)
    )
    assert client.get(url).status_code == 404
    client.force_login(lawyer("衡阳律师", province.shigu).user)
    assert client.get(url).status_code == 404
    client.force_login(lawyer("长沙律师", province.yuelu).user)
    assert client.get(url).status_code == 200


def test_a_course_page_shows_its_published_outline(
    signed_in: Client, lecture: Make, course: Make, lecturer: LecturerPage
) -> None:
    made = course("合同编通则", lecture("违约责任", lecturer=lecturer), lecture("解除"))
    text = signed_in.get(page_of(made)).content.decode()
    assert "违约责任" in text
    assert "陈明理" in text
    assert "2" in text


def test_a_draft_of_the_outline_is_not_shown(signed_in: Client, lecture: Make, course: Make) -> None:
    made = course("合同编通则", lecture("第一讲"))
    page = CoursePage.objects.get(course=made)
    page.outline.add(type(page.outline.first())(lecture=lecture("未发布的第二讲"), sort_order=5))
    page.save_revision()
    assert "未发布的第二讲" not in signed_in.get(page_of(made)).content.decode()


def test_the_index_filters_by_category_and_lecturer(
    signed_in: Client, lecture: Make, course: Make, lecturer: LecturerPage
) -> None:
    course("回避与利益冲突", lecture("回避", category="ethics"))
    course("合同编通则", lecture("违约", lecturer=lecturer))
    assert "合同编通则" not in signed_in.get("/courses/?category=ethics").content.decode()
    by_lecturer = signed_in.get("/courses/?lecturer=chen-mingli").content.decode()
    assert "合同编通则" in by_lecturer
    assert "回避与利益冲突" not in by_lecturer
    assert signed_in.get("/courses/?category=%00&lecturer=%27&page=x").status_code == 200


def test_a_lecturers_page_lists_what_the_reader_may_see(
    client: Client, signed_in: Client, lecture: Make, course: Make, lecturer: LecturerPage
) -> None:
    course("会员课", lecture("会员讲座", lecturer=lecturer))
    assert "会员讲座" in signed_in.get("/lecturers/chen-mingli/").content.decode()
    client.logout()
    assert "会员讲座" not in client.get("/lecturers/chen-mingli/").content.decode()
    assert "陈明理" in client.get("/lecturers/").content.decode()


def test_a_curriculum_is_shown_to_its_audience_alone(
    client: Client, lecture: Make, course: Make, curriculum: Make, province: Province, lawyer: Make
) -> None:
    mine, other = lawyer("长沙律师", province.yuelu), lawyer("衡阳律师", province.shigu)
    made = curriculum("长沙年度培训", province.changsha, course("合同编通则", lecture("第一讲")))
    url = f"/curricula/{made.public_id}/"
    assert client.get(url).status_code == 302
    client.force_login(other.user)
    assert client.get(url).status_code == 404
    client.force_login(mine.user)
    text = client.get(url).content.decode()
    assert "2026年12月31日" in text
    assert "合同编通则" in text


def test_an_editor_previews_a_draft_with_the_pages_own_template(
    client: Client, editor: User, lecture: Make, course_page: Make
) -> None:
    page = course_page("草稿课程", lecture("草稿讲座", live=False), live=False)
    client.force_login(editor)
    answer = client.get(f"/admin/pages/{page.pk}/view_draft/")
    assert answer.status_code == 200
    assert "草稿讲座" in answer.content.decode()


def test_pages_take_as_many_statements_however_much_they_show(
    signed_in: Client,
    lecture: Make,
    course: Make,
    lecturer: LecturerPage,
    curriculum: Make,
    province: Province,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    courses = [
        course(f"课程{n}", *(lecture(f"讲座{n}-{m}", lecturer=lecturer) for m in range(4))) for n in range(7)
    ]
    made = curriculum("长沙年度培训", province.changsha, *courses)
    requirements.refresh_all()
    for url, statements in {
        "/courses/": 25,
        page_of(courses[0]): 25,
        "/lecturers/": 19,
        "/lecturers/chen-mingli/": 21,
        f"/curricula/{made.public_id}/": 27,
    }.items():
        signed_in.get(url)
        with django_assert_max_num_queries(statements, info=url):
            assert signed_in.get(url).status_code == 200
