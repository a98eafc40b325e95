"""Rosters that were handed in: the file, its plan line by line, and what applying it did."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7

from people.models.organisations import Organisation
from people.models.persons import Person
from people.models.users import User


class RosterState(models.TextChoices):
    WAITING = "waiting", _("Being read")
    UNREADABLE = "unreadable", _("Could not be read")
    PLANNED = "planned", _("Planned, nothing entered yet")
    APPLYING = "applying", pgettext_lazy("of a roster", "Being entered")
    APPLIED = "applied", pgettext_lazy("of a roster", "Entered")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", pgettext_lazy("of a roster", "Taken back")
    DISCARDED = "discarded", pgettext_lazy("of a roster", "Discarded")


class RosterImport(models.Model):
    """One file handed in for an organisation: the row is the job, its queue's message only a nudge."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="roster_imports")
    as_of = models.DateField()
    # Whoever stands in the organisation's subtree and not in the file has left.
    is_complete = models.BooleanField(default=False)
    file_name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    # The file itself, until it is read; afterwards its cells are the lines'.
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=12, choices=RosterState, default=RosterState.WAITING)
    # Why it could not be read, or why entering it or taking it back was refused: a code.
    failure = models.CharField(max_length=40, blank=True)
    # {"new": 12, …} over the lines.
    totals = models.JSONField(default=dict)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    applied_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    # When the work on it last moved; a sweep looks for what stands still.
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints = [
            # A file that waits to be read has to be there.
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(content__isnull=False), name="roster_waiting_has_content"
            ),
            # Nothing is entered that nobody agreed to (agreed_by is empty for the server's own console).
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "unreadable", "planned", "discarded"])
                | Q(agreed_at__isnull=False),
                name="roster_entered_was_agreed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["touched_at"],
                condition=Q(state__in=["waiting", "applying", "undoing"]),
                name="roster_at_work",
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class RosterLine(models.Model):
    """A row of the file, or a person whom it does not name: what becomes of him, and what was done."""

    roster = models.ForeignKey(RosterImport, models.CASCADE, related_name="lines")
    # The order of the file; persons who are missing in it follow.
    place = models.PositiveIntegerField()
    sheet = models.CharField(max_length=40, blank=True)
    number = models.PositiveIntegerField(null=True)
    cells = models.JSONField(default=list)
    is_heading = models.BooleanField(default=False)
    name = models.CharField(max_length=100, blank=True)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=40, blank=True)
    # What the words about it need: place, from, on, fields; codes of notes; keys of candidates.
    about = models.JSONField(default=dict)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decision = models.CharField(max_length=8, blank=True)
    decided_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    steps = models.JSONField(default=dict)
    # What applying did, by keys of rows: enough to take it back.
    done = models.JSONField(default=dict)
    is_kept = models.BooleanField(default=False)

    class Meta:
        ordering = ["place"]
        constraints = [
            # A line stands in one place of its plan.
            models.UniqueConstraint(fields=["roster", "place"], name="roster_line_place"),
        ]
        indexes = [models.Index(fields=["roster", "outcome", "place"], name="roster_line_outcome")]

    def __str__(self) -> str:
        return f"{self.roster_id}: {self.place}"

    @property
    def notes(self) -> list[str]:
        """Codes of what was not understood and left as it is."""
        return list(self.about.get("notes", ()))

    @property
    def candidates(self) -> list[int]:
        """Keys of persons on record who may be meant."""
        return list(self.about.get("candidates", ()))
