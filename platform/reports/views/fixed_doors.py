"""The doors of what readers of coverage keep, hand out and sign: signed in, with something to read, never cached."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from people.models import User
from reports import access

LINES_A_PAGE = 30
View = Callable[..., HttpResponseBase]


def for_reporters(view: View) -> View:
    """Call `view(request, user, …)` for whoever reads coverage somewhere; to others the page is missing (404)."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @login_required
    @cache_control(private=True, no_store=True)
    @wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User) or not access.report_scopes(request.user):
            raise Http404
        return view(request, request.user, *args, **kwargs)

    return door


def page_of(request: HttpRequest, rows: Any, lines: int = LINES_A_PAGE) -> Page:
    """The page that ?page= asks for; the nearest one where it asks for none that exists."""
    return Paginator(rows, lines).get_page(request.GET.get("page"))
