"""Start-up of the courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses import promises, receivers
        from courses.views import routes
        from people import guards

        guards.register(*promises.GUARDS)
        receivers.connect()
        routes.connect()
