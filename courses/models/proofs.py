"""Uploaded proof, and the history of what was done about a declaration, a list, a correction or a dispute."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

SUBJECTS = ("declaration", "recognition", "correction", "dispute")


def of_one_subject(*names: str) -> Q:
    """Exactly one of these foreign keys is set."""
    condition = Q()
    for name in names:
        condition |= Q(**{f"{other}__isnull": other != name for other in names})
    return condition


class ProofFile(models.Model):
    """A file that proves something, kept privately under DATA_DIR; written by courses.proofs alone.

    `media_type` is what probing found, never what the browser said; `key` is its name on the disk.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    declaration = models.ForeignKey("courses.Declaration", models.PROTECT, null=True, related_name="proofs")
    recognition = models.ForeignKey("courses.Recognition", models.PROTECT, null=True, related_name="proofs")
    dispute = models.ForeignKey("courses.Dispute", models.PROTECT, null=True, related_name="proofs")
    key = models.CharField(max_length=80, unique=True)
    original_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=40)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A file without its matter could be shown to nobody, one of two to the wrong ones.
            models.CheckConstraint(
                condition=of_one_subject("declaration", "recognition", "dispute"), name="proof_of_one_thing"
            )
        ]


class StepAct(models.TextChoices):
    """What somebody did; the history of each matter is made of these."""

    SUBMITTED = "submitted", _("Submitted")
    CHANGED = "changed", _("Changed")
    ASKED_BACK = "asked_back", _("Asked back")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a matter", "Withdrawn")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    APPROVED = "approved", pgettext_lazy("of a matter", "Approved")
    RETURNED = "returned", _("Returned for changes")
    CANCELLED = "cancelled", _("Stopped")
    RESUMED = "resumed", _("Resumed")
    FINISHED = "finished", pgettext_lazy("of a matter", "Finished")
    TAKEN_BACK = "taken_back", _("Taken back")


class DeskStep(models.Model):
    """One step of a matter: who did what when, and the words that he gave. Rows are only added by our code."""

    declaration = models.ForeignKey("courses.Declaration", models.PROTECT, null=True, related_name="steps")
    recognition = models.ForeignKey("courses.Recognition", models.PROTECT, null=True, related_name="steps")
    correction = models.ForeignKey("courses.Correction", models.PROTECT, null=True, related_name="steps")
    dispute = models.ForeignKey("courses.Dispute", models.PROTECT, null=True, related_name="steps")
    act = models.CharField(max_length=20, choices=StepAct)
    text = models.CharField(max_length=1000, blank=True)
    # NULL: the platform itself, when a job has finished.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            # A step belongs to one matter.
            models.CheckConstraint(condition=of_one_subject(*SUBJECTS), name="step_of_one_thing")
        ]
