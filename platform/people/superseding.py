"""Beliefs that no longer hold: a row of membership or licence is never changed but superseded, at an instant."""

from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.utils import timezone

BATCH = 2000


class NotHeld(Exception):
    """A row that was to be superseded had been already."""


@transaction.atomic
def supersede(model: type[models.Model], keys: Collection[int]) -> list[int]:
    """Supersede these rows, all or none, and give the keys of their persons. Raises NotHeld."""
    manager: Any = model._default_manager
    now = timezone.now()
    ordered = sorted(keys)
    persons: list[int] = []
    for start in range(0, len(ordered), BATCH):
        batch = ordered[start : start + BATCH]
        held = manager.filter(pk__in=batch, superseded_at__isnull=True)
        persons.extend(held.values_list("person_id", flat=True))
        if held.update(superseded_at=now) != len(batch):
            raise NotHeld
    return persons
