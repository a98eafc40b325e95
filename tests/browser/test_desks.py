"""The desks in a browser, on a phone and on a desktop: declare, decide, match names, approve, dispute, correct."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from courses import recognition
from courses.models import Declaration, Dispute, LedgerEntry, Recognition
from people import grants, licences, memberships, persons
from people.days import today
from people.models import PracticeType, Role, User
from tests.courses import stage
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "签到表.jpg"
    Image.new("RGB", (600, 800), "#f4f1e8").save(path, "JPEG")
    return path


@pytest.fixture
def cast(live_site: Site) -> dict[str, User]:
    """A lawyer, two colleagues of the same firm, and two of the association's committee."""
    lawyer = stage.new_lawyer("林晓试")
    for number, name in enumerate(("贺明试", "周宁试")):
        person = persons.create(name=name)
        memberships.join(person, stage.firm(), on=stage.OPENED)
        licences.issue(
            person,
            number=f"1430120101000{number:04d}",
            practice_type=PracticeType.FULL_TIME,
            on=stage.OPENED,
        )
    users = {"lawyer": lawyer.user}
    for name in ("first", "second"):
        users[name] = User.objects.create_user(name)
        grants.grant(
            users[name],
            Role.PROVINCIAL_COMMITTEE,
            stage.association(),
            by=None,
            reason="委员",
            valid_from=stage.OPENED,
        )
    return users


def test_a_seminar_is_declared_decided_and_followed(
    page: Page,
    live_site: Site,
    cast: dict[str, User],
    sheet: Path,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    sign_in(page, live_site, cast["lawyer"])
    page.goto(f"{live_site.url}/my/declarations/")
    assert_accessible(page)
    screenshot(page, "declarations-empty")
    page.get_by_role("link", name="申报学时").first.click()
    page.get_by_label("名称", exact=True).fill("公司法修订研讨会")
    page.get_by_label("日期").fill((today() - dt.timedelta(days=2)).isoformat())
    page.get_by_label("数量").fill("2")
    page.get_by_label("计量单位").select_option("hour")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("证明材料")
    assert_accessible(page)
    screenshot(page, "declaration-form")
    page.get_by_label("证明材料").set_input_files(sheet)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("公司法修订研讨会")
    assert_accessible(page)
    screenshot(page, "declaration")
    sign_in(page, live_site, cast["first"])
    page.goto(f"{live_site.url}/desk/")
    assert_accessible(page)
    screenshot(page, "desk")
    page.get_by_role("main").get_by_role("link", name="学时申报").first.click()
    assert_accessible(page)
    screenshot(page, "desk-declarations")
    page.get_by_role("link", name="公司法修订研讨会").click()
    page.wait_for_load_state("networkidle")
    assert_accessible(page)
    screenshot(page, "desk-declaration")
    page.get_by_label("数量").fill("90")
    page.get_by_label("说明").fill("按议程为九十分钟")
    page.get_by_role("button", name="认可", exact=True).click()
    expect(page.get_by_text("已作出决定")).to_be_visible()
    assert Declaration.objects.get().state == "accepted"
    assert LedgerEntry.objects.get().seconds == 5400
    sign_in(page, live_site, cast["lawyer"])
    page.goto(f"{live_site.url}/my/evidence/{LedgerEntry.objects.get().public_id}/")
    expect(page.get_by_text("按议程为九十分钟")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "evidence")


def test_names_are_matched_by_keyboard_and_a_second_person_approves(
    page: Page,
    live_site: Site,
    cast: dict[str, User],
    sheet: Path,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    sign_in(page, live_site, cast["first"])
    page.goto(f"{live_site.url}/desk/lists/new/")
    page.get_by_label("名称").fill("合同编现场培训")
    page.get_by_label("日期").fill((today() - dt.timedelta(days=2)).isoformat())
    page.get_by_label("数量").fill("120")
    assert_accessible(page)
    screenshot(page, "list-form")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("link", name="添加人员或文件").click()
    assert_accessible(page)
    screenshot(page, "list-add")
    page.get_by_label("姓名，每行一人").fill("岳试 贺明试\n周宁试\n路人")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("已对应1人")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "list-draft")
    page.get_by_role("link", name="周宁试").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("周宁试")
    assert_accessible(page)
    screenshot(page, "list-row")
    page.get_by_role("button", name="选择此人").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="添加人员或文件").click()
    page.get_by_label("证明材料").set_input_files(sheet)
    page.get_by_role("button", name="上传").click()
    page.get_by_role("button", name="提交核准").click()
    expect(page.get_by_text("须由委员会的另一位成员核准")).to_be_visible()
    listed = Recognition.objects.get()
    sign_in(page, live_site, cast["second"])
    page.goto(f"{live_site.url}/desk/lists/{listed.public_id}/")
    assert_accessible(page)
    screenshot(page, "list-approve")
    page.get_by_role("button", name="核准并记入").click()
    expect(page.get_by_text("正在记入").first).to_be_visible()
    screenshot(page, "list-working")
    while recognition.work(listed.pk):
        pass
    expect(page.get_by_text("撤销整份名单").first).to_be_visible()
    assert_accessible(page)
    screenshot(page, "list-entered")
    assert LedgerEntry.objects.count() == 2
    page.goto(
        f"{live_site.url}/desk/corrections/new/?activity={Recognition.objects.get().activity.public_id}"
    )
    page.get_by_label("正确的数量").fill("90")
    page.get_by_label("情况说明").fill("录入有误")
    assert_accessible(page)
    screenshot(page, "correction-form")
    page.get_by_role("button", name="预览").click()
    expect(page.get_by_text("180分钟")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "correction")


def test_minutes_are_disputed_beside_their_timeline(
    page: Page,
    live_site: Site,
    cast: dict[str, User],
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    lecture = stage.published_lecture("违约责任", duration_ms=600_000)
    stage.published_course("合同编通则", lecture)
    watcher = stage.Watcher(cast["lawyer"].person)
    watcher.open(lecture)
    watcher.watch(0, 120_000)
    sign_in(page, live_site, cast["lawyer"])
    page.goto(f"{live_site.url}/my/evidence/lectures/{lecture.public_id}/")
    assert_accessible(page)
    screenshot(page, "lecture-evidence")
    page.get_by_role("link", name="提出异议").click()
    page.get_by_label("哪里有误").fill("高铁上网络中断，请核实。")
    assert_accessible(page)
    screenshot(page, "dispute-form")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("高铁上网络中断").first).to_be_visible()
    sign_in(page, live_site, cast["second"])
    page.goto(f"{live_site.url}/desk/disputes/")
    assert_accessible(page)
    screenshot(page, "desk-disputes")
    page.get_by_role("link", name="违约责任").click()
    assert_accessible(page)
    screenshot(page, "desk-dispute")
    page.get_by_label("理由").fill("核对服务器记录，予以认可。")
    page.get_by_role("button", name="异议成立").click()
    expect(page.get_by_text("已作出决定")).to_be_visible()
    assert Dispute.objects.get().state == "granted"
    assert LedgerEntry.objects.get().seconds == 600
    sign_in(page, live_site, cast["lawyer"])
    page.goto(f"{live_site.url}/my/evidence/{LedgerEntry.objects.get().public_id}/")
    # An entry's number is long: on a phone it breaks, and nothing scrolls sideways.
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    screenshot(page, "entry-evidence")
