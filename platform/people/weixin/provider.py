"""WeChat as allauth's registry knows it. Under all of an operator's apps a person's unionid is the same."""

from typing import Any

from allauth.socialaccount.providers.weixin.provider import WeixinAccount
from allauth.socialaccount.providers.weixin.provider import WeixinProvider as AllauthsProvider

from people.weixin.views import Adapter


class WeixinProvider(AllauthsProvider):
    """openid is another for each app; unionid is there once the operator has bound his apps together."""

    account_class = WeixinAccount
    oauth2_adapter_class = Adapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data.get("unionid") or data["openid"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """The id is all that is needed, so it is all that is kept."""
        return {}

    def extract_common_fields(self, data: dict[str, Any]) -> dict[str, Any]:
        return {}


provider_classes = [WeixinProvider]
