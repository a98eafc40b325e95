"""How the index reads the database: captioned lectures as plain values, with everything that goes into a document."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import models
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from courses.access import lecture_access_tokens
from courses.models import Course, CourseState, Lecture
from media.models import CaptionTrack, Cue, Language
from people.days import local_day
from search.documents import CaptionedLecture, CueText

_BATCH = 50


class Kind(models.TextChoices):
    """As what a lecture can be had; the kind of its documents."""

    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Sound without picture")


@dataclass(frozen=True, slots=True)
class PublishedTrack:
    """A lecture's published captions in one language, as a row and as the index sees them."""

    lecture_id: int
    track: CaptionTrack
    lecture: CaptionedLecture


def group_of(lecture_public_id: UUID) -> str:
    """The group of a lecture's documents."""
    return f"lecture:{lecture_public_id}"


def public_id_of(group: str) -> UUID:
    """The lecture of a group."""
    return UUID(group.removeprefix("lecture:"))


def all_batches() -> Iterator[tuple[list[int], list[PublishedTrack]]]:
    """Every lecture with a recording, a batch at a time: the keys, and their published tracks."""
    keys = list(Lecture.objects.filter(recording__isnull=False).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        yield batch, list(published_tracks(batch))


def published_tracks(lecture_ids: Sequence[int]) -> Iterator[PublishedTrack]:
    """The lectures' published tracks. Traditional Chinese is left out beside Simplified: the same words twice."""
    same_recording = Lecture.objects.filter(recording_id=OuterRef("recording_id")).order_by("pk")
    lectures = list(
        Lecture.objects.filter(pk__in=lecture_ids, recording__isnull=False)
        .select_related("lecturer", "recording")
        .annotate(first_user=Subquery(same_recording.values("pk")[:1]))
        .order_by("pk")
    )
    tokens = lecture_access_tokens(lecture.pk for lecture in lectures)
    courses = _courses_of([lecture.pk for lecture in lectures])
    tracks = _tracks_of({lecture.recording_id for lecture in lectures if lecture.recording_id})
    for lecture in lectures:
        for track in tracks.get(lecture.recording_id or 0, []):
            yield PublishedTrack(
                lecture.pk,
                track,
                CaptionedLecture(
                    group=group_of(lecture.public_id),
                    title=lecture.title,
                    around=_around(lecture, courses.get(lecture.pk, [])),
                    access=sorted(tokens[lecture.pk]),
                    courses=[key for key, _ in courses.get(lecture.pk, [])],
                    lecturer=str(lecture.lecturer_id or ""),
                    language=track.language,
                    cues=_cues_of(track),
                    published_on=local_day(lecture.first_published_at)
                    if lecture.first_published_at
                    else None,
                    kind=Kind.VIDEO if lecture.recording and lecture.recording.has_video else Kind.AUDIO,
                    shared_by="" if lecture.first_user == lecture.pk else f":{lecture.pk}",
                ),
            )


def _around(lecture: Lecture, courses: Iterable[tuple[str, str]]) -> str:
    """The words beside the title: the lecturer's name and the courses' titles."""
    lecturer = lecture.lecturer.title if lecture.lecturer else ""
    return " ".join([lecturer, *(title for _, title in courses)]).strip()


def _tracks_of(recording_ids: Iterable[int]) -> dict[int, list[CaptionTrack]]:
    found: dict[int, list[CaptionTrack]] = {}
    published = CaptionTrack.objects.filter(
        recording__in=list(recording_ids), published_version__isnull=False
    )
    for track in published.order_by("language"):
        found.setdefault(track.recording_id, []).append(track)
    return {recording: _worth_indexing(tracks) for recording, tracks in found.items()}


def _worth_indexing(tracks: list[CaptionTrack]) -> list[CaptionTrack]:
    if all(track.language != Language.SIMPLIFIED_CHINESE for track in tracks):
        return tracks
    return [track for track in tracks if track.language != Language.TRADITIONAL_CHINESE]


def _cues_of(track: CaptionTrack) -> list[CueText]:
    rows = Cue.objects.filter(track=track, version=track.published_version or 0).order_by("position")
    return [
        CueText(str(public_id), version, start_ms, end_ms, text)
        for public_id, version, start_ms, end_ms, text in rows.values_list(
            "public_id", "version", "start_ms", "end_ms", "text"
        )
    ]


def _courses_of(lecture_ids: Iterable[int]) -> dict[int, list[tuple[str, str]]]:
    """Public id and title of the open courses that hold each lecture now."""
    rows = (
        Course.objects.filter(
            state=CourseState.OPEN, current_version__activities__activity__lecture__in=list(lecture_ids)
        )
        .order_by("pk")
        .values_list("current_version__activities__activity__lecture", "public_id", "title")
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for lecture_id, public_id, title in rows:
        found.setdefault(lecture_id, []).append((str(public_id), title))
    return found
