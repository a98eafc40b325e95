"""The top of the house: settings, addresses, the queue, the API and the demo."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Lüxuetang"

    def ready(self) -> None:
        from people import wagtail_groups

        # Media knows nothing of people's groups, nor they of media: whoever stands above both joins them.
        wagtail_groups.register_permissions(
            wagtail_groups.EDITORS, "media.add_recording", "media.change_recording", "media.view_recording"
        )
        for reviewers in (wagtail_groups.REVIEWERS, wagtail_groups.FINAL_REVIEWERS):
            wagtail_groups.register_permissions(reviewers, "media.view_recording")
