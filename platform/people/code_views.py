"""Signing in by a code sent to the phone: the first time with the licence number, later by the phone alone.

The pages answer the same whether or not number and phone mean somebody, and take as long: whom they mean decides only
whether a worker then sends something.
"""

import time
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from people import accounts, phone_codes, phones, sms, tasks
from people.code_forms import CodeForm, FirstForm, NewPasswordForm, PhoneForm
from people.models import CodePurpose, PhoneCode, User

KEY = "people.phone_code"
AGAIN_SECONDS = 60
# So long after a code was proved one may choose a password without the old one.
CHOOSING_SECONDS = 15 * 60


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def first(request: HttpRequest) -> HttpResponse:
    """/accounts/first/: licence number and phone."""
    return _ask(request, FirstForm, "account/first.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def by_phone(request: HttpRequest) -> HttpResponse:
    """/accounts/phone/: the phone alone, for whoever has proved it before."""
    return _ask(request, PhoneForm, "account/phone.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """/accounts/code/: the six digits."""
    asked = request.session.get(KEY)
    if asked is None:
        return redirect("account_login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not _may(request, "code_tried_from"):
            form.add_error(None, _("Too many attempts from this network. Wait some minutes and try again."))
        else:
            try:
                row = phone_codes.prove(asked["id"], form.cleaned_data["code"])
                return _enter(request, row)
            except (phone_codes.CodeRefused, accounts.AccountRefused) as refusal:
                tasks.note_wrong_code.delay(asked["id"])
                form.add_error("code", str(refusal))
    return _code_page(request, form, asked)


@never_cache
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Another code; the one before is void."""
    asked = request.session.get(KEY)
    row = PhoneCode.objects.filter(pk=asked["id"]).first() if asked else None
    if asked is None or row is None:
        return redirect("account_login")
    if not _may_ask(request, asked["keys"]):
        form = CodeForm()
        return _code_page(request, form, asked, refusal=_too_often())
    _send(request, phone_codes.ask_again(row), asked["shown"], asked["keys"])
    return redirect("people:code")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def secret(request: HttpRequest) -> HttpResponse:
    """/accounts/secret/: a password or a passkey, for whoever has just proved his phone."""
    user = request.user
    if not isinstance(user, User):
        return redirect("account_login")
    if not _has_just_proved(request, user):
        return redirect("account_change_password" if user.has_usable_password() else "people:landing")
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            accounts.choose_password(user, form.cleaned_data["password"])
        except ValidationError as error:
            form.add_error("password", error)
        else:
            update_session_auth_hash(request, user)
            return redirect("people:landing")
    context = {"form": form, "phone": phones.mask(user.phone) if user.phone_verified and user.phone else ""}
    return render(request, "account/secret.html", context, status=_status(form))


@never_cache
@login_required
def ways(request: HttpRequest) -> HttpResponse:
    """/accounts/ways/: how the reader signs in, and how he could."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - login_required has seen to it
    context = {
        "phone": phones.mask(user.phone) if user.phone_verified and user.phone else "",
        "has_password": user.has_usable_password(),
        "has_weixin": SocialAccount.objects.filter(user=user, provider="weixin").exists(),
        "passkeys": Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).order_by("pk"),
    }
    return render(request, "account/ways.html", context)


@never_cache
@login_required
@require_POST
def unbind_weixin(request: HttpRequest) -> HttpResponse:
    """Whoever has that WeChat signs in here no longer."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - login_required has seen to it
    if SocialAccount.objects.filter(user=user, provider="weixin").delete()[0]:
        accounts.note_weixin(user, is_bound=False)
        messages.success(request, _("The WeChat is unbound."))
    return redirect("people:ways")


def _ask(request: HttpRequest, form_class: type[PhoneForm], template: str) -> HttpResponse:
    if not sms.is_on():
        raise Http404
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        phone, number = form.cleaned_data["phone"], form.cleaned_data.get("number", "")
        keys = [_digest(part) for part in (number, phone, f"{number}:{phone}") if part]
        if _may_ask(request, keys):
            row = phone_codes.ask_first(number, phone) if number else phone_codes.ask_sign_in(phone)
            _send(request, row, phones.mask(phone), keys)
            request.session["people.code_next"] = get_next_redirect_url(request) or ""
            return redirect("people:code")
        form.add_error(None, _too_often())
    return render(request, template, {"form": form}, status=_status(form))


def _send(request: HttpRequest, row: PhoneCode, shown: str, keys: list[str]) -> None:
    request.session[KEY] = {
        "id": row.pk,
        "purpose": row.purpose,
        "shown": shown,
        "keys": keys,
        "at": time.time(),
    }
    tasks.send_code.delay(row.pk)


def _enter(request: HttpRequest, row: PhoneCode) -> HttpResponseBase:
    user = phone_codes.let_in(row)
    del request.session[KEY]
    wanted = request.session.pop("people.code_next", "")
    is_first = row.purpose == CodePurpose.FIRST
    # "reauthenticated" lets whoever has just proved his phone add a passkey at once.
    record_authentication(request, user, method="code", reauthenticated=True)
    target = reverse("people:secret") if is_first else wanted or None
    response: HttpResponseBase = perform_login(request, user, redirect_url=target)
    return response


def _code_page(
    request: HttpRequest, form: forms.Form, asked: dict[str, Any], *, refusal: str = ""
) -> HttpResponse:
    wait = max(0, round(AGAIN_SECONDS - (time.time() - asked["at"])))
    context = {
        "form": form,
        "shown": asked["shown"],
        "is_first": asked["purpose"] == CodePurpose.FIRST,
        "wait": wait,
        "minutes": int(phone_codes.LASTS.total_seconds() // 60),
        "refusal": refusal,
    }
    return render(request, "account/code.html", context, status=429 if refusal else _status(form))


def _may_ask(request: HttpRequest, keys: list[str]) -> bool:
    """Limits by network, by number, by phone, and a minute between two codes for the same pair."""
    if not _may(request, "code_asked_again", keys[-1]) or not _may(request, "code_asked_from"):
        return False
    return all(_may(request, "code_asked_for", key) for key in keys)


def _may(request: HttpRequest, action: str, key: str | None = None) -> bool:
    return bool(
        ratelimit.consume(request, app="people", action=action, key=key, config=settings.SIGN_IN_CODE_LIMITS)
    )


def _has_just_proved(request: HttpRequest, user: User) -> bool:
    return any(
        record.get("method") == "code" and time.time() - record.get("at", 0) < CHOOSING_SECONDS
        for record in get_authentication_records(request, user)
    )


def _digest(text: str) -> str:
    """What limits are counted by: numbers and phones themselves never reach the cache or the session."""
    return salted_hmac("people.code_views", text, algorithm="sha256").hexdigest()


def _status(form: forms.Form) -> int:
    return 422 if form.is_bound and form.errors else 200


def _too_often() -> str:
    return _("Codes were asked for too often. Wait a minute; after several, an hour.")
