"""Start-up of the reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Coverage")

    def ready(self) -> None:
        from courses import audit
        from courses.models import Requirement
        from people import guards
        from reports import promises, recount

        guards.register(*promises.GUARDS)
        audit.register("requirements' coverage", audit.Part(Requirement.objects.all, recount.differences))
