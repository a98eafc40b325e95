"""Extensions: a lawyer asks for longer than a curriculum gives, and whoever set it decides, with a reason."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7


class ExtensionState(models.TextChoices):
    OPEN = "open", pgettext_lazy("of an extension", "Waits for a decision")
    GRANTED = "granted", pgettext_lazy("of an extension", "Granted")
    REFUSED = "refused", pgettext_lazy("of an extension", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a matter", "Withdrawn")
    REVOKED = "revoked", pgettext_lazy("of an extension", "Taken back")


class Extension(models.Model):
    """One request of one person for one requirement. Written by courses.extensions alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="extensions")
    requirement = models.ForeignKey("courses.Requirement", models.PROTECT, related_name="extensions")
    reason = models.CharField(max_length=1000)
    # The person's due date when he asked.
    due_on = models.DateField()
    asked_until = models.DateField()
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=ExtensionState, default=ExtensionState.OPEN)
    granted_until = models.DateField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=1000, blank=True)
    # A grant that was taken back stays on record with its day, beside who took it back and why.
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["requirement", "state", "asked_at"], name="extension_desk"),
            models.Index(fields=["person", "-id"], name="extension_person"),
        ]
        constraints = [
            # What ends no later is no extension.
            models.CheckConstraint(condition=Q(asked_until__gt=F("due_on")), name="extension_is_longer"),
            # Why somebody has longer than others is asked a year later.
            models.CheckConstraint(condition=~Q(reason=""), name="extension_has_reason"),
            # A decision names who decided, when and why.
            models.CheckConstraint(
                condition=Q(
                    ~Q(decision=""),
                    state__in=["granted", "refused", "revoked"],
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                )
                | Q(state__in=["open", "withdrawn"], decided_by__isnull=True, decided_at__isnull=True),
                name="extension_decision_whole",
            ),
            # A grant says until when, and nothing else does.
            models.CheckConstraint(
                condition=Q(state__in=["granted", "revoked"], granted_until__isnull=False)
                | (~Q(state__in=["granted", "revoked"]) & Q(granted_until__isnull=True)),
                name="extension_grant_has_day",
            ),
            # Whoever takes a grant back is named, and says why.
            models.CheckConstraint(
                condition=Q(
                    ~Q(revoke_reason=""),
                    state="revoked",
                    revoked_by__isnull=False,
                    revoked_at__isnull=False,
                )
                | Q(~Q(state="revoked"), revoke_reason="", revoked_by__isnull=True, revoked_at__isnull=True),
                name="extension_revoked_whole",
            ),
            # The same is not asked twice at once.
            models.UniqueConstraint(
                fields=["person", "requirement"], condition=Q(state="open"), name="extension_once_open"
            ),
        ]
