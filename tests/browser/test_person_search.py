"""Searching for people in a browser: no request's address holds what was typed."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page, expect

from people import grants, licences, memberships, persons
from people.models import Role, User
from tests.courses import stage
from tests.site import Site

pytestmark = pytest.mark.browser

NUMBER = "14301202110001111"


@pytest.fixture
def keeper(live_site: Site) -> User:
    firm = stage.firm()
    for name, number in (("林晓试", NUMBER), ("贺明试", "14301202110002222")):
        person = persons.create(name=name)
        memberships.join(person, firm, on=stage.OPENED)
        licences.issue(person, number=number, practice_type="full_time", on=stage.OPENED)
    user = User.objects.create_user("shenglv")
    grants.grant(user, Role.PROVINCIAL_COMMITTEE, firm, by=None, reason="试验", valid_from=stage.OPENED)
    return user


def test_neither_the_list_nor_the_chooser_puts_what_is_typed_into_an_address(
    live_site: Site,
    page: Page,
    keeper: User,
    sign_in: Callable[..., None],
    screenshot: Callable[..., Path],
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(unquote(request.url)))
    sign_in(page, live_site, keeper)
    page.goto(f"{live_site.url}/admin/persons/")
    box = page.locator('input[name="search_term"]')
    box.fill(NUMBER)
    box.press("Enter")
    expect(page.get_by_role("link", name="林晓试", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="贺明试", exact=True)).to_have_count(0)
    expect(page.locator('input[name="search_term"]')).to_have_value(NUMBER)
    screenshot(page, "admin-person-search")

    page.goto(f"{live_site.url}/admin/memberships/new/")
    page.get_by_role("button", name="选择人员").click()
    field = page.get_by_role("dialog").locator("#id_q")
    field.fill("贺明")
    expect(page.get_by_role("dialog").get_by_text("贺明试")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("林晓试")).to_have_count(0)
    screenshot(page, "admin-person-chooser")
    assert any("q=~" in address for address in asked)
    assert not [address for address in asked if NUMBER in address or "贺明" in address]
