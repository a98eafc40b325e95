"""Fixed reports: a question of coverage with the answer of the instant at which somebody fixed it. Only added to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from people.models import Tree


class Snapshot(models.Model):
    """One requirement, organisation, tree and day, answered once for all; written by `reports.snapshots` alone.

    `question` and `units` say everything that a reader needs to read the rows again when organisations and curricula
    have other names (`reports.fixed_form` gives their shape); `digest` is the SHA-256 over the canonical form of
    question, units and rows, and `form` which canonical form that is. `figures` are the whole's six figures.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(max_length=120)
    requirement = models.ForeignKey("courses.Requirement", models.PROTECT, related_name="snapshots")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="snapshots")
    tree = models.CharField(max_length=12, choices=Tree)
    day = models.DateField()
    form = models.PositiveSmallIntegerField()
    question = models.JSONField()
    units = models.JSONField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="snapshot_organisation"),
            models.Index(fields=["requirement", "day"], name="snapshot_requirement_day"),
        ]
        constraints = [
            # A report without a name could not be told from another of the same day.
            models.CheckConstraint(condition=~Q(title=""), name="snapshot_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class SnapshotRow(models.Model):
    """One person of a fixed report, under his pseudonymous id: his name joins at display, or not at all."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="rows")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="public_id", related_name="+")
    # The public id of the organisation at which he was counted; its name then stands in the snapshot's units.
    place = models.UUIDField()
    due_on = models.DateField()
    state = models.CharField(max_length=12)
    completed_on = models.DateField(null=True)
    watched_permille = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            # Counted once: a person twice in a report would make its sums lie.
            models.UniqueConstraint(fields=["snapshot", "person"], name="snapshot_row_once"),
        ]
        indexes = [models.Index(fields=["snapshot", "place", "state"], name="snapshot_row_place")]


class SnapshotSignature(models.Model):
    """A committee's member vouched for a fixed report by name: the digest that he saw is what he signed."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="signatures")
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    # As it stood when he signed; a signature is read under the name that was put there.
    name = models.CharField(max_length=100)
    capacity = models.CharField(max_length=240)
    remark = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            # Whoever has signed has signed.
            models.UniqueConstraint(fields=["snapshot", "signed_by"], name="snapshot_signed_once"),
            models.CheckConstraint(condition=~Q(name=""), name="snapshot_signature_has_name"),
        ]


class SnapshotMark(models.Model):
    """An entry of the ledger was corrected after a report had been fixed over it: the report says so, and stays."""

    snapshot = models.ForeignKey(Snapshot, models.PROTECT, related_name="marks")
    person = models.ForeignKey("people.Person", models.PROTECT, to_field="public_id", related_name="+")
    entry = models.ForeignKey("courses.LedgerEntry", models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [
            # The news of a correction may come twice.
            models.UniqueConstraint(fields=["snapshot", "entry"], name="snapshot_marked_once"),
        ]
