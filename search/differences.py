"""What differs between two texts of an article: both whole, each with the runs that the other does not have marked.

Sentences are compared first and characters within those that differ, so that a word that was put in is marked and not
the sentence around it. Sentences that have little in common are marked whole: scattered characters would say nothing.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_PIECES = re.compile(r"[^。；：，\n]*[。；：，\n]|[^。；：，\n]+")
# Comparing characters costs the product of both lengths.
_LONGEST_BY_CHARACTER = 1_500
# Below this share in common, two sentences are two sentences.
_LEAST_ALIKE = 0.4
# A run in common as short as this, between two changes, is chance.
_CHANCE = 1


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one text; `is_marked` where the other text does not have them."""

    text: str
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or an item of the one before it."""

    runs: tuple[Run, ...]
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """Both texts by their lines; one of them is empty for an article that is new or repealed."""

    before: tuple[Line, ...]
    after: tuple[Line, ...]


def compare(before: Iterable[tuple[str, bool]], after: Iterable[tuple[str, bool]]) -> Compared:
    """Two texts, each as lines and whether they are items. Nothing is marked where one of them is empty."""
    old, new = list(before), list(after)
    if not old or not new:
        return Compared(_plain(old), _plain(new))
    changes = list(_changes(_joined(old), _joined(new)))
    return Compared(
        _lines(old, ((gone, is_changed) for gone, _come, is_changed in changes)),
        _lines(new, ((come, is_changed) for _gone, come, is_changed in changes)),
    )


def _joined(lines: Sequence[tuple[str, bool]]) -> str:
    return "\n".join(text.replace("\n", " ") for text, _is_item in lines)


def _plain(lines: Sequence[tuple[str, bool]]) -> tuple[Line, ...]:
    return tuple(Line((Run(text),), is_item) for text, is_item in lines)


def _changes(before: str, after: str) -> Iterator[tuple[str, str, bool]]:
    """(words of the first, words of the second, whether they differ), which together are both texts."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal":
            yield gone, come, False
        else:
            yield from _within(gone, come)


def _within(gone: str, come: str) -> Iterator[tuple[str, str, bool]]:
    if not gone or not come or max(len(gone), len(come)) > _LONGEST_BY_CHARACTER:
        yield gone, come, True
        return
    matcher = SequenceMatcher(None, gone, come, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        yield gone, come, True
        return
    codes = matcher.get_opcodes()
    for place, (tag, i, j, k, m) in enumerate(codes):
        is_chance = tag == "equal" and j - i <= _CHANCE and 0 < place < len(codes) - 1
        yield gone[i:j], come[k:m], tag != "equal" or is_chance


def _lines(lines: Sequence[tuple[str, bool]], runs: Iterable[tuple[str, bool]]) -> tuple[Line, ...]:
    """The runs cut at the ends of lines; neighbours that are marked alike are one."""
    found: list[list[Run]] = [[]]
    for text, is_marked in runs:
        for number, piece in enumerate(text.split("\n")):
            if number:
                found.append([])
            _append(found[-1], piece, is_marked)
    return tuple(Line(tuple(each), is_item) for each, (_text, is_item) in zip(found, lines, strict=True))


def _append(runs: list[Run], text: str, is_marked: bool) -> None:
    if not text:
        return
    if runs and runs[-1].is_marked == is_marked:
        runs[-1] = Run(runs[-1].text + text, is_marked)
    else:
        runs.append(Run(text, is_marked))
