"""The support desk and the audit log in a browser: a caller is found, helped and seen as, and reads who looked."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from people import grants, licences
from people.models import PracticeType, Role, User
from tests.courses import stage
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def cast(live_site: Site) -> dict[str, User]:
    lecture = stage.published_lecture("违约责任", duration_ms=600_000)
    stage.published_course("合同编", lecture)
    lawyer = stage.new_lawyer("林晓试")
    licences.issue(lawyer, number="14301201211001234", practice_type=PracticeType.FULL_TIME, on=stage.OPENED)
    watcher = stage.Watcher(lawyer)
    watcher.open(lecture)
    watcher.watch(0, 20_000)
    for start in range(20_000, 80_000, 10_000):
        watcher.beat(start, start + 10_000)
    users = {"lawyer": lawyer.user}
    for name, role in (("support", Role.SUPPORT), ("auditor", Role.AUDITOR)):
        users[name] = User.objects.create_user(name)
        grants.grant(users[name], role, stage.association(), by=None, reason="试验", valid_from=stage.OPENED)
    return users


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_caller_is_helped_seen_as_and_reads_who_looked(
    size: str,
    request: pytest.FixtureRequest,
    cast: dict[str, User],
    live_site: Site,
    sign_in: Callable[..., Any],
    screenshot: Callable[..., Any],
    assert_accessible: Callable[..., Any],
) -> None:
    page: Page = request.getfixturevalue(size)
    sign_in(page, live_site, cast["support"])
    page.goto(f"{live_site.url}/desk/support/")
    page.get_by_label("姓名、手机号或执业证号").fill("林晓试")
    page.get_by_role("button", name="查找").click()
    assert_accessible(page)
    screenshot(page, "support-found")
    page.get_by_role("link", name="林晓试").click()
    expect(page.get_by_role("heading", name="最近观看")).to_be_visible()
    page.get_by_text("以此人的视角查看网站").click()
    assert_accessible(page)
    screenshot(page, "support-person")
    page.get_by_label("理由（本人会看到）").locator("visible=true").fill("本人来电，看不到课程")
    page.get_by_role("button", name="查看其页面").click()
    expect(page.get_by_text("您正以林晓试的视角查看网站")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "support-seeing")
    page.get_by_role("button", name="结束查看").click()
    expect(page).to_have_url(f"{live_site.url}/desk/support/{cast['lawyer'].person.public_id}/")

    page.context.clear_cookies()
    sign_in(page, live_site, cast["lawyer"])
    page.goto(f"{live_site.url}/my/looked-at/")
    expect(page.get_by_text("本人来电，看不到课程")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "looked-at")

    page.context.clear_cookies()
    sign_in(page, live_site, cast["auditor"])
    page.goto(f"{live_site.url}/desk/log/")
    expect(page.get_by_text("林**").first).to_be_visible()
    assert_accessible(page)
    screenshot(page, "audit-log")
