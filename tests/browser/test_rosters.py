"""A dirty roster in a browser: handed in, read, a doubt decided, entered, taken back."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from people import grants, licences, memberships, persons, roster_applying, roster_imports
from people.models import Person, PracticeType, Role, RosterImport, RosterState, User
from tests.courses import stage
from tests.site import Site

pytestmark = pytest.mark.browser

TABLE = """湖南省律师名册,,,
姓名,律师执业证号,律师事务所名称,执业类别
林晓试,14301202010001111,{firm},专职
贺明试,14301202010009999,{firm},专职
周宁试,1.43E+16,{firm},专职
孙平试,14301202010003333,湖南无此律师事务所,专职
钱立试,１４３０１２０２０１０００４４４４,{firm},公职
合计,5人,,
"""


@pytest.fixture
def keeper(live_site: Site) -> User:
    firm = stage.firm()
    for name, number in (("林晓试", "14301202010001111"), ("贺明试", "14301202010002222")):
        person = persons.create(name=name)
        memberships.join(person, firm, on=stage.OPENED)
        licences.issue(
            person,
            number=number,
            practice_type=PracticeType.FULL_TIME,
            on=max(stage.OPENED, dt.date(2021, 1, 1)),
        )
    user = User.objects.create_user("shenglv")
    grants.grant(user, Role.PROVINCIAL_COMMITTEE, firm, by=None, reason="试验", valid_from=stage.OPENED)
    return user


def test_a_dirty_roster_is_read_decided_entered_and_taken_back(
    live_site: Site,
    page: Page,
    keeper: User,
    tmp_path: Path,
    sign_in: Callable[..., None],
    screenshot: Callable[..., Path],
    assert_accessible: Callable[[Page], None],
) -> None:
    file = tmp_path / "名册.csv"
    file.write_bytes(TABLE.format(firm=stage.firm().name).encode("gbk"))
    roster = roster_imports.hand_in(
        stage.firm(),
        content=file.read_bytes(),
        file_name=file.name,
        as_of=dt.date(2026, 3, 1),
        is_complete=True,
        by=None,
    )
    sign_in(page, live_site, keeper)
    page.goto(f"{live_site.url}/admin/rosters/")
    expect(page.get_by_role("link", name="名册.csv")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "rosters")
    page.get_by_role("link", name="名册.csv").click()
    expect(page.get_by_text("读取中").first).to_be_visible()
    screenshot(page, "roster-being-read")
    roster_imports.plan(roster.pk)  # the worker's part
    page.reload()
    expect(page.get_by_role("link", name="存疑 1")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "roster-plan")
    page.get_by_label("同一人：贺明试").check()
    page.get_by_role("button", name="保存确认").click()
    expect(page.get_by_text("1 处存疑中已确认 1 处")).to_be_visible()
    page.get_by_role("link", name="未接受 1").click()
    expect(page.get_by_text("已被 Excel 缩写")).to_be_visible()
    screenshot(page, "roster-refused")
    page.get_by_role("button", name="已核对，确认录入").click()
    expect(page.get_by_text("录入中").first).to_be_visible()
    roster_applying.apply(roster.pk)
    page.reload()
    expect(page.get_by_text("已录入").first).to_be_visible()
    assert Person.objects.filter(name="钱立试").exists()
    screenshot(page, "roster-entered")
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("正在撤销").first).to_be_visible()
    roster_applying.undo(roster.pk)
    page.reload()
    expect(page.get_by_text("已撤销").first).to_be_visible()
    assert RosterImport.objects.get().state == RosterState.UNDONE
