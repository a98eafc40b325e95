"""Half-open spans of days: intersecting and joining them. An end of None is open."""

import datetime as dt
from collections.abc import Iterable

Span = tuple[dt.date, dt.date | None]

_NEVER = dt.date.max


def _end(span: Span) -> dt.date:
    return span[1] if span[1] is not None else _NEVER


def intersect(one: Span, other: Span) -> Span | None:
    """The days that both spans hold, or None."""
    start, end = max(one[0], other[0]), min(_end(one), _end(other))
    if start >= end:
        return None
    return start, None if end == _NEVER else end


def holds(spans: Iterable[Span], day: dt.date) -> bool:
    """Whether one of the spans holds the day."""
    return any(start <= day and (end is None or day < end) for start, end in spans)


def both(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The days that a span of each side holds, sorted and disjoint."""
    against = list(others)
    return join(found for one in spans for other in against if (found := intersect(one, other)))


def without(spans: Iterable[Span], away: Iterable[Span]) -> list[Span]:
    """The days of `spans` that none of `away` holds, sorted and disjoint."""
    left = join(spans)
    for gap in join(away):
        pieces = []
        for span in left:
            before = intersect(span, (dt.date.min, gap[0])) if gap[0] > dt.date.min else None
            after = intersect(span, (gap[1], None)) if gap[1] is not None else None
            pieces += [piece for piece in (before, after) if piece is not None]
        left = pieces
    return left


def join(spans: Iterable[Span]) -> list[Span]:
    """The same days as few, disjoint, sorted spans: what overlaps or touches becomes one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: (each[0], _end(each))):
        if joined and span[0] <= _end(joined[-1]):
            end = max(_end(joined[-1]), _end(span))
            joined[-1] = (joined[-1][0], None if end == _NEVER else end)
        else:
            joined.append(span)
    return joined


def required(spans: Iterable[Span], opens_on: dt.date, due_on: dt.date) -> list[Span]:
    """From these spans of belonging to an audience, the spans of being required.

    Nobody is required before the opening, nor who comes only after the due date; who is late stays required
    for as long as he belongs.
    """
    since_opening = (intersect(span, (opens_on, None)) for span in spans)
    return [span for span in join(filter(None, since_opening)) if span[0] <= due_on]
