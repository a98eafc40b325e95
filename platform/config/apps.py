"""The top of the house: settings, addresses, the queue, the API and the demo."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Lüxuetang"
