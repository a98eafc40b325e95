"""Which parts of an original text answer an attempt, so that a page can mark them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from search.analysis import Token, tokens
from search.citations import Citation
from search.query import Attempt, AttemptKind, Phrase


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
    return _merged(found)


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


def _occurrences(stream: Sequence[Token], phrase: Phrase) -> Iterable[tuple[int, int]]:
    texts = [token.text for token in stream]
    length = len(phrase)
    for place in range(len(texts) - length + 1):
        if texts[place] == phrase[0] and tuple(texts[place : place + length]) == phrase:
            yield stream[place].start, stream[place + length - 1].end


def _merged(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
