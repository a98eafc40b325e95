"""The editors' page of what people searched for and did not find."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from wagtail.admin.viewsets.base import ViewSet

from courses.access import EDITOR_PERMISSION
from people.guarded import with_permission
from search import misses
from search.statute_admin import EditorsMenuItem

ROWS_A_PAGE = 50
PERIODS = (7, 30, 90)
USUAL_PERIOD = 30


@with_permission(EDITOR_PERMISSION)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The questions of the last days without an answer, the most frequent first."""
    asked = request.GET.get("days", "")
    days = next((each for each in PERIODS if str(each) == asked), USUAL_PERIOD)
    page = Paginator(misses.in_period(misses.last_days(days)), ROWS_A_PAGE).get_page(request.GET.get("p"))
    context: dict[str, Any] = {
        "page": page,
        "periods": PERIODS,
        "days": days,
        "kept_days": settings.SEARCH_MISSES_KEPT_DAYS,
        "least": misses.LEAST_SHOWN,
    }
    return render(request, "search/admin/misses.html", context)


class MissViewSet(ViewSet):
    """The page's address and its entry in the menu."""

    name = "unanswered_searches"
    url_prefix = "unanswered-searches"
    icon = "search"
    menu_label = gettext_lazy("Searched and not found")
    menu_order = 185
    menu_item_class = EditorsMenuItem
    add_to_admin_menu = True

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", index, name="index")]
