"""The page that every page is: Wagtail's, under a name of ours, so that columns can be added one day."""

from wagtail.models import AbstractPage
from wagtail.models.pages import AbstractPageMeta, DefaultBasePageMixin


class BasePage(AbstractPage, DefaultBasePageMixin):
    """Named by WAGTAIL_PAGE_MODEL; it must exist before the first migration and stays for good."""

    search_fields = AbstractPage.search_fields + DefaultBasePageMixin.search_fields
    promote_panels = DefaultBasePageMixin.promote_panels

    class Meta(AbstractPageMeta):
        pass
