"""The watch page with a real video really playing in Chromium: what it shows, and what the server then holds."""

import re

import pytest
from playwright.sync_api import expect

from courses.models import Completion, Heartbeat, LedgerEntry, WatchProgress
from media.models import Recording
from tests.browser.playing import at, play, wait_until, wait_until_loaded, wait_until_played
from tests.courses import stage

pytestmark = pytest.mark.browser


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
    assert row.watched_ms + row.provisional_ms == sum(Heartbeat.objects.values_list("earned_ms", flat=True))
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
    assert row.watched_ms == 0
    assert row.provisional_ms <= 6_000
    assert all(start >= 4_900 for start, _end, _day in row.provisional)
    assert not [stretch for stretch in row.provisional if stretch[0] < 9_000 < stretch[1]]
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


def test_another_device_asks_before_it_stops_the_first(
    page, desktop, live_site, sign_in, lecture, person, assert_accessible, screenshot
):
    sign_in(desktop, live_site, person.user)
    sign_in(page, live_site, person.user)
    desktop.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(desktop)
    wait_until_played(desktop, 3)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    page.locator(".vjs-big-play-button").click()
    notice = page.locator("#taken-over")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("另一台设备上学习")
    assert page.evaluate("document.querySelector('video').paused")
    assert_accessible(page)
    screenshot(page, "watching-elsewhere")
    expect(desktop.locator("#taken-over")).to_be_hidden()
    page.get_by_role("button", name="在这里继续").click()
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "saved")
    expect(desktop.locator("#taken-over")).to_be_visible(timeout=30_000)


def test_a_page_loaded_again_sends_what_it_kept_without_an_error_and_says_what_waits(
    page, live_site, sign_in, lecture, person, screenshot
):
    refused = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    wait_until_played(page, 4)
    page.reload()
    expect(page.locator("#watch-provisional")).to_contain_text("已保存")
    play(page)
    wait_until_played(page, at(page) + 3)
    page.evaluate("document.querySelector('video').pause()")
    page.wait_for_timeout(1500)
    expect(page.locator("#watch-provisional")).to_contain_text("在线确认")
    screenshot(page, "watch-provisional")
    assert not refused


def test_a_page_that_was_paused_while_another_device_took_over_says_so_at_once_when_it_plays(
    desktop, live_site, sign_in, lecture, person
):
    page = desktop
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    wait_until_played(page, 2)
    page.evaluate("document.querySelector('video').pause()")
    stage.Watcher(person).open(lecture)
    page.evaluate("document.querySelector('video').play()")
    expect(page.locator("#taken-over")).to_be_visible(timeout=6_000)


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
    before = WatchProgress.objects.get(person=person).provisional_ms
    wait_until_loaded(page)
    page.context.set_offline(True)
    page.evaluate("document.querySelector('video').play()")
    wait_until_played(page, 5)
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "waiting")
    expect(page.locator("#watch-state")).to_contain_text("等待保存")
    expect(page.locator("#watch-news")).to_contain_text("等待保存")
    page.context.set_offline(False)
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "saved", timeout=20_000)
    # Whoever listens hears that it is well again.
    expect(page.locator("#watch-news")).to_have_text("已保存")
    assert WatchProgress.objects.get(person=person).provisional_ms >= before + 2_000
    page_problems[:] = [line for line in page_problems if "ERR_INTERNET_DISCONNECTED" not in line]


def test_a_network_that_swallows_what_is_sent_is_not_called_saved(
    desktop, live_site, sign_in, lecture, person
):
    page = desktop
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    page.route("**/playback/heartbeats", lambda route: None)
    wait_until_played(page, 2)
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator("#watch-state")).to_contain_text("等待保存", timeout=10_000)
    page.unroute("**/playback/heartbeats")
    # The request is given up after a quarter of a minute and sent again.
    expect(page.locator("#watch-state")).to_contain_text("已保存", timeout=30_000)
    assert WatchProgress.objects.get(person=person).provisional_ms >= 1_500


def test_captions_that_a_lost_network_had_failed_come_when_it_is_back(
    desktop, live_site, sign_in, lecture, person, page_problems
):
    page = desktop
    sign_in(page, live_site, person.user)
    page.route("**/*.vtt", lambda route: route.abort("internetdisconnected"))
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    wait_until_played(page, 2)
    cue = page.locator(".vjs-text-track-cue")
    expect(cue).to_have_count(0)
    page.unroute("**/*.vtt")
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(cue).to_have_count(1)
    page_problems[:] = [
        line for line in page_problems if "ERR_INTERNET_DISCONNECTED" not in line and "VIDEOJS" not in line
    ]


def test_a_guest_may_watch_a_public_lecture_and_is_told_that_it_earns_nothing(desktop, live_site, lecture):
    stage.published_course("公开课", lecture, access="public")
    page = desktop
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    expect(page.get_by_text("当前为访客观看")).to_be_visible()
    page.locator(".vjs-big-play-button").click()
    wait_until_played(page, 1)
    assert not WatchProgress.objects.exists()
