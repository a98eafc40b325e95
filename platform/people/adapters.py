"""allauth in our terms: accounts are given by an association, nobody signs up, and a phone is a way to sign in."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from people import phones
from people.code_forms import PhoneField
from people.models import User

# A passkey stands in place of the password here, it is no second step after one: else a lost telephone would lock
# out whoever still knows his password.
NO_STAGES = {"allauth.mfa.stages.AuthenticateStage"}


class AccountAdapter(DefaultAccountAdapter):
    """Closes the sign-up and knows the verified phones; everything else is allauth's."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return [stage for stage in super().get_login_stages() if stage not in NO_STAGES]

    def phone_form_field(self, **kwargs: Any) -> PhoneField:
        return PhoneField(**kwargs)

    def get_user_by_phone(self, phone: str) -> AbstractBaseUser | None:
        """Whose verified phone this is; a user name of eleven digits goes on being one."""
        phone = phones.normalise(phone)
        return (
            User.objects.filter(phone=phone, phone_verified=True).first()
            or User.objects.filter(username=phone).first()
        )


class PasskeyAdapter(DefaultMFAAdapter):
    """Passkeys under the site's own name."""

    def _get_site_name(self) -> str:
        return _("Lüxuetang")

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Any) -> str:
        return _("Passkey")


class SocialAdapter(DefaultSocialAccountAdapter):
    """WeChat signs in whom it was bound to, and makes nobody: an unknown one is led to the first sign-in."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return
        messages.info(
            request,
            _(
                "This WeChat is not bound to anybody yet. Sign in with licence number and phone, then bind it under "
                "“Ways to sign in”."
            ),
        )
        raise ImmediateHttpResponse(redirect("people:first"))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("people:ways")
