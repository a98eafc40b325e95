"""What tests of the watch page do with its player, and how they wait for it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

LOADED = """() => {
    const video = document.querySelector("video");
    const { buffered, duration } = video;
    const captioned = performance.getEntriesByType("resource").some((each) => each.name.endsWith(".vtt"));
    return captioned && buffered.length === 1 && buffered.end(0) > duration - 0.5;
}"""


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


def wait_until_loaded(page: Page) -> None:
    """The whole recording and its captions are in the browser: what follows asks the network for beats alone."""
    wait_until(page, lambda: page.evaluate(LOADED))
