"""The first sign-in on a phone: number, code, password; a passkey; and later the code or the passkey alone."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from people import licences, persons, phone_codes
from people.models import PhoneCode, PracticeType
from tests.courses import stage
from tests.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def code(capfd: pytest.CaptureFixture[str]) -> Callable[[], str]:
    """What the worker sends to the phone that was last asked for."""

    def sent() -> str:
        capfd.readouterr()
        phone_codes.send(PhoneCode.objects.latest("pk").pk)
        found = re.search(r": (\d{6}) ", capfd.readouterr().out)
        assert found
        return found[1]

    return sent


def test_a_lawyer_comes_in_with_number_and_code_and_later_with_a_passkey(
    phone: Page,
    live_site: Site,
    code: Callable[[], str],
    screenshot: Callable[..., Any],
    assert_accessible: Callable[..., Any],
) -> None:
    cache.clear()
    lawyer = stage.new_lawyer("林晓试")
    persons.change(lawyer, name=lawyer.name, phone="13800001234")
    licences.issue(lawyer, number="14301201211001234", practice_type=PracticeType.FULL_TIME, on=stage.OPENED)
    # A passkey belongs to a name, and an address of figures is none.
    site = live_site.url.replace("127.0.0.1", "localhost")
    devices = phone.context.new_cdp_session(phone)
    devices.send("WebAuthn.enable")
    devices.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )

    phone.goto(f"{site}/accounts/login/")
    assert_accessible(phone)
    screenshot(phone, "sign-in")
    phone.get_by_role("link", name="首次登录").click()
    phone.get_by_label("执业证号").fill("1430120121100123")
    phone.get_by_label("手机号", exact=True).fill("138 0000 1234")
    phone.get_by_role("button", name="获取验证码").click()
    expect(phone.get_by_text("执业证号有误")).to_be_visible()
    screenshot(phone, "first-refused")
    phone.get_by_label("执业证号").fill("14301201211001234")
    phone.get_by_role("button", name="获取验证码").click()
    expect(phone.get_by_text("138****1234")).to_be_visible()
    expect(phone.get_by_role("button", name="重新发送验证码")).to_be_disabled()
    field = phone.get_by_label("短信验证码")
    assert (field.get_attribute("inputmode"), field.get_attribute("autocomplete")) == (
        "numeric",
        "one-time-code",
    )
    right = code()
    field.fill(f"{(int(right) + 1) % 10**6:06d}")
    phone.get_by_role("button", name="登录", exact=True).click()
    expect(phone.get_by_text("还可以输入 4 次")).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "code")
    field.fill(right)
    phone.get_by_role("button", name="登录", exact=True).click()

    expect(phone.get_by_role("heading", name="下次怎样登录？")).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "secret")
    phone.get_by_role("link", name="设置通行密钥").click()
    assert_accessible(phone)
    screenshot(phone, "passkey")
    phone.get_by_role("button", name="继续").click()
    expect(phone.get_by_role("heading", name="登录方式")).to_be_visible()
    expect(phone.get_by_text("通行密钥", exact=True)).to_be_visible()
    assert_accessible(phone)
    screenshot(phone, "ways")

    phone.context.clear_cookies()
    phone.goto(f"{site}/accounts/login/")
    phone.get_by_role("button", name="用通行密钥登录").click()
    phone.wait_for_url("**/my/")

    phone.context.clear_cookies()
    phone.goto(f"{site}/accounts/login/?next=/my/record/")
    phone.get_by_role("link", name="用手机验证码登录").click()
    phone.get_by_label("手机号").fill("13800001234")
    phone.get_by_role("button", name="获取验证码").click()
    phone.get_by_label("短信验证码").fill(code())
    phone.get_by_role("button", name="登录", exact=True).click()
    phone.wait_for_url("**/my/record/")
