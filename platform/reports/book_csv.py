"""A book as CSV: UTF-8 with its mark, so that Excel reads Chinese; one table without its totals, for programs.

A cell that a spreadsheet would take for a formula begins with an apostrophe. A number that is a name (a licence) begins
with a tab: Excel then keeps all its digits, and whoever reads rosters takes the tab away with other white space.
"""

import csv
import io
from typing import IO

from reports.book import Book, Cell, Kind, Row, Sheet

MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write(target: IO[bytes], book: Book) -> None:
    """The book's last sheet, with nothing but the names of its columns on top."""
    sheet = book.sheets[-1]
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=False)
    out = csv.writer(text)
    out.writerow([_safe(column.label) for column in sheet.columns])
    for cells in sheet.rows():
        out.writerow(_row(sheet, cells))
    text.flush()
    text.detach()


def _row(sheet: Sheet, cells: Row) -> list[str | int | float]:
    return [_cell(column.kind, cell) for column, cell in zip(sheet.columns, cells, strict=True)]


def _cell(kind: Kind, cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, str):
        if kind is Kind.DIGITS and cell.isascii() and cell.isdigit():
            return f"\t{cell}"
        return _safe(cell)
    if isinstance(cell, int | float):
        return cell
    return cell.isoformat()


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
