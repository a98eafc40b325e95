"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What Django and the site otherwise read at the first request: the addresses both ways, the templates' tags, the sounds
# of terms. Read here, a parent that loads the site before it forks does it once for all its processes, and the first
# visitor does not wait for it: his first suggestion while typing took twenty times as long as the next.
from search import suggest  # noqa: E402 - needs the application

reverse("search:search")
engines.all()
suggest.warm()
