"""The table of a recording that was cut anew, and what its viewers are told, on a phone and on a desk."""

import pytest
from django.utils import timezone

from courses import carrying, uncarrying
from courses.models import Recut
from people import grants
from people.models import Role, User
from tests.courses import stage

pytestmark = pytest.mark.browser
MINUTE = 60_000


def test_an_editor_fills_in_the_table_and_a_lawyer_is_told(
    page, live_site, sign_in, screenshot, assert_accessible, settings, page_problems
):
    settings.WATCH_POLICY = {**settings.WATCH_POLICY, "spacing_ms": 0}
    lecture = stage.published_lecture("合同的订立", duration_ms=10 * MINUTE)
    stage.published_course("民法典合同编通则", lecture)
    lawyer = stage.Watcher(stage.new_lawyer())
    lawyer.open(lecture)
    lawyer.watch(0, 5 * MINUTE)
    lecture.recording = stage.packaged_recording(9 * MINUTE)
    lecture.save_revision().publish()
    editor = User.objects.create_user("bianji", password="岳麓山下读书声 2026")
    grants.grant(editor, Role.EDITOR, stage.association(), by=None, reason="试验", valid_from=stage.OPENED)
    sign_in(page, live_site, editor)
    page.goto(f"{live_site.url}/admin/lectures/edit/{lecture.pk}/")
    page.get_by_role("link", name="把旧录像的观看记录转入新录像").click()
    for column, place in {"旧：起": "1:00", "旧：止": "10:00", "新：起": "0:00"}.items():
        page.get_by_label(f"第1行，{column}").fill(place)
    page.get_by_role("button", name="看看会转入哪些").click()
    page.get_by_text("1人保留一部分").wait_for()
    screenshot(page, "recut-preview")
    page.get_by_role("button", name="确认转入").click()
    page.get_by_text("正在把观看记录转入新录像").wait_for()
    for key in Recut.objects.values_list("pk", flat=True):
        carrying.run(key, timezone.now())
    sign_in(page, live_site, lawyer.person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    page.get_by_text("0:00–1:00").wait_for()
    assert_accessible(page)
    screenshot(page, "recut-told")
    sign_in(page, live_site, editor)
    page.goto(f"{live_site.url}/admin/lectures/{lecture.pk}/recut/")
    page.get_by_role("link", name="撤销…").click()
    page.get_by_text("1人转入的观看不再计入").wait_for()
    screenshot(page, "recut-reversal")
    page.get_by_label("理由").fill("第一行写错了终点")
    page.get_by_role("button", name="撤销").click()
    page.get_by_text("撤销：第一行写错了终点").wait_for()
    for key in uncarrying.unsettled():
        uncarrying.run(key, timezone.now())
    sign_in(page, live_site, lawyer.person.user)
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    page.get_by_text("理由：第一行写错了终点").wait_for()
    assert_accessible(page)
    screenshot(page, "recut-reversal-told")
    page.goto("about:blank")
    # The rows of a recording are enough here; the player says of its missing files what it should.
    page_problems[:] = [each for each in page_problems if "VIDEOJS: ERROR" not in each]
