"""How much is made for each run."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """So many lawyers in so many firms; every curricula asks all of them for one course of two lectures.

    With one province its association is the top; with several there is one above them. `vendor` is the database.
    """

    key: str
    words: str
    vendor: str
    lawyers: int
    firms: int
    provinces: int
    cities: int
    curricula: int

    @property
    def spacing(self) -> dt.timedelta:
        """Curricula open one after another, the first a year ago."""
        return dt.timedelta(days=360 // self.curricula)


SIZES = {
    each.key: each
    for each in (
        Size("15000", "15,000 lawyers × 20 curricula", "sqlite", 15_000, 940, 1, 15, 20),
        Size("100000", "100,000 lawyers × 20 curricula", "postgresql", 100_000, 6_000, 1, 21, 20),
        # All people and all firms, but a fifth of the curricula: rows of one curriculum are what a page reads.
        Size("country", "651,600 lawyers × 4 curricula", "postgresql", 651_600, 38_600, 31, 14, 4),
        # For trying the benchmark itself.
        Size("tiny", "600 lawyers × 3 curricula", "sqlite", 600, 40, 1, 4, 3),
        Size("tiny-services", "600 lawyers × 3 curricula", "postgresql", 600, 40, 2, 4, 3),
    )
}
