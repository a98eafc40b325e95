"""Every address of the site; what is listed first shadows what comes later."""

from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from config.api import api
from people.admin.account import own_settings
from people.views import admin_door

# Wagtail's own sign-in and password pages answer a POST even when they are not linked: allauth is the
# only way in, so these addresses lead to it before Wagtail's patterns are reached.
_to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)
_to_ways = RedirectView.as_view(pattern_name="people:ways")
shadowed = [
    path("admin/login/", admin_door, name="wagtailadmin_login_shadow"),
    path("admin/password_reset/", RedirectView.as_view(pattern_name="account_reset_password")),
    path("admin/password_reset/<path:rest>", RedirectView.as_view(url="/accounts/password/reset/")),
    path("_util/login/", _to_login),
    # A second factor and its overview are not offered: passkeys have one page, which lists them.
    path("accounts/2fa/", _to_ways),
    path("accounts/2fa/authenticate/", _to_login),
    path("accounts/2fa/reauthenticate/", RedirectView.as_view(pattern_name="mfa_reauthenticate_webauthn")),
    path("accounts/2fa/webauthn/", _to_ways),
    path("accounts/2fa/webauthn/keys/<int:place>/edit/", RedirectView.as_view(url="/accounts/ways/")),
    # Nobody is made by an outside sign-in, and what is bound stands with the other ways to sign in.
    path("accounts/3rdparty/", _to_ways),
    path("accounts/3rdparty/signup/", _to_login),
    path("admin/account/", own_settings),  # without first and last names, which our users do not have
]

urlpatterns = [
    *shadowed,
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("", include("people.urls")),
    path("", include("courses.urls")),
    path("", include("media.urls")),
    path("", include("search.urls")),
    path("", include("reports.urls")),
    path("", include("config.site_urls")),
    path("", include(wagtail_urls)),
]
