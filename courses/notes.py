"""Notes at a second of a lecture: the one writer of Note, and the one door to it, which is its writer's own.

A note belongs to the recording whose milliseconds it names, so that every lecture which shows that recording shows
it. What is deleted can be taken back for a week.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from courses import refusals
from courses.models import Course, CourseVersionActivity, Lecture, Note
from people.models import Person

MAX_TEXT = 2000
MAX_OF_LECTURE = 300
MAX_QUERY = 50
KEPT_AFTER_DELETION = dt.timedelta(days=7)
SWEPT_AT_ONCE = 1000


def notes_of(person: Person) -> QuerySet[Note]:
    """The person's notes. Nobody else's door leads here, whatever his role."""
    return Note.objects.filter(person=person, deleted_at__isnull=True).select_related("lecture", "recording")


def of_lecture(person: Person, lecture: Lecture) -> list[Note]:
    """The person's notes on the lecture's recording, in its order."""
    return list(notes_of(person).filter(recording=lecture.recording_id).order_by("position_ms", "pk"))


def found(person: Person, text: str) -> QuerySet[Note]:
    """The person's notes that hold this text, in them or in their lecture's title: lecture by lecture, in order."""
    wanted = text.strip()[:MAX_QUERY]
    rows = notes_of(person)
    if wanted:
        rows = rows.filter(text__icontains=wanted) | rows.filter(lecture__title__icontains=wanted)
    return rows.order_by("lecture__title", "lecture", "position_ms", "pk")


def one(person: Person, public_id: UUID) -> Note | None:
    """A note of the person, one that he deleted within the week too; None where it is not his."""
    return (
        Note.objects.filter(person=person, public_id=public_id).select_related("lecture", "recording").first()
    )


def write(person: Person, lecture: Lecture, position_ms: int, text: str, now: dt.datetime) -> Note:
    """Write a note at a millisecond of the lecture's recording.

    Refuses NotePlaceUnknown, NoteEmpty, NoteTooLong, TooManyNotes.
    """
    words = _words(text)
    recording = lecture.recording
    if recording is None or not 0 <= position_ms <= (recording.duration_ms or 0):
        raise refusals.NotePlaceUnknown
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        if notes_of(person).filter(recording=recording).count() >= MAX_OF_LECTURE:
            raise refusals.TooManyNotes
        return Note.objects.create(
            person=person,
            recording=recording,
            lecture=lecture,
            position_ms=position_ms,
            text=words,
            created_at=now,
            updated_at=now,
        )


def change(note: Note, text: str, now: dt.datetime) -> None:
    """Write the note anew. Refuses NoteEmpty, NoteTooLong."""
    note.text, note.updated_at = _words(text), now
    note.save(update_fields=["text", "updated_at"])


def delete(note: Note, now: dt.datetime) -> None:
    """Take the note from every page; `restore` brings it back."""
    if note.deleted_at is None:
        note.deleted_at = now
        note.save(update_fields=["deleted_at"])


def restore(note: Note) -> None:
    """Take the deletion back."""
    note.deleted_at = None
    note.save(update_fields=["deleted_at"])


def sweep(now: dt.datetime) -> int:
    """Drop what was deleted more than a week ago, a bounded number at a time; how many."""
    old = Note.objects.filter(deleted_at__lt=now - KEPT_AFTER_DELETION).order_by("pk")
    count, _by_model = Note.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:SWEPT_AT_ONCE])
    ).delete()
    return count


def courses_of(lecture_ids: list[int]) -> dict[int, Course]:
    """The course under which each lecture's notes are listed: the first that holds it now. One statement."""
    rows = (
        CourseVersionActivity.objects.filter(
            activity__lecture__in=lecture_ids, version__course__current_version=F("version")
        )
        .select_related("version__course__page", "activity")
        .defer("version__outline")
        .order_by("-version__course")
    )
    return {row.activity.lecture_id: row.version.course for row in rows if row.activity.lecture_id}


def _words(text: str) -> str:
    words = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not words:
        raise refusals.NoteEmpty
    if len(words) > MAX_TEXT:
        raise refusals.NoteTooLong
    return words


def forget(person: Person) -> int:
    """The person has left: his notes go for good."""
    return Note.objects.filter(person=person).delete()[0]
