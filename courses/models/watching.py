"""Watching: playback sessions, their heartbeats, and what each person has watched of each recording."""

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from uuid_utils.compat import uuid7


class SessionEnd(models.TextChoices):
    TAKEN_OVER = "taken_over", _("Another device took over")
    RELOADED = "reloaded", _("Opened again on the same device")
    OTHER_BEGUN = "other_begun", _("Something else was begun")
    CLOSED = "closed", _("Closed")
    EXPIRED = "expired", _("Expired")


class DeviceKind(models.TextChoices):
    """On what a sitting was opened, as its browser said (courses.device_kinds)."""

    PHONE = "phone", pgettext_lazy("a device", "Phone")
    TABLET = "tablet", _("Tablet")
    COMPUTER = "computer", _("Computer")
    WEIXIN = "weixin", _("In WeChat")


class WatchMode(models.IntegerChoices):
    """How a stretch was watched, as its page says with each beat."""

    VISIBLE = 1, _("On a visible page")
    PICTURE_IN_PICTURE = 2, _("In a small window")
    AUDIO_ONLY = 3, _("By ear, in the background")


class PlaybackSession(models.Model):
    """One sitting of one person at one lecture. A person has one earning session; opening another ends it."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    person = models.ForeignKey("people.Person", models.PROTECT, related_name="playback_sessions")
    lecture = models.ForeignKey("courses.Lecture", models.PROTECT, related_name="+")
    recording = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    # The row that its beats grow; person and recording stand here too, as evidence of what was opened.
    progress = models.ForeignKey("courses.WatchProgress", models.PROTECT, related_name="sessions")
    device_digest = models.CharField(max_length=64, blank=True)
    device_kind = models.CharField(
        max_length=10, choices=DeviceKind, blank=True, default="", db_default=Value("")
    )
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=20, choices=SessionEnd, blank=True)
    # What its beats may claim before time has passed (courses.clocks): its share of the person's one tolerance.
    head_start_ms = models.PositiveIntegerField(default=0)
    # Claimed until the session stopped being the recording's latest; while it is, WatchProgress counts.
    claimed_ms = models.PositiveBigIntegerField(default=0)
    # The policy (courses.presence) that judges it; changing the site's or a regulation's changes no session.
    policy = models.JSONField(default=dict, db_default=Value({}, models.JSONField()))
    # Its beats after their rows were dropped (courses.folding), and when that was: how many, what they earned,
    # and what was watched from when to when.
    traces = models.JSONField(null=True)
    folded_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-id"], name="session_person_latest"),
            # Many persons on one device are looked for over the last months.
            models.Index(fields=["device_digest", "started_at"], name="session_device"),
            models.Index(fields=["expires_at"], condition=Q(folded_at__isnull=True), name="session_unfolded"),
        ]
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
    # When its watching ended, as far as the server's bounds can tell.
    watched_at = models.DateTimeField(null=True)
    mode = models.PositiveSmallIntegerField(choices=WatchMode, default=WatchMode.VISIBLE, db_default=Value(1))

    class Meta:
        constraints = [
            # A replayed beat is the same beat.
            models.UniqueConstraint(fields=["session", "sequence"], name="heartbeat_once"),
            # An interval without length proves nothing.
            models.CheckConstraint(condition=Q(end_ms__gt=F("start_ms")), name="heartbeat_has_length"),
        ]


class RefusedBeats(models.Model):
    """How many beats of a session were refused for one reason (a code of courses.refusals), and what they claimed."""

    session = models.ForeignKey(PlaybackSession, models.PROTECT, related_name="refused_beats")
    code = models.CharField(max_length=40)
    count = models.PositiveIntegerField()
    low_ms = models.PositiveIntegerField()
    high_ms = models.PositiveIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            # One row a reason: what is refused a thousand times takes no more room than once.
            models.UniqueConstraint(fields=["session", "code"], name="refused_beats_once"),
        ]


class WatchProgress(models.Model):
    """What one person has watched of one recording.

    `intervals`: [[start_ms, end_ms, "YYYY-MM-DD"], …] disjoint and sorted, half-open, in the recording's
    milliseconds; the day is the one on which that stretch was first watched (Asia/Shanghai). They are confirmed:
    completions are judged by them alone. `provisional` are those that wait for the next presence check to be
    answered, of the same form and disjoint from `intervals`. `watched_ms` and `provisional_ms` are the total
    lengths; `position_ms` is where to resume. `session` is the latest session on this
    recording, and `session_claimed_ms` what it has claimed. Written by courses.watching, courses.playback (the
    latest session) and courses.heartbeats.
    """

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="watch_progress")
    recording = models.ForeignKey("media.Recording", models.PROTECT, related_name="+")
    intervals = models.JSONField(default=list)
    watched_ms = models.PositiveIntegerField(default=0)
    provisional = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    provisional_ms = models.PositiveIntegerField(default=0, db_default=Value(0))
    # Secret: a check falls due at this much provisional watching, and where the recording is this far. They
    # outlive sessions, so that opening again draws no new lot. None: not drawn; see courses.presence.
    check_due_ms = models.PositiveIntegerField(null=True)
    check_place_ms = models.PositiveIntegerField(null=True)
    # Since when a check waits, and since when its page is known to have heard of it.
    check_issued_at = models.DateTimeField(null=True)
    check_fetched_at = models.DateTimeField(null=True)
    position_ms = models.PositiveIntegerField(default=0)
    session = models.ForeignKey(PlaybackSession, models.PROTECT, null=True, related_name="+")
    session_claimed_ms = models.PositiveBigIntegerField(default=0)
    first_watched_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["person", "-updated_at"], name="progress_person_latest"),
            # The sweep looks for checks that nobody can answer any more.
            models.Index(
                fields=["check_issued_at"],
                condition=Q(check_issued_at__isnull=False),
                name="progress_check_waits",
            ),
        ]
        constraints = [
            # One union a person and recording; beats update this row under its lock.
            models.UniqueConstraint(fields=["person", "recording"], name="progress_once")
        ]
