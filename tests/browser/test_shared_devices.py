"""The desk's list of shared devices, looked at on a phone and on a desk."""

import pytest

from people import grants
from people.models import Role, User
from tests.courses import stage

pytestmark = pytest.mark.browser


def test_shared_devices_are_listed_for_the_committee(page, live_site, sign_in, screenshot, assert_accessible):
    lecture = stage.published_lecture()
    stage.published_course("合同编通则", lecture)
    for name in ("林试", "周试", "吴试", "郑试"):
        stage.Watcher(stage.new_lawyer(name)).open(lecture, device="training-room")
    user = User.objects.create_user("weiyuan", password="岳麓山下读书声 2026")
    grants.grant(
        user,
        Role.PROVINCIAL_COMMITTEE,
        stage.association(),
        by=None,
        reason="试验",
        valid_from=stage.OPENED,
    )
    sign_in(page, live_site, user)
    page.goto(f"{live_site.url}/desk/")
    page.get_by_role("link", name="共用设备").click()
    page.get_by_text("4 人").wait_for()
    assert_accessible(page)
    screenshot(page, "shared-devices")
