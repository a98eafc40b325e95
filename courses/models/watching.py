"""Watching: playback sessions, their heartbeats, and what each person has watched of each recording."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class SessionEnd(models.TextChoices):
    TAKEN_OVER = "taken_over", _("Another device took over")
    CLOSED = "closed", _("Closed")
    EXPIRED = "expired", _("Expired")


class PlaybackSession(models.Model):
    """One sitting of one person at one lecture. A person has one earning session; opening another ends it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="playback_sessions")
    lecture = models.ForeignKey("courses.Lecture", models.PROTECT, related_name="+")
    recording = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    # The row that its beats grow; person and recording stand here too, as evidence of what was opened.
    progress = models.ForeignKey("courses.WatchProgress", models.PROTECT, related_name="sessions")
    device_digest = models.CharField(max_length=64, blank=True)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, choices=SessionEnd, blank=True)
    # What its beats may claim before time has passed (courses.clocks): its share of the person's one tolerance.
    head_start_ms = models.PositiveIntegerField(default=0)
    # Claimed until the session stopped being the recording's latest; while it is, WatchProgress counts.
    claimed_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="session_person_latest")]
        constraints = [
            # Two earning sessions of one person would double the clock.
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="session_one_earns"
            ),
            # The clock of a session runs forward.
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")), name="session_expires_after_start"
            ),
        ]


class Heartbeat(models.Model):
    """One accepted beat: the media interval claimed, and the server's clock when it came."""

    session = models.ForeignKey(PlaybackSession, models.PROTECT, related_name="heartbeats")
    sequence = models.PositiveIntegerField()
    start_ms = models.PositiveIntegerField()
    end_ms = models.PositiveIntegerField()
    earned_ms = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            # A replayed beat is the same beat.
            models.UniqueConstraint(fields=["session", "sequence"], name="heartbeat_once"),
            # An interval without length proves nothing.
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="heartbeat_has_length"),
        ]


class WatchProgress(models.Model):
    """What one person has watched of one recording.

    `intervals`: [[start_ms, end_ms, "YYYY-MM-DD"], …] disjoint and sorted, half-open, in the recording's
    milliseconds; the day is the one on which that stretch was first watched (Asia/Shanghai).
    `watched_ms` is their total length; `position_ms` is where to resume. `session` is the latest session on this
    recording, and `session_claimed_ms` what it has claimed. Written by courses.watching, courses.playback (the
    latest session) and courses.heartbeats.
    """

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="watch_progress")
    recording = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    intervals = models.JSONField(default=list)
    watched_ms = models.PositiveIntegerField(default=0)
    position_ms = models.PositiveIntegerField(default=0)
    session = models.ForeignKey(PlaybackSession, models.PROTECT, null=True, related_name="+")
    session_claimed_ms = models.PositiveBigIntegerField(default=0)
    first_watched_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "-updated_at"], name="progress_person_latest")]
        constraints = [
            # One union a person and recording; beats update this row under its lock.
            models.UniqueConstraint(fields=["person", "recording"], name="progress_once")
        ]
