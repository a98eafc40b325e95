"""The certificate in a browser: asked for and kept by a lawyer, verified by anybody, also without network."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from courses import certificate_batches, certificate_files, issuing
from courses.models import Certificate, Completion
from people import grants
from people.models import Person, Role, User
from tests.bench.learned import learn
from tests.courses.stage import OPENED, association, new_lawyer, published_course, published_lecture
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path) -> None:
    settings.CERTIFICATE_KEYS_DIR = tmp_path / "keys"
    settings.CERTIFICATES_ROOT = tmp_path / "certificates"


@pytest.fixture
def lawyer(live_site: Site, settings) -> Person:
    settings.SITE_URL = live_site.url
    lectures = [published_lecture(f"违约金的调整（{n}）", duration_ms=40 * 60_000) for n in "上中下"]
    published_course("合同编通则的理解与适用", *lectures)
    person = new_lawyer("林䶮")
    learn(lectures)
    return person


def test_a_lawyer_asks_for_his_year_and_keeps_it(
    page: Page,
    live_site: Site,
    lawyer: Person,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    sign_in(page, live_site, lawyer.user)
    page.goto(f"{live_site.url}/my/certificates/")
    screenshot(page, "certificates-empty")
    page.goto(f"{live_site.url}/my/record/?year=2026")
    screenshot(page, "certificates-record")
    page.get_by_role("button", name="年度学时证明").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2026年度学时证明")
    expect(page.locator(".certificate-picture img")).to_be_visible()
    expect(page.locator(".certificate-picture img")).to_have_js_property("naturalWidth", 1080)
    assert_accessible(page)
    screenshot(page, "certificates-certificate")
    with page.expect_download() as download:
        page.get_by_role("link", name="保存为 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")
    page.goto(f"{live_site.url}/my/certificates/")
    assert_accessible(page)
    screenshot(page, "certificates-mine")


def test_anybody_verifies_by_number_and_sees_a_revocation(
    page: Page,
    live_site: Site,
    lawyer: Person,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    certificate = issuing.issue_completion(
        Completion.objects.get(person=lawyer, course__isnull=False)
    ).certificate
    page.goto(f"{live_site.url}/verify/")
    assert_accessible(page)
    screenshot(page, "verify")
    page.get_by_label("证明编号").fill(certificate.number.replace("-", "").lower())
    page.get_by_role("button", name="核验").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这份证明真实有效")
    assert_accessible(page)
    screenshot(page, "verify-valid")
    Certificate.objects.filter(pk=certificate.pk).update(
        revoked_at=dt.datetime.now(dt.UTC), revoked_reason="error"
    )
    page.goto("/".join([live_site.url, certificate_files.link(certificate).split("/", 3)[3]]))
    expect(page.get_by_role("heading", level=1)).to_have_text("这份证明已被撤销")
    screenshot(page, "verify-revoked")
    page.goto(f"{live_site.url}/verify/?number=2026-2222-2222-2222")
    screenshot(page, "verify-wrong")


def check_offline(page: Page, certificate: Certificate) -> None:
    link = certificate_files.link(certificate)
    chosen = page.get_by_label("拍摄二维码，或选择图片、PDF")
    text, verify = page.get_by_label("粘贴二维码的链接或文字"), page.get_by_role("button", name="核验")
    pdf = certificate_files.pdf(certificate)
    chosen.set_input_files({"name": "证明.pdf", "mimeType": "application/pdf", "buffer": pdf})
    expect(page.locator("[data-part=number]")).to_have_text(certificate.number)
    text.fill(certificate.number)
    verify.click()
    expect(page.get_by_text("仅凭编号只能联网核验")).to_be_visible()
    expect(page.get_by_role("heading", name="签名真实")).to_be_hidden()
    picture = certificate_files.picture(certificate)
    chosen.set_input_files({"name": "photo.png", "mimeType": "image/png", "buffer": picture})
    expect(page.get_by_role("heading", name="签名真实")).to_be_visible()
    expect(page.locator("[data-part=name]")).to_have_text("林䶮")
    expect(page.locator("[data-part=asof]")).to_contain_text("只能联网查询")
    code = link.rsplit("/", 1)[1]
    text.fill(code[:80] + ("A" if code[80] != "A" else "B") + code[81:])
    verify.click()
    expect(page.get_by_text("签名不符")).to_be_visible()
    expect(page.get_by_role("heading", name="签名真实")).to_be_hidden()
    text.fill(link)
    verify.click()
    expect(page.get_by_role("heading", name="签名真实")).to_be_visible()


def test_a_photo_is_verified_without_network(
    page: Page,
    live_site: Site,
    lawyer: Person,
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
    page_problems: list[str],
) -> None:
    certificate = issuing.issue_completion(
        Completion.objects.get(person=lawyer, course__isnull=False)
    ).certificate
    page.goto(f"{live_site.url}/verify/offline/")
    expect(page.get_by_text("没有网络也可以使用")).to_be_visible()
    screenshot(page, "verify-offline")
    page.context.set_offline(True)
    page.reload()
    check_offline(page, certificate)
    assert_accessible(page)
    screenshot(page, "verify-offline-genuine")
    # The worker asks the network first, and says in the console that there is none.
    page_problems[:] = [each for each in page_problems if "ERR_INTERNET_DISCONNECTED" not in each]


def test_the_page_kept_as_one_file_verifies_and_reaches_for_nothing(
    chromium: Browser, desktop: Page, live_site: Site, lawyer: Person, tmp_path: Path
) -> None:
    certificate = issuing.issue_completion(
        Completion.objects.get(person=lawyer, course__isnull=False)
    ).certificate
    answer = desktop.request.get(f"{live_site.url}/verify/offline.html")
    assert "attachment" in answer.headers["content-disposition"]
    kept = tmp_path / "verify.html"
    kept.write_bytes(answer.body())
    assert kept.stat().st_size < 200_000
    context = chromium.new_context(offline=True, locale="zh-CN")
    try:
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("request", lambda request: said.append(request.url) if "http" in request.url[:5] else None)
        page.goto(kept.as_uri())
        check_offline(page, certificate)
        assert not said
    finally:
        context.close()


def test_a_committee_issues_in_a_batch_and_revokes(
    page: Page,
    live_site: Site,
    lawyer: Person,
    sign_in: Callable[[Page, Site, Any], None],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[..., Path],
) -> None:
    user = User.objects.create_user("province", password="岳麓山下读书声 2026")
    grants.grant(user, Role.PROVINCIAL_COMMITTEE, association(), by=None, reason="试验", valid_from=OPENED)
    sign_in(page, live_site, user)
    batch = certificate_batches.start(user, association(), year=2026)
    page.goto(f"{live_site.url}/desk/certificates/batches/{batch.public_id}/")
    screenshot(page, "certificates-batch-waiting")
    certificate_batches.work(batch.pk, seconds=60)
    expect(page.get_by_role("link", name="全部 PDF")).to_be_visible()
    assert_accessible(page)
    screenshot(page, "certificates-batch")
    page.goto(f"{live_site.url}/desk/certificates/batches/")
    assert_accessible(page)
    screenshot(page, "certificates-batches")
    page.goto(f"{live_site.url}/desk/certificates/")
    assert_accessible(page)
    screenshot(page, "certificates-desk")
    page.get_by_role("link", name="2026年度学时证明").click()
    page.get_by_role("link", name="撤销").click()
    assert_accessible(page)
    screenshot(page, "certificates-revoke")
    page.get_by_label("出具有误").check()
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text("这份证明已被撤销")).to_be_visible()
    screenshot(page, "certificates-revoked")
