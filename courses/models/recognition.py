"""Lists of what many did at once: who attended a session, or what everybody brings from the year before.

A list is prepared by one person and approved by another; only then does it become facts of the ledger.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from courses.models.ledger import LearningFormat, Unit


class RecognitionKind(models.TextChoices):
    ATTENDANCE = "attendance", _("Attendance of a session")
    OPENING = "opening", _("Opening balances")


class RecognitionState(models.TextChoices):
    DRAFT = "draft", _("Being prepared")
    SUBMITTED = "submitted", _("Waiting for a second person")
    APPLYING = "applying", _("Being entered")
    APPLIED = "applied", _("Entered")
    TAKING_BACK = "taking_back", _("Being taken back")
    TAKEN_BACK = "taken_back", _("Taken back")
    DISCARDED = "discarded", _("Discarded")


class Recognition(models.Model):
    """One list. Its measure counts for every line that has none of its own. Written by courses.recognition alone.

    `least_share_percent` is the stated tolerance: who was present for less of `course_seconds` gets nothing.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=RecognitionKind, default=RecognitionKind.ATTENDANCE)
    owner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    organiser = models.ForeignKey("people.Organisation", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    format = models.CharField(max_length=20, choices=LearningFormat, default=LearningFormat.ONSITE)
    category = models.CharField(max_length=40)
    unit = models.CharField(max_length=20, choices=Unit, default=Unit.SECOND)
    seconds = models.PositiveIntegerField(default=0)
    quantity_milli = models.PositiveBigIntegerField(null=True)
    course_seconds = models.PositiveIntegerField(default=0)
    least_share_percent = models.PositiveSmallIntegerField(default=80)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=20, choices=RecognitionState, default=RecognitionState.DRAFT)
    activity = models.OneToOneField("courses.Activity", models.PROTECT, null=True, related_name="recognition")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    worked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["owner", "state", "-id"], name="recognition_desk")]
        constraints = [
            # Four eyes: whoever prepared or submitted a list never approves it.
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | (~Q(approved_by=F("submitted_by")) & ~Q(approved_by=F("created_by"))),
                name="recognition_second_person",
            ),
            # Nothing becomes a fact that nobody approved.
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "discarded"])
                | Q(approved_by__isnull=False, approved_at__isnull=False, activity__isnull=False),
                name="recognition_approved_before_entered",
            ),
            # A share above the whole would shut out everybody.
            models.CheckConstraint(
                condition=Q(least_share_percent__lte=100), name="recognition_share_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class LineState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    LEFT_OUT = "left_out", _("Left out")
    AWARDED = "awarded", _("Entered")
    TAKEN_BACK = "taken_back", _("Taken back")


class RecognitionLine(models.Model):
    """One person of a list, with what he gets where that differs from the list's measure.

    `present_seconds` is how long he was there, where an attendance export said so; `why` is a code of why the line
    is left out. `category` empty and amounts NULL take the list's.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="lines")
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="recognition_lines")
    category = models.CharField(max_length=40, blank=True)
    seconds = models.PositiveIntegerField(null=True)
    quantity_milli = models.PositiveBigIntegerField(null=True)
    present_seconds = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=20, choices=LineState, default=LineState.PLANNED)
    why = models.CharField(max_length=40, blank=True)
    entry = models.OneToOneField(
        "courses.LedgerEntry", models.PROTECT, null=True, related_name="recognition_line"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["recognition", "state", "id"], name="recognition_line_state")]
        constraints = [
            # Nobody is credited twice by one list (in a balance: once a category).
            models.UniqueConstraint(
                fields=["recognition", "person", "category"], name="recognition_line_once"
            ),
            # A line is entered exactly when it has its fact; taken back, it keeps naming it.
            models.CheckConstraint(
                condition=Q(state__in=["awarded", "taken_back"], entry__isnull=False)
                | Q(state__in=["planned", "left_out"], entry__isnull=True),
                name="recognition_line_entry",
            ),
        ]


class AttendanceState(models.TextChoices):
    MATCHED = "matched", _("Matched")
    DOUBTFUL = "doubtful", _("To be looked at")
    UNKNOWN = "unknown", _("Nobody found")
    LEFT_OUT = "left_out", _("Left out")


class AttendanceRow(models.Model):
    """One participant of an attendance export, before he is a line: as the file named him, and who that is.

    `stretches`: [[start, end], …] in seconds since the first entry, disjoint and sorted, where the file says when;
    `present_seconds` their length, or the sum that the file gives. `candidates` are keys of persons, likeliest
    first; `why` a code of courses.attendance.naming. `key` is what a later file would call him again.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    recognition = models.ForeignKey(Recognition, models.PROTECT, related_name="attendance")
    named = models.CharField(max_length=200)
    key = models.CharField(max_length=200)
    joins = models.PositiveIntegerField(default=1)
    present_seconds = models.PositiveIntegerField(null=True)
    # What a list of balances gives besides: the category, and the amount in the list's unit.
    category = models.CharField(max_length=40, blank=True)
    seconds = models.PositiveIntegerField(null=True)
    quantity_milli = models.PositiveBigIntegerField(null=True)
    stretches = models.JSONField(default=list)
    state = models.CharField(max_length=20, choices=AttendanceState)
    why = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    candidates = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["recognition", "state", "id"], name="attendance_row_state")]
        constraints = [
            # One participant of a file is decided once.
            models.UniqueConstraint(fields=["recognition", "key"], name="attendance_row_once"),
            # Matched means to a person.
            models.CheckConstraint(
                condition=Q(state="matched", person__isnull=False)
                | (~Q(state="matched") & Q(person__isnull=True)),
                name="attendance_row_matched",
            ),
        ]


class RememberedName(models.Model):
    """Who a name of an attendance file turned out to be, for the next file of the same organisation."""

    owner = models.ForeignKey("people.Organisation", models.PROTECT, related_name="+")
    key = models.CharField(max_length=200)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            # One name means one person, or it is not remembered.
            models.UniqueConstraint(fields=["owner", "key"], name="remembered_name_once")
        ]
