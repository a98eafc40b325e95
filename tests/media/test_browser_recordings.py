"""An editor's recording pages in a real Chromium: upload, packaging that shows itself, a preview that plays."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Page, expect

from media import captions, packaging
from media.models import PackagingJob, Recording
from tests.media.conftest import user_with
from tests.site import Site

pytestmark = pytest.mark.browser
SRT = "1\n00:00:00,000 --> 00:00:01,500\n《民法典》第五百七十七条规定了违约责任。\n"


@pytest.fixture
def editor_page(page: Page, live_site: Site, sign_in: Callable) -> Page:
    rights = ("wagtailadmin.access_admin", "media.add_recording", "media.change_recording")
    sign_in(page, live_site, user_with("editor", *rights))
    return page


def test_an_upload_is_followed_to_a_playing_preview_and_published_captions(
    editor_page: Page, live_site: Site, media_file: Callable, tmp_path: Path, assert_accessible, screenshot
) -> None:
    page = editor_page
    page.goto(f"{live_site.url}/admin/recordings/new/")
    page.set_input_files("[data-upload-input]", media_file("WyattBlue+auto-editor/resources/testsrc.mp4"))
    page.wait_for_url(re.compile(r"/admin/recordings/\d+/$"))
    expect(page.locator("#recording-live")).to_contain_text("排队等待转码")
    page.evaluate("window.isSamePage = true")

    job = PackagingJob.objects.get()
    assert packaging.run(job)
    video = page.locator("#recording-live video")
    video.wait_for()
    assert page.evaluate("window.isSamePage")  # shown without reloading
    expect(page.locator("#recording-live")).to_contain_text("可以观看")
    page.locator(".vjs-big-play-button").click()
    # Polled from here: the page's policy allows no evaluation inside it.
    for _tenth in range(150):
        if page.evaluate("document.querySelector('#recording-live video').currentTime") > 0.3:
            break
        page.wait_for_timeout(100)
    else:
        pytest.fail("the preview does not play")
    assert page.evaluate("document.querySelector('#recording-live video').videoWidth") == 640

    file = tmp_path / "讲座.srt"
    file.write_bytes(SRT.replace("01,500", "xx").encode())
    page.set_input_files("input[name=file]", file)
    page.get_by_role("button", name="添加字幕").click()
    expect(page.locator(".messages")).to_contain_text("第 2 行：")
    file.write_bytes(SRT.encode("gbk"))
    page.set_input_files("input[name=file]", file)
    page.get_by_role("button", name="添加字幕").click()
    expect(page.locator(".cue-table")).to_contain_text("违约责任")
    screenshot(page, "admin-recording")
    assert_accessible(page)
    page.get_by_role("button", name="发布字幕").click()
    expect(page.locator(".caption-track")).to_contain_text("已发布")
    assert captions.cues(Recording.objects.get()).count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    connection.close()


def test_several_files_are_each_answered_on_their_own_row(
    editor_page: Page, live_site: Site, media_file: Callable, tmp_path: Path, assert_accessible, screenshot
) -> None:
    letter, empty, table = (tmp_path / name for name in ("信.mp4", "空.mp4", "名册.xlsx"))
    letter.write_text("这不是视频")
    empty.touch()
    table.write_bytes(b"PK")
    page = editor_page
    page.goto(f"{live_site.url}/admin/recordings/new/")
    good = media_file("WyattBlue+auto-editor/resources/mono.mp3")
    page.set_input_files("[data-upload-input]", [letter, empty, table, good])
    rows = page.locator(".upload__row")
    expect(rows.nth(0)).to_contain_text("这不是视频或音频文件")
    expect(rows.nth(1)).to_contain_text("文件是空的")
    expect(rows.nth(2)).to_contain_text("不支持这种扩展名")
    expect(rows.nth(3)).to_contain_text("已收到")
    assert Recording.objects.get().original_name == "mono.mp3"
    screenshot(page, "admin-upload")
    assert_accessible(page)
    connection.close()
