"""Regulations in a browser: the year's sentence on a phone, the regulation as text, and the editor in the admin."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from courses.models import CreditRegulation
from people import grants, memberships, organisations, persons
from people.days import today
from people.models import OrganisationKind, Role, User
from tests.courses import stage
from tests.courses.regulations import DOCUMENT, done, published
from tests.provinces import OPENED
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def regulation(live_site: Site) -> CreditRegulation:
    """In force for a province with a firm, a lawyer (who lacks something) and an editor."""
    top = organisations.create(kind=OrganisationKind.ASSOCIATION, name="湖南省律师协会", opened_on=OPENED)
    firm = organisations.create(
        kind=OrganisationKind.FIRM, name="湖南岳试律师事务所", opened_on=OPENED, parent=top
    )
    year = today().year
    wang = persons.create(name="王试", user=User.objects.create_user("wang"))
    memberships.join(wang, firm, on=OPENED)
    done(wang, dt.date(year, 1, 5), minutes=12 * 45 + 20)
    done(wang, dt.date(year, 1, 8), minutes=8 * 45, format="reading", title="民法典总则编条文通读")
    done(wang, dt.date(year, 1, 9), minutes=90, category="ethics", title="利益冲突与保密")
    editor = User.objects.create_user("bianji")
    grants.grant(editor, Role.FINAL_REVIEWER, top, by=None, reason="试验", valid_from=OPENED)
    return published(top, effective_from=dt.date(year, 1, 1))


def test_the_record_says_what_is_lacking_and_why_each_act_counts(
    live_site: Site,
    page: Page,
    regulation: CreditRegulation,
    sign_in: Callable[..., None],
    screenshot: Callable[..., Path],
    assert_accessible: Callable[[Page], None],
) -> None:
    sign_in(page, live_site, User.objects.get(username="wang"))
    page.goto(f"{live_site.url}/my/record/")
    expect(page.locator(".statement")).to_contain_text("还差 职业道德 2 学时，请在")
    page.locator("summary", has_text="阅读").first.click()
    expect(page.get_by_text("阅读每年最多计5学时")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "record-under-regulation")
    page.get_by_role("link", name="查看规定").click()
    expect(page.get_by_role("heading", name="继续教育办法（测试）")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "regulation")
    page.goto(f"{live_site.url}/my/")
    screenshot(page, "my-under-regulation")


def test_on_a_phone_an_entry_is_low_and_a_course_that_fills_the_gap_is_read_in_lines(
    live_site: Site, phone: Page, regulation: CreditRegulation, sign_in: Callable[..., None]
) -> None:
    lecture = stage.published_lecture("利益冲突审查")
    lecture.category = "ethics"
    lecture.save_revision().publish()
    stage.published_course("律师职业道德与执业风险", lecture)
    sign_in(phone, live_site, User.objects.get(username="wang"))
    phone.goto(f"{live_site.url}/my/record/")
    rows = phone.locator("table tbody tr")
    expect(rows).to_have_count(3)
    assert max(box["height"] for row in rows.all() if (box := row.bounding_box())) < 130
    course = phone.get_by_role("link", name="律师职业道德与执业风险").bounding_box()
    assert course is not None
    assert course["height"] < 60
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360


def test_the_editor_marks_the_line_that_is_wrong(
    live_site: Site,
    page: Page,
    regulation: CreditRegulation,
    sign_in: Callable[..., None],
    screenshot: Callable[..., Path],
) -> None:
    regulation.document = DOCUMENT.replace("credit: 20", "credit: 20 +")
    regulation.save_revision()
    sign_in(page, live_site, User.objects.get(username="bianji"))
    page.goto(f"{live_site.url}/admin/regulations/edit/{regulation.pk}/")
    line = DOCUMENT[: DOCUMENT.index("credit: 20")].count("\n") + 1
    expect(page.get_by_text("条文数据有问题：")).to_be_visible()
    page.get_by_role("button", name=f"第 {line} 行").click()
    screenshot(page, "regulation-editor-refused", full_page=False)
    editor = page.get_by_role("textbox", name="条文数据")
    editor.press("End")
    editor.press("ControlOrMeta+a")
    editor.fill(DOCUMENT)
    expect(page.get_by_text("条文数据没有问题。")).to_be_visible()
    expect(page.locator("textarea[name=document]")).to_have_value(DOCUMENT)
    screenshot(page, "regulation-editor")


def test_the_form_and_the_trial_can_be_walked(
    live_site: Site,
    page: Page,
    regulation: CreditRegulation,
    sign_in: Callable[..., None],
    screenshot: Callable[..., Path],
) -> None:
    sign_in(page, live_site, User.objects.get(username="bianji"))
    page.goto(f"{live_site.url}/admin/regulations/{regulation.pk}/form/")
    page.get_by_label("规定名称").fill("湖南办法")
    page.get_by_label("发布机关").fill("湖南省律师协会")
    page.get_by_label("每年学时").fill("25")
    screenshot(page, "regulation-form")
    page.get_by_role("button", name="生成条文数据").click()
    expect(page.get_by_text("条文数据没有问题。")).to_be_visible()
    page.get_by_role("link", name="在真实人员上试算").click()
    screenshot(page, "regulation-trial-form")
    page.get_by_role("button", name="开始试算").click()
    expect(page.get_by_role("heading", name="1 名律师中，1 名的结果会不同。")).to_be_visible()
    screenshot(page, "regulation-trial")
    page.goto(f"{live_site.url}/admin/regulations/{regulation.pk}/versions/")
    screenshot(page, "regulation-versions")
