"""Where a transcript seems to say a known term and writes it otherwise: 缔约过是责任 for 缔约过失责任. Pure.

A machine that listens writes a term that it does not know with other characters of the same sound. Each Han character
of a text is replaced by a sign for its syllable (one translation of the whole text), and the terms' own signs are
looked for in that. So it costs a few microseconds a cue, where the pinyin of its sentence would cost a hundred times
more; a character that has several readings is taken in its most frequent one. Where another known term is written
(抚养费, 扶养费), it was heard rightly.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from pypinyin import lazy_pinyin

from search.analysis import is_han, normalise
from search.terms import terms

# Two characters sound like too much.
SHORTEST, LONGEST = 3, 12
# Signs for syllables: characters for private use, which no text that is searched has.
_FIRST_SIGN = 0xE000
_PREFIX = "sound:"


class Heard(NamedTuple):
    """A known term that the half-open range [start, end) of a text sounds like; `is_written` where it is written so."""

    term: str
    start: int
    end: int
    is_written: bool


class _Signs(dict[int, str]):
    """A translate table that fills itself: a Han character becomes the sign of its syllable, all else stays."""

    def __init__(self) -> None:
        super().__init__()
        self._by_syllable: dict[str, str] = {}

    def __missing__(self, code: int) -> str:
        character = chr(code)
        sign = self.of(lazy_pinyin(character, v_to_u=False)[0]) if is_han(character) else character
        self[code] = sign
        return sign

    def of(self, syllable: str) -> str:
        return self._by_syllable.setdefault(syllable, chr(_FIRST_SIGN + len(self._by_syllable)))


_SIGNS = _Signs()


class Ear:
    """Listens for terms. Those that are too short, too long or not Han characters throughout are left out."""

    def __init__(self, known: Iterable[str]) -> None:
        self.terms = frozenset(
            term for term in known if SHORTEST <= len(term) <= LONGEST and all(map(is_han, term))
        )
        self._by_start: dict[str, list[tuple[str, str]]] = {}
        for term in sorted(self.terms, key=lambda term: (-len(term), term)):
            for sound in _sounds_of(term):
                self._by_start.setdefault(sound[:SHORTEST], []).append((sound, term))

    def heard(self, text: str) -> list[Heard]:
        """The terms that a text sounds like, in order; of terms that begin at one place, the longest."""
        normal = normalise(text)
        return [
            each._replace(start=start, end=end)
            for each in self._heard(normal.text)
            for start, end in [normal.original(each.start, each.end)]
        ]

    def _heard(self, text: str) -> Iterator[Heard]:
        sounds = text.translate(_SIGNS)
        by_start = self._by_start
        last = len(sounds) - SHORTEST + 1
        for place in [each for each in range(last) if sounds[each : each + SHORTEST] in by_start]:
            for sound, term in by_start[sounds[place : place + SHORTEST]]:
                end = place + len(sound)
                if sounds.startswith(sound, place):
                    written = text[place:end]
                    yield Heard(written if written in self.terms else term, place, end, written in self.terms)
                    break


def _sounds_of(term: str) -> set[str]:
    """The signs of a term: as its characters read one by one, and as the term is read."""
    return {term.translate(_SIGNS), "".join(map(_SIGNS.of, lazy_pinyin(term, v_to_u=False)))}


@lru_cache(maxsize=4)
def ear_for(known: frozenset[str]) -> Ear:
    """An ear for these terms, made once."""
    return Ear(known)


def house_ear() -> Ear:
    """An ear for the terms that the house knows by heart."""
    return ear_for(frozenset(terms()))


def filed_as(term: str) -> str:
    """What a document that seems to say a term is filed under."""
    return f"{_PREFIX}{term}"


def asked(filed: Iterable[str]) -> frozenset[str]:
    """The terms behind what a query asks for."""
    return frozenset(each.removeprefix(_PREFIX) for each in filed if each.startswith(_PREFIX))
