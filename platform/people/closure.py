"""Who is above whom on which days, computed from dated edges; plain values, no database."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple


class Edge(NamedTuple):
    """A parent on [valid_from, valid_to); `valid_to` None is open."""

    parent: int
    valid_from: dt.date
    valid_to: dt.date | None


class Path(NamedTuple):
    """`ancestor` is `depth` steps above `descendant` on [valid_from, valid_to)."""

    ancestor: int
    descendant: int
    depth: int
    valid_from: dt.date
    valid_to: dt.date | None


def meet(
    start: dt.date, end: dt.date | None, other_start: dt.date, other_end: dt.date | None
) -> tuple[dt.date, dt.date | None] | None:
    """The days that two half-open periods share, or None."""
    first = max(start, other_start)
    ends = [day for day in (end, other_end) if day is not None]
    last = min(ends) if ends else None
    return None if last is not None and last <= first else (first, last)


def paths_up(edges: Mapping[int, Sequence[Edge]], descendants: Iterable[int]) -> Iterator[Path]:
    """Every path from each of `descendants` upward, days that follow one another joined.

    `edges` holds each organisation's edges by child and has no circle on any day.
    """
    for descendant in descendants:
        yield from _joined(list(_climb(edges, Path(descendant, descendant, 0, dt.date.min, None))))


def _climb(edges: Mapping[int, Sequence[Edge]], below: Path) -> Iterator[Path]:
    """The paths that lengthen `below` upward, on the days that it and each edge share."""
    for edge in edges.get(below.ancestor, ()):
        shared = meet(below.valid_from, below.valid_to, edge.valid_from, edge.valid_to)
        if shared is not None:
            longer = Path(edge.parent, below.descendant, below.depth + 1, *shared)
            yield longer
            yield from _climb(edges, longer)


def _joined(paths: list[Path]) -> Iterator[Path]:
    paths.sort(key=lambda path: (path.ancestor, path.depth, path.valid_from))
    held: Path | None = None
    for path in paths:
        if held is not None and held[:3] == path[:3] and held.valid_to == path.valid_from:
            held = held._replace(valid_to=path.valid_to)
            continue
        if held is not None:
            yield held
        held = path
    if held is not None:
        yield held
