"""Who explains an article: lectures that cite it, with the sentence for those who may watch and the name for others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count

from courses.access import MEMBERS_TOKEN, PUBLIC_TOKEN, accessible_lectures, lecture_access_tokens
from courses.models import Lecture
from media.models import Cue
from people.models import User
from search import citations, highlight, statutes
from search.found import FoundMoment
from search.models import ReadingCitation, SpokenCitation, Statute
from search.transcript import join

MOMENTS = 5
# Who may not watch a lecture may read its name when it is for everybody or for all members, not when it is for an
# audience: the name alone could tell what is between that audience and its teacher.
_NAMED_TO_ALL = {PUBLIC_TOKEN, MEMBERS_TOKEN}


@dataclass(frozen=True, slots=True)
class CitingLecture:
    """A lecture that cites the article. `moments` is empty, and `is_open` false, for who may not watch it."""

    lecture: Lecture
    is_open: bool
    is_doubtful: bool
    count: int
    moments: tuple[FoundMoment, ...]


@dataclass(frozen=True, slots=True)
class NamedArticle:
    """An article of a statute that has pages."""

    statute_key: str
    statute_name: str
    article: int


def lectures_citing(statute: Statute, article: int, user: User | AnonymousUser) -> list[CitingLecture]:
    """The lectures that cite an article, those that the user may watch first, each with its first moments."""
    by_lecture: dict[int, list[SpokenCitation]] = {}
    for row in SpokenCitation.objects.filter(statute=statute, article=article).order_by("start_ms", "pk"):
        by_lecture.setdefault(row.lecture_id, []).append(row)
    open_to_user = set(accessible_lectures(user).filter(pk__in=by_lecture).values_list("pk", flat=True))
    named = _named_to_all(by_lecture)
    lectures = Lecture.objects.filter(pk__in=open_to_user | named).select_related("lecturer").order_by("pk")
    texts = _texts(row for key in open_to_user for row in by_lecture[key][:MOMENTS])
    names = statutes.names() if open_to_user else {}
    found = [
        CitingLecture(
            lecture=lecture,
            is_open=lecture.pk in open_to_user,
            is_doubtful=all(is_doubtful(row) for row in by_lecture[lecture.pk]),
            count=len(by_lecture[lecture.pk]),
            moments=tuple(
                _moment(row, statute.key, texts, names)
                for row in by_lecture[lecture.pk][:MOMENTS]
                if lecture.pk in open_to_user
            ),
        )
        for lecture in lectures
    ]
    return sorted(found, key=lambda each: (not each.is_open, each.is_doubtful, -each.count, each.lecture.pk))


def cited_counts(statute: Statute, user: User | AnonymousUser) -> dict[int, int]:
    """For each article that is cited, by how many lectures that the user may see named."""
    keys = set(SpokenCitation.objects.filter(statute=statute).values_list("lecture_id", flat=True).distinct())
    seen = set(accessible_lectures(user).filter(pk__in=keys).values_list("pk", flat=True)) | _named_to_all(
        keys
    )
    rows = (
        SpokenCitation.objects.filter(statute=statute, lecture__in=seen)
        .order_by("article")
        .values_list("article")
        .annotate(lectures=Count("lecture", distinct=True))
    )
    return dict(rows)


def named(cited: Iterable[citations.Citation]) -> list[NamedArticle]:
    """The articles among citations whose statute has pages, each once."""
    return named_pages((each.statute, each.article) for each in cited if each.statute)


def beyond(cited: Iterable[citations.Citation]) -> list[tuple[Statute, int]]:
    """The statutes of citations of which they have no such article, each once, with the number that was asked for."""
    asked = {each.statute: each.article for each in cited}
    return [(each, asked[each.key]) for each in Statute.objects.filter(key__in=asked).order_by("pk")]


def named_pages(articles: Iterable[tuple[str, int]]) -> list[NamedArticle]:
    """The same for statutes' keys and articles' numbers."""
    wanted = dict.fromkeys(articles)
    names = dict(Statute.objects.filter(key__in={key for key, _ in wanted}).values_list("key", "short_name"))
    return [NamedArticle(key, names[key], article) for key, article in wanted if key in names]


def _named_to_all(lecture_ids: Iterable[int]) -> set[int]:
    tokens = lecture_access_tokens(lecture_ids)
    return {key for key, carried in tokens.items() if carried & _NAMED_TO_ALL}


def _texts(rows: Iterable[SpokenCitation]) -> dict[tuple[int, int, int], tuple[str, int]]:
    """The words and the end of each citing cue, with the next cue's words behind it."""
    places = {(row.track_id, row.version, row.position) for row in rows}
    wanted = places | {(track, version, position + 1) for track, version, position in places}
    return {
        (track, version, position): (text, end_ms)
        for track, version, position, text, end_ms in Cue.objects.filter(
            track__in={place[0] for place in wanted}, position__in={place[2] for place in wanted}
        ).values_list("track_id", "version", "position", "text", "end_ms")
        if (track, version, position) in wanted
    }


def is_doubtful(row: SpokenCitation | ReadingCitation) -> bool:
    """Whether pages say "probably" of it."""
    return row.confidence_percent < citations.INHERITED * 100


def _moment(
    row: SpokenCitation,
    statute_key: str,
    texts: dict[tuple[int, int, int], tuple[str, int]],
    names: Mapping[str, str],
) -> FoundMoment:
    text, end_ms = texts.get((row.track_id, row.version, row.position), ("", row.start_ms))
    following, _ = texts.get((row.track_id, row.version, row.position + 1), ("", 0))
    joined = join([text, following])
    own_end = joined.ranges[0][1]
    spans = [
        (citation.start, citation.end)
        for citation in citations.find(joined.text, context=statute_key, names=names)
        if citation.article == row.article and citation.start < own_end
    ]
    crosses = any(end > own_end for _, end in spans)
    words = joined.text if crosses else joined.text[:own_end]
    return FoundMoment(row.start_ms, end_ms, highlight.segments(words, spans), 0.0, is_doubtful(row))
