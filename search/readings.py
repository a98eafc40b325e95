"""Readings and the articles that they cite: as links in their text, and as rows that article pages ask for."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bs4 import BeautifulSoup, NavigableString, PageElement
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from courses.access import accessible_readings
from courses.models import Reading
from people.models import User
from search import articles, citations, statutes, texts
from search.citations import Citation
from search.models import ReadingCitation, Statute

MOST_READINGS = 50
_LINKS = ("a",)  # no link inside a link
_BLOCKS = ("p", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "div")


@dataclass(frozen=True, slots=True)
class CitingReading:
    reading: Reading
    count: int
    is_doubtful: bool


def linked(html: str, title: str) -> str:
    """The text with its citations as links to their articles; `title` may name the statute that bare ones mean.

    A citation that runs over several elements is linked where it begins. Three statements.
    """
    soup = BeautifulSoup(html, "html.parser")
    nodes = [node for node in _texts(soup) if not node.find_parent(_LINKS)]
    keys = set(Statute.objects.values_list("key", flat=True))
    text, places = _joined(nodes)
    cited = [each for each in _cited(text, title) if each.statute in keys and not each.is_doubtful]
    for node, begins in zip(nodes, places, strict=True):
        own = [each for each in cited if begins <= each.start < begins + len(node)]
        if own:
            node.replace_with(*_pieces(soup, str(node), own, begins))
    return str(soup)


@transaction.atomic
def note_citations(reading: Reading) -> None:
    """Keep what a reading cites as it stands; nothing of one that is not live."""
    ReadingCitation.objects.filter(reading=reading).delete()
    if not reading.live:
        return
    keys = dict(Statute.objects.values_list("key", "pk"))
    found: dict[tuple[int, int], list[float]] = defaultdict(list)
    text, _places = _joined(_texts(BeautifulSoup(reading.body, "html.parser")))
    for each in _cited(text, reading.title):
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


def note_all() -> None:
    """The same for every live reading: after statutes were imported, and with a rebuild of the index."""
    for reading in Reading.objects.filter(live=True).iterator(chunk_size=100):
        note_citations(reading)


def citing(statute: Statute, article: int, user: User | AnonymousUser) -> list[CitingReading]:
    """The readings of the user that cite an article, those that name it most first. One statement."""
    rows = (
        ReadingCitation.objects.filter(
            statute=statute, article=article, reading__in=accessible_readings(user).filter(live=True)
        )
        .select_related("reading")
        .order_by("-count", "reading")[:MOST_READINGS]
    )
    return [CitingReading(row.reading, row.count, articles.is_doubtful(row)) for row in rows]


def _texts(soup: BeautifulSoup) -> list[NavigableString]:
    """What people read of it; comments are no such text."""
    return [node for node in soup.find_all(string=True) if type(node) is NavigableString]


def _joined(nodes: Iterable[NavigableString]) -> tuple[str, list[int]]:
    """The nodes' text, a full stop between blocks so that none is read on into the next, and where each begins."""
    text, places, before = "", [], None
    for node in nodes:
        block = node.find_parent(_BLOCKS)
        if text and block is not before:
            text += "。"
        places.append(len(text))
        text, before = text + node, block
    return text, places


def _cited(text: str, title: str) -> list[Citation]:
    names = statutes.names()
    context = citations.context_of(title, names=names)
    return citations.find(text, context=context, names=names, lengths=statutes.lengths())


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
