"""WeChat, against a server that speaks its protocol: it opens what it was bound to, and never makes anybody."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from people.models import AuditAct, AuditEntry, Notice, User

pytestmark = pytest.mark.slow

APP, SECRET = "wx0123456789abcdef", "geheim"


@pytest.fixture
def wechat(settings):
    """WeChat's token endpoint: `people` are who confirms with which code; a code works once, as theirs do."""
    people: dict[str, dict[str, str]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            is_app = asked["appid"] == [APP] and asked["secret"] == [SECRET]
            found = people.pop(asked["code"][0], None) if is_app else None
            answer = (
                {
                    "access_token": "t",
                    "expires_in": 7200,
                    "refresh_token": "r",
                    "scope": "snsapi_base",
                    **found,
                }
                if found
                else {"errcode": 40029, "errmsg": "invalid code"}
            )
            data = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WEIXIN_ON = True
    settings.SOCIALACCOUNT_PROVIDERS = {
        "weixin": settings.SOCIALACCOUNT_PROVIDERS["weixin"]
        | {
            "APPS": [{"client_id": APP, "secret": SECRET, "key": ""}],
            "ACCESS_TOKEN_URL": f"http://127.0.0.1:{server.server_port}/sns/oauth2/access_token",
        }
    }
    yield people
    server.shutdown()
    server.server_close()


def come_from_wechat(client, *, code="c1", **body):
    """Press the button, confirm in WeChat, and come back with its code and our state."""
    sent = client.post(reverse("weixin_login"), body)
    asked = parse_qs(urlsplit(sent.url).query)
    assert urlsplit(sent.url).fragment == "wechat_redirect"
    assert (asked["appid"], asked["response_type"], asked["scope"]) == ([APP], ["code"], ["snsapi_base"])
    return client.get(reverse("weixin_callback"), {"code": code, "state": asked["state"][0]})


@pytest.fixture
def li(province, member, account):
    return member("李试明", province.yuelu, user=account("lishi"))


def signed_in(client):
    return client.session.get("_auth_user_id")


def test_a_bound_wechat_signs_its_person_in(li, client, wechat):
    client.force_login(li.user)
    wechat["c1"] = {"openid": "o-li"}
    assert come_from_wechat(client, process="connect", next=reverse("people:ways")).url == reverse(
        "people:ways"
    )
    assert "已绑定" in client.get(reverse("people:ways")).content.decode()
    client.post(reverse("account_logout"))
    wechat["c2"] = {"openid": "o-li"}
    come_from_wechat(client, code="c2")
    assert signed_in(client) == str(li.user.pk)
    assert Notice.objects.filter(person=li, title="您的账号绑定了微信").exists()
    assert AuditEntry.objects.filter(person=li, act=AuditAct.WEIXIN_BOUND).count() == 1


def test_an_unknown_wechat_is_led_to_the_first_sign_in_and_makes_nobody(li, client, wechat):
    users = User.objects.count()
    wechat["c1"] = {"openid": "o-stranger"}
    response = come_from_wechat(client)
    assert response.url == reverse("people:first")
    assert "此微信尚未绑定" in client.get(response.url).content.decode()
    assert (User.objects.count(), SocialAccount.objects.count(), signed_in(client)) == (users, 0, None)


def test_one_wechat_is_bound_to_one_sign_in(li, account, client, wechat):
    for user, code in ((li.user, "c1"), (account("wang"), "c2")):
        client.force_login(user)
        wechat[code] = {"openid": "o-li"}
        come_from_wechat(client, code=code, process="connect")
    assert SocialAccount.objects.get().user == li.user


def test_the_same_person_is_known_under_all_of_the_operators_apps_by_his_unionid(li, client, wechat):
    client.force_login(li.user)
    wechat["c1"] = {"openid": "o-website", "unionid": "u-li"}
    come_from_wechat(client, process="connect")
    client.post(reverse("account_logout"))
    wechat["c2"] = {"openid": "o-account", "unionid": "u-li"}
    come_from_wechat(client, code="c2")
    assert signed_in(client) == str(li.user.pk)


@pytest.mark.parametrize("answer", [None, {"unionid": "u"}])
def test_a_code_that_wechat_refuses_and_an_answer_without_an_id_open_nothing(li, client, wechat, answer):
    if answer:
        wechat["c1"] = answer
    response = come_from_wechat(client)
    assert "微信登录没有成功" in response.content.decode()
    assert signed_in(client) is None


def test_an_answer_to_nobodys_question_is_refused(li, client, wechat):
    wechat["c1"] = {"openid": "o-li"}
    client.get(reverse("weixin_callback"), {"code": "c1", "state": "foreign"})
    assert signed_in(client) is None


def test_an_unbound_wechat_opens_nothing_any_more_and_keeps_no_profile(li, client, wechat):
    client.force_login(li.user)
    wechat["c1"] = {"openid": "o-li", "nickname": "岳麓散人"}
    come_from_wechat(client, process="connect")
    assert SocialAccount.objects.get().extra_data == {}
    client.post(reverse("people:unbind_weixin"))
    client.post(reverse("account_logout"))
    wechat["c2"] = {"openid": "o-li"}
    assert come_from_wechat(client, code="c2").url == reverse("people:first")


def test_without_an_app_of_the_operators_wechat_is_not_offered(li, client):
    assert client.post(reverse("weixin_login")).status_code == 404
    assert "微信" not in client.get(reverse("account_login")).content.decode()
