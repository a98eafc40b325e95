"""Codes sent to phones, by which somebody shows that a phone is his. No code and no phone is kept here."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models.persons import Person


class CodePurpose(models.TextChoices):
    FIRST = "first", _("First sign-in")
    SIGN_IN = "sign_in", _("Sign-in by code")


class SmsState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    WITHHELD = "withheld", _("Nobody to send to")
    FAILED = "failed", _("Failed")


class PhoneCode(models.Model):
    """One request for a code; written by `people.phone_codes` alone.

    Requests that match nobody have a row too, so that they take as long and answer alike. The code is computed from
    the nonce, the phone and the site's secret whenever it is needed: reading this table opens nothing.
    """

    purpose = models.CharField(max_length=10, choices=CodePurpose)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    nonce = models.CharField(max_length=32)
    asked_at = models.DateTimeField()
    sms_state = models.CharField(max_length=10, choices=SmsState, default=SmsState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="phone_code_asked"),
            models.Index(fields=["person", "-id"], name="phone_code_person"),
        ]
        constraints = [
            # A code opens the record of a person or an account, never both: which one would be chance.
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(account__isnull=True), name="phone_code_for_one"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.asked_at:%Y-%m-%d %H:%M}"
