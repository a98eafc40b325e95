"""The two doors behind sign-in: where one lands, and who is turned away from the admin."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache

from people.landing import landing
from people.models import User


@never_cache
@login_required
def land(request: HttpRequest) -> HttpResponse:
    """Send whoever has signed in to what he came for."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required has seen to it
    return redirect(landing(request.user))


@never_cache
def admin_door(request: HttpRequest) -> HttpResponse:
    """Where Wagtail sends whoever may not enter: visitors on to sign-in, others get a refusal.

    Straight to the sign-in page, somebody signed in would be sent back and forth for ever. An address that Wagtail
    does not know leads here for everybody, hence the way on for those who may enter.
    """
    may_enter = request.user.has_perm("wagtailadmin.access_admin")
    if request.user.is_authenticated and not may_enter:
        raise PermissionDenied
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = reverse("wagtailadmin_home")
    if may_enter:
        return redirect(wanted)
    return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")
