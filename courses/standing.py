"""What a person has watched of one recording: confirmed stretches, and provisional ones that await a check. Pure.

The two are disjoint. A stretch watched again adds nothing; one that is confirmed and turns out to have been
watched on an earlier day carries that day at once, for it was confirmed already.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from courses import intervals
from courses.intervals import Stretch


@dataclass(frozen=True, slots=True)
class Standing:
    """Two disjoint unions and their lengths."""

    confirmed: Sequence[Stretch]
    confirmed_ms: int
    provisional: Sequence[Stretch]
    provisional_ms: int

    @property
    def watched_ms(self) -> int:
        return self.confirmed_ms + self.provisional_ms

    @property
    def pieces(self) -> int:
        return len(self.confirmed) + len(self.provisional)

    def watching(self, start_ms: int, end_ms: int, day: str) -> "Standing":
        """After one more stretch: what is new of it is provisional."""
        confirmed, provisional = self.confirmed, self.provisional
        gaps = intervals.gaps(confirmed, start_ms, end_ms)
        if gaps != [(start_ms, end_ms)]:
            confirmed = intervals.backdated(confirmed, start_ms, end_ms, day)
        for low, high in gaps:
            provisional = intervals.add(provisional, low, high, day)
        return Standing(confirmed, self.confirmed_ms, provisional, intervals.total_ms(provisional))

    def confirming(self) -> "Standing":
        """After a check was answered: all of it counts."""
        if not self.provisional:
            return self
        union = intervals.union_of([*map(_stretch, self.confirmed), *map(_stretch, self.provisional)])
        return Standing(union, self.watched_ms, [], 0)

    def taking_back(self) -> "Standing":
        """After a check was missed: what waited for it is gone."""
        return Standing(self.confirmed, self.confirmed_ms, [], 0)


def _stretch(given: Sequence[int | str]) -> Stretch:
    """Rows give lists; tuples and lists do not compare."""
    start_ms, end_ms, day = given
    return int(start_ms), int(end_ms), str(day)
