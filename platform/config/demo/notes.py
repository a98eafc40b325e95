"""The demonstration lawyer's own notes, and the reminders of what is due on the day of loading."""

import tomllib
from pathlib import Path

from django.utils import timezone

from courses import notes, reminders
from courses.models import Lecture
from people.days import today
from people.models import Person

TEXTS = Path(__file__).parent / "texts"


def load_notes(lawyer: Person) -> int:
    """Write them through the door that the watch page uses; how many."""
    written = tomllib.loads((TEXTS / "notes.toml").read_text(encoding="utf-8"))["note"]
    lectures = list(Lecture.objects.filter(live=True, recording__isnull=False).order_by("pk")[:2])
    for text in written:
        lecture = lectures[text["lecture"]]
        notes.write(lawyer, lecture, text["second"] * 1000, text["text"], timezone.now())
    return len(written)


def load_reminders() -> int:
    """As the hourly beat would; how many persons were told."""
    return sum(each.persons for each in reminders.remind(today()))
