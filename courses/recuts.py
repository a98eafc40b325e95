"""A recording that was cut anew: which stretches of the old one lie where in the new one, and what that carries. Pure.

A piece (from_ms, to_ms, new_from_ms) says that the old recording's [from_ms, to_ms) stands unchanged in the new one
from new_from_ms on. No second of either recording stands in two pieces: what is carried over is never more than was
watched.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from courses import intervals
from courses.intervals import Stretch

MAX_PIECES = 50
MAX_CLOCK = 12
_CLOCK = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,3}):)?(\d{1,5})(?:\.(\d{1,3}))?")


class Piece(NamedTuple):
    """A stretch of the old recording, and where it begins in the new one."""

    from_ms: int
    to_ms: int
    new_from_ms: int

    @property
    def new_to_ms(self) -> int:
        return self.new_from_ms + self.to_ms - self.from_ms


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a piece (its place in the list), as a code."""

    place: int
    code: str


def problems(
    pieces: Sequence[Piece], old_ms: int, new_ms: int, earlier: Sequence[Piece] = ()
) -> list[Problem]:
    """What keeps pieces from being a cut of one recording into another, besides those said `earlier`.

    Codes: none, too_many, empty, beyond_old, beyond_new, overlaps_old, overlaps_new.
    """
    if not pieces:
        return [Problem(0, "none")]
    if len(pieces) + len(earlier) > MAX_PIECES:
        return [Problem(0, "too_many")]
    found = []
    for place, piece in enumerate(pieces):
        others = [*earlier, *pieces[:place]]
        if piece.to_ms <= piece.from_ms:
            found.append(Problem(place, "empty"))
        elif piece.to_ms > old_ms:
            found.append(Problem(place, "beyond_old"))
        elif piece.new_to_ms > new_ms:
            found.append(Problem(place, "beyond_new"))
        elif any(each.from_ms < piece.to_ms and piece.from_ms < each.to_ms for each in others):
            found.append(Problem(place, "overlaps_old"))
        elif any(
            each.new_from_ms < piece.new_to_ms and piece.new_from_ms < each.new_to_ms for each in others
        ):
            found.append(Problem(place, "overlaps_new"))
    return found


def read(kept: Iterable[Sequence[int]]) -> list[Piece]:
    """Pieces as a row keeps them."""
    return [Piece(*each) for each in kept]


def carried(pieces: Iterable[Piece], union: Sequence[Sequence[int | str]]) -> list[Stretch]:
    """What was watched of the old recording, in the new one's milliseconds; each keeps its day."""
    moved = [
        (low + new_from_ms - from_ms, high + new_from_ms - from_ms, day)
        for from_ms, to_ms, new_from_ms in pieces
        for low, high, day in _within(union, from_ms, to_ms)
    ]
    return intervals.union_of(moved)


def lost(pieces: Iterable[Piece], union: Sequence[Sequence[int | str]]) -> list[Stretch]:
    """What was watched of the old recording and stands nowhere in the new one."""
    places = uncovered(((piece.from_ms, piece.to_ms) for piece in pieces), _end_of(union))
    return intervals.union_of([stretch for low, high in places for stretch in _within(union, low, high)])


def uncovered(stretches: Iterable[tuple[int, int]], duration_ms: int) -> list[tuple[int, int]]:
    """The stretches of a recording that none of these covers, in order."""
    covered = intervals.union_of([(low, high, "") for low, high in stretches])
    return intervals.gaps(covered, 0, duration_ms)


def place(pieces: Iterable[Piece], position_ms: int) -> int:
    """Where a viewer of the old recording goes on in the new one: there, or where the next piece begins, or at 0."""
    for from_ms, to_ms, new_from_ms in sorted(pieces):
        if position_ms < to_ms:
            return new_from_ms + max(0, position_ms - from_ms)
    return 0


def moved(pieces: Iterable[Piece], position_ms: int) -> int | None:
    """Where a moment of the old recording lies in the new one; None where it was cut out. A piece has its end."""
    for from_ms, to_ms, new_from_ms in sorted(pieces):
        if from_ms <= position_ms <= to_ms:
            return new_from_ms + position_ms - from_ms
    return None


def clock_ms(text: str) -> int | None:
    """Milliseconds of 1:02:03, 62:03, 3723 or 62:03.5, in whatever width it was typed; None for anything else."""
    found = _CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups(default="0")
    if (found[2] and int(seconds) > 59) or (found[1] and int(minutes) > 59):
        return None
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def clock(milliseconds: int) -> str:
    """62:03, or 62:03.5 where it is not whole: what `clock_ms` reads."""
    seconds, rest = divmod(milliseconds, 1000)
    text = f"{seconds // 60}:{seconds % 60:02d}"
    return f"{text}.{rest:03d}".rstrip("0") if rest else text


def _within(union: Sequence[Sequence[int | str]], from_ms: int, to_ms: int) -> list[Stretch]:
    inside = ((max(int(low), from_ms), min(int(high), to_ms), str(day)) for low, high, day in union)
    return [stretch for stretch in inside if stretch[0] < stretch[1]]


def _end_of(union: Sequence[Sequence[int | str]]) -> int:
    return int(union[-1][1]) if union else 0
