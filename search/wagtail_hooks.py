"""What search adds to Wagtail's admin."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSet

from search.miss_admin import MissViewSet
from search.statute_admin import StatuteViewSet


@hooks.register("register_admin_viewset")
def search_pages() -> list[ViewSet]:
    return [StatuteViewSet(), MissViewSet()]
