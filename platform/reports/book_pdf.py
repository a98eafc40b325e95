"""A book as a PDF to print or to hand on: the figures, the line over time, and how it is counted. A4 across."""

import datetime as dt
from pathlib import Path
from typing import IO, Any

from courses.certificates import typesetting
from reports.book import Book, Cell, Kind, Sheet

MEDIA_TYPE = "application/pdf"
LAYOUT = Path(__file__).with_name("export.typ")


def write(target: IO[bytes], book: Book, *, fonts: Path, made_at: dt.datetime) -> None:
    """Raises typesetting.FontsMissing and typesetting.SheetFailed."""
    target.write(typesetting.pdf(LAYOUT, _figures(book), fonts=fonts, issued_at=made_at))


def _figures(book: Book) -> dict[str, Any]:
    sheets = {id(sheet): _sheet(sheet) for sheet in book.writing_order}
    return {
        "heading": list(book.heading),
        "sheets": [sheets[id(sheet)] for sheet in book.sheets],
        "charts": [
            {
                "title": each.title,
                "picture": each.svg,
                "first": each.first,
                "last": each.last,
                "note": each.note,
            }
            for each in book.charts
        ],
        "notes": list(book.notes),
        "notes_name": book.notes_name,
    }


def _sheet(sheet: Sheet) -> dict[str, Any]:
    rows = [[_printed(cell) for cell in cells] for cells in sheet.rows()]
    return {
        "name": sheet.name,
        "columns": [
            {
                "label": each.label,
                "width": each.width,
                "is_number": each.kind in {Kind.COUNT, Kind.SHARE},
            }
            for each in sheet.columns
        ],
        "rows": rows,
        "last": [_printed(cell) for cell in sheet.last()] if sheet.last else [],
    }


def _printed(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell * 100:.1f}%".replace(".0%", "%")
    if isinstance(cell, int):
        return f"{cell:,}"
    return cell if isinstance(cell, str) else cell.isoformat()
