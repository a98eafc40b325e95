"""A book as an XLSX workbook.

Cells are typed. Text can never be read as a formula: it is written as a string, in cells that Excel treats as text
and marks with its own quote prefix, so that editing one does not turn it into a formula either. Rows are written as
they come (XlsxWriter's constant memory).
"""

import datetime as dt
from collections.abc import Sequence
from typing import IO, Any

import xlsxwriter

from reports.book import Book, Cell, Row, Sheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What Excel does not allow in a sheet's name.
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
# The longest text that a cell holds.
MAX_TEXT = 32_767


def write(target: IO[bytes], book: Book) -> None:
    """Write the workbook. Notes have a tab of their own: above a table they would fill the frozen part of a screen."""
    workbook = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    formats = _formats(workbook)
    tabs = [workbook.add_worksheet(sheet.name.translate(_FORBIDDEN)[:31]) for sheet in book.sheets]
    for sheet in book.writing_order:
        _write(tabs[list(book.sheets).index(sheet)], sheet, book.heading, formats)
    if book.notes:
        tab = workbook.add_worksheet(book.notes_name.translate(_FORBIDDEN)[:31])
        tab.set_column(0, 0, 110)
        for row, note in enumerate(book.notes):
            tab.write_string(row, 0, note[:MAX_TEXT], formats["wrapped"])
    workbook.close()


def _formats(workbook: Any) -> dict[Any, Any]:
    text = {"num_format": "@", "quote_prefix": True}
    return {
        "title": workbook.add_format({**text, "bold": True, "font_size": 14}),
        "head": workbook.add_format(
            {**text, "bold": True, "bottom": 1, "bg_color": "#f4f0e8", "text_wrap": True, "valign": "top"}
        ),
        "wrapped": workbook.add_format({**text, "text_wrap": True, "valign": "top"}),
        str: workbook.add_format(text),
        int: workbook.add_format({"num_format": "#,##0"}),
        float: workbook.add_format({"num_format": "0.0%"}),
        dt.date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
    }


def _write(tab: Any, sheet: Sheet, heading: Sequence[str], formats: dict[Any, Any]) -> None:
    for number, column in enumerate(sheet.columns):
        tab.set_column(number, number, column.width)
    for row, line in enumerate(heading):
        tab.write_string(row, 0, line, formats["title"] if row == 0 else formats[str])
    head = len(heading) + 1
    for number, column in enumerate(sheet.columns):
        tab.write_string(head, number, column.label, formats["head"])
    tab.freeze_panes(head + 1, 1)
    row = head
    for cells in sheet.rows():
        row += 1
        _write_row(tab, row, cells, formats)
    if row > head:
        tab.autofilter(head, 0, row, len(sheet.columns) - 1)
    if sheet.last is not None:
        _write_row(tab, row + 1, sheet.last(), formats)


def _write_row(tab: Any, row: int, cells: Row, formats: dict[Any, Any]) -> None:
    for number, cell in enumerate(cells):
        _write_cell(tab, row, number, cell, formats)


def _write_cell(tab: Any, row: int, number: int, cell: Cell, formats: dict[Any, Any]) -> None:
    if isinstance(cell, str):
        if cell:
            tab.write_string(row, number, cell[:MAX_TEXT], formats[str])
    elif isinstance(cell, dt.date):
        tab.write_datetime(row, number, dt.datetime.combine(cell, dt.time()), formats[dt.date])
    elif cell is not None:
        tab.write_number(row, number, cell, formats[type(cell)])
