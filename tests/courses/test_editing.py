"""The admin as editors meet it: lists, choosers, the curriculum form, and the three reviews over HTTP."""

import html
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text

from courses.models import (
    Access,
    Course,
    CourseIndexPage,
    CoursePage,
    CoursePageActivity,
    CourseTerms,
    Curriculum,
    EquivalenceGroup,
    Lecture,
    Question,
    QuestionTopic,
    RequiredSpan,
    Requirement,
)
from people.models import Role, User
from tests.courses.conftest import Province

pytestmark = pytest.mark.slow

Make = Callable[..., Any]


NO_QUESTIONS = nested_form_data({"questions": inline_formset([])})


@pytest.fixture
def office(account: Make, province: Province, editor: User) -> dict[str, Client]:
    """A signed-in browser for each desk of the editorial office."""
    users = {
        "editor": editor,
        "reviewer": account("fushen", Role.REVIEWER, province.province),
        "final": account("zhongshen", Role.FINAL_REVIEWER, province.province),
    }
    browsers = {}
    for desk, user in users.items():
        browsers[desk] = Client()
        browsers[desk].force_login(user)
    return browsers


def approve(browser: Client, name: str, item: Any) -> None:
    """Press “approve” at the stage where the item now stands."""
    state = item.current_workflow_task_state
    args = (item.pk, "approve", state.pk)
    answer = browser.post(reverse(name, args=args))
    assert answer.status_code in {200, 302}


def test_a_lecture_goes_live_only_through_three_reviews(office: dict[str, Client]) -> None:
    form = {
        "title": "违约责任",
        "summary": "",
        "lecturer": "",
        "recording": "",
        "category": "law",
        "completion_share_percent": "90",
        **NO_QUESTIONS,
    }
    add = reverse("wagtailsnippets_courses_lecture:add")
    office["editor"].post(add, form | {"action-publish": "1"})
    assert not Lecture.objects.filter(live=True).exists()
    Lecture.objects.all().delete()
    office["editor"].post(add, form | {"action-submit": "1"})
    lecture = Lecture.objects.get()
    assert not lecture.live
    url = "wagtailsnippets_courses_lecture:workflow_action"
    approve(office["final"], url, lecture)  # it is not his turn
    assert lecture.current_workflow_task_state.task.name == "复审"
    approve(office["reviewer"], url, lecture)
    lecture = Lecture.objects.get()
    assert not lecture.live
    assert lecture.current_workflow_task_state.task.name == "终审"
    approve(office["final"], url, lecture)
    lecture = Lecture.objects.get()
    assert lecture.live
    assert lecture.activity.title == "违约责任"


@pytest.mark.both_sides
def test_a_reviewers_first_button_approves(office: dict[str, Client], lecture: Make) -> None:
    waiting = lecture("违约责任", live=False)
    waiting.get_workflow().start(waiting, User.objects.get(username="fushen"))
    edit = reverse("wagtailsnippets_courses_lecture:edit", args=[waiting.pk])
    assert first_button(office["reviewer"].get(edit)) == "approve"
    assert first_button(office["final"].get(edit)) != "approve"


def test_the_list_says_what_was_sent_back(office: dict[str, Client], lecture: Make, editor: User) -> None:
    waiting = lecture("违约责任", live=False)
    waiting.get_workflow().start(waiting, editor)
    waiting.current_workflow_task_state.reject(user=User.objects.get(username="fushen"), comment="请补字幕")
    page = office["editor"].get("/admin/lectures/").content.decode()
    assert "已退回：复审" in page
    assert "等待复审" not in page


def first_button(page: HttpResponse) -> str:
    return page.context["action_menu"].default_item.name


def test_a_draft_without_a_title_is_not_saved(office: dict[str, Client]) -> None:
    form = {"title": "", "summary": "", "lecturer": "", "recording": "", "category": "law"}
    answer = office["editor"].post(
        reverse("wagtailsnippets_courses_lecture:add"),
        form | {"completion_share_percent": "90"} | NO_QUESTIONS,
    )
    assert answer.status_code == 200
    assert not Lecture.objects.exists()


