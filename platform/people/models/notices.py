"""What persons are told: their inbox, and how each wants to hear of what."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from people.models.persons import Person


class NoticeKind(models.TextChoices):
    """What a notice is about; each person chooses the ways for each kind."""

    DUE = "due", _("Due dates of training")
    RECORD = "record", _("Changes of my credit record")
    DECISION = "decision", _("Decisions on what I declared or disputed")
    CERTIFICATE = "certificate", _("Certificates")
    COURSE = "course", _("News about courses")
    ACCOUNT = "account", _("My sign-in, and help with it")
    TASK = "task", _("What waits for my decision")
    REMINDER = "reminder", _("Reminders from my firm or association")


class MailState(models.TextChoices):
    NONE = "none", _("Not by e-mail")
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class SmsNoticeState(models.TextChoices):
    NONE = "none", _("Not by short message")
    WAITING = "waiting", _("Waiting")
    # Claimed by a worker. One that died in between leaves it so: better not at all than twice.
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")


class Notice(models.Model):
    """One thing that one person is told, once. The row is the truth; e-mail and short message are sent from it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=20, choices=NoticeKind)
    once = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, max_length=2000)
    path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail_state = models.CharField(max_length=10, choices=MailState, default=MailState.NONE)
    mail_after = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)
    mailed_at = models.DateTimeField(null=True)
    sms_state = models.CharField(max_length=10, choices=SmsNoticeState, default=SmsNoticeState.NONE)
    sms_after = models.DateTimeField(null=True)
    sms_tries = models.PositiveSmallIntegerField(default=0)
    texted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_person_latest"),
            # The unread ones are counted on every page.
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="notice_person_unread"),
            # The sweep looks for what is to be sent.
            models.Index(
                fields=["mail_after"], condition=Q(mail_state="waiting"), name="notice_mail_waiting"
            ),
            models.Index(fields=["sms_after"], condition=Q(sms_state="waiting"), name="notice_sms_waiting"),
        ]
        constraints = [
            # A deed that runs twice tells nobody twice.
            models.UniqueConstraint(fields=["person", "once"], name="notice_once"),
            # What waits for its e-mail says since when it may go.
            models.CheckConstraint(
                condition=~Q(mail_state="waiting") | Q(mail_after__isnull=False), name="notice_mail_has_time"
            ),
            models.CheckConstraint(
                condition=~Q(sms_state="waiting") | Q(sms_after__isnull=False), name="notice_sms_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class NoticePreference(models.Model):
    """How one person wants to be told. Without a row: by e-mail too, by day."""

    person = models.OneToOneField(Person, models.CASCADE, related_name="notice_preference")
    mail_kinds = models.JSONField(default=list)
    sms_kinds = models.JSONField(default=list)
    # Hours of the day in Asia/Shanghai between which an e-mail may come: [from, until).
    mail_from_hour = models.PositiveSmallIntegerField(default=9, validators=[MaxValueValidator(23)])
    mail_until_hour = models.PositiveSmallIntegerField(default=20, validators=[MaxValueValidator(24)])
    is_daily_digest = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            # A day without an hour to send in would keep every e-mail for ever.
            models.CheckConstraint(
                condition=Q(mail_until_hour__gt=models.F("mail_from_hour"), mail_until_hour__lte=24),
                name="notice_mail_hours",
            )
        ]

    def __str__(self) -> str:
        return str(self.person_id)
