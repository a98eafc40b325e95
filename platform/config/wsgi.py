"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
# Django reads the addresses at the first request. Read here, a parent that loads the site before it forks does it
# once for all its processes, and the first visitor does not wait for it.
get_resolver().url_patterns  # noqa: B018 - the property reads them
