"""allauth is the only way in; each kind of user lands on what he came for."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from people.models import Role, User

pytestmark = pytest.mark.slow

PASSWORD = "岳麓山下读书声 2026"


@pytest.fixture
def lawyer(account, member, province):
    user = account("lixian")
    User.objects.filter(pk=user.pk).update(email="lixian@example.org")
    member("李试", province.yuelu, user=user)
    return user


@pytest.fixture
def client_of():
    """A new browser, with these headers on everything that it asks for."""
    return Client


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


def is_signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("login", ["lixian", "LiXian", "lixian@example.org", "LIXIAN@example.org"])
def test_one_signs_in_by_user_name_or_e_mail_in_any_case(lawyer, client, login):
    response = sign_in(client, login)
    assert response.status_code == 302
    assert response.url == reverse("people:landing")
    assert is_signed_in(client)


def test_a_wrong_password_and_an_unknown_name_are_refused_in_the_same_words(lawyer, client):
    known, unknown = sign_in(client, "lixian", "wrong"), sign_in(client, "nobody", "wrong")
    assert known.context["form"].errors == unknown.context["form"].errors != {}
    assert not is_signed_in(client)


def test_many_failed_attempts_are_stopped_and_the_right_password_then_waits_too(lawyer, client):
    for _attempt in range(6):
        sign_in(client, "lixian", "wrong")
    response = sign_in(client, "lixian")
    assert not is_signed_in(client)
    assert response.status_code in {200, 429}


def test_a_whole_hall_behind_one_address_signs_in_within_a_minute(lawyer, client_of):
    for _visitor in range(32):
        visitor = client_of()
        sign_in(visitor, "lixian")
        assert is_signed_in(visitor)


def test_behind_a_proxy_each_visitor_is_counted_by_his_own_address(lawyer, client_of, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/m/ip"}
    guesser, honest = (client_of(HTTP_X_FORWARDED_FOR=address) for address in ("203.0.113.1", "203.0.113.2"))
    for number in range(6):
        sign_in(guesser, f"nobody{number}", "wrong")
    sign_in(guesser, "lixian")
    sign_in(honest, "lixian")
    assert (is_signed_in(guesser), is_signed_in(honest)) == (False, True)


def test_a_closed_account_does_not_sign_in(lawyer, client):
    User.objects.filter(pk=lawyer.pk).update(is_active=False)
    sign_in(client, "lixian")
    assert not is_signed_in(client)


def test_signing_in_gives_the_session_a_new_key(lawyer, client):
    client.get(reverse("account_login"))
    session = client.session
    session["visited"] = True
    session.save()
    before = session.session_key
    sign_in(client, "lixian")
    assert client.session.session_key != before


def test_signing_out_takes_a_post(lawyer, client):
    sign_in(client, "lixian")
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_sign_in_leads_nowhere_outside_the_site(lawyer, client):
    response = sign_in(client, "lixian", next="https://evil.example/")
    assert response.url == reverse("people:landing")


def test_nobody_signs_up(db, client):
    address = reverse("account_signup")
    body = {"username": "new", "email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD}
    client.get(address)
    client.post(address, body)
    assert not User.objects.filter(username="new").exists()


def test_no_mail_goes_to_an_address_that_nobody_here_has(lawyer, client):
    client.post(reverse("account_reset_password"), {"email": "stranger@example.org"})
    assert mail.outbox == []
    client.post(reverse("account_reset_password"), {"email": "lixian@example.org"})
    assert [message.to for message in mail.outbox] == [["lixian@example.org"]]
    (message,) = mail.outbox
    assert message.subject == "律学堂：设置新密码"
    assert message.body.startswith("有人为您的律学堂账号申请重设密码。")
    assert "/accounts/password/reset/key/" in message.body


def test_an_address_that_was_entered_is_confirmed_in_chinese(db, client):
    user = User.objects.create_user("lixian", password="岳麓山下读书声 2026")
    client.force_login(user)
    client.post("/accounts/email/", {"email": "lixian@example.org", "action_add": ""})
    (message,) = mail.outbox
    assert message.subject == "律学堂：请确认邮箱地址"
    assert "请打开以下链接，确认邮箱属于您" in message.body
    assert "注册" not in message.body
    assert "Hello" not in message.body


def test_a_weak_password_is_refused(lawyer, client):
    sign_in(client, "lixian")
    for weak in ("12345678901", "password", "lixian1", "short"):
        body = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        assert client.post(reverse("account_change_password"), body).status_code == 200
    lawyer.refresh_from_db()
    assert lawyer.check_password(PASSWORD)


# --- Landing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("", "/my/"),
        (Role.FIRM_MANAGER, "/coverage/"),
        (Role.CITY_COMMITTEE, "/coverage/"),
        (Role.PROVINCIAL_COMMITTEE, "/coverage/"),
        (Role.EDITOR, "/admin/"),
        (Role.REVIEWER, "/admin/"),
        (Role.FINAL_REVIEWER, "/admin/"),
    ],
)
def test_each_kind_of_user_lands_on_what_he_came_for(province, account, client, role, path):
    account("li", role, province.province if role else None)
    sign_in(client, "li")
    assert client.get(reverse("people:landing")).url == path


def test_a_visitor_does_not_land(db, client):
    assert client.get(reverse("people:landing")).url.startswith(reverse("account_login"))


# --- Wagtail's own doors --------------------------------------------------------------------------------

WAGTAIL_DOORS = [
    "/admin/login/",
    "/admin/password_reset/",
    "/admin/password_reset/done/",
    "/admin/password_reset/confirm/MQ/set-password/",
    "/admin/password_reset/complete/",
    "/_util/login/",
]


@pytest.mark.parametrize("path", WAGTAIL_DOORS)
def test_wagtail_s_own_door_lets_nobody_in(lawyer, client, path):
    body = {
        "username": "lixian",
        "login": "lixian",
        "email": "lixian@example.org",
        "password": PASSWORD,
        "new_password1": "另一个很长的密码 2026",
        "new_password2": "另一个很长的密码 2026",
    }
    for response in (client.post(path, body), client.get(path)):
        assert response.status_code == 302
        assert response.url.startswith("/accounts/")
    assert not is_signed_in(client)
    assert mail.outbox == []
    lawyer.refresh_from_db()
    assert lawyer.check_password(PASSWORD)


def test_no_other_door_of_wagtail_s_or_django_s_is_left_open():
    """Every address whose view signs in or resets a password outside allauth is among those tried above."""
    left = []
    for path, view in every_address(get_resolver()):
        names = {base.__name__ for base in getattr(getattr(view, "view_class", None), "__mro__", ())}
        if names & {"LoginView", "PasswordResetView", "PasswordResetConfirmView"}:
            if view.view_class.__module__.startswith("allauth."):
                continue
            concrete = path.replace("<uidb64>", "MQ").replace("<token>", "set-password")
            left += [] if f"/{concrete}" in WAGTAIL_DOORS else [path]
    assert left == []


def every_address(resolver, prefix=""):
    for pattern in resolver.url_patterns:
        path = prefix + re.sub(r"[\^$]", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from every_address(pattern, path)
        elif isinstance(pattern, URLPattern):
            yield path, pattern.callback


def test_the_admin_sends_a_visitor_to_sign_in_and_back(db, client):
    response = client.get("/admin/pages/", follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fpages%2F"


def test_the_admin_refuses_a_lawyer_plainly_instead_of_sending_him_round(lawyer, client):
    sign_in(client, "lixian")
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403
    assert len(response.redirect_chain) == 1
