"""Short messages: the signature that Alibaba Cloud documents, and refusals without the phone in them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from people import sms


@pytest.fixture
def gateway(settings):
    """A server that answers as SendSms does; what it was asked stands in `asked`."""
    asked: list[dict[str, list[str]]] = []
    answers: list[tuple[int, dict[str, str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(parse_qs(urlsplit(self.path).query) | {"headers": [dict(self.headers)]})
            status, body = answers.pop(0)
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS = {
        "provider": "aliyun",
        "key_id": "id",
        "key_secret": "secret",
        "sign_name": "律学堂",
        "template": "SMS_1",
        "endpoint": f"http://127.0.0.1:{server.server_port}",
    }
    yield asked, answers
    server.shutdown()
    server.server_close()


def test_the_signature_is_that_of_the_documented_example():
    headers = sms.Aliyun.headers(
        "ecs.cn-shanghai.aliyuncs.com",
        {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
        action="RunInstances",
        version="2014-05-26",
        key_id="YourAccessKeyId",
        key_secret="YourAccessKeySecret",
        date="2023-10-26T10:22:32Z",
        nonce="3156853299f313e23d1673dc12e1703d",
    )
    assert headers["Authorization"].endswith(
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_code_is_sent_with_its_template_and_the_signature_covers_the_query(gateway):
    asked, answers = gateway
    answers.append((200, {"Code": "OK"}))
    sms.send("13800001234", code="012345", minutes=10)
    (query,) = asked
    assert (query["PhoneNumbers"], query["SignName"], query["TemplateCode"]) == (
        ["13800001234"],
        ["律学堂"],
        ["SMS_1"],
    )
    assert json.loads(query["TemplateParam"][0]) == {"code": "012345"}
    sent = {name.lower(): value for name, value in query["headers"][0].items()}
    again = sms.Aliyun.headers(
        sent["host"],
        {name: values[0] for name, values in query.items() if name != "headers"},
        action="SendSms",
        version="2017-05-25",
        key_id="id",
        key_secret="secret",
        date=sent["x-acs-date"],
        nonce=sent["x-acs-signature-nonce"],
    )
    assert sent["authorization"] == again["Authorization"]


@pytest.mark.parametrize("answer", [(400, {"Code": "isv.BUSINESS_LIMIT_CONTROL"}), (503, {})])
def test_a_refusal_names_the_provider_s_reason_and_never_the_phone(gateway, answer):
    gateway[1].append(answer)
    with pytest.raises(sms.NotSent) as refused:
        sms.send("13800001234", code="012345", minutes=10)
    assert str(refused.value) in {"isv.BUSINESS_LIMIT_CONTROL", "HTTP 503"}


def test_a_provider_that_cannot_be_reached_is_a_refusal_without_the_phone(gateway, settings):
    settings.SMS = {**settings.SMS, "endpoint": "http://127.0.0.1:9"}
    with pytest.raises(sms.NotSent) as refused:
        sms.send("13800001234", code="012345", minutes=10)
    assert "138" not in str(refused.value)


def test_a_notice_goes_by_its_own_template_with_a_title_of_bounded_length(gateway, settings):
    asked, answers = gateway
    settings.SMS = settings.SMS | {"notice_template": "SMS_2"}
    answers.append((200, {"Code": "OK"}))
    sms.send_notice("13900001234", title="请完成" + "法" * 60)
    (query,) = asked
    assert query["TemplateCode"] == ["SMS_2"]
    assert len(json.loads(query["TemplateParam"][0])["title"]) == 35
