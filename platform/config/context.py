"""What every template may know: whether this is a demonstration, and who is looking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`demo`: whether the database holds demonstration data."""
    return {"demo": settings.DEMO}
