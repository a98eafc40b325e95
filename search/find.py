"""`search(text)`: the one way to find something, which the page, the API and the command call.

The first attempt of the plan that finds anything answers. The engine sees only what the reader's access tokens open,
and the lectures are then taken through their own door besides, because an index may be a moment behind.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse

from courses.access import access_tokens, accessible_courses, accessible_lectures
from courses.models import Lecture
from media.models import Cue
from people.models import User
from search import citations, engines, facets, highlight, nearest, query, statutes
from search.cards import FacetName
from search.engines.base import (
    DEEPEST_RESULT,
    Engine,
    EngineUnavailable,
    Filters,
    Group,
    Moment,
    Order,
    Page,
    Request,
)
from search.facets import Facet
from search.highlight import Segment
from search.lectures import group_of, public_id_of
from search.nearest import Nearest
from search.query import Attempt, AttemptKind, Plan
from search.refusals import QuestionTooLong, SearchUnavailable
from search.transcript import join

logger = logging.getLogger(__name__)

Names = Mapping[str, str]

MOMENTS = 3


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader chose to narrow by: public id of a course or of a lecture, keys of a lecturer and of a statute, a
    year, a kind; empty for all."""

    course: str = ""
    lecturer: str = ""
    lecture: str = ""
    statute: str = ""
    year: str = ""
    kind: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.lecture or any(self.chosen.values()))

    @property
    def chosen(self) -> dict[FacetName, str]:
        """The facets' values; empty where none is chosen."""
        return {name: getattr(self, name.value) for name in FacetName}


@dataclass(frozen=True, slots=True)
class Part:
    """Which of all the answers are asked for, and in what order."""

    offset: int
    limit: int
    order: Order


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
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)

    @property
    def marks(self) -> list[tuple[int, int]]:
        """The marked half-open ranges of `text`."""
        found, place = [], 0
        for segment in self.segments:
            if segment.is_marked:
                found.append((place, place + len(segment.text)))
            place += len(segment.text)
        return found


@dataclass(frozen=True, slots=True)
class FoundLecture:
    """A lecture that answers, with its best moments in the order of the lecture; none where only its title does."""

    lecture: Lecture
    title: tuple[Segment, ...]
    courses: tuple[tuple[str, str], ...]
    moments: tuple[FoundMoment, ...]
    score: float

    @property
    def url(self) -> str:
        """The lecture's page; `?t=` and a number of seconds starts it there."""
        return reverse("courses:lecture", args=[self.lecture.public_id])


@dataclass(frozen=True, slots=True)
class Results:
    """The answer: which attempt found it (None when nothing was), how many lectures in all, and this page of them."""

    text: str
    attempt: AttemptKind | None
    total: int
    lectures: tuple[FoundLecture, ...]
    cited: tuple[citations.Citation, ...]
    offset: int
    limit: int
    order: Order
    facets: tuple[Facet, ...]
    # The chosen engine did not answer, and the standby did.
    is_limited: bool = False
    # Where nothing was found: what to ask instead.
    nearest: tuple[Nearest, ...] = ()


def search(
    text: str,
    narrowing: Narrowing | None = None,
    limit: int = 10,
    *,
    user: User | AnonymousUser,
    offset: int = 0,
    order: Order = Order.RELEVANCE,
) -> Results:
    """What `user` may find for `text`: lectures `offset` to `offset + limit` of all that answer.

    Where the engine does not answer, the standby does. Raises QuestionTooLong, and SearchUnavailable when neither can.
    """
    names = statutes.names()
    narrowing = narrowing or Narrowing()
    try:
        plan = query.plan(text, names=names)
    except query.QueryTooLong as error:
        raise QuestionTooLong from error
    limit = max(1, min(limit, 50))
    offset = max(0, min(offset, DEEPEST_RESULT))
    engine = engines.current()
    ask = partial(_first_answer, plan=plan, narrowing=narrowing, user=user, part=Part(offset, limit, order))
    try:
        try:
            attempt, page = ask(engine)
        except EngineUnavailable as error:
            beside = engines.standby()
            if beside is None:
                raise
            logger.warning("%s: %s; the standby answers", error.code, error)
            engine = beside
            attempt, page = ask(engine)
    except EngineUnavailable as error:
        logger.warning("%s: %s", error.code, error)
        raise SearchUnavailable from error
    lectures = tuple(_found(page.groups, attempt, user, names)) if attempt else ()
    return Results(
        text=plan.text,
        attempt=attempt.kind if attempt else None,
        total=page.total,
        lectures=lectures,
        cited=plan.cited,
        offset=offset,
        limit=limit,
        order=order,
        facets=facets.of(page.cards, narrowing.chosen, user),
        is_limited=engine is not engines.current(),
        nearest=() if attempt else _nearest(engine, plan.text, user),
    )


