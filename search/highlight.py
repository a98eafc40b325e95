"""Which parts of an original text answer an attempt, so that a page can mark them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.analysis import Token, tokens
from search.citations import Citation
from search.query import Attempt, AttemptKind, Phrase

_STOPS = "。；，：！？;,"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the original text, marked or not. Pieces in order give the whole text; escaping is the page's."""

    text: str
    is_marked: bool


def spans(text: str, attempt: Attempt, *, cited: Iterable[Citation] = ()) -> list[tuple[int, int]]:
    """The half-open ranges of `text` to mark, merged and in order. `cited` are the text's own citations."""
    stream = tokens(text)
    found = [span for phrase in attempt.phrases for span in _occurrences(stream, phrase)]
    if attempt.kind is AttemptKind.CITATION:
        asked = set(attempt.citations)
        found.extend((citation.start, citation.end) for citation in cited if asked & set(citation.terms))
        words = {term for term in attempt.terms if len(term) > 1}
    else:
        words = set(attempt.tokens)
    found.extend((token.start, token.end) for token in stream if token.text in words)
    return merged(found)


def segments(text: str, marked: Sequence[tuple[int, int]]) -> tuple[Segment, ...]:
    """The text cut at the marked ranges, which are merged and in order."""
    pieces: list[Segment] = []
    place = 0
    for start, end in marked:
        if start > place:
            pieces.append(Segment(text[place:start], False))
        pieces.append(Segment(text[start:end], True))
        place = end
    if place < len(text):
        pieces.append(Segment(text[place:], False))
    return tuple(pieces)


def plain(pieces: Iterable[Segment]) -> str:
    """The text of the pieces."""
    return "".join(piece.text for piece in pieces)


def marks(pieces: Iterable[Segment]) -> list[tuple[int, int]]:
    """The marked half-open ranges of their text."""
    found, place = [], 0
    for piece in pieces:
        if piece.is_marked:
            found.append((place, place + len(piece.text)))
        place += len(piece.text)
    return found


def excerpt(text: str, marked: Sequence[tuple[int, int]], longest: int) -> tuple[Segment, ...]:
    """The text cut at its marks, and cut down to about `longest` characters from where the first of them is read.

    It begins behind a sentence's or clause's end where one is near; what is left out is an ellipsis.
    """
    if len(text) <= longest:
        return segments(text, marked)
    first = marked[0][0] if marked else 0
    start = 0
    if first > longest // 3:
        lead = max(0, first - longest // 3)
        stops = [lead + place for place, sign in enumerate(text[lead:first], start=1) if sign in _STOPS]
        start = stops[0] if stops else lead
    end = min(len(text), start + longest)
    own = [(max(a, start) - start, min(b, end) - start) for a, b in marked if a < end and b > start]
    pieces = list(segments(text[start:end], own))
    if start:
        pieces.insert(0, Segment("…", False))
    if end < len(text):
        pieces.append(Segment("…", False))
    return tuple(pieces)


def _occurrences(stream: Sequence[Token], phrase: Phrase) -> Iterable[tuple[int, int]]:
    texts = [token.text for token in stream]
    length = len(phrase)
    for place in range(len(texts) - length + 1):
        if texts[place] == phrase[0] and tuple(texts[place : place + length]) == phrase:
            yield stream[place].start, stream[place + length - 1].end


def merged(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ranges in order, those that touch as one."""
    together: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return together
