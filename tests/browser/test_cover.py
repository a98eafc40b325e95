"""The fifth road in a browser: from the province down to the lawyer who lacks something, and out as a workbook."""

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from courses.models import Requirement
from people.days import today
from people.models import Role, User
from reports import exports, snapshots
from reports.models import Export
from tests.reports.conftest import World, province_world
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def world(live_site: Site) -> World:
    """A province in the live site's database: one curriculum overdue since last week, three lawyers."""
    made = province_world()
    course = made.course()
    done = made.lawyer("周已完", "湖南岳试律师事务所")
    begun = made.lawyer("郑开始", "湖南岳试律师事务所")
    made.lawyer("蒋衡阳", "湖南石试律师事务所")
    day = today()
    made.curriculum(
        course, unit="湖南省律师协会", opens=day - dt.timedelta(days=90), due=day - dt.timedelta(days=5)
    )
    made.complete(done, course, day - dt.timedelta(days=10))
    made.watch(begun, course, day - dt.timedelta(days=9))
    return made


@pytest.fixture
def province(world: World) -> User:
    return world.reader("province", Role.PROVINCIAL_COMMITTEE, "湖南省律师协会")


def test_a_committee_drills_down_to_who_lacks_what_and_downloads_it(
    page: Page,
    live_site: Site,
    province: User,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    sign_in(page, live_site, province)
    page.goto(f"{live_site.url}/coverage/")
    assert_accessible(page)
    screenshot(page, "coverage-overview")
    page.get_by_role("link", name="民法典轮训").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("湖南省律师协会")
    assert_accessible(page)
    screenshot(page, "coverage-province")
    page.get_by_role("link", name="长沙市律师协会").click()
    page.get_by_role("link", name="湖南岳试律师事务所").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("湖南岳试律师事务所")
    expect(page.get_by_text("郑开始", exact=True)).to_be_visible()
    assert_accessible(page)
    screenshot(page, "coverage-firm")
    page.get_by_label("当前位置").get_by_role("link", name="长沙市律师协会").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("长沙市律师协会")
    page.go_back()
    page.get_by_role("link", name="导出", exact=True).click()
    page.get_by_label("用途").fill("所务会核对")
    assert_accessible(page)
    screenshot(page, "export-new")
    page.get_by_role("button", name="生成文件").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "export-progress")
    exports.work(Export.objects.get().pk)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 XLSX").click()
    assert_accessible(page)
    screenshot(page, "export-done")
    page.get_by_role("link", name="我的导出").click()
    assert_accessible(page)
    screenshot(page, "exports")
    sheet = load_workbook(BytesIO(Path(download.value.path()).read_bytes())).active
    names = {row[0].value for row in sheet.iter_rows()}
    assert {"郑开始", "周已完"} <= names
    assert "蒋衡阳" not in names


def test_a_number_opens_the_persons_behind_it_and_a_search_narrows_them(
    desktop: Page, live_site: Site, province: User, sign_in: Callable[[Page, Site, Any], None]
) -> None:
    sign_in(desktop, live_site, province)
    desktop.goto(f"{live_site.url}/coverage/")
    desktop.get_by_role("link", name="民法典轮训").click()
    desktop.get_by_role("link", name="已逾期").first.click()
    expect(desktop.get_by_text("郑开始", exact=True)).to_be_visible()
    expect(desktop.get_by_text("周已完", exact=True)).to_have_count(0)
    desktop.get_by_label("姓名、单位或执业证尾号四位").fill("衡阳")
    desktop.get_by_role("button", name="查看", exact=True).click()
    expect(desktop.get_by_text("蒋衡阳", exact=True)).to_be_visible()
    expect(desktop.get_by_text("郑开始", exact=True)).to_have_count(0)


