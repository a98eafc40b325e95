"""Readings and the articles that they cite: as links in their text, and as rows that article pages ask for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from bs4 import BeautifulSoup, NavigableString, PageElement
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from courses.access import accessible_readings
from courses.models import Reading
from people.models import User
from search import articles, citations, highlight, statutes, texts
from search.citations import Citation
from search.highlight import Segment
from search.models import ReadingCitation, Statute
from search.paragraphs import Written, anchor

MOST_READINGS = 50
# So many readings of a page are quoted, each with so many paragraphs of such a length.
_MOST_QUOTED, _QUOTES, _LONGEST_QUOTE = 10, 2, 110
_LINKS = ("a",)  # no link inside a link


@dataclass(frozen=True, slots=True)
class Quote:
    """A paragraph that cites the article, with the citation marked, and its name in the reading's address."""

    anchor: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class CitingReading:
    """A reading that cites an article, with its first paragraphs that do."""

    reading: Reading
    count: int
    is_doubtful: bool
    quotes: tuple[Quote, ...]


def linked(html: str, title: str) -> str:
    """The text with its citations as links to their articles, and its paragraphs as places to lead to.

    `title` may name the statute that bare articles mean. A citation that runs over several elements is linked where it
    begins. Three statements.
    """
    written = Written(html)
    keys = set(Statute.objects.values_list("key", flat=True))
    cited = [each for each in cited_in(written, title) if each.statute in keys and not each.is_doubtful]
    for paragraph in written.paragraphs():
        if paragraph.element is not None:
            paragraph.element["id"] = anchor(paragraph.number)
    for node, begins in zip(written.nodes, written.places, strict=True):
        own = [each for each in cited if begins <= each.start < begins + len(node)]
        if own and not node.find_parent(_LINKS):
            node.replace_with(*_pieces(written.soup, str(node), own, begins))
    return str(written.soup)


@transaction.atomic
def note_citations(reading: Reading) -> None:
    """Keep what a reading cites as it stands; nothing of one that is not live."""
    ReadingCitation.objects.filter(reading=reading).delete()
    if not reading.live:
        return
    keys = dict(Statute.objects.values_list("key", "pk"))
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    for each in cited_in(Written(reading.body), reading.title):
        statute_id = keys.get(each.statute or "")
        if statute_id is not None and each.confidence >= citations.DOUBTFUL:
            found[statute_id, each.article].append(each.confidence)
    ReadingCitation.objects.bulk_create(
        ReadingCitation(
            statute_id=statute_id,
            article=article,
            reading=reading,
            count=len(confidences),
            confidence_percent=round(max(confidences) * 100),
        )
        for (statute_id, article), confidences in found.items()
    )


def note_where(names: Iterable[str]) -> list[int]:
    """The same for every live reading that holds one of these names of a statute; returns their keys."""
    sought = list(names)
    keys = []
    for reading in Reading.objects.filter(live=True).iterator(chunk_size=100):
        if citations.names_any(f"{reading.title}\n{Written(reading.body).text}", sought):
            note_citations(reading)
            keys.append(reading.pk)
    return keys


def note_all() -> None:
    """The same for every live reading, with a rebuild of the index."""
    for reading in Reading.objects.filter(live=True).iterator(chunk_size=100):
        note_citations(reading)


def citing(statute: Statute, article: int, user: User | AnonymousUser) -> list[CitingReading]:
    """The readings of the user that cite an article, those that name it most first. Three statements."""
    rows = list(
        ReadingCitation.objects.filter(
            statute=statute, article=article, reading__in=accessible_readings(user).filter(live=True)
        )
        .select_related("reading")
        .order_by("-count", "reading")[:MOST_READINGS]
    )
    known = (statutes.names(), statutes.lengths()) if rows else ({}, {})
    return [
        CitingReading(
            row.reading,
            row.count,
            articles.is_doubtful(row),
            tuple(islice(_quotes(row.reading, statute.key, article, *known), _QUOTES))
            if place < _MOST_QUOTED
            else (),
        )
        for place, row in enumerate(rows)
    ]


def _quotes(
    reading: Reading, statute: str, article: int, names: Mapping[str, str], lengths: Mapping[str, int]
) -> Iterator[Quote]:
    """The paragraphs that cite the article, in order; the citation is the first of the paragraph."""
    written = Written(reading.body)
    texts_of = {each.number: each.text for each in written.paragraphs()}
    starts = list(written.starts())
    context = citations.context_of(reading.title, names=names)
    quoted: set[int] = set()
    for citation in citations.find(written.text, context=context, names=names, lengths=lengths):
        number = next((number for place, number in reversed(starts) if place <= citation.start), 0)
        if (citation.statute, citation.article) != (statute, article) or number in {0, *quoted}:
            continue
        quoted.add(number)
        text = texts_of[number]
        words = " ".join(written.text[citation.start : citation.end].split())
        place = text.find(words)
        marked = [(place, place + len(words))] if place >= 0 else []
        yield Quote(anchor(number), highlight.excerpt(text, marked, _LONGEST_QUOTE))


def cited_in(written: Written, title: str) -> list[Citation]:
    """The citations of a reading's words; `title` may name the statute that bare articles mean. Two statements."""
    names = statutes.names()
    context = citations.context_of(title, names=names)
    return citations.find(written.text, context=context, names=names, lengths=statutes.lengths())


def _pieces(soup: BeautifulSoup, text: str, cited: Iterable[Citation], begins: int) -> Iterator[PageElement]:
    place = 0
    for each in cited:
        start, end = each.start - begins, min(each.end - begins, len(text))
        if start < place:
            continue
        yield NavigableString(text[place:start])
        link = soup.new_tag("a", href=texts.address(each.statute or "", each.article))
        link["class"] = "citation"
        link.string = text[start:end]
        yield link
        place = end
    yield NavigableString(text[place:])
