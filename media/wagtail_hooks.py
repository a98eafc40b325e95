"""What media adds to Wagtail's admin."""

from wagtail import hooks

from media.admin.viewsets import RecordingChooserViewSet, RecordingViewSet


@hooks.register("register_admin_viewset")
def recording_viewsets() -> list[RecordingViewSet | RecordingChooserViewSet]:
    return [RecordingViewSet(), RecordingChooserViewSet("recording_chooser")]
