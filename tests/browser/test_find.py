"""The fourth road in a browser: a question leads to the second of a lecture, an article to who explains it."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from playwright.sync_api import Page, expect

from courses.models import Access, Lecture
from media import captions, packaging, recordings
from media.models import Recording
from search import index
from tests.browser.playing import wait_until_played
from tests.courses import stage
from tests.site import Site

pytestmark = pytest.mark.browser
CAPTIONS = """WEBVTT

00:00:00.000 --> 00:00:06.000
这一讲从民法典的违约责任说起。

00:00:06.000 --> 00:00:12.000
第五百七十七条给出了三种承担方式。

00:00:12.000 --> 00:00:16.000
约定的违约金过分高于造成的损失的，可以请求适当减少。
"""


@pytest.fixture
def lecture(live_site: Site, settings: Any, tmp_path: Path) -> Lecture:
    """A public lecture of sixteen seconds, packaged, captioned and indexed."""
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    path = tmp_path / "lecture.mp4"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x180:rate=15",
    ]
    subprocess.run([*command, "-t", "16", "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path)], check=True)
    recording, job = recordings.register_file(path, title="违约责任")
    packaging.run(job)
    recording = Recording.objects.get(pk=recording.pk)
    captions.publish(captions.attach(recording, CAPTIONS.encode(), "zh-Hans", name="lecture.vtt"))
    made = Lecture.objects.create(title="违约责任的三种承担方式", live=False, recording=recording)
    made.save_revision().publish()
    stage.published_course("民法典合同编通则", made, access=Access.PUBLIC)
    index.rebuild()
    made.refresh_from_db()
    return made


def test_a_question_leads_to_the_second_that_answers_it(
    page: Page,
    live_site: Site,
    lecture: Lecture,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    page.goto(f"{live_site.url}/search/")
    assert_accessible(page)
    screenshot(page, "search")
    page.locator("#q").fill("违约金过分")
    page.locator("#q").press("Enter")
    expect(page.locator(".hit mark")).to_have_text("违约金过分")
    expect(page).to_have_url(f"{live_site.url}/search/?q=%E8%BF%9D%E7%BA%A6%E9%87%91%E8%BF%87%E5%88%86")
    page.locator("#q").fill("民法典577")
    page.locator("#q").press("Enter")
    expect(page.locator(".hit mark")).to_have_text("第五百七十七条")
    assert_accessible(page)
    screenshot(page, "search-results")
    page.go_back()
    expect(page.locator(".hit mark")).to_have_text("违约金过分")
    page.locator(".hit .cue").click()
    expect(page).to_have_url(f"{live_site.url}/lectures/{lecture.public_id}/?t=12")
    # an address with a second plays at once where the browser lets it, as this one does
    wait_until_played(page, 12.1)
    page.get_by_role("button", name="复制此刻的链接").click()
    shared = page.get_by_role("textbox", name="此刻的链接").input_value()
    assert shared.startswith(f"{live_site.url}/lectures/{lecture.public_id}/?t=1")


def test_an_article_leads_to_the_lectures_that_explain_it(
    page: Page,
    live_site: Site,
    lecture: Lecture,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    page.goto(f"{live_site.url}/laws/")
    assert_accessible(page)
    page.get_by_role("link", name="中华人民共和国民法典").click()
    assert_accessible(page)
    screenshot(page, "statute", full_page=False)
    page.get_by_text("第一分编 通则").last.click()  # the third book's; the second has one of that name too
    page.get_by_text("第八章 违约责任").click()
    page.locator(".article-number--explained").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第五百七十七条")
    expect(page.locator(".hit mark")).to_have_text("第五百七十七条")
    assert_accessible(page)
    screenshot(page, "article")


def test_a_question_without_answer_says_what_to_do(
    page: Page,
    live_site: Site,
    lecture: Lecture,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    page.goto(f"{live_site.url}/search/?q=量子力学")
    expect(page.locator(".empty__title")).to_have_text("没有找到相关讲座")
    assert_accessible(page)
    screenshot(page, "search-nothing")


def test_words_are_found_in_the_transcript_and_an_article_named_there_leads_to_its_page(
    page: Page,
    live_site: Site,
    lecture: Lecture,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    field = page.get_by_role("searchbox", name="在本讲文字稿中查找")
    places = page.locator("#transcript-places")
    field.fill("违约")
    expect(places).to_have_text("第 1 处，共 2 处")
    field.press("Enter")
    expect(places).to_have_text("第 2 处，共 2 处")
    field.press("Enter")
    expect(places).to_have_text("第 1 处，共 2 处")
    field.press("Shift+Enter")
    expect(places).to_have_text("第 2 处，共 2 处")
    assert page.evaluate("[CSS.highlights.get('found').size, CSS.highlights.get('found-here').size]") == [
        1,
        1,
    ]
    field.fill("说起 第五百")  # a sentence that runs over the end of a line, and spaces that nobody says
    expect(places).to_have_text("第 1 处，共 1 处")
    assert page.evaluate("[...CSS.highlights.get('found-here')].map(String)") == ["说起", "第五百"]
    assert_accessible(page)
    screenshot(page, "transcript-find")
    field.fill("違約")  # in traditional characters
    expect(places).to_have_text("第 1 处，共 2 处")
    field.fill("量子")
    expect(places).to_have_text("本讲中没有")
    expect(page.get_by_role("button", name="下一处")).to_be_disabled()
    everywhere = page.get_by_role("link", name="在全站搜索")
    expect(everywhere).to_have_attribute("href", f"{live_site.url}/search/?q=%E9%87%8F%E5%AD%90")
    course = page.get_by_role("link", name="在整个课程中搜索").get_attribute("href") or ""
    assert f"course={lecture.activity.course_versions.get().version.course.public_id}" in course
    screenshot(page, "transcript-find-wider")
    page.locator("#transcript").get_by_role("link", name="民法典第577条").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("第五百七十七条")
