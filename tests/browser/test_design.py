"""The design system in a real browser: accessible in both themes, calm at both widths, light to load."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.site import Site

pytestmark = pytest.mark.browser

WIDTHS = [(360, 780), (1280, 800)]
PAGES = ["/design/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/nowhere/"]
BUDGET_BYTES = 150 * 1024


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", WIDTHS, ids=["360", "1280"])
def test_pages_are_accessible_in_both_themes(
    open_page: Callable[..., Page],
    live_site: Site,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., object],
    *,
    theme: str,
    size: tuple[int, int],
) -> None:
    width, height = size
    page = open_page(width, height, color_scheme=theme, is_mobile=width == 360, has_touch=width == 360)
    for path in PAGES:
        page.goto(live_site.url + path)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} scrolls sideways"
        name = path.strip("/").replace("/", "-")
        screenshot(page, f"design-{name}-{theme}")


def test_the_readers_theme_outlives_the_page_without_a_flash(desktop: Page, live_site: Site) -> None:
    desktop.goto(live_site.url + "/design/")
    desktop.click(".menu--theme > summary")
    desktop.click('.menu--theme [data-theme-choice="dark"]')
    assert desktop.locator("html").get_attribute("data-theme") == "dark"
    html = desktop.goto(live_site.url + "/accounts/login/")
    assert html is not None
    assert 'data-theme="dark"' in html.text()


def test_a_dialog_opens_and_gives_the_focus_back(desktop: Page, live_site: Site) -> None:
    desktop.goto(live_site.url + "/design/")
    opener = desktop.locator('[data-dialog-open="withdraw"]').first
    opener.click()
    assert desktop.locator("#withdraw").is_visible()
    desktop.keyboard.press("Escape")
    assert not desktop.locator("#withdraw").is_visible()
    assert opener.evaluate("element => element === document.activeElement")


def test_tabs_follow_the_arrow_keys(desktop: Page, live_site: Site) -> None:
    desktop.goto(live_site.url + "/design/")
    desktop.focus("#tab-transcript")
    desktop.keyboard.press("ArrowRight")
    assert desktop.locator("#panel-notes").is_visible()
    assert not desktop.locator("#panel-transcript").is_visible()


def test_a_password_can_be_shown(phone: Page, live_site: Site) -> None:
    phone.goto(live_site.url + "/accounts/login/")
    phone.tap("[data-password-toggle]")
    assert phone.locator("#id_password").get_attribute("type") == "text"


def test_names_are_hidden_before_a_projector(desktop: Page, live_site: Site) -> None:
    desktop.goto(live_site.url + "/design/")
    assert desktop.locator(".person__name").first.is_visible()
    desktop.click(".page-head [data-projector-toggle]")
    assert not desktop.locator(".person__name").first.is_visible()


# The living page shows every piece at once; nobody comes to work there.
@pytest.mark.parametrize("path", ["/", "/courses/", "/search/", "/laws/", "/accounts/login/"])
def test_a_page_without_its_player_is_light(phone: Page, live_site: Site, path: str) -> None:
    client = phone.context.new_cdp_session(phone)
    client.send("Network.enable")
    sizes: list[float] = []
    client.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    phone.goto(live_site.url + path)
    phone.wait_for_load_state("networkidle")
    assert 0 < sum(sizes) <= BUDGET_BYTES


def test_nothing_jumps_while_loading(phone: Page, live_site: Site) -> None:
    phone.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => { for (const entry of list.getEntries())"
        " window.shift += entry.value }).observe({type: 'layout-shift', buffered: true})"
    )
    phone.goto(live_site.url + "/design/")
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("window.shift") < 0.02
