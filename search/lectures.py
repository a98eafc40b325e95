"""How the index reads the database: captioned lectures as plain values, with everything that goes into a document."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from courses.access import lecture_access_tokens
from courses.models import Course, CourseState, CourseVersionActivity, Lecture
from media.models import CaptionTrack, Cue, Language
from people.days import local_day
from search.documents import CaptionedLecture, CueText
from search.kinds import Family, Kind, group_of

_BATCH = 50


@dataclass(frozen=True, slots=True)
class PublishedTrack:
    """A lecture's published captions in one language, as a row and as the index sees them; no row where it has none."""

    lecture_id: int
    track: CaptionTrack | None
    lecture: CaptionedLecture


def all_batches() -> Iterator[tuple[list[int], list[PublishedTrack]]]:
    """Every lecture with a recording, a batch at a time: the keys, and their published tracks."""
    keys = list(Lecture.objects.filter(recording__isnull=False).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        yield batch, list(published_tracks(batch))


def published_tracks(lecture_ids: Sequence[int]) -> Iterator[PublishedTrack]:
    """The lectures with their published tracks; Traditional Chinese beside Simplified is left out: the same words."""
    same_recording = Lecture.objects.filter(recording_id=OuterRef("recording_id")).order_by("pk")
    lectures = list(
        Lecture.objects.filter(pk__in=lecture_ids, recording__isnull=False)
        .select_related("lecturer", "recording")
        .annotate(first_user=Subquery(same_recording.values("pk")[:1]))
        .order_by("pk")
    )
    tokens = lecture_access_tokens(lecture.pk for lecture in lectures)
    courses = _courses_of([lecture.pk for lecture in lectures])
    chapters = _chapters_of([lecture.pk for lecture in lectures])
    tracks = _tracks_of({lecture.recording_id for lecture in lectures if lecture.recording_id})
    for lecture in lectures:
        for track in tracks.get(lecture.recording_id or 0, [None]):
            yield PublishedTrack(
                lecture.pk,
                track,
                CaptionedLecture(
                    group=group_of(Family.LECTURE, lecture.public_id),
                    title=lecture.title,
                    around=_around(lecture, courses.get(lecture.pk, []), chapters.get(lecture.pk, [])),
                    access=sorted(tokens[lecture.pk]),
                    courses=[key for key, _ in courses.get(lecture.pk, [])],
                    lecturer=str(lecture.lecturer_id or ""),
                    language=track.language if track else "",
                    cues=_cues_of(track) if track else (),
                    published_on=local_day(lecture.first_published_at)
                    if lecture.first_published_at
                    else None,
                    kind=Kind.VIDEO if lecture.recording and lecture.recording.has_video else Kind.AUDIO,
                    shared_by="" if lecture.first_user == lecture.pk else f":{lecture.pk}",
                ),
            )


def _around(lecture: Lecture, courses: Iterable[tuple[str, str]], chapters: Iterable[str]) -> str:
    """The words beside the title: the lecturer's name, the courses' titles and the chapters."""
    lecturer = lecture.lecturer.title if lecture.lecturer else ""
    return " ".join([lecturer, *(title for _, title in courses), *chapters]).strip()


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


def _chapters_of(lecture_ids: Iterable[int]) -> dict[int, list[str]]:
    """The chapters of open courses in which each lecture stands; a chapter goes on until the next begins."""
    keys = set(lecture_ids)
    versions = Course.objects.filter(
        state=CourseState.OPEN, current_version__activities__activity__lecture__in=keys
    ).values("current_version")
    rows = CourseVersionActivity.objects.filter(version__in=versions).order_by("version", "position")
    found: dict[int, list[str]] = {}
    version, chapter = None, ""
    for row in rows.values_list("version", "chapter", "activity__lecture"):
        if row[0] != version:
            version, chapter = row[0], ""
        chapter = row[1] or chapter
        if row[2] in keys and chapter and chapter not in found.setdefault(row[2], []):
            found[row[2]].append(chapter)
    return found
