"""What media remembers: recordings, the jobs that package them, packaged generations, captions and their cues."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class RecordingState(models.TextChoices):
    """Where a recording stands; `media.packaging` and `media.jobs` move it."""

    RECEIVED = "received", _("Waiting to be packaged")
    PACKAGING = "packaging", _("Being packaged")
    READY = "ready", _("Ready to watch")
    REFUSED = "refused", _("Cannot be packaged")


class Notice(models.TextChoices):
    """What an editor should know about a recording that was accepted all the same."""

    NONE = "", _("Nothing to note")
    NO_SOUND = "no_sound", _("This recording has no sound.")
    NO_PICTURE = "no_picture", _("This recording has no picture: it is shown with a title card.")


class Recording(models.Model):
    """A source file as it was uploaded, kept for ever; watched intervals and cues count in its milliseconds."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=200)
    original_key = models.CharField(_("file"), max_length=255, editable=False)
    original_name = models.CharField(_("file name"), max_length=255, editable=False)
    size_bytes = models.BigIntegerField(_("size"), editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=RecordingState, default=RecordingState.RECEIVED, editable=False
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), auto_now_add=True)
    duration_ms = models.BigIntegerField(_("duration"), null=True, editable=False)
    has_video = models.BooleanField(default=False, editable=False)
    has_audio = models.BooleanField(default=False, editable=False)
    probe = models.JSONField(default=dict, editable=False)
    notice = models.CharField(max_length=20, choices=Notice, default=Notice.NONE, blank=True, editable=False)
    current_generation = models.ForeignKey(
        "media.Generation", models.PROTECT, null=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-uploaded_at", "-pk"]
        indexes = [models.Index(fields=["-uploaded_at", "-id"], name="media_recording_newest")]
        constraints = [
            # Players are sent to the current generation without asking further: ready means there is one.
            models.CheckConstraint(
                name="media_recording_ready_has_generation",
                condition=~Q(state=RecordingState.READY)
                | Q(current_generation__isnull=False, duration_ms__isnull=False),
            ),
            # A generation is packaged with its real length; watched shares divide by it.
            models.CheckConstraint(
                name="media_recording_duration_positive",
                condition=Q(duration_ms__isnull=True) | Q(duration_ms__gt=0),
            ),
            # An empty file is refused at the door, never stored.
            models.CheckConstraint(name="media_recording_size_positive", condition=Q(size_bytes__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_ready(self) -> bool:
        """Whether it can be watched now; a recording being packaged anew stays watchable."""
        return self.current_generation_id is not None


class Generation(models.Model):
    """One packaged form of a recording: an immutable folder of playlists and segments that players may read."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="generations")
    number = models.PositiveIntegerField()
    prefix = models.CharField(max_length=80)
    ladder = models.JSONField(default=list)
    poster = models.CharField(max_length=40, blank=True)
    bytes = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    superseded_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # The folder is named by the pair, and a folder is written once.
            models.UniqueConstraint(fields=["recording", "number"], name="media_generation_number_once"),
            models.UniqueConstraint(fields=["prefix"], name="media_generation_prefix_once"),
            # Files of what may still be current are never taken away.
            models.CheckConstraint(
                name="media_generation_swept_after_superseded",
                condition=Q(swept_at__isnull=True) | Q(superseded_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.prefix


class JobState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class JobStage(models.TextChoices):
    WAITING = "waiting", _("Waiting for a free worker")
    PROBING = "probing", _("Reading the file")
    ENCODING = "encoding", _("Packaging picture and sound")
    VERIFYING = "verifying", _("Checking what was packaged")
    PUBLISHING = "publishing", _("Putting the files in place")
    FINISHED = "finished", _("Finished")


ACTIVE_JOB = Q(state__in=[JobState.QUEUED, JobState.RUNNING])


class PackagingJob(models.Model):
    """The packaging of one recording. This row is the truth; the queue's message only says to look at it."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="jobs")
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    stage = models.CharField(max_length=12, choices=JobStage, default=JobStage.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    # The generation this attempt writes; taken anew at each claim, so that two attempts never share a folder.
    generation_number = models.PositiveIntegerField(null=True)
    lease_owner = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)
    nudged_at = models.DateTimeField(null=True)
    error_code = models.CharField(max_length=40, blank=True)
    error_detail = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            # Two workers must not package the same recording at the same time.
            models.UniqueConstraint(fields=["recording"], condition=ACTIVE_JOB, name="media_job_one_active"),
            # A running job always has an owner whose silence can be noticed.
            models.CheckConstraint(
                name="media_job_running_is_leased",
                condition=~Q(state=JobState.RUNNING)
                | (Q(lease_until__isnull=False, generation_number__isnull=False) & ~Q(lease_owner="")),
            ),
            # Whoever reads a failed job is told why.
            models.CheckConstraint(
                name="media_job_failed_says_why", condition=~Q(state=JobState.FAILED) | ~Q(error_code="")
            ),
            # Ended and dated go together.
            models.CheckConstraint(
                name="media_job_finished_when_ended",
                condition=(ACTIVE_JOB & Q(finished_at__isnull=True))
                | (~ACTIVE_JOB & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(name="media_job_progress_percent", condition=Q(progress__lte=100)),
        ]
        indexes = [
            # The sweep looks for silent owners and forgotten rows every half minute.
            models.Index(fields=["lease_until"], condition=ACTIVE_JOB, name="media_job_active"),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}


class Language(models.TextChoices):
    """Languages of captions, as BCP 47 tags: they go into addresses and into <track srclang>."""

    SIMPLIFIED_CHINESE = "zh-Hans", _("Simplified Chinese")
    TRADITIONAL_CHINESE = "zh-Hant", _("Traditional Chinese")
    ENGLISH = "en", _("English")


class CaptionTrack(models.Model):
    """The captions of a recording in one language; its versions are its cues', of which one may be published."""

    recording = models.ForeignKey(Recording, models.PROTECT, related_name="caption_tracks")
    language = models.CharField(_("language"), max_length=10, choices=Language)
    source_format = models.CharField(max_length=10, choices=[("srt", "SRT"), ("vtt", "WebVTT")])
    source_name = models.CharField(max_length=255, blank=True)
    current_version = models.PositiveIntegerField(null=True)
    published_version = models.PositiveIntegerField(null=True)
    published_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["recording", "language"]
        constraints = [
            # A player offers each language once.
            models.UniqueConstraint(fields=["recording", "language"], name="media_captions_language_once"),
            # Only what was once the current version can be published.
            models.CheckConstraint(
                name="media_captions_published_exists",
                condition=Q(published_version__isnull=True) | Q(published_version__lte=F("current_version")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recording_id} {self.language}"

    @property
    def is_published(self) -> bool:
        return self.published_version is not None

    @property
    def has_unpublished_changes(self) -> bool:
        return self.published_version != self.current_version


class Cue(models.Model):
    """One caption of one version. `public_id` stays with the same moment from version to version."""

    public_id = models.UUIDField(default=uuid7, editable=False)
    track = models.ForeignKey(CaptionTrack, models.PROTECT, related_name="cues")
    version = models.PositiveIntegerField()
    position = models.PositiveIntegerField()
    start_ms = models.BigIntegerField()
    end_ms = models.BigIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["track", "version", "position"]
        constraints = [
            # The search index's key is "{public_id}:{version}".
            models.UniqueConstraint(fields=["public_id", "version"], name="media_cue_once_a_version"),
            # Versions are written whole and in order; two writers of one version collide here.
            models.UniqueConstraint(fields=["track", "version", "position"], name="media_cue_position_once"),
            # A cue is a stretch of its recording that can be jumped to.
            models.CheckConstraint(
                name="media_cue_times_ordered", condition=Q(start_ms__gte=0, end_ms__gt=F("start_ms"))
            ),
        ]

    def __str__(self) -> str:
        return self.text
