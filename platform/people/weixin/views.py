"""The two steps of signing in with WeChat, at the addresses that the settings name."""

from typing import Any

from allauth.socialaccount.models import SocialLogin, SocialToken
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.weixin.client import WeixinOAuth2Client
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.conf import settings
from django.http import Http404, HttpRequest


class Client(WeixinOAuth2Client):
    def get_redirect_url(self, authorization_url: str, scope: Any, extra_params: Any) -> str:
        """WeChat's own browser opens the page only with this fragment."""
        return f"{super().get_redirect_url(authorization_url, scope, extra_params)}#wechat_redirect"


class Adapter(WeixinOAuth2Adapter):
    """As allauth's, without asking for the profile: who somebody is stands beside the token already."""

    client_class = Client

    def get_provider(self) -> Provider:
        """Raises Http404 on a site that has no WeChat."""
        if not settings.WEIXIN_ON:
            raise Http404
        provider: Provider = super().get_provider()
        return provider

    @property
    def access_token_url(self) -> str:
        return str(self.get_provider().get_settings()["ACCESS_TOKEN_URL"])

    def complete_login(
        self, request: HttpRequest, app: Any, token: SocialToken, **kwargs: Any
    ) -> SocialLogin:
        answer = kwargs["response"]
        if not answer.get("openid"):
            raise OAuth2Error("WeChat named nobody")
        login: SocialLogin = self.get_provider().sociallogin_from_response(request, answer)
        return login


oauth2_login = OAuth2LoginView.adapter_view(Adapter)
oauth2_callback = OAuth2CallbackView.adapter_view(Adapter)
