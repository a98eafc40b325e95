"""Start-up of the courses app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Courses")

    def ready(self) -> None:
        from courses import (
            activity_evidence,
            evidence,
            held,
            issuing,
            merging,
            promises,
            receivers,
            replaced,
            touched,
        )
        from courses.views import routes
        from people import guards, personal_data, wagtail_groups
        from people import merging as people_merging

        personal_data.register(held.HOLDINGS, offices=held.OFFICES)
        guards.register(*promises.GUARDS)
        people_merging.register("courses", merging.FOLLOWER)
        evidence.register_source(replaced.events)
        evidence.register_source(activity_evidence.events)
        receivers.connect()
        touched.register(issuing.touched_by)
        for model in ("courseterms", "equivalencegroup"):
            for group in (wagtail_groups.EDITORS, wagtail_groups.FINAL_REVIEWERS):
                wagtail_groups.register_permissions(
                    group, *(f"courses.{act}_{model}" for act in ("view", "add", "change", "delete"))
                )
        routes.connect()