def _nearest(engine: Engine, text: str, user: User | AnonymousUser) -> tuple[Nearest, ...]:
    """What the reader may ask instead, and would find something for; nothing while the engine falters."""
    access = access_tokens(user)
    try:
        return nearest.nearest(text, lambda attempt: engine.find(Request(attempt, access, limit=1)).total > 0)
    except EngineUnavailable as error:
        logger.warning("%s: %s", error.code, error)
        return ()


def _first_answer(
    engine: Engine, plan: Plan, narrowing: Narrowing, user: User | AnonymousUser, part: Part
) -> tuple[Attempt | None, Page]:
    if not plan.attempts:
        return None, Page(0, ())
    filters = Filters(
        course=narrowing.course,
        lecturer=narrowing.lecturer,
        group=f"lecture:{narrowing.lecture}" if narrowing.lecture else "",
        statute=narrowing.statute,
        year=narrowing.year,
        kind=narrowing.kind,
    )
    access = access_tokens(user)
    for attempt in plan.attempts:
        page = engine.find(Request(attempt, access, filters, part.offset, part.limit, MOMENTS, part.order))
        if page.total:
            return attempt, page
    return None, Page(0, ())


def _found(
    groups: Sequence[Group], attempt: Attempt, user: User | AnonymousUser, names: Names
) -> Iterable[FoundLecture]:
    """The groups as lectures, with their words from the database: the index keeps none."""
    lectures = {
        group_of(lecture.public_id): lecture
        for lecture in accessible_lectures(user)
        .filter(public_id__in=[public_id_of(group.key) for group in groups])
        .select_related("lecturer", "recording__current_generation")
    }
    cues = _cues_of(moment.id for group in groups for moment in group.moments)
    courses = _courses_of(lectures.values(), user)
    for group in groups:
        lecture = lectures.get(group.key)
        if lecture is None:
            continue
        yield FoundLecture(
            lecture=lecture,
            title=highlight.segments(lecture.title, highlight.spans(lecture.title, attempt)),
            courses=tuple(courses.get(lecture.pk, ())),
            moments=tuple(_moments(group.moments, attempt, cues, names)),
            score=group.score,
        )


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
    spans = _spans(own, attempt, names)
    if spans:
        return highlight.segments(own, spans)
    across = [span for span in _spans(joined.text, attempt, names) if span[0] < own_end]
    return highlight.segments(joined.text, across) if across else ()


def _spans(text: str, attempt: Attempt, names: Names) -> list[tuple[int, int]]:
    if attempt.kind is not AttemptKind.CITATION:
        return highlight.spans(text, attempt)
    # The document carries the citation that was asked for, so its statute is the one in force in these words.
    statute = attempt.citations[0].split(":")[0]
    cited = citations.find(text, context=None if statute == "any" else statute, names=names)
    return highlight.spans(text, attempt, cited=cited)


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


def _courses_of(lectures: Iterable[Lecture], user: User | AnonymousUser) -> dict[int, list[tuple[str, str]]]:
    """Title and public id of the courses in which the reader may watch each lecture."""
    rows = (
        accessible_courses(user)
        .filter(current_version__activities__activity__lecture__in=list(lectures))
        .order_by("pk")
        .values_list("current_version__activities__activity__lecture", "public_id", "title")
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for lecture_id, public_id, title in rows:
        found.setdefault(lecture_id, []).append((str(public_id), title))
    return found
