"""What to ask instead, where nothing was found: known terms that sound like the question, or are written nearly so.

Terms and headings of statutes are known. A word that only sounds like one (为约金) is told apart from one that is
written nearly like it, because the reader must see why he is offered it. Only what finds something is offered.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, pairwise

from pypinyin import lazy_pinyin

from search import query, sounds
from search.analysis import is_han, normalise
from search.models import StatuteDivision
from search.query import Attempt, AttemptKind
from search.terms import terms

MOST_OFFERED = 5
# So many are tried, each by one question to the engine.
MOST_TRIED = 10
_MOST_HEADINGS = 2_000
_LEAST_LIKENESS = 0.25
_LONGEST_TERM = 12


@dataclass(frozen=True, slots=True)
class Nearest:
    """A question that finds something; `sounds_alike` where it differs from what was asked in writing alone."""

    text: str
    sounds_alike: bool


def nearest(text: str, finds: Callable[[Attempt], bool]) -> tuple[Nearest, ...]:
    """At most five questions near to this one that find something, those that sound alike first."""
    found: list[Nearest] = []
    candidates = dict.fromkeys(_candidates(text[: query.LONGEST_QUERY]))
    for _, candidate in zip(range(MOST_TRIED), candidates, strict=False):
        exact = [each for each in query.plan(candidate.text).attempts if each.kind is AttemptKind.EXACT]
        if exact and finds(exact[0]):
            found.append(candidate)
        if len(found) == MOST_OFFERED:
            break
    return tuple(found)


def _candidates(text: str) -> Iterator[Nearest]:
    asked = "".join(normalise(text).text.split())
    headings = StatuteDivision.objects.order_by("pk").values_list("title", flat=True)[:_MOST_HEADINGS]
    known = [*dict.fromkeys(chain(terms(), headings))]
    alike = chain(_typed_by_sound(text, known), _misheard(asked, known))
    likely = sorted(((likeness(asked, each), each) for each in known), key=lambda each: -each[0])
    yield from (Nearest(each, sounds_alike=True) for each in alike)
    yield from (Nearest(each, sounds_alike=False) for near, each in likely if _LEAST_LIKENESS <= near < 1)


def _typed_by_sound(text: str, known: Iterable[str]) -> Iterator[str]:
    """The terms whose pinyin, or its initials, were typed and not chosen from."""
    if sounds.is_typed(text):
        letters = sounds.typed(text)
        for term in known:
            if letters in {sounds.of(term).whole, sounds.of(term).initials}:
                yield term


def _misheard(asked: str, known: Iterable[str]) -> Iterator[str]:
    """The question with a part replaced by the term that sounds like it; words of two characters only as a whole."""
    if not asked or not all(map(is_han, asked)):
        return
    syllables = lazy_pinyin(asked)
    if len(syllables) != len(asked):
        return
    by_sound: dict[tuple[str, ...], list[str]] = {}
    for term in known:
        by_sound.setdefault(sounds.of(term).syllables, []).append(term)
    for length in range(min(_LONGEST_TERM, len(asked)), 1, -1):
        if length == 2 and len(asked) > length:
            return  # two characters of a longer question sound like too much
        for start in range(len(asked) - length + 1):
            end = start + length
            for term in by_sound.get(tuple(syllables[start:end]), ()):
                if term != asked[start:end] and len(term) == length:
                    yield asked[:start] + term + asked[end:]


def likeness(one: str, other: str) -> float:
    """How much two words share of their characters and pairs of characters, from 0 to 1."""
    ours, theirs = _features(one), _features(other)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours and theirs else 0.0


def _features(text: str) -> set[str]:
    return {*text, *(first + second for first, second in pairwise(text))}
