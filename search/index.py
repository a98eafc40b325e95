"""The index follows the database: lectures are asked for, indexed and swept up, and everything is rebuilt and compared.

One writer of LectureIndexing, SpokenCitation and the engine's index. A lecture's documents are all of its published
captions; who may find it goes with every one of them. A failing engine leaves the request waiting for the sweep.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from courses.models import Lecture
from media.models import CaptionTrack
from search import citations, engines, known_terms, lectures, readings, statutes, text_index
from search.documents import cited_by_cue, documents
from search.engines.base import Document, IndexMissing
from search.kinds import Family, group_of
from search.lectures import PublishedTrack
from search.models import WAITING, LectureIndexing, SpokenCitation, Statute
from search.transcript import join


@dataclass(frozen=True, slots=True)
class Comparison:
    """Index against database: ids of documents that the index lacks, has beyond it, or holds otherwise."""

    documents: int
    missing: Sequence[str]
    extra: Sequence[str]
    different: Sequence[str]

    @property
    def is_equal(self) -> bool:
        return not (self.missing or self.extra or self.different)


def request(lecture_ids: Iterable[int]) -> list[int]:
    """Notes that these lectures, and those that share their recordings, must be indexed (again); returns their keys.

    Call `index_lecture` for each afterwards, or leave it to `index_waiting`. Idempotent.
    """
    asked = Lecture.objects.filter(pk__in=set(lecture_ids))
    shared = asked.filter(recording__isnull=False).values("recording")
    keys = list(
        Lecture.objects.filter(Q(pk__in=asked.values("pk")) | Q(recording__in=shared)).values_list(
            "pk", flat=True
        )
    )
    now = timezone.now()
    LectureIndexing.objects.bulk_create(
        [LectureIndexing(lecture_id=key, requested_at=now) for key in keys],
        update_conflicts=True,
        unique_fields=["lecture"],
        update_fields=["requested_at"],
    )
    return keys


def request_all() -> None:
    """The same for every lecture with a recording; the sweep does it, a few hundred at a time."""
    request(Lecture.objects.filter(recording__isnull=False).values_list("pk", flat=True))


def request_track(track: CaptionTrack) -> list[int]:
    """The same for the lectures that show a caption track's recording."""
    return request(Lecture.objects.filter(recording_id=track.recording_id).values_list("pk", flat=True))


def index_lecture(lecture_id: int) -> int:
    """Makes the index hold the lecture's published captions as they are now; returns how many documents.

    May run twice. Raises EngineUnavailable; the request then stays waiting.
    """
    started = timezone.now()
    lecture = Lecture.objects.filter(pk=lecture_id).first()
    if lecture is None:
        return 0
    tracks = list(lectures.published_tracks([lecture_id]))
    names = statutes.names()
    _write_citations([lecture_id], tracks, names)
    ear = known_terms.ear()
    found = [document for track in tracks for document in documents(track.lecture, names=names, ear=ear)]
    for engine in engines.kept():
        engine.replace(group_of(Family.LECTURE, lecture.public_id), found)
    _note_done({lecture_id: len(found)}, started)
    return len(found)


def index_waiting(limit: int = 500) -> int:
    """Indexes what was asked for and is not done, oldest first; returns how many lectures. The sweep's deed."""
    waiting = LectureIndexing.objects.filter(WAITING).order_by("requested_at", "pk")
    keys = list(waiting.values_list("lecture_id", flat=True)[:limit])
    for key in keys:
        index_lecture(key)
    return len(keys)


def rebuild(progress: Callable[[int], None] = lambda count: None) -> int:
    """Builds the whole index beside the one in use and swaps; returns how many documents it has.

    What was asked for meanwhile is indexed once more afterwards: its change may have gone to the old index.
    Raises EngineUnavailable.
    """
    started = timezone.now()
    names = statutes.names()
    counts: dict[int, int] = {}
    texts: dict[str, int] = {}
    total = 0
    for engine in engines.kept():
        total = engine.rebuild(_all_documents(names, counts, texts), progress)
    _note_done(counts, started)
    text_index.note_done(texts, started)
    readings.note_all()
    for key in LectureIndexing.objects.filter(requested_at__gt=started).values_list("lecture_id", flat=True):
        index_lecture(key)
    text_index.index_asked_since(started)
    return total


