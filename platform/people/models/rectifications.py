"""What a person says is wrong about him: asked for, confirmed by his firm, decided by his association."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from people.models.persons import Person
from people.models.users import User


class RectificationSubject(models.TextChoices):
    NAME = "name", _("My name")
    PHONE = "phone", _("My phone")
    BIRTH_DATE = "birth_date", _("My birth date")
    LICENCE = "licence", _("My licence: number, type, admission")
    MEMBERSHIP = "membership", _("My firm, and since when")
    LEAVE = "leave", _("My leave or exemption")
    OTHER = "other", _("Something else")


class RectificationState(models.TextChoices):
    OPEN = "open", _("Waiting for a decision")
    DONE = "done", pgettext_lazy("of a rectification", "Corrected")
    REFUSED = "refused", pgettext_lazy("of a rectification", "Not corrected")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a matter", "Withdrawn")


class Rectification(models.Model):
    """One thing that is wrong in the person's eyes. Written by people.rectifying alone; its words go when he leaves."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="rectifications")
    subject = models.CharField(max_length=12, choices=RectificationSubject)
    text = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    # Whoever of his own firm has looked at it and says that it is so.
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=RectificationState, default=RectificationState.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # Asked twice, it could be decided in two ways.
            models.UniqueConstraint(
                fields=["person", "subject"], condition=Q(state="open"), name="rectification_one_open"
            ),
            # What is decided was decided at some instant, and what is open at none.
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | ~Q(state="open") & Q(decided_at__isnull=False),
                name="rectification_decided_when_closed",
            ),
            # Whoever is refused is told why.
            models.CheckConstraint(
                condition=~Q(state="refused", answer=""), name="rectification_refused_why"
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="rectification_state")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.subject}"

    @property
    def badge(self) -> str:
        """How a badge draws its state."""
        return {"open": "attention", "done": "good", "refused": "refused"}.get(self.state, "")
