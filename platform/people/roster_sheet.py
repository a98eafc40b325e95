"""The roster as it was handed in, with two columns more: what becomes of each row, and why."""

import io
import re
from collections import defaultdict

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people import roster_words
from people.models import RosterImport, RosterLine

_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")


def annotated(roster: RosterImport) -> bytes:
    """An XLSX of the same sheets and rows, every cell as text, so that no number is ruined and nothing computed.

    Persons whom the roster does not name stand in a sheet of their own.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(
        content,
        {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    bold = book.add_format({"bold": True, "text_wrap": True})
    marks = {
        name: book.add_format({"bg_color": colour})
        for name, colour in {
            "refused": "#f8d7d4",
            "conflict": "#f8d7d4",
            "doubtful": "#fbeccb",
            "left": "#fbeccb",
        }.items()
    }
    sheets: dict[str, list[RosterLine]] = defaultdict(list)
    missing: list[RosterLine] = []
    for line in roster.lines.order_by("place").iterator(chunk_size=2000):
        (missing if line.number is None else sheets[line.sheet]).append(line)
    taken: set[str] = set()
    for name, lines in sheets.items():
        sheet = book.add_worksheet(_sheet_name(name or _("Roster"), taken))
        width = max(len(line.cells) for line in lines)
        sheet.set_column(0, max(width - 1, 0), 16)
        sheet.set_column(width, width, 12)
        sheet.set_column(width + 1, width + 1, 70)
        for line in lines:
            at = (line.number or 1) - 1
            for column, cell in enumerate(line.cells):
                if cell:
                    sheet.write_string(at, column, cell[0] if isinstance(cell, list) else cell)
            if line.is_heading:
                sheet.write_string(at, width, _("Result"), bold)
                sheet.write_string(at, width + 1, _("About this row"), bold)
            elif line.name or line.reason:
                mark = marks.get(line.outcome)
                sheet.write_string(at, width, roster_words.outcome(line.outcome), mark)
                sheet.write_string(at, width + 1, roster_words.explained(line))
    if missing:
        sheet = book.add_worksheet(_sheet_name(_("Not in the roster"), taken))
        sheet.set_column(0, 1, 16)
        sheet.set_column(2, 2, 70)
        for column, heading in enumerate((pgettext("of a person", "Name"), _("Result"), _("About this row"))):
            sheet.write_string(0, column, heading, bold)
        for row, line in enumerate(missing, 1):
            sheet.write_string(row, 0, line.name)
            sheet.write_string(row, 1, roster_words.outcome(line.outcome), marks.get(line.outcome))
            sheet.write_string(row, 2, roster_words.explained(line))
    book.close()
    return content.getvalue()


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that a workbook accepts and that no other sheet has, however it is written."""
    plain = _NO_SHEET_NAME.sub(" ", name).strip()[:28] or "1"
    number, found = 1, plain
    while found.lower() in taken:
        number += 1
        found = f"{plain} {number}"
    taken.add(found.lower())
    return found
