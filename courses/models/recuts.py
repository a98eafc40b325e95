"""Recordings that were replaced: which ones a lecture was shown in, what stands where, what each person took along."""

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7


class ShownRecording(models.Model):
    """That a lecture was published with a recording, and since when; another row each time it was replaced.

    Written by courses.publishing. A draft's recording stands in none: nobody has watched the lecture in it.
    """

    lecture = models.ForeignKey("courses.Lecture", models.PROTECT, related_name="shown_recordings")
    recording = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.lecture_id}: {self.recording_id}"


class RecutQuerySet(models.QuerySet["Recut"]):
    def standing(self) -> "RecutQuerySet":
        """Those that were not taken back."""
        return self.filter(reversed_at__isnull=True)


class Recut(models.Model):
    """Which stretches of a lecture's old recording stand where in its new one. Written by courses.carrying.

    `pieces`: [[from_ms, to_ms, new_from_ms], …] as courses.recuts reads them.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    lecture = models.ForeignKey("courses.Lecture", models.PROTECT, related_name="recuts")
    source = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    target = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    pieces = models.JSONField()
    made_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    # When everybody who had watched was first carried over; whoever is confirmed later follows by the sweep.
    finished_at = models.DateTimeField(null=True)
    # Since when it does not hold any more; courses.uncarrying takes out what it carried.
    reversed_at = models.DateTimeField(null=True)
    reversed_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")
    reversed_why = models.CharField(max_length=300, blank=True, db_default="", default="")

    objects = RecutQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Whoever takes a table back stands to it, and says why.
            models.CheckConstraint(
                condition=Q(reversed_at__isnull=True, reversed_by__isnull=True, reversed_why="")
                | (Q(reversed_at__isnull=False, reversed_by__isnull=False) & ~Q(reversed_why="")),
                name="recut_reversed_with_reason",
            ),
            # A recording carried onto itself would move people's minutes about.
            models.CheckConstraint(condition=~Q(source=F("target")), name="recut_of_another_recording"),
        ]

    def __str__(self) -> str:
        return f"{self.lecture_id}: {self.source_id} → {self.target_id}"


class CarriedWatching(models.Model):
    """What one person took along: the evidence of watched stretches that no beat of this recording stands behind.

    Only ever added to. `taken` is what was confirmed of the old recording then, `waited` what waited for a presence
    check there; `carried` and `waiting` are what became of them in the new one, all as in WatchProgress. `added` is
    what of `carried` had not been confirmed there before (None: not noted, as in the first tables of all).
    """

    recut = models.ForeignKey(Recut, models.PROTECT, related_name="carried")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    taken = models.JSONField()
    taken_ms = models.PositiveIntegerField()
    carried = models.JSONField()
    carried_ms = models.PositiveIntegerField()
    added = models.JSONField(null=True)
    waited = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    waited_ms = models.PositiveIntegerField(default=0, db_default=models.Value(0))
    waiting = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    waiting_ms = models.PositiveIntegerField(default=0, db_default=models.Value(0))
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # What is confirmed only grows: both lengths name the state that was taken along, once.
            models.UniqueConstraint(fields=["recut", "person", "taken_ms", "waited_ms"], name="carried_once"),
            # No second is carried to two places,
            models.CheckConstraint(condition=Q(carried_ms__lte=F("taken_ms")), name="carried_at_most_taken"),
            # nor is one that waits.
            models.CheckConstraint(
                condition=Q(waiting_ms__lte=F("waited_ms")), name="waiting_at_most_waited"
            ),
        ]
        indexes = [models.Index(fields=["person", "recut"], name="carried_person")]


class CarriedReversal(models.Model):
    """What was taken out of one person's row again, after the table was taken back. Only ever added to.

    `removed` stands in the row no more; `kept` counted by the table, was watched in the new recording too, and waits
    there for a presence check. Written by courses.uncarrying.
    """

    recut = models.ForeignKey(Recut, models.PROTECT, related_name="reversals")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    removed = models.JSONField()
    removed_ms = models.PositiveIntegerField()
    kept = models.JSONField()
    kept_ms = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            # A table is taken back once.
            models.UniqueConstraint(fields=["recut", "person"], name="carried_reversal_once"),
        ]
