"""The Celery application: brokers and routes are settings, tasks are found in each app's tasks.py."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

TRANSPORT_ALIASES["filesystem"] = "config.file_queue:Transport"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("luxuetang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
