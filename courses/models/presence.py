"""Presence checks: what was asked of whoever was watching, and how it ended; the evidence behind confirmed minutes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class CheckKind(models.TextChoices):
    CONFIRM = "confirm", _("Press a button")
    CODE = "code", _("Enter the code shown")


class CheckCause(models.TextChoices):
    """Why it came when it came; told to nobody before it comes."""

    SPACING = "spacing", _("Due within the spacing")
    BEFORE_END = "before_end", _("Due before the end")
    CLOSING = "closing", _("Due for completion")


class CheckVerdict(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    ANSWERED = "answered", _("Answered")
    MISSED = "missed", _("Not answered")
    WITHDRAWN = "withdrawn", _("Withdrawn: the recording was replaced")


class PresenceCheck(models.Model):
    """One check of one person at one recording. Written by courses.checks alone.

    `stretches` are what the verdict was about, [[start_ms, end_ms, day], …]: confirmed by an answer, taken back
    where none came; what a withdrawn check was about goes on waiting for another. They are empty while it waits:
    until then they stand in WatchProgress.provisional.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    # The session it was issued to; a page that was reloaded answers in the next one.
    session = models.ForeignKey("courses.PlaybackSession", models.PROTECT, related_name="checks")
    answered_in = models.ForeignKey("courses.PlaybackSession", models.PROTECT, null=True, related_name="+")
    progress = models.ForeignKey("courses.WatchProgress", models.PROTECT, related_name="checks")
    kind = models.CharField(max_length=10, choices=CheckKind)
    cause = models.CharField(max_length=12, choices=CheckCause)
    verdict = models.CharField(max_length=10, choices=CheckVerdict, default=CheckVerdict.WAITING)
    # Where the recording was when it came.
    position_ms = models.PositiveIntegerField()
    issued_at = models.DateTimeField()
    # The page has asked what the check is: from here on it is known to wait.
    fetched_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=32, blank=True)
    code = models.CharField(max_length=8, blank=True)
    wrong_answers = models.PositiveSmallIntegerField(default=0)
    judged_at = models.DateTimeField(null=True)
    stretches = models.JSONField(default=list)
    stretches_ms = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["progress", "-id"], name="check_progress_latest")]
        constraints = [
            # One waits at a time: two would ask a person twice for the same minutes.
            models.UniqueConstraint(
                fields=["progress"], condition=Q(verdict="waiting"), name="check_one_waits"
            ),
            # A verdict has its instant, and whoever waits has none.
            models.CheckConstraint(
                condition=Q(verdict="waiting", judged_at__isnull=True)
                | (~Q(verdict="waiting") & Q(judged_at__isnull=False)),
                name="check_judged_once",
            ),
            # Only what was fetched can have been answered.
            models.CheckConstraint(
                condition=~Q(verdict="answered") | Q(fetched_at__isnull=False),
                name="check_answered_was_fetched",
            ),
        ]
