"""A real Chromium: pages of a phone and of a desktop, screenshots, accessibility, and nothing from outside."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, sync_playwright

from tests.site import Site

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)
PHONE, DESKTOP = (360, 780), (1280, 800)
RESULTS = Path(__file__).resolve().parents[2] / "test-results"
# A refused request (4xx) is reported by Chromium as a console error; pages that test refusals are not broken.
HARMLESS = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")

# What fades in is measured when it is there: a half-faded message has not the contrast it will have.
MOVEMENT_ENDED = """() => Promise.race([
    new Promise((resolve) => setTimeout(resolve, 3000)),
    Promise.allSettled(
        document.getAnimations()
            .filter((each) => Number.isFinite(Number(each.effect?.getComputedTiming().endTime)))
            .map((each) => each.finished),
    ).then(() => undefined),
])"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, driven by Playwright."""
    from tests.conftest import unavailable

    if not CHROMIUM.exists():
        unavailable("Chromium is not installed (Debian: apt-get install chromium fonts-noto-cjk)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


class Problems(list[str]):
    """What a page complained about: script errors, refused policies, addresses outside the site."""

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._console)
        context.on("weberror", lambda error: self.append(f"script error: {error.error}"))
        context.route(
            lambda url: not url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:")),
            self._refuse,
        )

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not HARMLESS.search(message.text):
            self.append(f"console: {message.text}")

    def _refuse(self, route: Route) -> None:
        self.append(f"address outside the site: {route.request.url}")
        route.abort()


@pytest.fixture
def page_problems() -> Problems:
    """Collected from every page of the test; what is left in it at the end fails the test."""
    return Problems()


@pytest.fixture
def open_page(chromium: Browser, page_problems: Problems) -> Iterator[Callable[..., Page]]:
    """open_page(width, height, **context options) gives a page of a fresh browser profile."""
    contexts: list[BrowserContext] = []

    def open_(width: int, height: int, **options: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **options,
        )
        context.set_default_timeout(15_000)
        page_problems.watch(context)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()
    assert not page_problems, "\n".join(page_problems)


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page 360 pixels wide that is touched."""
    return open_page(*PHONE, has_touch=True, is_mobile=True)


@pytest.fixture
def desktop(open_page: Callable[..., Page]) -> Page:
    """A page 1280 pixels wide."""
    return open_page(*DESKTOP)


@pytest.fixture(params=[PHONE, DESKTOP], ids=["360", "1280"])
def page(request: pytest.FixtureRequest, open_page: Callable[..., Page]) -> Page:
    """The test runs twice: on a phone's page and on a desktop's."""
    touch = request.param == PHONE
    return open_page(*request.param, has_touch=touch, is_mobile=touch)


@pytest.fixture
def sign_in() -> Callable[[Page, Site, Any], None]:
    """sign_in(page, site, user) gives the page a session of this user (committed to the site's database)."""
    from django.conf import settings
    from django.test import Client

    def sign_in_(page: Page, site: Site, user: Any) -> None:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": site.url}])

    return sign_in_


@pytest.fixture
def screenshot() -> Callable[..., Path]:
    """screenshot(page, "my-record") writes test-results/screenshots/my-record-360.png (the whole page)."""

    def take(page: Page, name: str, *, full_page: bool = True) -> Path:
        width = (page.viewport_size or {"width": 0})["width"]
        target = RESULTS / "screenshots" / f"{name}-{width}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target, full_page=full_page)
        return target

    return take


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """assert_accessible(page) fails on what axe calls serious or critical, naming the elements."""

    def check(page: Page) -> None:
        page.evaluate(MOVEMENT_ENDED)
        found = Axe().run(page).response["violations"]
        lines = [
            f"{violation['impact']} {violation['id']}: {violation['help']}\n    "
            + "\n    ".join(node["html"][:160] for node in violation["nodes"][:5])
            for violation in found
            if violation["impact"] in {"serious", "critical"}
        ]
        assert not lines, f"{page.url}\n" + "\n".join(lines)

    return check
