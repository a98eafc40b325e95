"""Merging two records in a browser: found, compared, merged with a reason, and taken back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from people import memberships, persons
from people.days import today
from people.models import Position, Role
from tests.reports.conftest import province_world
from tests.site import Site

pytestmark = pytest.mark.browser

PROVINCE, FIRM = "湖南省律师协会", "湖南石试律师事务所"


def test_a_trainee_s_record_is_merged_into_the_lawyer_s_and_taken_apart_again(
    page: Page,
    live_site: Site,
    sign_in: Callable[[Page, Site, Any], None],
    screenshot: Callable[..., Path],
) -> None:
    world = province_world()
    lawyer = world.lawyer("蒋衡阳", FIRM, on=today() - dt.timedelta(days=100))
    trainee = persons.create(name="蒋衡阳", phone="13900001111")
    memberships.join(
        trainee,
        world.units[FIRM],
        on=today() - dt.timedelta(days=500),
        until=today() - dt.timedelta(days=100),
        position=Position.TRAINEE,
    )
    sign_in(page, live_site, world.reader("province", Role.PROVINCIAL_COMMITTEE, PROVINCE))
    page.goto(f"{live_site.url}/admin/merges/")
    page.get_by_label("姓名、完整的执业证号或手机号码").fill("蒋衡阳")
    page.get_by_role("button", name="搜索").click()
    screenshot(page, "merge-find")
    page.locator(f'a[href*="{lawyer.public_id}"]').click()
    page.get_by_role("link", name="对照查看").click()
    expect(page.get_by_text("在湖南石试律师事务所的任职（实习律师）转入保留的记录")).to_be_visible()
    screenshot(page, "merge-pair")
    page.get_by_label("理由").fill("身份证号核对一致")
    page.get_by_role("button", name="合并", exact=True).click()
    expect(page.get_by_text("身份证号核对一致")).to_be_visible()
    screenshot(page, "merge-done")
    page.get_by_label("理由").fill("不是同一人")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("不是同一人")).to_be_visible()
