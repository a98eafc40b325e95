"""What a lawyer writes down at a second of a lecture; nobody but he ever reads it."""

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class Note(models.Model):
    """A note at a millisecond of the source recording, written in a lecture that shows it. Written by courses.notes."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="lecture_notes")
    recording = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    lecture = models.ForeignKey("courses.Lecture", models.PROTECT, related_name="+")
    position_ms = models.PositiveIntegerField()
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Deleted by its writer: gone from every page, and kept for a week so that it can be taken back.
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "recording", "position_ms"], name="note_person_recording"),
            models.Index(fields=["deleted_at"], condition=Q(deleted_at__isnull=False), name="note_deleted"),
        ]
        constraints = [
            # An empty note would be a line that says nothing.
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something")
        ]
