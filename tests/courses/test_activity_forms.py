"""The forms of questions and assessments refuse what nobody could answer, and what could not be drawn."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from courses.models import Assessment, Question, QuestionTopic
from tests.courses.activities import a_question
from tests.courses.stage import published_lecture

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(editor: Any) -> Client:
    client = Client()
    client.force_login(editor)
    return client


def question(kind: str, *options: tuple[str, bool]) -> dict[str, Any]:
    topic, _ = QuestionTopic.objects.get_or_create(name="合同")
    lines = [{"text": text} | ({"is_right": "on"} if is_right else {}) for text, is_right in options]
    return nested_form_data(
        {
            "topic": topic.pk,
            "kind": kind,
            "tags": "",
            "text": "解除权在多长时间内行使？",
            "options": inline_formset(lines),
            "accepted": "",
            "explanation": "",
            "lecture": "",
            "lecture_second": "",
        }
    )


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("single", [("一年", True)], "至少需要两个选项"),
        ("single", [("一年", False), ("三年", False)], "必须且只能标出一个正确选项"),
        ("single", [("一年", True), ("三年", True)], "必须且只能标出一个正确选项"),
        ("multiple", [("一年", False), ("三年", False)], "请至少标出一个正确选项"),
        ("ordering", [("催告", False)], "至少需要两个选项"),
    ],
)
def test_a_question_that_nobody_could_answer_rightly_is_refused(desk, kind, options, words):
    answer = desk.post(reverse("wagtailsnippets_courses_question:add"), question(kind, *options))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("single", [("一年", True), ("三年", False)]),
        ("multiple", [("一年", True), ("三年", True)]),
        ("ordering", [("催告", False), ("解除", False)]),
        ("true_false", []),
        ("short", []),
    ],
)
def test_a_question_that_can_be_answered_is_kept(desk, kind, options):
    answer = desk.post(reverse("wagtailsnippets_courses_question:add"), question(kind, *options))
    assert answer.status_code == 302
    assert Question.objects.get().kind == kind


def assessment(topic: QuestionTopic, count: int) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": "结课测验",
            "summary": "",
            "draws": inline_formset([{"topic": topic.pk, "count": count}]),
            "pass_percent": "60",
            "limit_minutes": "20",
            "max_attempts": "3",
            "cooldown_minutes": "10",
            "credit_minutes": "0",
            "category": "law",
        }
    )


def test_an_assessment_draws_no_more_questions_than_its_topic_has(desk):
    topic = QuestionTopic.objects.create(name="合同")
    Question.objects.create(topic=topic, kind="true_false", text="一", live=True)
    Question.objects.create(topic=topic, kind="true_false", text="二", live=False)
    add = reverse("wagtailsnippets_courses_assessment:add")
    answer = desk.post(add, assessment(topic, 2))
    assert answer.status_code == 200
    assert "“合同”分类中只有 1 道已发布的题目。" in answer.content.decode()
    assert desk.post(add, assessment(topic, 1)).status_code == 302
    assert Assessment.objects.get().draws.get().count == 1


@pytest.mark.parametrize(("typed", "second"), [("2:03", 123), ("1：02：03", 3723), ("45", 45), ("", None)])
def test_the_second_of_a_lecture_is_typed_as_a_clock_shows_it(desk, lecture, typed, second):
    place = {"lecture": lecture("合同的解除").pk, "lecture_second": typed}
    answer = desk.post(
        reverse("wagtailsnippets_courses_question:add"),
        question("single", ("一年", True), ("三年", False)) | place,
    )
    assert answer.status_code == 302
    made = Question.objects.get()
    assert made.lecture_second == second
    form = desk.get(reverse("wagtailsnippets_courses_question:edit", args=[made.pk])).content.decode()
    if second == 123:
        assert 'value="2:03"' in form


@pytest.mark.parametrize("typed", ["2分", "1:75", "-3", "99999:00"])
def test_what_is_no_second_of_a_lecture_is_refused_in_words(desk, lecture, typed):
    place = {"lecture": lecture("合同的解除").pk, "lecture_second": typed}
    answer = desk.post(
        reverse("wagtailsnippets_courses_question:add"),
        question("single", ("一年", True), ("三年", False)) | place,
    )
    assert answer.status_code == 200
    assert "请按“分:秒”填写" in answer.content.decode()
    assert not Question.objects.exists()


def in_lecture(lecture_, *lines: dict[str, Any]) -> dict[str, Any]:
    return nested_form_data(
        {
            "title": lecture_.title,
            "summary": "",
            "lecturer": "",
            "recording": str(lecture_.recording_id or ""),
            "category": "law",
            "completion_share_percent": "90",
            "questions": inline_formset(list(lines)),
        }
    )


@pytest.mark.parametrize(
    ("kind", "fields", "lines", "words"),
    [
        ("single", {}, [{"at_second": "1:40"}], "超出录像的长度"),
        ("single", {}, [{"at_second": "0:10"}, {"at_second": "0:20"}], "已有这道题"),
        ("short", {"accepted": ""}, [{"at_second": "0:10"}], "填写参考答案"),
    ],
)
def test_a_question_that_a_lecture_could_not_ask_or_judge_is_refused(desk, kind, fields, lines, words):
    made = published_lecture(duration_ms=88_021)
    asked = a_question(
        "何时解除？", kind, [("一年", True), ("三年", False)] if kind == "single" else [], **fields
    )
    given = in_lecture(made, *(line | {"question": asked.pk} for line in lines))
    answer = desk.post(reverse("wagtailsnippets_courses_lecture:edit", args=[made.pk]), given)
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_question_that_is_published_after_its_lecture_stops_it_from_then_on():
    made = published_lecture(duration_ms=88_021)
    asked = a_question("何时解除？", options=[("一年", True), ("三年", False)])
    asked.refresh_from_db()
    asked.unpublish()
    made.questions.create(at_second=10, question=asked, is_needed=True)
    made.save_revision().publish()
    assert not made.placed_questions.exists()
    asked.save_revision().publish()
    assert made.placed_questions.get().at_ms == 10_000