def test_the_projector_shows_figures_large_and_no_names_until_it_is_left(
    desktop: Page,
    live_site: Site,
    province: User,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    sign_in(desktop, live_site, province)
    desktop.goto(f"{live_site.url}/coverage/")
    desktop.get_by_role("link", name="民法典轮训").click()
    desktop.get_by_role("link", name="律师", exact=True).click()
    expect(desktop.get_by_text("郑开始", exact=True)).to_be_visible()
    desktop.get_by_role("link", name="投影").click()
    expect(desktop.locator("html[data-projector]")).to_have_count(1)
    assert "郑开始" not in desktop.content()
    assert_accessible(desktop)
    screenshot(desktop, "coverage-projector")
    desktop.get_by_role("button", name="退出投影").click()
    expect(desktop.get_by_text("郑开始", exact=True)).to_be_visible()


def test_a_firms_assistant_copies_the_text_for_the_chat_group(
    page: Page,
    live_site: Site,
    world: World,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    manager = world.reader("manager", Role.FIRM_MANAGER, "湖南岳试律师事务所")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, live_site, manager)
    page.goto(f"{live_site.url}/coverage/")
    expect(page.get_by_text("郑开始", exact=True)).to_be_visible()
    assert_accessible(page)
    screenshot(page, "coverage-who-lacks-what")
    page.get_by_role("button", name="复制").click()
    expect(page.locator(".toast").get_by_text("已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "郑开始（已看50%）" in copied
    assert "《民法典轮训》" in copied


def test_one_member_writes_a_bulletin_and_another_releases_it(
    page: Page,
    live_site: Site,
    world: World,
    province: User,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    unit = world.units["湖南省律师协会"]
    snapshot = snapshots.fix(Requirement.objects.get(), unit, today(), title="三季度", by=province)
    sign_in(page, live_site, province)
    page.goto(f"{live_site.url}/coverage/bulletins/")
    assert_accessible(page)
    screenshot(page, "bulletins-empty")
    page.goto(f"{live_site.url}/coverage/reports/{snapshot.public_id}/")
    page.get_by_role("link", name="起草通报").click()
    page.get_by_role("button", name="起草").click()
    page.get_by_label("文号").fill("湘律协〔2026〕12号")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("须由另一位委员印发")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "bulletin-draft")
    other = world.reader("other", Role.PROVINCIAL_COMMITTEE, "湖南省律师协会")
    sign_in(page, live_site, other)
    page.goto(f"{live_site.url}/coverage/bulletins/")
    page.get_by_role("link", name="学习情况的通报").click()
    page.get_by_role("button", name="印发").click()
    expect(page.get_by_text("已印发，并已通知相关负责人员。")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "bulletin-released")
    for kind in ("PDF", "DOCX"):
        with page.expect_download() as download:
            page.get_by_role("link", name=kind).click()
        assert Path(download.value.path()).stat().st_size > 5000
        download.value.save_as(f"test-results/bulletin.{kind.lower()}")


def test_charts_are_drawn_beside_their_tables_in_light_dark_and_before_a_projector(
    page: Page,
    live_site: Site,
    province: User,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    sign_in(page, live_site, province)
    page.goto(f"{live_site.url}/coverage/")
    page.get_by_role("link", name="民法典轮训").click()
    charts = page.locator("[data-chart]")
    expect(charts).to_have_count(2)
    for number in range(2):
        charts.nth(number).scroll_into_view_if_needed()
        expect(charts.nth(number).locator("canvas").first).to_be_visible()
        expect(charts.nth(number).locator(".chart__plot")).to_have_attribute("aria-hidden", "true")
    expect(page.get_by_role("cell", name="长沙市律师协会")).to_have_count(0)
    expect(page.get_by_role("rowheader", name="长沙市律师协会")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "charts-light")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    screenshot(page, "charts-dark")
    page.get_by_role("link", name="投影", exact=True).click()
    charts.nth(1).scroll_into_view_if_needed()
    expect(charts.nth(1).locator("canvas").first).to_be_visible()
    screenshot(page, "charts-projector")
