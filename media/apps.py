"""Start-up of the media app."""

from django.apps import AppConfig


class MediaConfig(AppConfig):
    name = "media"
