"""Presence checks in a real Chromium: they stop the lecture, wait for an answer, and say what they cost.

The server's secret lot is set in the database, so that a check comes within a lecture of seconds.
"""

import json

import pytest
from playwright.sync_api import Page, Route, expect

from courses.models import CheckVerdict, Heartbeat, PlaybackSession, PresenceCheck, WatchProgress
from tests.browser.playing import at, play, wait_until, wait_until_loaded, wait_until_played
from tests.courses import stage

pytestmark = pytest.mark.browser
PAUSE = "document.querySelector('video').pause()"
PLAYING = "!document.querySelector('video').paused"


@pytest.fixture
def watch(live_site, sign_in, lecture, person):
    """watch(page) opens the lecture and plays it; a check will come with the next beat."""

    def watch_(page: Page, *, due_ms: int = 1_000) -> None:
        sign_in(page, live_site, person.user)
        page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
        play(page)
        WatchProgress.objects.filter(person=person).update(check_due_ms=due_ms)

    return watch_


def pause_for_a_beat(page: Page) -> None:
    """Let something play, then pause: what played is sent at once. A check may have paused it before."""
    enough = at(page) + 2
    wait_until(page, lambda: at(page) >= enough or not page.evaluate(PLAYING))
    page.evaluate(PAUSE)


def test_a_check_stops_the_lecture_and_a_key_lets_it_go_on(
    page,
    watch,
    person,
    assert_accessible,
    screenshot,
):
    watch(page)
    dialog = page.get_by_role("alertdialog", name="您还在观看吗？")
    expect(dialog).to_be_visible(timeout=30_000)
    expect(dialog).to_contain_text("的观看即计入")
    assert not page.evaluate(PLAYING)
    expect(page.locator("#watch-state")).to_contain_text("暂不计入")
    button = dialog.get_by_role("button", name="我在观看，继续")
    expect(button).to_be_focused()
    assert_accessible(page)
    screenshot(page, "presence-check", full_page=False)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.evaluate("document.querySelector('video').play()")
    expect(page.get_by_role("button", name="我在观看，继续")).to_be_visible()
    page.wait_for_timeout(900)
    expect(dialog).to_be_visible()
    assert not page.evaluate(PLAYING), "nothing but an answer lets it play"
    page.keyboard.press("Shift+Tab")
    button.focus()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    wait_until(page, lambda: page.evaluate(PLAYING))
    expect(page.locator("#watch-state")).to_have_attribute("data-state", "saved")
    check = PresenceCheck.objects.get()
    assert check.verdict == "answered"
    assert WatchProgress.objects.get(person=person).watched_ms >= check.stretches_ms > 0


def test_a_check_leaves_full_screen(desktop, watch):
    page = desktop
    watch(page)
    page.locator(".video-js").hover()
    page.locator(".vjs-fullscreen-control").click()
    wait_until(page, lambda: page.evaluate("document.fullscreenElement !== null"))
    expect(page.get_by_role("alertdialog")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.fullscreenElement === null")


def test_a_code_is_read_typed_and_corrected_on_a_phone(phone, watch, settings, assert_accessible, screenshot):
    settings.WATCH_POLICY = {"kind": "code"}
    page = phone
    watch(page)
    dialog = page.get_by_role("alertdialog")
    field = dialog.get_by_label("确认码")
    expect(field).to_be_visible(timeout=30_000)
    assert_accessible(page)
    screenshot(page, "presence-code", full_page=False)
    shown = page.locator(".check-code").inner_text().replace(" ", "")
    expect(page.get_by_role("button", name="我在观看，继续")).to_be_visible()
    page.wait_for_timeout(900)
    field.fill("0000" if shown != "0000" else "1111")
    dialog.get_by_role("button", name="我在观看，继续").tap()
    expect(dialog).to_contain_text("确认码不正确")
    field.fill(shown)
    dialog.get_by_role("button", name="我在观看，继续").tap()
    expect(dialog).to_be_hidden()
    assert PresenceCheck.objects.get().verdict == "answered"


def test_a_check_waits_over_a_reload_and_over_a_lost_network(desktop, watch, page_problems):
    page = desktop
    watch(page)
    pause_for_a_beat(page)
    dialog = page.get_by_role("alertdialog")
    expect(dialog).to_be_visible()
    page.reload()
    play_again(page)
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="我在观看，继续")).to_be_visible()
    page.wait_for_timeout(900)
    wait_until_loaded(page)
    page.context.set_offline(True)
    dialog.get_by_role("button", name="我在观看，继续").click()
    expect(dialog).to_contain_text("正在自动重试")
    page.context.set_offline(False)
    expect(dialog).to_be_hidden(timeout=20_000)
    assert PresenceCheck.objects.get().verdict == "answered"
    forget_lost_network(page_problems)


