"""Start-up of the reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Coverage")

    def ready(self) -> None:
        from courses import audit, touched
        from courses.models import Requirement
        from people import guards, personal_data
        from reports import held, promises, receivers, recount, snapshots

        guards.register(*promises.GUARDS)
        audit.register("requirements' coverage", audit.Part(Requirement.objects.all, recount.differences))
        personal_data.register(held.HOLDINGS, offices=held.OFFICES)
        touched.register(snapshots.touched_by)
        receivers.connect()
