"""An amendment comes in through the administration, and what cites a changed article is looked at."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from courses.models import Lecture
from people.models import User
from search import index
from search.models import AmendmentReview
from tests.search.conftest import caption
from tests.search.test_statute_import import FIRST, SECOND, imported
from tests.site import Site

pytestmark = pytest.mark.browser


def test_an_editor_imports_an_amendment_and_checks_the_lecture_that_cites_it(
    page: Page,
    live_site: Site,
    sign_in: Callable[..., None],
    lecture: Lecture,
    settings,
    tmp_path: Path,
    screenshot: Callable[..., Path],
    assert_accessible: Callable[[Page], None],
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    imported(FIRST)
    caption(lecture, ["先看测试法第三条。", "再看测试法第一条。"])
    index.rebuild()
    sign_in(page, live_site, User.objects.create_superuser("bianji", password="岳麓山下读书声 2026"))
    page.goto(f"{live_site.url}/admin/statutes/")
    page.get_by_label("或者粘贴正文").fill(SECOND)
    page.get_by_role("button", name="读取并比对").click()
    expect(page.get_by_role("heading", name="导入后的变动")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="第三条之一")).to_contain_text("新增")
    screenshot(page, "statute-plan")
    page.get_by_role("button", name="已核对，导入").click()
    row = page.get_by_role("row").filter(has_text="合同的订立")
    expect(row).to_contain_text("先看测试法第三条。")
    row.get_by_text("新旧条文对照").click()
    expect(row.locator("del")).to_have_text("丙")
    screenshot(page, "statute-changes")
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    expect(page.get_by_text("此处引用的法条已有变动")).to_be_visible()
    page.locator(".alert").get_by_role("link", name="测试法第三条").click()
    expect(page.get_by_role("heading", name="2026年1月1日的变动")).to_be_in_viewport()
    expect(page.locator("ins")).to_have_text("丁")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    screenshot(page, "statute-changed")
    page.go_back()
    page.go_back()
    row.get_by_role("textbox", name="备注").fill("条文只改了措辞")
    row.get_by_role("button", name="仍然正确").click()
    expect(page.get_by_text("没有待核对的内容")).to_be_visible()
    review = AmendmentReview.objects.get()
    assert (review.state, review.note) == ("still_right", "条文只改了措辞")
    page.goto(f"{live_site.url}/lectures/{lecture.public_id}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("合同的订立")
    expect(page.get_by_text("此处引用的法条已有变动")).to_have_count(0)
