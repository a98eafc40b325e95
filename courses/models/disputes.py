"""Disputes: a lawyer says that a refused minute or credit is his, and a committee decides in the open."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from courses.models.proofs import of_one_subject


class DisputeState(models.TextChoices):
    OPEN = "open", pgettext_lazy("of a dispute", "Open")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", pgettext_lazy("of a dispute", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a matter", "Withdrawn")


class Dispute(models.Model):
    """One question of one person about one thing: minutes of a lecture, a declaration, or a reversed entry.

    Written by courses.disputes alone. `granted_entry` is the award that a grant wrote.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="disputes")
    lecture = models.ForeignKey("courses.Lecture", models.PROTECT, null=True, related_name="+")
    declaration = models.ForeignKey("courses.Declaration", models.PROTECT, null=True, related_name="disputes")
    entry = models.ForeignKey("courses.LedgerEntry", models.PROTECT, null=True, related_name="disputes")
    statement = models.CharField(max_length=1000)
    decider = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    state = models.CharField(max_length=20, choices=DisputeState, default=DisputeState.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=1000, blank=True)
    granted_entry = models.OneToOneField(
        "courses.LedgerEntry", models.PROTECT, null=True, related_name="granted_by"
    )
    opened_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["decider", "state", "opened_at"], name="dispute_desk"),
            models.Index(fields=["person", "-id"], name="dispute_person"),
        ]
        constraints = [
            # It is about one thing.
            models.CheckConstraint(
                condition=of_one_subject("lecture", "declaration", "entry"), name="dispute_of_one_thing"
            ),
            # A decision names who decided, when and why: an override is made in the open.
            models.CheckConstraint(
                condition=Q(
                    ~Q(reason=""),
                    state__in=["granted", "refused"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state__in=["open", "withdrawn"], decided_by__isnull=True, decided_at__isnull=True),
                name="dispute_decision_whole",
            ),
            # A grant has its award, and nothing else has one.
            models.CheckConstraint(
                condition=Q(state="granted", granted_entry__isnull=False)
                | (~Q(state="granted") & Q(granted_entry__isnull=True)),
                name="dispute_grant_has_entry",
            ),
            # The same question is not asked twice at once.
            models.UniqueConstraint(
                fields=["person", "lecture"], condition=Q(state="open"), name="dispute_lecture_once_open"
            ),
            models.UniqueConstraint(
                fields=["declaration"], condition=Q(state="open"), name="dispute_declaration_once_open"
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="open"), name="dispute_entry_once_open"
            ),
        ]

    @property
    def subject(self) -> str:
        """What it is about, in words."""
        if self.lecture is not None:
            return self.lecture.title
        if self.declaration is not None:
            return self.declaration.title
        return self.entry.activity.title if self.entry is not None else ""
