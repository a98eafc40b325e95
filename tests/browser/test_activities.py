"""Readings, questions and assessments in Chromium: on a phone by touch, on a desk by keyboard."""

import pytest
from playwright.sync_api import expect

from courses.models import (
    AssessmentAttempt,
    AttemptState,
    Completion,
    PlacedAnswer,
    ReadingProgress,
)
from tests.browser.playing import play, wait_until
from tests.courses.activities import a_course, a_question, a_reading, an_assessment

pytestmark = pytest.mark.browser


@pytest.fixture
def exam(person):
    a_question("合同自何时成立？", options=[("承诺生效时", True), ("签字时", False)])
    a_question("违约责任有哪些？", "multiple", [("继续履行", True), ("赔偿损失", True), ("赔礼道歉", False)])
    a_question("解除权适用除斥期间。", "true_false", [], is_true=True)
    a_question("排列步骤", "ordering", [("催告", False), ("通知解除", False)])
    a_question("金钱债务继续履行的条号", "short", [], accepted="579")
    assessment = an_assessment(count=5)
    a_course(assessment, title="合同编")
    return assessment


def question(page, text):
    return page.locator("fieldset[data-question]").filter(has_text=text)


def test_an_assessment_is_taken_on_a_phone_and_survives_a_reload(
    phone, live_site, sign_in, person, exam, assert_accessible, screenshot
):
    page = phone
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/assessments/{exam.public_id}/")
    assert_accessible(page)
    screenshot(page, "assessment-start")
    page.get_by_role("button", name="开始考核").click()
    question(page, "合同自何时成立").get_by_text("承诺生效时").click()
    question(page, "违约责任").get_by_text("继续履行").click()
    question(page, "违约责任").get_by_text("赔偿损失").click()
    expect(page.locator("#attempt-state")).to_have_text("答案已保存")
    page.reload()
    expect(question(page, "违约责任").locator("input:checked")).to_have_count(2)
    expect(page.locator("#attempt-answered")).to_have_text("已答 2 / 5 题")
    question(page, "除斥期间").get_by_text("正确").click()
    question(page, "排列步骤").locator("select").nth(0).select_option(label="催告")
    question(page, "排列步骤").locator("select").nth(1).select_option(label="通知解除")
    question(page, "条号").get_by_role("textbox").fill("５７９")
    expect(page.locator("#attempt-answered")).to_have_text("已答 5 / 5 题")
    assert_accessible(page)
    screenshot(page, "attempt")
    page.get_by_role("button", name="交卷").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("已通过")
    assert_accessible(page)
    screenshot(page, "attempt-result")
    attempt = AssessmentAttempt.objects.get()
    assert (attempt.state, attempt.points) == (AttemptState.PASSED, 5)
    assert Completion.objects.filter(person=person, course__title="合同编").exists()


def test_a_page_that_closes_while_an_answer_is_on_its_way_sends_the_next_one_too(
    phone, live_site, sign_in, person, exam
):
    page = phone
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/assessments/{exam.public_id}/")
    page.get_by_role("button", name="开始考核").click()
    held = []
    page.route("**/save/", lambda route: route.continue_() if held else held.append(route))
    question(page, "合同自何时成立").get_by_text("承诺生效时").click()
    wait_until(page, lambda: bool(held))
    question(page, "除斥期间").get_by_text("正确").click()
    expect(page.locator("#attempt-state")).to_contain_text("正在保存")
    page.goto(f"{live_site.url}/")
    wait_until(
        page, lambda: AssessmentAttempt.objects.get().answers.filter(answer__isnull=False).count() == 1
    )


def test_an_assessment_is_taken_by_keyboard_and_asks_before_an_empty_sheet_is_handed_in(
    desktop, live_site, sign_in, person, exam, screenshot
):
    page = desktop
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/assessments/{exam.public_id}/")
    page.get_by_role("button", name="开始考核").press("Enter")
    first = question(page, "合同自何时成立").get_by_role("radio").first
    first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#attempt-answered")).to_have_text("已答 1 / 5 题")
    page.get_by_role("button", name="交卷").press("Enter")
    expect(page.locator("#attempt-unanswered")).to_contain_text("还有 4 题未作答")
    screenshot(page, "attempt-unanswered")
    page.get_by_role("button", name="交卷").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("未通过")
    screenshot(page, "attempt-result-wide")


def test_a_readings_clock_counts_what_is_visible(
    phone, live_site, sign_in, person, assert_accessible, screenshot
):
    page = phone
    reading = a_reading("办案指引", minutes=5)
    course = a_course(reading, title="合同编")
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/readings/{reading.public_id}/")
    expect(page.locator("#reading-state")).to_contain_text("正在计时")
    assert_accessible(page)
    screenshot(page, "reading")
    wait_until(page, lambda: ReadingProgress.objects.get(person=person).read_ms > 10_000)
    expect(page.locator("#reading-left")).to_contain_text("4分")
    page.goto(f"{live_site.url}{course.page.url}")
    expect(page.get_by_text("还需完成：1 份阅读材料")).to_be_visible()
    screenshot(page, "course-with-reading")


def test_a_question_stops_the_video_and_the_lecture_goes_on_after_the_answer(
    page, live_site, sign_in, lecture, person, assert_accessible, screenshot
):
    asked = a_question("承诺何时生效？", options=[("到达时", True), ("发出时", False)])
    lecture.questions.create(at_second=3, question=asked, is_needed=False)
    lecture.save_revision().publish()
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_contain_text("承诺何时生效", timeout=30_000)
    assert page.evaluate("document.querySelector('video').paused")
    assert_accessible(page)
    screenshot(page, "lecture-question")
    dialog.get_by_text("发出时").click()
    dialog.get_by_role("button", name="提交答案").click()
    expect(dialog).to_contain_text("回答不正确")
    dialog.get_by_text("到达时").click()
    dialog.get_by_role("button", name="提交答案").click()
    expect(dialog).to_contain_text("说明在此")
    dialog.get_by_role("button", name="继续看讲座").click()
    expect(dialog).to_be_hidden()
    wait_until(page, lambda: not page.evaluate("document.querySelector('video').paused"))
    assert list(PlacedAnswer.objects.order_by("number").values_list("is_right", flat=True)) == [False, True]
