"""Whether this instance can serve: one line a part, as a page for people and as JSON for load balancers.

A part that everything needs (database, disk) failing answers 503. A part that only some pages need (queue,
search) failing is reported and answers 200: taking the whole site out of service would not bring it back.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from celery import current_app
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses import signing_keys
from search import engines

logger = logging.getLogger(__name__)
TIMEOUT_SECONDS = 2


class Part(NamedTuple):
    """Something the site consists of: how to ask it, and whether nothing works without it."""

    name: str
    title: str | Promise
    ask: Callable[[], str]
    is_essential: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What a part answered. `state` is good, attention (only some pages suffer) or refused (nothing works)."""

    name: str
    title: str | Promise
    state: str
    detail: str

    @property
    def is_good(self) -> bool:
        return self.state == "good"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return str(connection.display_name)


def _disk() -> str:
    (settings.DATA_DIR / ".health").touch()
    return gettext("Writable")


def _queue() -> str:
    with current_app.connection_for_write(connect_timeout=TIMEOUT_SECONDS) as broker:
        broker.ensure_connection(max_retries=1, timeout=TIMEOUT_SECONDS)
    scheme = str(settings.CELERY_BROKER_URL).split(":", 1)[0]
    return gettext("Files in the data folder") if scheme == "filesystem" else scheme.capitalize()


def _search() -> str:
    engine = engines.current()
    words = {"engine": engine.name.capitalize(), "count": engine.check()["documents"]}
    return gettext("%(engine)s, %(count)s sentences") % words


def _certificates() -> str:
    return signing_keys.check() or gettext("The key is made with the first certificate")


PARTS = (
    Part("database", _("Database"), _database, is_essential=True),
    Part("disk", _("Disk"), _disk, is_essential=True),
    Part("queue", _("Queue"), _queue, is_essential=False),
    Part("search", _("Search"), _search, is_essential=False),
    Part("certificates", _("Key of certificates"), _certificates, is_essential=False),
)


def findings() -> list[Finding]:
    """Ask every part. A failing one is reported by its error's class: a message could hold an address or a name."""
    found = []
    for part in PARTS:
        try:
            found.append(Finding(part.name, part.title, "good", part.ask()))
        except Exception as error:  # noqa: BLE001 - whatever a part fails with is its finding
            logger.warning("The %s does not answer: %s", part.name, type(error).__name__)
            state = "refused" if part.is_essential else "attention"
            found.append(Finding(part.name, part.title, state, type(error).__name__))
    return found


def health(request: HttpRequest) -> HttpResponse:
    """The findings; 503 where an essential part failed, 200 otherwise. Browsers get a page."""
    found = findings()
    works = not any(each.state == "refused" for each in found)
    status = 200 if works else 503
    if works and request.accepts("text/html") and "text/html" in request.headers.get("Accept", ""):
        return render(request, "health.html", {"findings": found}, status=status)
    parts = {each.name: {"state": each.state, "detail": each.detail} for each in found}
    return JsonResponse({"state": "good" if works else "failed", "parts": parts}, status=status)
