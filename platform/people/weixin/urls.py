"""Where WeChat sends people back to."""

from allauth.socialaccount.providers.oauth2.urls import default_urlpatterns

from people.weixin.provider import WeixinProvider

urlpatterns = default_urlpatterns(WeixinProvider)
