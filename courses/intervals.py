"""The algebra of watched stretches: which milliseconds of a recording were watched, and on which day first.

A stretch is (start_ms, end_ms, "YYYY-MM-DD"), half-open; a union is a sorted list of disjoint stretches in
which neighbours that touch differ in their day. Each millisecond carries the earliest day that any claim gave
it, which makes the union idempotent, commutative and associative: beats may come late, twice or out of order.
"""

from collections.abc import Iterable, Sequence

Stretch = tuple[int, int, str]


def add(union: Sequence[Stretch], start_ms: int, end_ms: int, day: str) -> list[Stretch]:
    """The union with one more stretch (start_ms < end_ms). ISO days compare as text."""
    pieces: list[Stretch] = []
    cursor = start_ms
    for low, high, first_day in union:
        if high <= start_ms:
            _append(pieces, low, high, first_day)
            continue
        if low < start_ms:
            _append(pieces, low, start_ms, first_day)
        if cursor < min(low, end_ms):
            _append(pieces, cursor, min(low, end_ms), day)
        if max(low, start_ms) < min(high, end_ms):
            _append(pieces, max(low, start_ms), min(high, end_ms), min(first_day, day))
        if high > end_ms:
            _append(pieces, max(low, end_ms), high, first_day)
        cursor = max(cursor, min(high, end_ms))
    if cursor < end_ms:
        _append(pieces, cursor, end_ms, day)
    return pieces


def union_of(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The union of stretches given in any order."""
    union: list[Stretch] = []
    for start_ms, end_ms, day in sorted(stretches):
        if union and union[-1][1] > start_ms:
            union = add(union, start_ms, end_ms, day)
        else:
            _append(union, start_ms, end_ms, day)
    return union


def together(*unions: Iterable[Sequence[int | str]]) -> list[Stretch]:
    """One union of several, given as tuples or as the lists that rows keep."""
    return union_of((int(low), int(high), str(day)) for union in unions for low, high, day in union)


def gaps(union: Sequence[Stretch], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """What the union lacks of a stretch, in order."""
    missing: list[tuple[int, int]] = []
    cursor = start_ms
    for low, high, _ in union:
        if high <= cursor:
            continue
        if low >= end_ms:
            break
        if low > cursor:
            missing.append((cursor, low))
        cursor = high
    if cursor < end_ms:
        missing.append((cursor, end_ms))
    return missing


def minus(union: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """What of a union stands in no stretch of the other, each on its day."""
    return [
        (low, high, day) for start_ms, end_ms, day in union for low, high in gaps(other, start_ms, end_ms)
    ]


def backdated(union: Sequence[Stretch], start_ms: int, end_ms: int, day: str) -> list[Stretch]:
    """The same milliseconds; those inside the stretch carry this day where it is earlier than theirs."""
    pieces: list[Stretch] = []
    for low, high, first_day in union:
        inside = max(low, start_ms), min(high, end_ms)
        if inside[0] >= inside[1] or first_day <= day:
            _append(pieces, low, high, first_day)
            continue
        for left, right, its_day in (
            (low, inside[0], first_day),
            (*inside, day),
            (inside[1], high, first_day),
        ):
            if left < right:
                _append(pieces, left, right, its_day)
    return pieces


def total_ms(union: Iterable[Stretch]) -> int:
    """How many milliseconds a union covers."""
    return sum(end_ms - start_ms for start_ms, end_ms, _ in union)


def totals_by_day(union: Iterable[Stretch]) -> dict[str, int]:
    """Milliseconds first watched on each day, earliest day first."""
    days: dict[str, int] = {}
    for start_ms, end_ms, day in union:
        days[day] = days.get(day, 0) + end_ms - start_ms
    return dict(sorted(days.items()))


def common_ms(one: Sequence[Stretch], other: Sequence[Stretch]) -> int:
    """How many milliseconds two unions have in common, whatever their days."""
    common = place = 0
    for start_ms, end_ms, _ in one:
        while place < len(other) and other[place][1] <= start_ms:
            place += 1
        for low, high, _day in other[place:]:
            if low >= end_ms:
                break
            common += min(high, end_ms) - max(low, start_ms)
    return common


def is_union(stretches: Sequence[Stretch], duration_ms: int) -> bool:
    """Whether these are sorted, disjoint, of some length, and inside a recording of this duration."""
    reached = 0
    for start_ms, end_ms, _ in stretches:
        if start_ms < reached or end_ms <= start_ms:
            return False
        reached = end_ms
    return reached <= duration_ms


def _append(pieces: list[Stretch], start_ms: int, end_ms: int, day: str) -> None:
    """Put a stretch at the end of a union, joined to the last one where they touch on the same day."""
    if pieces and pieces[-1][1] == start_ms and pieces[-1][2] == day:
        pieces[-1] = (pieces[-1][0], end_ms, day)
    else:
        pieces.append((start_ms, end_ms, day))
