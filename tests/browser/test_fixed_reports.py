"""A half-year report in a browser: fixed, signed, and read again unchanged after what it rests on was corrected."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from courses.requirements import refresh_for_persons
from people import memberships
from people.models import Role
from tests.reports.conftest import province_world
from tests.site import Site

pytestmark = pytest.mark.browser

HALF_YEAR = dt.date(2026, 6, 30)


def test_the_half_year_report_is_fixed_signed_and_reproduced_after_a_back_dated_correction(
    page: Page,
    live_site: Site,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    world = province_world()
    course = world.course()
    done = world.lawyer("周已完", "湖南岳试律师事务所")
    begun = world.lawyer("郑开始", "湖南岳试律师事务所")
    moved = world.lawyer("蒋衡阳", "湖南石试律师事务所")
    world.curriculum(course, unit="湖南省律师协会")
    world.complete(done, course, dt.date(2026, 5, 20))
    world.watch(begun, course, dt.date(2026, 6, 1))
    committee = world.reader("province", Role.PROVINCIAL_COMMITTEE, "湖南省律师协会")
    sign_in(page, live_site, committee)

    page.goto(f"{live_site.url}/coverage/?on={HALF_YEAR}")
    page.get_by_role("link", name="民法典轮训").click()
    page.get_by_role("link", name="定版", exact=True).click()
    expect(page.get_by_label("报告标题")).to_have_value("2026年上半年覆盖情况")
    assert_accessible(page)
    screenshot(page, "report-fix")
    page.get_by_role("button", name="确认定版").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2026年上半年覆盖情况")
    page.get_by_label("我已阅核以上数据").check()
    page.get_by_role("button", name="签署报告").click()
    expect(page.get_by_text("已签署", exact=True)).to_be_visible()
    address, digest = page.url, page.locator(".digest").inner_text()

    # In July it turns out: 周's completion did not count, and 蒋 had moved to Changsha in May.
    done.completions.update(revoked_at=dt.datetime(2026, 7, 20, tzinfo=dt.UTC))
    memberships.transfer(moved, world.units["湖南岳试律师事务所"], on=dt.date(2026, 5, 1))
    refresh_for_persons([done.pk, moved.pk])

    page.goto(f"{live_site.url}/coverage/?on={HALF_YEAR}")
    expect(page.get_by_text("33.3%")).to_have_count(0)
    page.goto(address)
    expect(page.locator(".tile__value").first).to_have_text("33.3%")
    expect(page.locator(".digest")).to_have_text(digest)
    expect(page.get_by_text("3 条记录与摘要值一致")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "report-fixed")
    page.get_by_role("link", name="衡阳市律师协会").click()
    page.get_by_role("link", name="湖南石试律师事务所").click()
    expect(page.get_by_text("蒋衡阳", exact=True)).to_be_visible()
    page.get_by_role("link", name="比对").click()
    expect(page.get_by_text("完成已被撤销")).to_be_visible()
    expect(page.get_by_text("事后补录：这一天其实属于其他单位")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "report-compared")
    page.set_viewport_size({"width": 1280, "height": 800})
    screenshot(page, "report-compared-wide")
    page.goto(address)
    screenshot(page, "report-fixed-wide")
    page.get_by_role("link", name="定版报告").first.click()
    expect(page.get_by_text("1 人已签署")).to_be_visible()
    screenshot(page, "reports-wide")
