"""Exports: what a reader asked to take away, in which form and why, and how far the worker is. The row is the job."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7


class ExportFormat(models.TextChoices):
    XLSX = "xlsx", _("Excel workbook (XLSX)")
    CSV = "csv", _("Plain table (CSV)")
    PDF = "pdf", _("PDF to print, with the line over time")


class ExportState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("In progress")
    DONE = "done", pgettext_lazy("of a file", "Ready")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Export(models.Model):
    """One file that a reader asked for; written by `reports.exports` alone.

    `question` is what the page's address held, as `reports.questions.read_question` reads it, with the tree beside
    it; without a requirement it is about all that were open. `persons` counts those in the file, for the audit log.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    requirement = models.ForeignKey("courses.Requirement", models.PROTECT, null=True, related_name="+")
    question = models.JSONField()
    file_format = models.CharField(max_length=4, choices=ExportFormat)
    reason = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.QUEUED)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    persons = models.PositiveIntegerField(null=True)
    lease_until = models.DateTimeField(null=True)
    nudged_at = models.DateTimeField(null=True)
    attempt = models.PositiveSmallIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    file = models.CharField(max_length=200, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["requested_by", "-id"], name="export_requested_by"),
            models.Index(fields=["state", "lease_until"], name="export_state"),
        ]
        constraints = [
            # Personal data does not leave without a stated reason.
            models.CheckConstraint(condition=~Q(reason=""), name="export_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.public_id}.{self.file_format}"

    @property
    def is_active(self) -> bool:
        return self.state in {ExportState.QUEUED, ExportState.RUNNING}

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0
