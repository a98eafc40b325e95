"""Devices on which many persons have watched: for a person to look at, never a reason to refuse.

A firm's training room is such a device, and so is a phone that watches for its colleagues. A device is a browser's own
random name; clearing it makes a new one, which is why nothing is decided by it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, QuerySet

from courses.models import PlaybackSession
from courses.persons_shown import Shown, shown
from people.access import accessible_persons
from people.grants import scopes
from people.models import Role, User

# Whoever answers for what is credited, or for people in trouble; a firm's manager is not his colleagues' judge.
LOOKING_ROLES = frozenset({Role.CITY_COMMITTEE, Role.PROVINCIAL_COMMITTEE, Role.AUDITOR, Role.SUPPORT})
# Persons shown of one device; a count tells of the rest.
PERSONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Device:
    """One device; `name` tells it from others in the list and is nothing that a browser knows."""

    name: str
    persons: int
    sessions: int
    first_at: dt.datetime
    last_at: dt.datetime
    shown: list[Shown]

    @property
    def more(self) -> int:
        return self.persons - len(self.shown)


def may_look(user: User) -> bool:
    return scopes(user, LOOKING_ROLES).exists()


def flagged(user: User, now: dt.datetime) -> QuerySet[PlaybackSession, Any]:
    """Devices with many persons of the user's own subtrees in the last months, the most persons first."""
    return (
        _sessions(user, now)
        .values("device_digest")
        .annotate(
            persons=Count("person", distinct=True),
            sessions=Count("pk"),
            first_at=Min("started_at"),
            last_at=Max("started_at"),
        )
        .filter(persons__gte=settings.SHARED_DEVICE_PERSONS)
        .order_by("-persons", "-last_at", "device_digest")
    )


def devices(user: User, rows: list[dict[str, Any]], now: dt.datetime) -> list[Device]:
    """A page of flagged devices with their persons; as many statements however many there are."""
    pairs = (
        _sessions(user, now)
        .filter(device_digest__in=[row["device_digest"] for row in rows])
        .values_list("device_digest", "person")
        .annotate(last_at=Max("started_at"))
        .order_by("-last_at")
    )
    of_device: dict[str, list[int]] = {}
    for digest, person_id, _last_at in pairs:
        of_device.setdefault(digest, []).append(person_id)
    known = shown(key for keys in of_device.values() for key in keys[:PERSONS_SHOWN])
    return [
        Device(
            name=row["device_digest"][:6].upper(),
            persons=row["persons"],
            sessions=row["sessions"],
            first_at=row["first_at"],
            last_at=row["last_at"],
            shown=[
                known[key] for key in of_device.get(row["device_digest"], [])[:PERSONS_SHOWN] if key in known
            ],
        )
        for row in rows
    ]


def _sessions(user: User, now: dt.datetime) -> QuerySet[PlaybackSession]:
    since = now - dt.timedelta(days=settings.SHARED_DEVICE_DAYS)
    return PlaybackSession.objects.filter(
        started_at__gte=since, person__in=accessible_persons(user).values("pk")
    ).exclude(device_digest="")
