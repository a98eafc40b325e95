"""Short messages: a provider by the one setting SMS["provider"]. Whoever sends knows no provider.

    sms.send("13800000000", code="123456", minutes=10)
    sms.send_notice("13800000000", title="请于12月31日前完成《民法典轮训》")

A provider never writes a phone or a code into a log, except the console's, which is for development.
"""

import hashlib
import hmac
import json
import logging
import sys
import uuid
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

import requests
from django.conf import settings

from people.phones import mask

log = logging.getLogger(__name__)
CONNECT_SECONDS, ANSWER_SECONDS = 5, 10
# A variable of a notice's template may have so many characters.
LONGEST_VARIABLE = 35


class NotSent(Exception):
    """The provider did not take the message; the text is the provider's reason, without the phone."""


class Provider(Protocol):
    """Takes one message to one phone, or raises NotSent."""

    def send_code(self, phone: str, *, code: str, minutes: int) -> None: ...

    def send_notice(self, phone: str, *, title: str) -> None: ...


class Console:
    """Development: the code stands in the worker's own output."""

    def send_code(self, phone: str, *, code: str, minutes: int) -> None:
        sys.stdout.write(f"SMS {mask(phone)}: {code} ({minutes} min)\n")
        sys.stdout.flush()

    def send_notice(self, phone: str, *, title: str) -> None:
        sys.stdout.write(f"SMS {mask(phone)}: {title}\n")
        sys.stdout.flush()


class Nowhere:
    """No provider: sign-in by code is closed, and pages do not offer it."""

    def send_code(self, phone: str, *, code: str, minutes: int) -> None:
        raise NotSent("no provider of short messages is set")

    def send_notice(self, phone: str, *, title: str) -> None:
        raise NotSent("no provider of short messages is set")


class Aliyun:
    """Alibaba Cloud's SendSms (version 2017-05-25) with its signature ACS3-HMAC-SHA256.

    The template of a code has the variable ${code}, which is all that a template of verification codes may have; that
    of a notice has ${title}.
    """

    ACTION, VERSION = "SendSms", "2017-05-25"

    def send_code(self, phone: str, *, code: str, minutes: int) -> None:
        self._send(phone, str(settings.SMS["template"]), {"code": code})

    def send_notice(self, phone: str, *, title: str) -> None:
        self._send(phone, str(settings.SMS["notice_template"]), {"title": title[:LONGEST_VARIABLE]})

    def _send(self, phone: str, template: str, variables: dict[str, str]) -> None:
        given: dict[str, Any] = settings.SMS
        query = {
            "PhoneNumbers": phone,
            "SignName": given["sign_name"],
            "TemplateCode": template,
            "TemplateParam": json.dumps(variables, ensure_ascii=False),
        }
        endpoint = given["endpoint"].rstrip("/")
        headers = self.headers(
            urlsplit(endpoint).netloc, query, action=self.ACTION, version=self.VERSION, **self._signing(given)
        )
        try:
            answer = requests.post(
                f"{endpoint}/?{self.canonical(query)}",
                headers=headers,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                allow_redirects=False,
            )
            said = answer.json()
        except requests.RequestException as error:
            # The exception's own text holds the address, and with it the phone.
            raise NotSent(type(error).__name__) from None
        verdict = str(said.get("Code", "")) if isinstance(said, dict) else ""
        if verdict != "OK":
            raise NotSent(verdict[:80] or f"HTTP {answer.status_code}")

    @staticmethod
    def _signing(given: dict[str, Any]) -> dict[str, str]:
        return {
            "key_id": given["key_id"],
            "key_secret": given["key_secret"],
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "nonce": uuid.uuid4().hex,
        }

    @staticmethod
    def canonical(query: dict[str, str]) -> str:
        return urlencode(sorted(query.items()), quote_via=quote, safe="-_.~")

    @classmethod
    def headers(
        cls,
        host: str,
        query: dict[str, str],
        *,
        action: str,
        version: str,
        key_id: str,
        key_secret: str,
        date: str,
        nonce: str,
    ) -> dict[str, str]:
        """The headers of a POST without a body, signed."""
        empty = hashlib.sha256(b"").hexdigest()
        signed = {
            "host": host,
            "x-acs-action": action,
            "x-acs-content-sha256": empty,
            "x-acs-date": date,
            "x-acs-signature-nonce": nonce,
            "x-acs-version": version,
        }
        names = ";".join(signed)
        lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
        request = "\n".join(["POST", "/", cls.canonical(query), lines, names, empty])
        text = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
        signature = hmac.new(key_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        return signed | {
            "Authorization": f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
        }


PROVIDERS: dict[str, type[Provider]] = {"console": Console, "aliyun": Aliyun, "none": Nowhere}


def is_on() -> bool:
    """Whether this site sends short messages at all."""
    return bool(settings.SMS["provider"] != "none")


def takes_notices() -> bool:
    """Whether notices may be sent by short message: with a provider, which needs an approved template for them."""
    provider = settings.SMS["provider"]
    return provider != "none" and (provider != "aliyun" or bool(settings.SMS.get("notice_template")))


def send_notice(phone: str, *, title: str) -> None:
    """Send a notice's title. Raises NotSent."""
    PROVIDERS[str(settings.SMS["provider"])]().send_notice(phone, title=title)


def send(phone: str, *, code: str, minutes: int) -> None:
    """Send the code, valid for so many minutes. Raises NotSent."""
    PROVIDERS[str(settings.SMS["provider"])]().send_code(phone, code=code, minutes=minutes)
