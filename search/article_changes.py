"""How an article was changed: the text before a day beside the text from it on."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from people.days import today
from search import differences
from search.differences import Compared
from search.models import AmendmentReview, ArticleVersion
from search.statute_text import Paragraph

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class ArticleChange:
    """What became of an article on a day; a text that is not there is None, never both."""

    on: dt.date
    before: ArticleVersion | None
    after: ArticleVersion | None

    @property
    def is_to_come(self) -> bool:
        return self.on > today()

    @property
    def compared(self) -> Compared:
        return differences.compare(_lines(self.before), _lines(self.after))


def changes(versions: Sequence[ArticleVersion]) -> list[ArticleChange]:
    """The changes of an article after its first text, the latest first, from all of its texts."""
    ended = {each.valid_to: each for each in versions if each.valid_to}
    begun = {each.valid_from: each for each in versions}
    first = min(begun, default=None)
    days = sorted({day for day in (*ended, *begun) if day != first}, reverse=True)
    return [ArticleChange(day, ended.get(day), begun.get(day)) for day in days[:MOST_LISTED]]


def of_reviews(reviews: Iterable[AmendmentReview]) -> dict[int, ArticleChange]:
    """By the key of each review: what its import made of its article. One statement for any number of them."""
    found = list(reviews)
    texts: dict[int, list[ArticleVersion]] = {}
    for version in ArticleVersion.objects.filter(article__in={each.article_id for each in found}):
        texts.setdefault(version.article_id, []).append(version)
    return {
        review.pk: change
        for review in found
        for change in changes(texts.get(review.article_id, ()))
        if change.on == review.came_with.valid_from
    }


def compared(before: Iterable[Paragraph], after: Iterable[Paragraph]) -> Compared:
    """The same for texts that are planned."""
    return differences.compare(_of_paragraphs(before), _of_paragraphs(after))


def _lines(version: ArticleVersion | None) -> list[tuple[str, bool]]:
    return [
        line
        for paragraph in (version.paragraphs if version else ())
        for line in ((paragraph["text"], False), *((item, True) for item in paragraph["items"]))
    ]


def _of_paragraphs(paragraphs: Iterable[Paragraph]) -> list[tuple[str, bool]]:
    return [
        line for each in paragraphs for line in ((each.text, False), *((item, True) for item in each.items))
    ]