def play_again(page: Page) -> None:
    page.locator(".vjs-big-play-button").click()


def forget_lost_network(problems: list[str]) -> None:
    problems[:] = [line for line in problems if "DISCONNECTED" not in line and "ProgressEvent" not in line]


def test_what_was_taken_back_is_told_at_once_with_the_way_to_watch_it_again(
    page,
    watch,
    lecture,
    person,
    screenshot,
    assert_accessible,
):
    watch(page)
    pause_for_a_beat(page)
    expect(page.get_by_role("alertdialog")).to_be_visible()
    stage.Watcher(person).open(lecture, device="another")
    expect(page.get_by_role("button", name="我在观看，继续")).to_be_visible()
    page.wait_for_timeout(900)
    page.get_by_role("button", name="我在观看，继续").click()
    expect(page.locator("#taken-over")).to_be_visible()
    page.get_by_role("button", name="在这里继续").click()
    box = page.locator("#taken-back")
    expect(box).to_contain_text("因最后一次在线确认未完成，已收回")
    page.evaluate(PAUSE)
    screenshot(page, "taken-back")
    assert_accessible(page)
    box.get_by_role("button", name="从 0:00 重新观看").click()
    wait_until(page, lambda: at(page) < 3)
    page.reload()
    expect(box).to_be_visible()
    box.get_by_role("button", name="从 0:00 重新观看").click()
    taken_ms = PresenceCheck.objects.get(verdict=CheckVerdict.MISSED).stretches_ms
    wait_until_played(page, taken_ms / 1000 + 1)
    page.evaluate(PAUSE)
    expect(box).to_be_hidden()
    # What the page shows after a reload is what the server holds by then.
    wait_until(page, Heartbeat.objects.filter(end_ms__gte=at(page) * 1000 - 300).exists)
    page.reload()
    expect(page.locator("#watched-text")).to_be_visible()
    expect(box).to_be_hidden()


def test_beats_survive_a_reload_without_a_network_and_are_saved_later(
    desktop,
    live_site,
    watch,
    lecture,
    person,
    page_problems,
):
    page = desktop
    watch(page, due_ms=600_000)
    wait_until_played(page, 1)
    page.evaluate(PAUSE)
    wait_until(page, Heartbeat.objects.exists)
    wait_until_loaded(page)
    page.context.set_offline(True)
    page.evaluate("document.querySelector('video').play()")
    wait_until_played(page, 4)
    page.evaluate(PAUSE)
    expect(page.locator("#watch-state")).to_contain_text("等待保存")
    counted = Heartbeat.objects.count()
    page.goto("about:blank")
    page.context.set_offline(False)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    wait_until(page, lambda: Heartbeat.objects.count() > counted)
    assert WatchProgress.objects.get(person=person).provisional_ms >= 3_500
    assert PlaybackSession.objects.count() == 1, "they belong to the session in which they were watched"
    wait_until(page, lambda: waiting_beats(page) == 0)
    forget_lost_network(page_problems)


def waiting_beats(page: Page) -> int:
    return page.evaluate(
        """() => new Promise((resolve) => {
            const request = indexedDB.open("watching");
            request.onsuccess = () => {
                const count = request.result.transaction("beats").objectStore("beats").count();
                count.onsuccess = () => { request.result.close(); resolve(count.result); };
            };
        })"""
    )


def test_two_pages_of_one_browser_send_what_a_third_left_behind_once(
    desktop,
    live_site,
    watch,
    lecture,
    person,
    page_problems,
):
    page = desktop
    watch(page, due_ms=600_000)
    wait_until_played(page, 1)
    wait_until_loaded(page)
    page.context.set_offline(True)
    wait_until_played(page, 3)
    page.evaluate(PAUSE)
    expect(page.locator("#watch-state")).to_contain_text("等待保存")
    page.close()
    first, second = page_of(page), page_of(page)
    page.context.set_offline(False)
    for each in (first, second):
        each.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    wait_until(first, Heartbeat.objects.exists)
    wait_until(first, lambda: waiting_beats(first) == 0)
    assert WatchProgress.objects.get(person=person).provisional_ms >= 2_000
    forget_lost_network(page_problems)


def page_of(page: Page) -> Page:
    return page.context.new_page()


