"""Notes on a phone and on a desktop: the second is taken, the note leads back to it, and a deletion is taken back."""

import pytest
from playwright.sync_api import expect

from courses.models import CourseTerms, Note, Prerequisite
from people.days import today
from tests.browser.playing import at, play, wait_until, wait_until_played
from tests.courses.stage import published_course, published_lecture
from tests.courses.test_curricula import A_DAY, curriculum

pytestmark = pytest.mark.browser


def test_a_note_takes_the_second_leads_back_to_it_and_is_brought_back(
    page, live_site, sign_in, lecture, person, assert_accessible, screenshot
):
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    wait_until_played(page, 2)
    page.evaluate("document.querySelector('video').pause()")
    if page.viewport_size["width"] < 500:
        page.get_by_role("button", name="在这一秒记笔记").click()
    else:
        page.locator("h1").click()
        page.keyboard.press("n")
    text = page.get_by_label("记在")
    expect(text).to_be_focused()
    text.fill("违约金过高：\n看第五百八十五条第二款")
    written_at = at(page)
    screenshot(page, "note-writing", full_page=False)
    page.get_by_role("button", name="保存").click()
    expect(page.locator(".note__text")).to_contain_text("第五百八十五条")
    note = Note.objects.get()
    assert note.recording_id == lecture.recording_id
    assert abs(note.position_ms / 1000 - written_at) < 0.5
    assert_accessible(page)
    screenshot(page, "note-saved", full_page=False)

    page.evaluate("document.querySelector('video').currentTime = 0")
    page.locator("[data-note-ms]").click()
    wait_until(page, lambda: abs(at(page) - note.position_ms / 1000) < 0.5)

    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("笔记已删除")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".note__text")).to_contain_text("第五百八十五条")

    page.goto(f"{live_site.url}/my/notes/")
    expect(page.get_by_role("heading", name="我的笔记")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "notes-all")


def test_a_curriculum_with_electives_and_a_locked_course_reads_well(
    page, live_site, sign_in, lecture, person, assert_accessible, screenshot
):
    required = published_course("合同编通则要点", published_lecture("合同的成立"))
    elective = published_course("家事案件进阶研讨", published_lecture("夫妻共同债务"))
    other = published_course("侵权责任编实务", published_lecture("过错责任"))
    terms = CourseTerms.objects.create(course=elective)
    Prerequisite.objects.create(terms=terms, course=required, sort_order=0)
    made = curriculum(
        [required], {elective: "1.5", other: "1"}, minimum_elective_credits=2, closes_on=today() + 60 * A_DAY
    )
    curriculum([other], title="明年的培训", opens_on=today() + 9 * A_DAY)
    sign_in(page, live_site, person.user)
    for name, address in (
        ("curriculum-electives", f"/curricula/{made.public_id}/"),
        ("my-electives", "/my/"),
        ("course-locked", elective.page.url),
    ):
        page.goto(live_site.url + address)
        assert_accessible(page)
        screenshot(page, name)
    expect(page.get_by_text("请先完成")).to_be_visible()