def ensure() -> None:
    """Builds the index where there is none: on a new site, and where its folder was lost. Raises EngineUnavailable."""
    for engine in engines.kept():
        try:
            engine.check()
        except IndexMissing:
            started, texts = timezone.now(), dict[str, int]()
            engine.rebuild(_all_documents(statutes.names(), {}, texts), lambda count: None)
            text_index.note_done(texts, started)


def verify() -> Comparison:
    """Compares the index with what the database would make of it, document by document. Raises EngineUnavailable."""
    names, ear = statutes.names(), known_terms.ear()
    wanted = {
        document.id: document.fingerprint
        for _, tracks in lectures.all_batches()
        for track in tracks
        for document in documents(track.lecture, names=names, ear=ear)
    }
    wanted |= {document.id: document.fingerprint for document in text_index.all_documents({})}
    held = dict(engines.current().fingerprints())
    return Comparison(
        documents=len(held),
        missing=sorted(wanted.keys() - held.keys()),
        extra=sorted(held.keys() - wanted.keys()),
        different=sorted(key for key in wanted.keys() & held.keys() if wanted[key] != held[key]),
    )


def _all_documents(
    names: Mapping[str, str], counts: dict[int, int], texts: dict[str, int]
) -> Iterator[Document]:
    """Every document that the index should hold; writes the citations of lectures on the way, and `counts` for each
    lecture, `texts` for each reading and statute."""
    ear = known_terms.ear()
    for keys, tracks in lectures.all_batches():
        _write_citations(keys, tracks, names)
        counts.update(dict.fromkeys(keys, 0))
        for track in tracks:
            for document in documents(track.lecture, names=names, ear=ear):
                counts[track.lecture_id] += 1
                yield document
    yield from text_index.all_documents(texts)


def _note_done(counts: Mapping[int, int], started_at: dt.datetime) -> None:
    """The lectures are indexed as they stood when reading began, so that a later request is still waiting."""
    LectureIndexing.objects.bulk_create(
        [
            LectureIndexing(lecture_id=key, requested_at=started_at, indexed_at=started_at, documents=count)
            for key, count in counts.items()
        ],
        update_conflicts=True,
        unique_fields=["lecture"],
        update_fields=["indexed_at", "documents"],
        batch_size=500,
    )


@transaction.atomic
def _write_citations(
    lecture_ids: Sequence[int], tracks: Iterable[PublishedTrack], names: Mapping[str, str]
) -> None:
    """Replaces what these lectures are known to cite."""
    keys = dict(Statute.objects.values_list("key", "pk"))
    SpokenCitation.objects.filter(lecture__in=lecture_ids).delete()
    SpokenCitation.objects.bulk_create(
        (row for track in tracks for row in _spoken(track, keys, names)), batch_size=500
    )


def _spoken(
    track: PublishedTrack, keys: Mapping[str, int], names: Mapping[str, str]
) -> Iterator[SpokenCitation]:
    lecture = track.lecture
    if track.track is None:
        return
    joined = join([cue.text for cue in lecture.cues])
    for position, found in enumerate(cited_by_cue(lecture.title, lecture.around, joined, names=names)):
        cue = lecture.cues[position]
        for citation in found:
            statute_id = keys.get(citation.statute or "")
            if statute_id is None or citation.confidence < citations.DOUBTFUL:
                continue
            yield SpokenCitation(
                statute_id=statute_id,
                article=citation.article,
                paragraph=citation.paragraph,
                item=citation.item,
                lecture_id=track.lecture_id,
                track=track.track,
                version=cue.version,
                position=position,
                start_ms=cue.start_ms,
                confidence_percent=round(citation.confidence * 100),
            )
