"""What an export holds, before it is written in any format: a heading, and sheets of typed cells.

Rows may be a generator: a writer reads each sheet once, from its first row to its last, and the sheets in the order
of `Book.writing_order`, so that one sheet may sum up what went by in another.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Cell = str | int | float | date | None
Row = Sequence[Cell]


class Kind(StrEnum):
    """What a column holds, so that each format can write it as what it is."""

    TEXT = "text"
    # Digits that are a name and no number.
    DIGITS = "digits"
    COUNT = "count"
    SHARE = "share"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in characters, as a workbook and a page lay it out."""

    label: str
    width: int
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. `rows` is called once, when the sheet is written; `last` after its rows, for a line of totals."""

    name: str
    columns: Sequence[Column]
    rows: Callable[[], Iterable[Row]]
    last: Callable[[], Row] | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A line of coverage as an SVG picture, and the words beneath it."""

    title: str
    svg: str
    first: str
    last: str
    note: str


@dataclass(frozen=True, slots=True)
class Book:
    """`heading` is a title and the lines below it; `file_name` comes without an ending."""

    file_name: str
    heading: Sequence[str]
    sheets: Sequence[Sheet]
    notes: Sequence[str] = ()
    notes_name: str = ""
    charts: Sequence[Chart] = field(default_factory=tuple)

    @property
    def writing_order(self) -> list[Sheet]:
        """The last sheet first: what stands in front sums up what follows."""
        return list(reversed(self.sheets))
