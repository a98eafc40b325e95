"""Start-up of the courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses import carrying, evidence, issuing, promises, receivers, touched
        from courses.views import routes
        from people import guards

        guards.register(*promises.GUARDS)
        evidence.register_source(carrying.events)
        receivers.connect()
        touched.register(issuing.touched_by)
        routes.connect()
