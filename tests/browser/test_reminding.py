"""Reminding those behind a figure, in a browser: the list, the preview, what was sent, and what came after."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from people import persons
from people.days import today
from people.models import Notice, NoticeKind, Role
from reports import reminding
from reports.models import Reminder
from tests.reports.conftest import province_world
from tests.site import Site

pytestmark = pytest.mark.browser

PROVINCE, FIRM = "湖南省律师协会", "湖南石试律师事务所"


def test_those_who_are_behind_in_hengyang_are_found_and_reminded(
    page: Page,
    live_site: Site,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    world = province_world()
    course = world.course()
    for name in ("蒋衡阳", "唐衡阳", "李衡阳"):
        lawyer = world.lawyer(name, FIRM)
    world.lawyer("周长沙", "湖南岳试律师事务所")
    persons.create(name="管理员", user=world.reader("manager", Role.FIRM_MANAGER, FIRM))
    opens, due = today() - dt.timedelta(days=60), today() + dt.timedelta(days=60)
    world.curriculum(course, unit=PROVINCE, opens=opens, due=due)
    sign_in(page, live_site, world.reader("province", Role.PROVINCIAL_COMMITTEE, PROVINCE))

    page.goto(f"{live_site.url}/coverage/")
    page.get_by_role("link", name="民法典轮训").click()
    page.get_by_role("link", name="衡阳市律师协会").click()
    page.get_by_role("link", name="律师", exact=True).click()
    expect(page.get_by_text("周长沙")).to_have_count(0)
    assert_accessible(page)
    screenshot(page, "remind-list")
    page.get_by_role("button", name="提醒名单上的全部人员").click()
    page.get_by_label("按律所汇总，发给培训管理员").check()
    page.get_by_label("附言").fill("请在年底前完成。")
    page.get_by_role("button", name="更新预览").click()
    expect(page.get_by_text("本所还有 3 人未完成")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "remind-preview")
    page.get_by_role("button", name="发给 3 人").click()
    page.wait_for_url("**/coverage/reminders/*/")
    made = Reminder.objects.get()
    while reminding.work(made.pk):
        pass
    assert Notice.objects.filter(kind=NoticeKind.REMINDER).count() == 1
    world.complete(lawyer, course, today())
    page.reload()
    expect(page.get_by_text("提醒后已完成", exact=True).last).to_be_visible()
    assert_accessible(page)
    screenshot(page, "remind-sent")
    page.goto(f"{live_site.url}/coverage/reminders/")
    screenshot(page, "reminders")
