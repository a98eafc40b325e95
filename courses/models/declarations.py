"""Declarations: hours that a person says he has earned elsewhere, with proof, for his organisation to decide."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from courses.models.ledger import LearningFormat, Unit


class DeclaredKind(models.TextChoices):
    """What people declare; each leads to a format of the ledger."""

    SEMINAR = "seminar", _("Seminar or training elsewhere")
    PAPER = "paper", _("Article or book")
    TEACHING = "teaching", _("Teaching or speaking")
    SERVICE = "service", _("Public legal service")
    OTHER = "other", _("Something else")


FORMAT_OF_DECLARED: dict[str, str] = {
    DeclaredKind.SEMINAR: LearningFormat.ONSITE,
    DeclaredKind.PAPER: LearningFormat.WRITING,
    DeclaredKind.TEACHING: LearningFormat.TEACHING,
    DeclaredKind.SERVICE: LearningFormat.SERVICE,
    DeclaredKind.OTHER: LearningFormat.DECLARED,
}


class DeclarationState(models.TextChoices):
    SUBMITTED = "submitted", _("Waiting for a decision")
    ASKED_BACK = "asked_back", _("Asked back")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a matter", "Withdrawn")


class Declaration(models.Model):
    """One act declared. What was claimed stays as it was; `entry` is what the decision gave.

    Written by courses.declarations alone. `decider` is the organisation that decides, fixed when the act is
    submitted. Amounts as in the ledger: `seconds` for time, `quantity_milli` for any other unit.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="declarations")
    kind = models.CharField(max_length=20, choices=DeclaredKind)
    title = models.CharField(max_length=200)
    organiser_name = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    day = models.DateField()
    category = models.CharField(max_length=40)
    unit = models.CharField(max_length=20, choices=Unit, default=Unit.SECOND)
    seconds = models.PositiveIntegerField(default=0)
    quantity_milli = models.PositiveBigIntegerField(null=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=20, choices=DeclarationState, default=DeclarationState.SUBMITTED)
    decider = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    entry = models.OneToOneField("courses.LedgerEntry", models.PROTECT, null=True, related_name="declaration")
    submitted_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["decider", "state", "submitted_at"], name="declaration_desk"),
            models.Index(fields=["person", "-id"], name="declaration_person"),
        ]
        constraints = [
            # A decision names who decided and when; without one nobody has.
            models.CheckConstraint(
                condition=Q(
                    state__in=["accepted", "refused"], decided_by__isnull=False, decided_at__isnull=False
                )
                | Q(
                    state__in=["submitted", "asked_back", "withdrawn"],
                    decided_by__isnull=True,
                    decided_at__isnull=True,
                ),
                name="declaration_decision_whole",
            ),
            # What is accepted has its fact, and nothing else has one.
            models.CheckConstraint(
                condition=Q(state="accepted", entry__isnull=False)
                | (~Q(state="accepted") & Q(entry__isnull=True)),
                name="declaration_accepted_has_entry",
            ),
            # A refusal without a reason could not be disputed.
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="declaration_refusal_has_reason"
            ),
            # One measure, as in the ledger.
            models.CheckConstraint(
                condition=Q(unit="second", quantity_milli__isnull=True, seconds__gt=0)
                | Q(~Q(unit="second"), seconds=0, quantity_milli__isnull=False, quantity_milli__gt=0),
                name="declaration_one_measure",
            ),
        ]

    def __str__(self) -> str:
        return self.title
