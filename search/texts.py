"""What an article said, on any day: its text with the articles that it cites as links, and who interprets it."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.urls import reverse

from search import citations, numerals, statutes
from search.models import Article, ArticleCitation, ArticleVersion, Statute, StatuteKind

# An article that half the interpretations speak of still fits on a page.
MOST_INTERPRETATIONS = 50


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text; `url` leads to the article that it cites."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ParagraphShown:
    """A paragraph and its items, cut at the citations."""

    pieces: tuple[Piece, ...]
    items: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class TextShown:
    """An article's text and its days; `until` is the last day on which it was in force, None for the present one."""

    article: Article
    since: dt.date
    until: dt.date | None
    paragraphs: tuple[ParagraphShown, ...]


def versions(statute: Statute, number: int, insert: int = 0) -> list[ArticleVersion]:
    """Every text that the article had, the latest first; empty where the texts are not imported."""
    found = ArticleVersion.objects.filter(
        article__statute=statute, article__number=number, article__insert=insert
    )
    return list(found.select_related("article__statute").order_by("-valid_from"))


def version_on(found: Iterable[ArticleVersion], day: dt.date) -> ArticleVersion | None:
    """The one of an article's texts that was in force on the day."""
    for version in found:
        end = _end(version)
        if version.valid_from <= day and (end is None or day < end):
            return version
    return None


def _end(version: ArticleVersion) -> dt.date | None:
    """The day from which the text is no longer in force: a later text's first, or that of the statute's repeal."""
    ends = [day for day in (version.valid_to, version.article.statute.in_force_to) if day is not None]
    return min(ends, default=None)


def shown(found: Iterable[ArticleVersion]) -> list[TextShown]:
    """Texts as a page prints them; three statements for any number of them."""
    names, lengths = statutes.names(), statutes.lengths()
    keys = set(Statute.objects.values_list("key", flat=True))
    return [
        TextShown(
            article=version.article,
            since=version.valid_from,
            until=(end := _end(version)) and end - dt.timedelta(days=1),
            paragraphs=tuple(
                ParagraphShown(
                    pieces=_pieces(paragraph["text"], version.article, names, lengths, keys),
                    items=tuple(
                        _pieces(item, version.article, names, lengths, keys) for item in paragraph["items"]
                    ),
                )
                for paragraph in version.paragraphs
            ),
        )
        for version in found
    ]


def interpreting(statute: Statute, number: int, day: dt.date) -> list[ArticleVersion]:
    """The texts of other statutes in force on the day that cite the article, by statute and number."""
    citing = ArticleCitation.objects.filter(statute=statute, article=number).values("version")
    return list(
        ArticleVersion.objects.filter(statutes.in_force_on(day), pk__in=citing)
        .exclude(article__statute=statute)
        .select_related("article__statute")
        .order_by("article__statute_id", "article__number", "article__insert")[:MOST_INTERPRETATIONS]
    )


def inserted(statute: Statute, number: int) -> list[Article]:
    """The articles that were put in behind this one: 第十九条之一 behind 第十九条."""
    return list(statute.article_set.filter(number=number, insert__gt=0).order_by("insert"))


def label(number: int, insert: int = 0) -> str:
    """第五百七十七条, 第十九条之一: as the statute prints it."""
    own = statutes.article_label(number)
    return f"{own}之{numerals.written(insert)}" if insert else own


def context_in(statute: Statute) -> str | None:
    """What a bare 第N条 in its text means: a statute's own article; an interpretation says 本解释第N条 for its own."""
    return statute.key if statute.kind == StatuteKind.STATUTE else None


def address(statute_key: str, number: int, insert: int = 0) -> str:
    """Where an article has its page."""
    if insert:
        return reverse("search:inserted_article", args=[statute_key, number, insert])
    return reverse("search:article", args=[statute_key, number])


def changed_address(article: Article, on: dt.date) -> str:
    """Where the texts before and after a change stand together."""
    return f"{address(article.statute.key, article.number, article.insert)}?changed={on.isoformat()}#changed"


def _pieces(
    text: str, article: Article, names: dict[str, str], lengths: dict[str, int], keys: set[str]
) -> tuple[Piece, ...]:
    return tuple(_cut(text, article, names, lengths, keys))


def _cut(
    text: str, article: Article, names: dict[str, str], lengths: dict[str, int], keys: set[str]
) -> Iterator[Piece]:
    """The text in runs."""
    own = article.statute
    place = 0
    for citation in citations.find(text, context=context_in(own), names=names, lengths=lengths, own=own.key):
        is_own = citation.statute == own.key and citation.article == article.number
        if citation.statute not in keys or citation.start < place or is_own or citation.is_doubtful:
            continue
        if citation.start > place:
            yield Piece(text[place : citation.start])
        yield Piece(text[citation.start : citation.end], address(citation.statute or "", citation.article))
        place = citation.end
    if place < len(text):
        yield Piece(text[place:])
