"""Publication in one transaction: an object is never live without what its receivers make of it."""

from typing import Any

from django.db import transaction


class AtomicPublication:
    """First base of what is published. Wagtail's own publication leaves an object live when a receiver fails."""

    def publish(self, revision: Any, **options: Any) -> Any:
        with transaction.atomic():
            return super().publish(revision, **options)  # type: ignore[misc]

    def unpublish(self, **options: Any) -> Any:
        with transaction.atomic():
            return super().unpublish(**options)  # type: ignore[misc]
