"""Which days of a stretch others leave free. Pure; half-open days, None is open."""

import datetime as dt
from collections.abc import Iterable

Days = tuple[dt.date, dt.date | None]


def uncovered(days: Days, others: Iterable[Days]) -> list[Days]:
    """The parts of `days` that none of `others` covers, in order."""
    left: list[Days] = []
    start, end = days
    for first, last in sorted(others, key=lambda each: each[0]):
        if last is not None and last <= start:
            continue
        if end is not None and first >= end:
            break
        if first > start:
            left.append((start, first))
        if last is None:
            return left
        start = max(start, last)
        if end is not None and start >= end:
            return left
    return [*left, (start, end)]
