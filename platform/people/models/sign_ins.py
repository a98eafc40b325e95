"""Attempts to sign in, as whoever answers the phone needs them: when, whether it worked, with what."""

from django.conf import settings
from django.db import models


class SignInAttempt(models.Model):
    """One attempt at an account that exists; written by `people.sign_ins` alone. What was typed is never kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_in_attempts")
    at = models.DateTimeField()
    has_worked = models.BooleanField()
    # The browser in a word or two; nothing that tells one machine from another.
    device = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["user", "-id"], name="sign_in_attempt_latest")]