def test_beyond_one_spacing_without_a_network_the_page_says_that_nothing_more_counts(
    desktop,
    live_site,
    sign_in,
    lecture,
    person,
    page_problems,
    screenshot,
):
    page = desktop

    def shorter(route: Route) -> None:
        """The policy's spacing is minutes; the page is told of three seconds, so that the test need not wait."""
        answer = route.fetch()
        route.fulfill(response=answer, body=json.dumps(answer.json() | {"check_spacing_ms": 3_000}))

    page.route("**/playback/sessions", shorter)
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    play(page)
    pause_for_a_beat(page)
    # Not only the first beat of a moment, but all that played: later_ms below is what was watched offline alone.
    wait_until(page, Heartbeat.objects.filter(end_ms__gte=at(page) * 1000 - 300).exists)
    before_ms = WatchProgress.objects.get(person=person).provisional_ms
    wait_until_loaded(page)
    page.context.set_offline(True)
    for _ in range(2):
        page.evaluate("document.querySelector('video').play()")
        pause_for_a_beat(page)
    page.evaluate("document.querySelector('video').play()")
    expect(page.locator("#watch-state")).to_contain_text("暂不计入")
    expect(page.locator("#watch-reason")).to_contain_text("断网时间已超过一次在线确认的间隔")
    screenshot(page, "offline-too-long")
    page.evaluate(PAUSE)
    page.context.set_offline(False)
    expect(page.locator("#watch-state")).to_contain_text("已保存", timeout=20_000)
    later_ms = WatchProgress.objects.get(person=person).provisional_ms - before_ms
    assert 1_500 <= later_ms <= 3_000
    forget_lost_network(page_problems)


def test_a_server_that_cannot_be_reached_from_the_start_is_not_called_saved(
    desktop,
    live_site,
    sign_in,
    lecture,
    person,
    page_problems,
):
    page = desktop
    sign_in(page, live_site, person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    page.route("**/playback/sessions", lambda route: route.abort("internetdisconnected"))
    page.locator(".vjs-big-play-button").click()
    expect(page.locator("#watch-state")).to_contain_text("暂不计入")
    expect(page.locator("#watch-reason")).to_contain_text("暂时连不上服务器")
    page.unroute("**/playback/sessions")
    expect(page.locator("#watch-state")).to_contain_text("已保存", timeout=20_000)
    forget_lost_network(page_problems)


def test_a_speed_that_earns_nothing_and_a_hidden_page_are_told_in_words(desktop, watch, person):
    page = desktop
    watch(page, due_ms=600_000)
    wait_until_played(page, at(page) + 1)
    page.evaluate("document.querySelector('video').playbackRate = 2")
    expect(page.locator("#watch-reason")).to_contain_text("1.5")
    page.evaluate("document.querySelector('video').playbackRate = 1")
    hide(page, hidden=True)
    expect(page.locator("#watch-reason")).to_contain_text("页面")
    hidden_at = at(page)
    wait_until_played(page, hidden_at + 2.5)
    hide(page, hidden=False)
    pause_for_a_beat(page)
    expect(page.locator("#watch-state")).to_contain_text("已保存")
    wait_until(page, lambda: Heartbeat.objects.count() >= 2)
    starts = [start for start, _end, _day in WatchProgress.objects.get(person=person).provisional]
    ends = [end for _start, end, _day in WatchProgress.objects.get(person=person).provisional]
    assert not any(start < (hidden_at + 1) * 1000 < end for start, end in zip(starts, ends, strict=True))


def hide(page: Page, *, hidden: bool) -> None:
    """What the browser does when another tab comes to the front."""
    page.evaluate(
        """(state) => {
            Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        "hidden" if hidden else "visible",
    )


@pytest.mark.parametrize("allowed", [True, False])
def test_the_sound_alone_plays_on_and_counts_behind_a_hidden_page_if_the_policy_says_so(
    desktop,
    watch,
    person,
    settings,
    allowed,
    screenshot,
):
    settings.WATCH_POLICY = {"background": ("audio_only",) if allowed else ()}
    page = desktop
    watch(page, due_ms=600_000)
    wait_until_played(page, 1)
    page.get_by_role("button", name="仅听声音").click()
    wait_until(page, lambda: page.evaluate("document.querySelector('video').videoWidth") == 0)
    wait_until_played(page, at(page) + 1)
    hide(page, hidden=True)
    wait_until_played(page, at(page) + 2)
    page.evaluate(PAUSE)
    page.wait_for_timeout(1000)
    modes = set(Heartbeat.objects.values_list("mode", flat=True))
    assert modes == ({1, 3} if allowed else {1})
    if not allowed:
        expect(page.locator("#watch-reason")).to_contain_text("后台收听的时间不计入")
    hide(page, hidden=False)
    screenshot(page, "sound-only")
    page.get_by_role("button", name="显示画面").click()
    wait_until(page, lambda: page.evaluate("document.querySelector('video').videoWidth") > 0)
