"""My data on a phone, and the desk where a wrong phone is put right."""

import pytest
from playwright.sync_api import expect

from people import grants
from people.models import Role, User
from tests.courses import stage

pytestmark = pytest.mark.browser


def test_a_lawyer_asks_for_a_correction_and_the_province_decides(
    phone, desktop, live_site, sign_in, screenshot, assert_accessible
):
    lawyer = stage.new_lawyer("林试")
    sign_in(phone, live_site, lawyer.user)
    phone.goto(f"{live_site.url}/my/data/")
    assert_accessible(phone)
    screenshot(phone, "my-data")
    phone.get_by_label("有误的内容").select_option(label="手机号码")
    phone.get_by_label("正确的内容").fill("尾号已改为 0001")
    phone.get_by_role("button", name="申请更正").click()
    expect(phone.locator("#asked")).to_contain_text("尾号已改为 0001")
    screenshot(phone, "my-data-asked")
    with phone.expect_download() as copy:
        phone.get_by_role("link", name="下载表格").click()
    assert copy.value.suggested_filename.endswith(".xlsx")
    committee = User.objects.create_user("weiyuan")
    grants.grant(
        committee,
        Role.PROVINCIAL_COMMITTEE,
        stage.association(),
        by=None,
        reason="试验",
        valid_from=stage.OPENED,
    )
    sign_in(desktop, live_site, committee)
    desktop.goto(f"{live_site.url}/desk/")
    desktop.get_by_role("link", name="个人信息更正").click()
    screenshot(desktop, "rectifications")
    desktop.get_by_role("link", name="手机号码").click()
    assert_accessible(desktop)
    screenshot(desktop, "rectification")
    desktop.get_by_role("button", name="不予更正").click()
    expect(desktop.get_by_text("请填写理由，本人会看到。")).to_be_visible()
    desktop.get_by_label("给本人的答复").fill("已登记新号码")
    desktop.get_by_role("button", name="已更正").click()
    expect(desktop.get_by_text("已处理，并已通知本人。")).to_be_visible()
    phone.reload()
    expect(phone.locator("#asked")).to_contain_text("已登记新号码")
