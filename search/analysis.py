"""Text becomes tokens here, once, for the index and for queries and for both engines.

A text is normalised (NFKC, lower case, traditional characters to simplified ones, format characters dropped) and cut
into runs. A run of Han characters becomes its characters and its overlapping bigrams, interleaved in one stream
(违约金 → 违 违约 约 约金 金); a run of other letters and digits stays whole. A text that contains another therefore
contains its tokens as consecutive ones, which is what phrase queries rely on in either engine, and no dictionary is
needed. Every token knows its place in the original text, because normalising may change lengths (㈠ → (一)).

Pure: no framework, no settings, no input but the character table beside this module.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import add
from pathlib import Path
from typing import NamedTuple

# Elasticsearch's whitespace tokenizer breaks tokens at 255 characters and Tantivy drops them at 65,530 bytes; runs are
# cut well below both, so that the engines see the same tokens.
LONGEST_RUN = 64

HAN = "々〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_HAN = re.compile(rf"[{HAN}]").fullmatch
_RUNS = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")
_TABLE = Path(__file__).parent / "data" / "traditional-to-simplified.tsv"


class Token(NamedTuple):
    """One token and the half-open range of the original text that it stands for."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text; `starts[i]`/`ends[i]` is the range of the original behind character i."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The range of the original text behind the non-empty range [start, end) of the normalised one."""
        return self.starts[start], self.ends[end - 1]


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """The translate table of traditional characters, from OpenCC's data."""
    table = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            traditional, simplified = line.split("\t")
            table[ord(traditional)] = simplified
    return table


def _fold(text: str) -> str:
    """NFKC, lower case and simplified characters, repeated until nothing changes (twice, in practice)."""
    while True:
        folded = unicodedata.normalize("NFKC", text).lower().replace("ς", "σ").translate(_simplified())
        if folded == text:
            return text
        text = folded


def _fold_character(character: str) -> str:
    """What one character becomes on its own: a space for controls, nothing for zero widths."""
    category = unicodedata.category(character)
    if category in {"Cc", "Cs", "Zl", "Zp"}:
        return " "
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        return ""
    return _fold(character)


class _CharacterTable(dict[int, str]):
    """A translate table that fills itself and remembers which characters may not be taken one by one."""

    def __init__(self) -> None:
        super().__init__()
        self.irregular: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _fold_character(character)
        if len(folded) != 1 or _attaches(character):
            self.irregular.add(character)
        self[code] = folded
        return folded


def _attaches(character: str) -> bool:
    """Whether the character may melt into the one before it (combining marks and what decomposes into them, jamo)."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


_CHARACTERS = _CharacterTable()


def normalise(text: str) -> Normalised:
    """The text as it is matched. Normalising twice is normalising once."""
    folded = text.translate(_CHARACTERS)
    if _CHARACTERS.irregular.isdisjoint(text):
        places = range(len(text) + 1)
        return Normalised(folded, places[:-1], places[1:])
    return _normalise_by_cluster(text)


def _normalise_by_cluster(text: str) -> Normalised:
    """The slow way, for text whose characters merge, multiply or vanish: a letter and its marks are folded together."""
    clusters: list[tuple[str, int, int]] = []
    for place, character in enumerate(text):
        kept = _CHARACTERS[ord(character)]
        if not kept:
            continue
        if clusters and _attaches(character):
            letters, start, _ = clusters[-1]
            clusters[-1] = (letters + character, start, place + 1)
        else:
            clusters.append((character if kept != " " else " ", place, place + 1))
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for letters, start, end in clusters:
        folded = _fold(letters)
        parts.append(folded)
        starts.extend([start] * len(folded))
        ends.extend([end] * len(folded))
    return Normalised("".join(parts), starts, ends)


def tokens(text: str) -> list[Token]:
    """The token stream of a text, in order; positions are the list's own (0, 1, 2, …)."""
    return tokens_of(normalise(text))


def tokens_of(normalised: Normalised) -> list[Token]:
    """The token stream of a text that is already normalised."""
    found: list[Token] = []
    text, starts, ends = normalised.text, normalised.starts, normalised.ends
    for run in _RUNS.finditer(text):
        start, end = run.span()
        if run.group(1):
            last = end - 1
            for place in range(start, last):
                found.append(Token(text[place], starts[place], ends[place]))
                found.append(Token(text[place : place + 2], starts[place], ends[place + 1]))
            found.append(Token(text[last], starts[last], ends[last]))
        else:
            for cut in range(start, end, LONGEST_RUN):
                stop = min(cut + LONGEST_RUN, end)
                found.append(Token(text[cut:stop], starts[cut], ends[stop - 1]))
    return found


def token_texts(text: str) -> list[str]:
    """The tokens' texts alone, as both engines store and query them."""
    found: list[str] = []
    for han, other in _runs_of(text):
        if han:
            run = [""] * (2 * len(han) - 1)
            run[::2] = han
            run[1::2] = map(add, han, han[1:])
            found += run
        else:
            found += _pieces(other)
    return found


def stream(text: str) -> str:
    """The tokens joined by spaces: what a whitespace tokenizer turns back into the same tokens."""
    return " ".join(token_texts(text))


def long_stream(text: str) -> str:
    """The same without the single Han characters: what the bigrams hold of a text, in fewer tokens."""
    found: list[str] = []
    for han, other in _runs_of(text):
        found += map(add, han, han[1:]) if han else _pieces(other)
    return " ".join(found)


def _runs_of(text: str) -> list[tuple[str, str]]:
    """The runs of the normalised text: each is of Han characters or of others, and the other half is empty."""
    normalised = text.translate(_CHARACTERS)
    if not _CHARACTERS.irregular.isdisjoint(text):
        normalised = _normalise_by_cluster(text).text
    return _RUNS.findall(normalised)


def _pieces(run: str) -> list[str]:
    return [run[cut : cut + LONGEST_RUN] for cut in range(0, len(run), LONGEST_RUN)]


def seam(left: str, right: str) -> str:
    """The token for the place between two tokens that follow each other; no text has such a one by itself."""
    return f"{left}|{right}"


def seam_of(before: str, after: str) -> str:
    """The seam between the last token of one text and the first of another; empty where one has none."""
    if before and after and _HAN(before[-1]) and _HAN(after[0]):
        # A Han character is a token of its own: the rest need not be read.
        last, first = _only_token(before[-1]), _only_token(after[0])
    else:
        last, first = (token_texts(before) or [""])[-1], (token_texts(after) or [""])[0]
    return seam(last, first) if last and first else ""


@lru_cache(maxsize=20_000)
def _only_token(character: str) -> str:
    """The token of one Han character."""
    return token_texts(character)[0]


def is_long(token: str) -> bool:
    """Whether a token is more than one Han character of a run."""
    return len(token) > 1 or not _HAN(token)


def is_han(character: str) -> bool:
    """Whether the character belongs to a run that is cut into characters and bigrams."""
    return _HAN(character) is not None
