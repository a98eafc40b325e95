"""Start-up of the search app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from people import guards, personal_data
        from search import promises, receivers

        guards.register(*promises.GUARDS)
        personal_data.register(
            [], offices=["search.StatuteImport.applied_by", "search.AmendmentReview.decided_by"]
        )
        receivers.connect(self)
