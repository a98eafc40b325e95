"""The search field suggests, in a browser: by keys alone, with what this browser searched for before."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from courses.models import Access
from search import index
from tests.courses import stage
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def course(live_site: Site, settings: object, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "search"  # type: ignore[attr-defined]
    stage.published_course("违约金专题研讨", access=Access.PUBLIC)
    index.rebuild()


def test_suggestions_are_chosen_with_the_keys_and_closed_with_escape(
    page: Page,
    live_site: Site,
    course: None,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    page.goto(f"{live_site.url}/search/")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("/")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("wyj")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("违约金")
    expect(field).to_have_attribute("aria-expanded", "true")
    assert_accessible(page)
    screenshot(page, "suggestions", full_page=False)
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    field.press("ArrowUp")
    expect(page.locator('[aria-selected="true"]')).to_have_count(0)
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("wyj")
    field.press("ArrowDown")
    page.get_by_role("option", name="违约金专题研讨").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("违约金专题研讨")


def test_enter_takes_the_chosen_term_and_searches_for_it(page: Page, live_site: Site, course: None) -> None:
    page.goto(f"{live_site.url}/search/")
    field = page.get_by_role("combobox")
    field.fill("budangdeli")
    expect(page.get_by_role("option").first).to_contain_text("不当得利")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(f"{live_site.url}/search/?q=%E4%B8%8D%E5%BD%93%E5%BE%97%E5%88%A9")
    page.wait_for_load_state()  # the site ends before the browser does


def test_searches_are_remembered_by_the_browser_alone_until_they_are_cleared(
    page: Page,
    live_site: Site,
    course: None,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    page.goto(f"{live_site.url}/search/")
    field = page.get_by_role("combobox")
    for words in ("夫妻共同债务", "高空抛物"):
        field.fill(words)
        field.press("Enter")
        expect(page.locator(".empty__title")).to_be_visible()
        page.goto(f"{live_site.url}/search/")
    field.blur()
    field.focus()
    options = page.get_by_role("option")
    expect(options).to_have_count(3)
    expect(options.nth(0)).to_contain_text("高空抛物")
    expect(options.nth(1)).to_contain_text("夫妻共同债务")
    assert_accessible(page)
    screenshot(page, "searched-before", full_page=False)
    options.nth(1).click()
    expect(page).to_have_url(
        f"{live_site.url}/search/?q=%E5%A4%AB%E5%A6%BB%E5%85%B1%E5%90%8C%E5%80%BA%E5%8A%A1"
    )
    page.goto(f"{live_site.url}/search/")
    field.blur()
    field.focus()
    options.last.click()
    field.blur()
    field.focus()
    expect(options).to_have_count(0)
    assert page.evaluate("localStorage.getItem('searches')") is None
