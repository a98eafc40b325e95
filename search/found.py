"""What an engine found as readers see it: lectures with the seconds that answer, beside readings and the law's text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse

from courses import lengths
from courses.access import accessible_lectures
from courses.models import Lecture
from media.models import Cue
from people.models import User
from search import found_texts, highlight
from search.engines.base import Group, Moment
from search.found_texts import FoundText, Names
from search.highlight import Segment
from search.kinds import Family, Kind, group_of, split
from search.query import Attempt
from search.transcript import join

MOMENTS = 3


@dataclass(frozen=True, slots=True)
class FoundMoment:
    """A second of a lecture: where to start playing, and what is said there with the answer marked."""

    start_ms: int
    end_ms: int
    segments: tuple[Segment, ...]
    score: float
    # Of a citation: these words may mean another statute, or none.
    is_doubtful: bool = False

    @property
    def seconds(self) -> int:
        return self.start_ms // 1000

    @property
    def clock(self) -> str:
        """When it is said, as players show it: 12:03, or 1:02:03."""
        return lengths.clock(self.start_ms)

    @property
    def text(self) -> str:
        return highlight.plain(self.segments)

    @property
    def marks(self) -> list[tuple[int, int]]:
        """The marked half-open ranges of `text`."""
        return highlight.marks(self.segments)


@dataclass(frozen=True, slots=True)
class FoundLecture:
    """A lecture that answers, with its best moments in the order of the lecture; none where only its title does."""

    lecture: Lecture
    title: tuple[Segment, ...]
    courses: tuple[tuple[str, str], ...]
    moments: tuple[FoundMoment, ...]
    score: float

    @property
    def kind(self) -> Kind:
        recording = self.lecture.recording
        return Kind.VIDEO if recording and recording.has_video else Kind.AUDIO

    @property
    def id(self) -> str:
        return str(self.lecture.public_id)

    @property
    def url(self) -> str:
        """The lecture's page; `?t=` and a number of seconds starts it there."""
        return reverse("courses:lecture", args=[self.lecture.public_id])


Found = FoundLecture | FoundText


def of(
    groups: Sequence[Group], attempt: Attempt, user: User | AnonymousUser, names: Names
) -> Iterator[Found]:
    """The groups as their readers see them, with their words from the database: the index keeps none."""
    by_family: dict[Family, list[Group]] = {family: [] for family in Family}
    for group in groups:
        by_family[split(group.key)[0]].append(group)
    found: dict[str, Found] = {
        **_lectures(by_family[Family.LECTURE], attempt, user, names),
        **found_texts.readings(by_family[Family.READING], attempt, user, names),
        **found_texts.statutes(by_family[Family.STATUTE], attempt, names),
    }
    return (found[group.key] for group in groups if group.key in found)


def _lectures(
    groups: Sequence[Group], attempt: Attempt, user: User | AnonymousUser, names: Names
) -> dict[str, FoundLecture]:
    if not groups:
        return {}
    lectures = {
        group_of(Family.LECTURE, lecture.public_id): lecture
        for lecture in accessible_lectures(user)
        .filter(public_id__in=[split(group.key)[1] for group in groups])
        .select_related("lecturer", "recording__current_generation")
    }
    cues = _cues_of(moment.id for group in groups for moment in group.moments)
    courses = found_texts.courses_of("lecture", [each.pk for each in lectures.values()], user)
    return {
        group.key: FoundLecture(
            lecture=lectures[group.key],
            title=found_texts.title(lectures[group.key].title, attempt),
            courses=tuple(courses.get(lectures[group.key].pk, ())),
            moments=tuple(_moments(group.moments, attempt, cues, names)),
            score=group.score,
        )
        for group in groups
        if group.key in lectures
    }


def _moments(
    moments: Sequence[Moment], attempt: Attempt, cues: dict[str, tuple[Cue, str]], names: Names
) -> list[FoundMoment]:
    """The best moments whose words answer, in the order of the lecture."""
    chosen: list[FoundMoment] = []
    for moment in moments:
        cue, following = cues.get(moment.id, (None, ""))
        if cue is None or len(chosen) == MOMENTS:
            continue
        segments = _marked(cue.text, following, attempt, names)
        if segments:
            chosen.append(FoundMoment(cue.start_ms, cue.end_ms, segments, moment.score))
    return sorted(chosen, key=lambda moment: moment.start_ms)


def _marked(text: str, following: str, attempt: Attempt, names: Names) -> tuple[Segment, ...]:
    """The cue's words with the answer marked; with the next cue's where the answer crosses into it; else nothing."""
    joined = join([text, following])
    own_end = joined.ranges[0][1]
    own = joined.text[:own_end]
    spans = found_texts.spans(own, attempt, names)
    if spans:
        return highlight.segments(own, spans)
    across = [span for span in found_texts.spans(joined.text, attempt, names) if span[0] < own_end]
    return highlight.segments(joined.text, across) if across else ()


def _cues_of(document_ids: Iterable[str]) -> dict[str, tuple[Cue, str]]:
    """For each document id its cue and the text of the cue after it; two statements."""
    wanted = {document_id: document_id.split(":")[:2] for document_id in document_ids}
    rows = Cue.objects.filter(public_id__in={key for key, _ in wanted.values()})
    by_key = {(str(cue.public_id), str(cue.version)): cue for cue in rows}
    found = {key: by_key[pair[0], pair[1]] for key, pair in wanted.items() if tuple(pair) in by_key}
    after = Q(pk__in=())
    for cue in found.values():
        after |= Q(track_id=cue.track_id, version=cue.version, position=cue.position + 1)
    following = {
        (track, version, position): text
        for track, version, position, text in Cue.objects.filter(after).values_list(
            "track_id", "version", "position", "text"
        )
    }
    return {
        key: (cue, following.get((cue.track_id, cue.version, cue.position + 1), ""))
        for key, cue in found.items()
    }
