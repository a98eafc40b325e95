"""Corrections of the ledger in batches: which entries, from what to what, who asked, who agreed, how far."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7


class CorrectionKind(models.TextChoices):
    TAKE_BACK = "take_back", pgettext_lazy("of entries", "Take back")
    AMEND = "amend", _("Correct the amount")
    RESTORE = "restore", _("Give back what a correction took")


class CorrectionCause(models.TextChoices):
    """Why; the code that stands in the ledger's reversals."""

    TYPING_ERROR = "typing_error", _("Typed wrongly")
    WRONG_PERSON = "wrong_person", _("The wrong person")
    NOT_ATTENDED = "not_attended", _("Did not attend")
    COUNTED_TWICE = "counted_twice", _("Counted twice")
    FALSE_PROOF = "false_proof", _("The proof was not genuine")
    UNDONE = "undone", _("A correction was itself wrong")


class CorrectionState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    SUBMITTED = "submitted", _("Waiting for a second person")
    RUNNING = "running", _("Under way")
    CANCELLED = "cancelled", _("Stopped")
    DONE = "done", _("Done")
    DISCARDED = "discarded", _("Discarded")


class Correction(models.Model):
    """A batch of reversals with one reason; written by courses.corrections alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    activity = models.ForeignKey("courses.Activity", models.PROTECT, related_name="corrections")
    kind = models.CharField(max_length=20, choices=CorrectionKind)
    cause = models.CharField(max_length=40, choices=CorrectionCause)
    explanation = models.CharField(max_length=1000)
    unit = models.CharField(max_length=20, blank=True)
    to_seconds = models.PositiveIntegerField(default=0)
    to_quantity_milli = models.PositiveBigIntegerField(null=True)
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    state = models.CharField(max_length=20, choices=CorrectionState, default=CorrectionState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["owner", "state", "-id"], name="correction_desk")]
        constraints = [
            # Four eyes: whoever asked for a correction never approves it.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("created_by")),
                name="correction_second_person",
            ),
            # The ledger is touched only by what somebody approved.
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "discarded"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="correction_approved_before_run",
            ),
            # One restoration at a time undoes a correction.
            models.UniqueConstraint(
                fields=["undoes"],
                condition=Q(undoes__isnull=False) & ~Q(state="discarded"),
                name="correction_undone_once",
            ),
        ]


class CorrectionLineState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("of a correction", "Planned")
    DONE = "done", _("Done")
    SKIPPED = "skipped", _("Already taken back by somebody else")


class CorrectionLine(models.Model):
    """One entry of a batch: the award in question, its reversal, and the award that stands in its place.

    A restoration's line names the award that was taken back; it has no reversal of its own unless a corrected
    award stood in its place.
    """

    correction = models.ForeignKey(Correction, models.PROTECT, related_name="lines")
    entry = models.ForeignKey("courses.LedgerEntry", models.PROTECT, related_name="correction_lines")
    state = models.CharField(max_length=20, choices=CorrectionLineState, default=CorrectionLineState.PLANNED)
    reversal = models.OneToOneField(
        "courses.LedgerEntry", models.PROTECT, null=True, related_name="reversal_line"
    )
    award = models.OneToOneField("courses.LedgerEntry", models.PROTECT, null=True, related_name="award_line")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["correction", "state", "id"], name="correction_line_state")]
        constraints = [
            # An entry is corrected once in a batch.
            models.UniqueConstraint(fields=["correction", "entry"], name="correction_line_once")
        ]
