"""Credit regulations: the draft that an association edits, and the versions that statements name."""

import datetime as dt

from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7
from wagtail.models import DraftStateMixin, LockableMixin, RevisionMixin, WorkflowMixin

from courses.models.publication import AtomicPublication
from people.models.periods import Recorded, RecordedQuerySet, period_check, record_check

MAX_DOCUMENT = 100_000


class CreditRegulation(
    AtomicPublication, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, models.Model
):
    """An organisation's regulation on credit as its editors write it; courses.regulating publishes it.

    What statements rest on is never this row but the version that its publication made.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    owner = models.ForeignKey(
        "people.Organisation",
        models.PROTECT,
        verbose_name=_("set by"),
        related_name="+",
        help_text=_("It holds for everybody below this organisation who has no nearer regulation."),
    )
    title = models.CharField(_("title"), max_length=200)
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(
        _("in force until"), null=True, blank=True, help_text=_("Its last day. Empty: until it is replaced.")
    )
    document = models.TextField(
        pgettext_lazy("of a regulation", "document"),
        validators=[MaxLengthValidator(MAX_DOCUMENT)],
        help_text=_("The regulation as data. Problems are named with their line."),
    )
    change_note = models.CharField(_("what is new"), max_length=300, blank=True)

    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="credit_regulation",
        for_concrete_model=False,
    )
    _revisions = GenericRelation(
        "wagtailcore.Revision",
        content_type_field="base_content_type",
        object_id_field="object_id",
        related_query_name="credit_regulation",
        for_concrete_model=False,
    )

    class Meta:
        verbose_name = _("credit regulation")
        verbose_name_plural = _("credit regulations")
        ordering = ["-effective_from", "-pk"]
        constraints = [
            # Days that end before they begin would put a regulation in force on no day at all.
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="credit_regulation_days",
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> models.Manager:
        return self._revisions

    def clean(self) -> None:
        super().clean()
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise ValidationError({"effective_to": _("The last day is before the first.")})


class RegulationVersion(models.Model):
    """A regulation as it was published. Never changed (database guard): statements and certificates name it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    regulation = models.ForeignKey(CreditRegulation, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    document = models.TextField()
    digest = models.CharField(max_length=64)
    change_note = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField()
    # Not SET_NULL: the row never changes, so an account that published stays (it can be closed).
    published_by = models.ForeignKey("people.User", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["regulation", "-number"]
        constraints = [
            # Statements and certificates name a version by its number.
            models.UniqueConstraint(fields=["regulation", "number"], name="regulation_version_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.number}"


class RegulationPeriod(Recorded):
    """On these days this version is an organisation's regulation; the database refuses two at once.

    A later publication that takes days over supersedes the row, so that what was believed can still be read.
    """

    owner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="regulation_periods")
    version = models.ForeignKey(RegulationVersion, models.PROTECT, related_name="periods")

    objects = RecordedQuerySet.as_manager()

    class Meta:
        ordering = ["owner", "valid_from"]
        constraints = [
            period_check("regulation_period_days"),
            record_check("regulation_period_recorded"),
        ]
        indexes = [models.Index(fields=["owner", "valid_from"], name="regulation_period_day")]

    def __str__(self) -> str:
        return f"{self.version_id} from {self.valid_from}"

    @property
    def last_day(self) -> dt.date | None:
        """The last day on which it holds, as people say it; None while it is open."""
        return self.valid_to - dt.timedelta(days=1) if self.valid_to else None


class TrialState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


class RegulationTrial(models.Model):
    """A draft tried on real people: the row is the job, its queue's message only a nudge (courses.trials)."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    regulation = models.ForeignKey(CreditRegulation, models.CASCADE, related_name="trials")
    document = models.TextField()
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    # The persons' keys where the editor named them; empty where they are spread over the organisation.
    chosen = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    state = models.CharField(max_length=10, choices=TrialState, default=TrialState.WAITING)
    judged = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    # {"counts": {…}, "rows": [[person id, before, after], …]}; bounded by trials.MOST_ROWS.
    result = models.JSONField(default=dict)
    started_by = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.regulation_id}: {self.state}"