def test_a_course_goes_live_only_through_three_reviews(office: dict[str, Client], lecture: Make) -> None:
    made = lecture("第一讲")
    index = CourseIndexPage.objects.get()
    form = nested_form_data(
        {
            "title": "合同编通则",
            "slug": "hetong",
            "summary": "",
            "description": rich_text("<p>介绍</p>"),
            "cover": "",
            "access": Access.PUBLIC,
            "audience_organisation": "",
            "outline": inline_formset([{"chapter": "第一章", "lecture": made.pk, "is_required": "on"}]),
            "comments": inline_formset([]),
            "rule_kind": "all_required",
            "rule_number": "",
            "under_way": "move",
        }
    )
    add = reverse("wagtailadmin_pages:add", args=("courses", "coursepage", index.pk))
    answer = office["editor"].post(add, form | {"action-submit": "1"})
    assert answer.status_code == 302
    page = CoursePage.objects.get()
    assert not page.live
    for desk in ("reviewer", "final"):
        approve(office[desk], "wagtailadmin_pages:workflow_action", CoursePage.objects.get(pk=page.pk))
    page.refresh_from_db()
    assert page.live
    course = Course.objects.get(page=page)
    assert [line["title"] for line in course.current_version.outline] == ["第一讲"]
    assert course.current_version.published_by.username == "zhongshen"


def curriculum_form(province: Province, course: Course, **changes: Any) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "年度培训",
            "summary": "",
            "owner": province.province.pk,
            "opens_on": "2026-01-01",
            "due_on": "2026-12-31",
            "audience_organisation": province.changsha.pk,
            "audience_admitted_from": "",
            "audience_admitted_until": "",
            "audience_years_from": "",
            "audience_years_until": "",
            "audience_age_from": "",
            "audience_age_until": "",
            "audience_party": "",
            "audience_named": "",
            "closes_on": "",
            "minimum_electives": "0",
            "minimum_elective_credits": "0",
            "courses": inline_formset([{"course": course.pk}]),
            **changes,
        }
    )


def test_a_curriculum_goes_live_only_through_three_reviews(
    office: dict[str, Client], lecture: Make, course: Make, province: Province, lawyer: Make
) -> None:
    person = lawyer("甲", province.yuelu)
    add = reverse("wagtailsnippets_courses_curriculum:add")
    form = curriculum_form(province, course("合同编通则", lecture("第一讲")))
    office["editor"].post(add, form | {"action-submit": "1"})
    for desk in ("reviewer", "final"):
        assert not Requirement.objects.exists()
        approve(office[desk], "wagtailsnippets_courses_curriculum:workflow_action", Curriculum.objects.get())
    assert Curriculum.objects.get().live
    assert list(RequiredSpan.objects.values_list("person", flat=True)) == [person.pk]


def test_practice_types_are_boxes_and_kept(
    office: dict[str, Client], lecture: Make, course: Make, province: Province
) -> None:
    add = reverse("wagtailsnippets_courses_curriculum:add")
    form = curriculum_form(province, course("合同编通则", lecture("第一讲")))
    form["audience_practice_types"] = ["company_lawyer", "public_lawyer"]
    office["editor"].post(add, form)
    assert Curriculum.objects.get().audience_practice_types == ["company_lawyer", "public_lawyer"]
    form["audience_practice_types"] = ["astronaut"]
    assert "astronaut" in office["editor"].post(add, form).content.decode()


def test_a_course_that_the_audience_cannot_open_is_refused(
    office: dict[str, Client], lecture: Make, course: Make, province: Province
) -> None:
    closed = course(
        "衡阳课", lecture("第一讲"), access=Access.AUDIENCE, audience_organisation=province.hengyang
    )
    add = reverse("wagtailsnippets_courses_curriculum:add")
    answer = office["editor"].post(add, curriculum_form(province, closed) | {"action-submit": "1"})
    assert answer.status_code == 200
    assert "衡阳市律师协会" in answer.content.decode()
    assert not Curriculum.objects.exists()


