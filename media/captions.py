"""Captions of a recording: attached in versions, one of which is published."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from uuid_utils.compat import uuid7

from media.caption_files import PAST_THE_END_MS, ParsedCue, format_vtt, parse
from media.models import CaptionTrack, Cue, Language, Recording
from media.refusals import CaptionRefused
from media.signals import captions_published

__all__ = ["CaptionRefused", "as_vtt", "attach", "cues", "current_cues", "publish", "published_tracks"]

_BATCH = 500


def attach(recording: Recording, data: bytes, language: str, *, name: str = "") -> CaptionTrack:
    """Read an SRT or WebVTT file into a new version of the recording's captions in `language`.

    What learners see does not change before `publish`. A cue that keeps its times keeps its public id, so
    that what refers to it stays right. Raises CaptionRefused with a code and the line.
    """
    if language not in Language.values:
        raise CaptionRefused("language")
    source_format, parsed = parse(data, duration_ms=recording.duration_ms)
    with transaction.atomic():
        # The update locks the row, so that two editors' files become two versions, one after the other.
        CaptionTrack.objects.get_or_create(
            recording=recording, language=language, defaults={"source_format": source_format}
        )
        track = CaptionTrack.objects.select_for_update().get(recording=recording, language=language)
        before = track.current_version
        track.current_version = (before or 0) + 1
        track.source_format = source_format
        track.source_name = name[-255:].replace("\x00", "")
        track.save()
        _write(track, parsed, before)
    return track


def publish(track: CaptionTrack) -> None:
    """Make the current version the one that players load and search finds; `captions_published` follows commit.

    Raises CaptionRefused: nothing_to_publish, or past_the_end when captions that were attached before the
    recording's length was known turn out to belong to a longer one.
    """
    with transaction.atomic():
        locked = CaptionTrack.objects.select_for_update().select_related("recording").get(pk=track.pk)
        if locked.current_version is None or not locked.has_unpublished_changes:
            raise CaptionRefused("nothing_to_publish")
        duration = locked.recording.duration_ms
        late = Q(start_ms__gt=(duration or 0) + PAST_THE_END_MS)
        if duration and locked.cues.filter(late, version=locked.current_version).exists():
            raise CaptionRefused("past_the_end")
        locked.published_version = locked.current_version
        locked.published_at = timezone.now()
        locked.save(update_fields=["published_version", "published_at", "updated_at"])
        track.refresh_from_db()
        transaction.on_commit(lambda: captions_published.send(sender=CaptionTrack, track=locked), robust=True)


def cues(recording: Recording, language: str = Language.SIMPLIFIED_CHINESE) -> QuerySet[Cue]:
    """The published cues of a recording in one language, in order; none while nothing is published."""
    return Cue.objects.filter(
        track__recording=recording, track__language=language, version=F("track__published_version")
    ).order_by("position")


def current_cues(track: CaptionTrack) -> QuerySet[Cue]:
    """The newest cues of a track, published or not, in order."""
    return track.cues.filter(version=track.current_version or 0).order_by("position")


def published_tracks(recording: Recording) -> QuerySet[CaptionTrack]:
    """The tracks that players may offer, Simplified Chinese before others."""
    return recording.caption_tracks.filter(published_version__isnull=False).order_by("-language")


def as_vtt(recording_id: UUID, language: str, version: int) -> str | None:
    """A version that is or was published, as a WebVTT file; None when there is no such version."""
    rows = list(
        Cue.objects.filter(
            track__recording__public_id=recording_id,
            track__language=language,
            track__published_version__gte=version,
            version=version,
        )
        .order_by("position")
        .values_list("start_ms", "end_ms", "text")
    )
    return format_vtt(ParsedCue(*row) for row in rows) if rows else None


def _write(track: CaptionTrack, parsed: Sequence[ParsedCue], before: int | None) -> None:
    known: dict[tuple[int, int], list[UUID]] = defaultdict(list)
    if before is not None:
        rows = track.cues.filter(version=before).order_by("-position")
        for start_ms, end_ms, public_id in rows.values_list("start_ms", "end_ms", "public_id"):
            known[start_ms, end_ms].append(public_id)
    Cue.objects.bulk_create(
        (
            Cue(
                public_id=same.pop() if (same := known.get((cue.start_ms, cue.end_ms))) else uuid7(),
                track=track,
                version=track.current_version or 1,
                position=position,
                start_ms=cue.start_ms,
                end_ms=cue.end_ms,
                text=cue.text,
            )
            for position, cue in enumerate(parsed)
        ),
        batch_size=_BATCH,
    )
