"""Start-up of the people app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")

    def ready(self) -> None:
        from people import guards, held, personal_data, promises, receivers

        personal_data.register(held.HOLDINGS, offices=held.OFFICES)
        guards.register(*promises.GUARDS)
        receivers.connect(self)