@pytest.mark.both_sides
def test_lists_find_any_part_of_a_chinese_title(
    office: dict[str, Client], lecture: Make, course_page: Make
) -> None:
    lecture("合同解除权的产生与行使")
    course_page("侵权责任编实务", lecture("高空抛物"))
    for url, wanted, other in (
        ("/admin/lectures/", "解除权", "高空抛物"),
        ("/admin/course_pages/", "责任编", "合同解除权"),
    ):
        text = office["editor"].get(f"{url}?q={quote(wanted)}").content.decode()
        assert wanted in text
        assert other not in text
        nothing = office["editor"].get(f"{url}?q={quote('量子')}").content.decode()
        assert wanted not in nothing


def test_choosers_find_any_part_of_a_chinese_title(
    office: dict[str, Client], lecture: Make, course: Make
) -> None:
    course("侵权责任编实务", lecture("高空抛物"))
    for name, wanted in (
        ("wagtailsnippetchoosers_courses_lecture:choose_results", "空抛"),
        ("course_chooser:choose_results", "任编"),
        ("organisation_chooser:choose_results", "沙市"),
    ):
        text = office["editor"].get(reverse(name), {"q": wanted}).content.decode()
        assert wanted in text, name


@pytest.mark.both_sides
def test_the_lecture_list_takes_as_many_statements_however_long_it_is(
    office: dict[str, Client],
    lecture: Make,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        lecture(f"讲座{number}", live=bool(number % 2))
    office["editor"].get("/admin/lectures/")
    with django_assert_max_num_queries(20):
        text = office["editor"].get("/admin/lectures/").content.decode()
    assert text.count("讲座2") <= 20


def test_an_unpackaged_lecture_can_be_previewed(office: dict[str, Client], lecture: Make) -> None:
    made = lecture("草稿讲座", live=False)
    url = reverse("wagtailsnippets_courses_lecture:preview_on_edit", args=[made.pk])
    form = {
        "title": "改过的标题",
        "summary": "",
        "lecturer": "",
        "recording": "",
        "category": "law",
        "completion_share_percent": "90",
        **NO_QUESTIONS,
    }
    assert office["editor"].post(url, form).json()["is_valid"]
    assert "改过的标题" in office["editor"].get(url).content.decode()


def test_the_menu_leads_to_each_list(office: dict[str, Client]) -> None:
    menu = office["editor"].get("/admin/").content.decode()
    for address in (
        "/admin/lectures/",
        "/admin/curricula/",
        "/admin/readings/",
        "/admin/questions/",
        "/admin/assessments/",
    ):
        assert f'"url": "{address}"' in menu
        assert office["editor"].get(address).status_code == 200


def test_a_curriculum_that_nobody_could_complete_is_refused_with_the_reason(
    office: dict[str, Client], lecture: Make, course: Make, province: Province
) -> None:
    add = reverse("wagtailsnippets_courses_curriculum:add")
    required, elective = course("必修", lecture("第一讲")), course("选修", lecture("第二讲"))
    lines = [
        {"course": required.pk},
        {"course": elective.pk, "is_elective": "on", "elective_credits": "1.5"},
    ]
    form = curriculum_form(province, required, courses=inline_formset(lines), minimum_elective_credits="2")
    assert "选修课程一共 1 门、1.5 学时" in office["editor"].post(add, form).content.decode()
    form["minimum_elective_credits"] = "1.5"
    office["editor"].post(add, form)
    assert Curriculum.objects.get().courses.filter(is_elective=True).count() == 1


def test_a_curriculum_takes_one_of_courses_that_count_as_the_same(
    office: dict[str, Client], lecture: Make, course: Make, province: Province
) -> None:
    old, new = course("去年的课", lecture("第一讲")), course("今年的课", lecture("第二讲"))
    add = reverse("wagtailsnippets_courses_equivalencegroup:add")
    lines = inline_formset([{"course": old.pk}, {"course": new.pk}])
    office["editor"].post(add, nested_form_data({"title": "换版", "reason": "", "courses": lines}))
    assert EquivalenceGroup.objects.get().courses.count() == 2
    form = curriculum_form(province, old, courses=lines)
    answer = office["editor"].post(reverse("wagtailsnippets_courses_curriculum:add"), form)
    assert "与本计划里已有的“去年的课”视为同一门课程" in html.unescape(answer.content.decode())
    assert not Curriculum.objects.exists()


def test_prerequisites_in_a_circle_are_refused_by_name(
    office: dict[str, Client], lecture: Make, course: Make
) -> None:
    first, second = course("甲课", lecture("第一讲")), course("乙课", lecture("第二讲"))
    add = reverse("wagtailsnippets_courses_courseterms:add")

    def post(one: Course, before: Course) -> str:
        form = {
            "course": one.pk,
            "opens_on": "",
            "closes_on": "",
            "prerequisites": inline_formset([{"course": before.pk}]),
        }
        return office["editor"].post(add, nested_form_data(form)).content.decode()

    post(second, first)
    assert CourseTerms.objects.get().course == second
    assert "甲课 → 乙课 → 甲课" in post(first, second)
    assert "甲课 → 甲课" in post(first, first)
    assert CourseTerms.objects.count() == 1


def test_what_a_curriculum_asks_follows_a_group_that_is_deleted(
    office: dict[str, Client], lecture: Make, course: Make, curriculum: Make, province: Province
) -> None:
    asked, other = course("甲课", lecture("第一讲")), course("乙课", lecture("第二讲"))
    made = curriculum("年度培训", province.province, asked)
    lines = inline_formset([{"course": asked.pk}, {"course": other.pk}])
    form = nested_form_data({"title": "等同", "reason": "", "courses": lines})
    office["editor"].post(reverse("wagtailsnippets_courses_equivalencegroup:add"), form)
    row = made.requirement.courses.get()
    assert row.counted.count() == 2
    group = EquivalenceGroup.objects.get()
    office["editor"].post(reverse("wagtailsnippets_courses_equivalencegroup:delete", args=[group.pk]))
    assert made.requirement.courses.get().counted.count() == 1


def test_a_question_of_the_bank_is_written_previewed_and_published_by_three_reviews(
    office: dict[str, Client],
) -> None:
    topic = QuestionTopic.objects.create(name="合同")
    form = nested_form_data(
        {
            "topic": topic.pk,
            "kind": "single",
            "tags": "解除",
            "text": "解除权在多长时间内行使？",
            "options": inline_formset([{"text": "一年", "is_right": "on"}, {"text": "三年"}]),
            "accepted": "",
            "explanation": "第564条第二款",
            "lecture": "",
            "lecture_second": "",
        }
    )
    add = reverse("wagtailsnippets_courses_question:add")
    assert office["editor"].post(add, form | {"action-submit": "1"}).status_code == 302
    question = Question.objects.get()
    for desk in ("reviewer", "final"):
        approve(office[desk], "wagtailsnippets_courses_question:workflow_action", Question.objects.get())
    content = question.versions.get().content
    assert (content["key"], content["options"][0]) == ("o1", {"id": "o1", "text": "一年"})
    listed = office["editor"].get("/admin/questions/").content.decode()
    assert "解除权在多长时间内行使？" in listed
    edit = office["editor"].get(reverse("wagtailsnippets_courses_question:edit", args=[question.pk]))
    assert edit.status_code == 200


def test_an_outline_line_that_names_two_things_or_nothing_is_refused(
    office: dict[str, Client], lecture: Make
) -> None:
    made = lecture("第一讲")
    page = CoursePageActivity(lecture=made, chapter="")
    page.clean()
    page.lecture = None
    with pytest.raises(ValidationError):
        page.clean()
