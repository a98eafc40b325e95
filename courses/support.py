"""What whoever answers the phone sees of a person: his last sittings, what was refused of them, his devices."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet, Sum

from courses import refusals
from courses.models import PlaybackSession, RefusedBeats
from people import licence_numbers
from people.access import accessible_supported_persons
from people.models import Licence, Person, User

SITTINGS = 10
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class Refused:
    """Why beats of a sitting did not count, in the words that the person read, and how many."""

    text: str
    count: int
    last_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting; `device` numbers the person's devices from the latest on."""

    title: str
    started_at: dt.datetime
    ended: str
    device: int
    last_beat_at: dt.datetime | None
    earned_seconds: int
    refused: list[Refused]


def found_by(user: User, text: str) -> QuerySet[Person]:
    """Whom the user helps and who has this name, phone or licence number; nobody for a text too short to mean one."""
    wanted = licence_numbers.normalise(text)[:40]
    persons = accessible_supported_persons(user)
    if len(wanted) < 2:
        return persons.none()
    if wanted.isdigit():
        holders = Licence.objects.filter(number=wanted).values("person_id")
        persons = persons.filter(Q(phone=wanted) | Q(user__phone=wanted) | Q(pk__in=holders))
    else:
        persons = persons.filter(Q(name__icontains=wanted) | Q(user__username__iexact=wanted))
    return persons.order_by("name", "pk")[:MOST_FOUND]


def sittings(person: Person) -> list[Sitting]:
    """The person's last sittings, the latest first; two statements."""
    rows = list(
        PlaybackSession.objects.filter(person=person)
        .select_related("lecture")
        .annotate(earned_ms=Sum("heartbeats__earned_ms"), last_beat_at=Max("heartbeats__received_at"))
        .order_by("-pk")[:SITTINGS]
    )
    refused: dict[int, list[Refused]] = {}
    for row in RefusedBeats.objects.filter(session__in=[each.pk for each in rows]).order_by("-last_at"):
        refused.setdefault(row.session_id, []).append(
            Refused(refusals.text_of(row.code), row.count, row.last_at)
        )
    devices: dict[str, int] = {}
    return [
        Sitting(
            title=each.lecture.title,
            started_at=each.started_at,
            ended=each.get_end_reason_display() if each.ended_at else "",
            device=devices.setdefault(each.device_digest, len(devices) + 1),
            last_beat_at=each.last_beat_at,
            earned_seconds=(each.earned_ms or 0) // 1000,
            refused=refused.get(each.pk, []),
        )
        for each in rows
    ]
