"""The site as it is, and beside it the yardstick through a handler without middleware, in the same processes."""

import os
from collections.abc import Callable, Iterable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - after Django is set up
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.test import override_settings  # noqa: E402

from tests.bench.load import BARE  # noqa: E402

settings.ROOT_URLCONF = "tests.bench.bare"
with override_settings(MIDDLEWARE=[]):
    _bare = WSGIHandler()
_site = WSGIHandler()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    handler = _bare if environ["PATH_INFO"] == BARE else _site
    return handler(environ, start_response)
