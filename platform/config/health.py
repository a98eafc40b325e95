"""Whether this instance can serve: one line a part, for people and for load balancers."""

from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return connection.vendor


def _queue() -> str:
    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return settings.CELERY_BROKER_URL.split(":", 1)[0]


def _disk() -> str:
    probe = settings.DATA_DIR / ".health"
    probe.touch()
    return "writable"


PARTS: dict[str, Callable[[], str]] = {"database": _database, "queue": _queue, "disk": _disk}


def health(request: HttpRequest) -> JsonResponse:
    """200 when every part answers, else 503 with the failing parts named; no secrets in either."""
    parts: dict[str, dict[str, str]] = {}
    for name, ask in PARTS.items():
        try:
            parts[name] = {"state": "good", "detail": ask()}
        except Exception as error:  # noqa: BLE001 - a health page reports whatever fails, by its class name
            parts[name] = {"state": "failed", "detail": type(error).__name__}
    good = all(part["state"] == "good" for part in parts.values())
    answer = {
        "state": "good" if good else "failed",
        "message": _("All parts answer.") if good else "",
        "parts": parts,
    }
    return JsonResponse(answer, status=200 if good else 503)
