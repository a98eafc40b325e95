"""What a lecture cites: its articles in the order in which they are first named, and those of each second."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from courses.models import Lecture
from search import articles
from search.models import SpokenCitation

# A lecture of two hours that names an article every ten seconds.
MOST_CITATIONS = 1_000


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """An article with its page; `is_doubtful` where no place names it beyond doubt."""

    statute_key: str
    statute_name: str
    article: int
    count: int
    is_doubtful: bool

    def __str__(self) -> str:
        return f"{self.statute_name}第{self.article}条"


@dataclass(frozen=True, slots=True)
class Cited:
    """`all` are each article once; `at` are those of each cue, by the millisecond at which it begins."""

    all: tuple[CitedArticle, ...]
    at: Mapping[int, tuple[CitedArticle, ...]]


def cited_in(lecture: Lecture) -> Cited:
    """The articles that a lecture's published captions cite. One statement."""
    rows = list(
        SpokenCitation.objects.filter(lecture=lecture)
        .select_related("statute")
        .order_by("start_ms", "pk")[:MOST_CITATIONS]
    )
    by_article: dict[tuple[str, int], list[SpokenCitation]] = defaultdict(list)
    for row in rows:
        by_article[row.statute.key, row.article].append(row)
    all_ = {key: _together(found) for key, found in by_article.items()}
    by_cue: dict[int, dict[tuple[str, int], list[SpokenCitation]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_cue[row.start_ms][row.statute.key, row.article].append(row)
    at = {start: tuple(_together(found) for found in named.values()) for start, named in by_cue.items()}
    return Cited(tuple(all_.values()), at)


def _together(rows: list[SpokenCitation]) -> CitedArticle:
    first = rows[0]
    return CitedArticle(
        statute_key=first.statute.key,
        statute_name=first.statute.short_name,
        article=first.article,
        count=len(rows),
        is_doubtful=all(articles.is_doubtful(row) for row in rows),
    )
