"""The ledger of learning: facts that only grow, from which every regulation computes credit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class EntryKind(models.TextChoices):
    AWARD = "award", _("Award")
    REVERSAL = "reversal", _("Reversal")


class LearningFormat(models.TextChoices):
    RECORDED = "recorded", _("Recorded lecture")
    READING = "reading", _("Reading")
    ASSESSMENT = "assessment", _("Assessment")
    LIVE = "live", _("Live session")
    DECLARED = "declared", _("Declared act")


class LedgerEntry(models.Model):
    """One fact, or the reversal of one. UPDATE and DELETE are refused by the database; no personal text here.

    `seconds` is exact and signed (a reversal carries the negative of what it takes back);
    `milli_credits` is used only by acts that are declared in credits.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=EntryKind)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="ledger_entries")
    activity = models.ForeignKey("courses.Activity", models.PROTECT, related_name="ledger_entries")
    completion = models.ForeignKey("courses.Completion", models.PROTECT, related_name="ledger_entries")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversal")
    seconds = models.IntegerField()
    milli_credits = models.IntegerField(null=True)
    format = models.CharField(max_length=20, choices=LearningFormat)
    category = models.CharField(max_length=40)
    organiser = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    recorded_at = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True)  # coded, of a reversal

    class Meta:
        indexes = [models.Index(fields=["person", "day"], name="ledger_person_day")]
        constraints = [
            # An award gives and a reversal takes back what it names.
            models.CheckConstraint(
                condition=Q(kind="award", reverses__isnull=True, seconds__gte=0)
                | Q(kind="reversal", reverses__isnull=False, seconds__lte=0),
                name="ledger_kind_matches_sign",
            ),
            # One fact a completion.
            models.UniqueConstraint(
                fields=["completion"], condition=Q(kind="award"), name="ledger_one_award_a_completion"
            ),
        ]
