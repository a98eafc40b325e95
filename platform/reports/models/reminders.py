"""Reminders that somebody sent to the people of a list: whom, in which words, and what became of each line."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7


class ReminderWay(models.TextChoices):
    PERSONS = "persons", _("Each lawyer himself")
    FIRMS = "firms", _("One digest to each firm's training manager")


class ReminderState(models.TextChoices):
    SENDING = "sending", pgettext_lazy("of reminders", "Being sent")
    DONE = "done", pgettext_lazy("of reminders", "Sent")
    CANCELLED = "cancelled", pgettext_lazy("of reminders", "Stopped")


class LineOutcome(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    TOLD = "told", _("Told")
    RECENT = "recent", _("Left out: reminded lately")
    NOT_LACKING = "not_lacking", _("Left out: completed meanwhile, or required no longer")


class Reminder(models.Model):
    """One act of reminding: the row is the job, its message only a nudge. Written by reports.reminding alone."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    requirement = models.ForeignKey("courses.Requirement", models.PROTECT, related_name="reminders")
    # Of whose list.
    organisation = models.ForeignKey("people.Organisation", models.PROTECT, related_name="reminders")
    way = models.CharField(max_length=10, choices=ReminderWay)
    words = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReminderState, default=ReminderState.SENDING)
    # When the work on it last moved; a sweep looks for what stands still.
    worked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["organisation", "-id"], name="reminder_organisation"),
            models.Index(fields=["worked_at"], condition=Q(state="sending"), name="reminder_at_work"),
        ]
        constraints = [
            # What is sent says since when.
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False), name="reminder_done_has_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id}: {self.made_at:%Y-%m-%d %H:%M}"


class ReminderLine(models.Model):
    """One person of the list: how far he was then, where he counted, and whether he was told."""

    reminder = models.ForeignKey(Reminder, models.CASCADE, related_name="lines")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    place = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    # Told through his firm's digest, or himself.
    is_digest = models.BooleanField(default=False)
    due_on = models.DateField()
    had_begun = models.BooleanField()
    outcome = models.CharField(max_length=12, choices=LineOutcome, default=LineOutcome.WAITING)
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # Nobody stands twice in one list, and so is told once.
            models.UniqueConstraint(fields=["reminder", "person"], name="reminder_line_once"),
            models.CheckConstraint(
                condition=Q(outcome="told", told_at__isnull=False)
                | (~Q(outcome="told") & Q(told_at__isnull=True)),
                # When somebody was told is what the next reminder goes by.
                name="reminder_line_told_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["reminder", "outcome", "place"], name="reminder_line_work"),
            models.Index(
                fields=["person", "told_at"], condition=Q(outcome="told"), name="reminder_line_told"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reminder_id}: {self.person_id}"
