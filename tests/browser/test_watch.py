"""The watch page with a real video really playing in Chromium: what it shows, and what the server then holds."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import pytest
from playwright.sync_api import Page, expect

from courses.models import Completion, Heartbeat, Lecture, LedgerEntry, WatchProgress
from media import captions, packaging, recordings
from media.models import Recording
from tests.courses import stage

pytestmark = pytest.mark.browser
SECONDS = 18
CAPTIONS = """WEBVTT

00:00:00.000 --> 00:00:05.000
要约是希望与他人订立合同的意思表示。

00:00:05.000 --> 00:00:10.000
承诺是受要约人同意要约的意思表示。

00:00:10.000 --> 00:00:18.000
承诺生效时合同成立。
"""


@pytest.fixture(scope="session")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighteen seconds of a test picture with a tone."""
    path = tmp_path_factory.mktemp("video") / "lecture.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25", "-f", "lavfi", "-i", "sine=frequency=330"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"]
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        *source,
        "-t",
        str(SECONDS),
        *coding,
        str(path),
    ]
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def lecture(live_site, video: Path) -> Lecture:
    recording, job = recordings.register_file(video, title="合同的订立")
    packaging.run(job)
    recording = Recording.objects.get(pk=recording.pk)
    captions.publish(captions.attach(recording, CAPTIONS.encode(), "zh-Hans", name="lecture.vtt"))
    made = Lecture.objects.create(
        title="合同的订立", live=False, recording=recording, summary="从要约、承诺讲到合同成立。"
    )
    made.save_revision().publish()
    stage.published_course("民法典合同编通则", made, stage.published_lecture("合同的效力"))
    made.refresh_from_db()
    return made


@pytest.fixture
def person(live_site):
    return stage.new_lawyer()


def play(page: Page) -> None:
    page.locator(".vjs-big-play-button").click()
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "saved")


def at(page: Page) -> float:
    """Where the player is; waits for a page that is still coming."""
    return page.locator("video").evaluate("video => video.currentTime")


def wait_until(page: Page, is_so: Callable[[], bool], seconds: float = 60) -> None:
    """Playwright's own wait_for_function evaluates text in the page, which the site's policy forbids."""
    for _ in range(int(seconds * 5)):
        if is_so():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it did not come to that in time")


def wait_until_played(page: Page, seconds: float) -> None:
    wait_until(page, lambda: at(page) >= seconds)


def test_a_lecture_played_to_the_end_earns_its_credit_before_my_eyes(
    page, live_site, sign_in, lecture, person, assert_accessible, screenshot
):
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("合同的订立")
    assert_accessible(page)
    play(page)
    wait_until_played(page, 6)
    expect(page.locator(".cue[aria-current]")).to_contain_text("承诺是受要约人")
    expect(page.locator(".vjs-text-track-display")).to_contain_text("承诺是受要约人")
    screenshot(page, "watch")
    expect(page.locator("#completed-box")).to_be_visible(timeout=60_000)
    expect(page.locator("#completed-text")).to_contain_text("0.01")
    expect(page.locator("#watch-complete")).to_be_visible()
    row = WatchProgress.objects.get(person=person)
    recording = Recording.objects.get(pk=lecture.recording_id)
    assert row.watched_ms >= 0.9 * recording.duration_ms
    assert row.watched_ms == sum(Heartbeat.objects.values_list("earned_ms", flat=True))
    assert Completion.objects.get(person=person).activity.lecture == lecture
    assert LedgerEntry.objects.get(person=person).seconds == recording.duration_ms // 1000
    page.get_by_role("link", name="我的学时记录").click()
    expect(page.get_by_role("row").filter(has_text="合同的订立")).to_contain_text("0.01")
    page.get_by_text("观看达到 90%").click()
    expect(page.get_by_text("观看区间")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "record")


def test_seeking_earns_nothing_and_the_next_visit_resumes(
    phone, live_site, sign_in, lecture, person, assert_accessible, screenshot
):
    page = phone
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/?t=5")
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "saved")
    wait_until_played(page, 6.5)
    page.get_by_role("button", name=re.compile("承诺生效时合同成立")).click()
    wait_until_played(page, 11)
    page.evaluate("document.querySelector('video').pause()")
    page.wait_for_timeout(1500)
    row = WatchProgress.objects.get(person=person)
    assert row.watched_ms <= 6_000
    assert all(start >= 4_900 for start, _end, _day in row.intervals)
    assert not [stretch for stretch in row.intervals if stretch[0] < 9_000 < stretch[1]]
    page.goto(f"{live_site.url}/my/")
    screenshot(page, "my")
    assert_accessible(page)
    page.get_by_role("link", name="合同的订立").first.click()
    page.wait_for_url(f"**/lectures/{lecture.public_id}/**")
    wait_until(page, lambda: abs(at(page) - row.position_ms / 1000) < 1, 30)


def test_another_device_takes_over_openly_and_can_be_taken_back(desktop, live_site, sign_in, lecture, person):
    page = desktop
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    wait_until_played(page, 2)
    other = stage.Watcher(person)
    other.open(lecture)
    expect(page.locator("#taken-over")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.querySelector('video').paused")
    page.get_by_role("button", name="在这里继续").click()
    expect(page.locator("#taken-over")).to_be_hidden()
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "saved")


def test_minutes_watched_without_a_network_are_kept_and_saved_later(
    desktop, live_site, sign_in, lecture, person, page_problems
):
    page = desktop
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    wait_until_played(page, 2)
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator("#watched-text")).not_to_have_text("已看 0%")
    before = WatchProgress.objects.get(person=person).watched_ms
    page.context.set_offline(True)
    page.evaluate("document.querySelector('video').play()")
    wait_until_played(page, 5)
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#watch-state")).to_contain_text("等待保存")
    page.context.set_offline(False)
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "saved", timeout=20_000)
    assert WatchProgress.objects.get(person=person).watched_ms >= before + 2_000
    page_problems[:] = [line for line in page_problems if "ERR_INTERNET_DISCONNECTED" not in line]


def test_a_guest_may_watch_a_public_lecture_and_is_told_that_it_earns_nothing(desktop, live_site, lecture):
    stage.published_course("公开课", lecture, access="public")
    page = desktop
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    expect(page.get_by_text("当前为访客观看")).to_be_visible()
    page.locator(".vjs-big-play-button").click()
    wait_until_played(page, 1)
    assert not WatchProgress.objects.exists()
