"""Coverage as an XLSX workbook: what the page in force shows, with its definitions, day and author on top.

Cells are typed. Text can never be read as a formula: it is written as a string, in cells that Excel treats as
text and marks with its own quote prefix, so that editing one does not turn it into a formula either. Rows are
written as they come (XlsxWriter's constant memory) and licence numbers are masked.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.days import ZONE
from reports.coverage import Coverage, Line
from reports.definitions import DEFINITIONS, STATE_LABELS
from reports.figures import Figures
from reports.standings import Standing

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | int | float | dt.date | None


class ExportTooLarge(Exception):
    """More rows than one workbook may have; a smaller organisation or a filter makes it fit."""

    code = "export_too_large"
    status = 422

    def __init__(self, rows: int, limit: int) -> None:
        super().__init__(
            _(
                "%(rows)s rows are more than the %(limit)s that one workbook may have: choose a smaller organisation."
            )
            % {"rows": rows, "limit": limit}
        )


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on top of every sheet. `narrowed` says in words what was left out, if anything."""

    title: str
    organisation: str
    day: dt.date
    exported_by: str
    narrowed: str = ""

    def rows(self) -> list[str]:
        exported_at = timezone.now().astimezone(ZONE)
        return [
            self.title,
            _("%(organisation)s, as of %(day)s")
            % {"organisation": self.organisation, "day": date_format(self.day, "DATE_FORMAT")},
            *([self.narrowed] if self.narrowed else []),
            _("Exported by %(who)s at %(when)s")
            % {"who": self.exported_by, "when": exported_at.strftime("%Y-%m-%d %H:%M")},
            *(
                _("%(term)s: %(meaning)s") % {"term": term, "meaning": meaning}
                for term, meaning in DEFINITIONS
            ),
        ]


def write_units(target: IO[bytes], heading: Heading, coverage: Coverage, lines: Iterable[Line]) -> None:
    """The lines of an organisation and their sum."""
    columns = [
        (_("Organisation"), 34),
        (pgettext("coverage", "Required"), 10),
        (_("Completed"), 10),
        (_("In time"), 10),
        (_("Late"), 10),
        (_("Started"), 10),
        (_("Not started"), 10),
        (_("Overdue"), 10),
        (_("Coverage"), 10),
    ]
    rows = [_figure_row(_line_name(line, coverage), line.figures) for line in lines]
    _write(target, heading, columns, rows, last=_figure_row(_("Total"), coverage.whole))


def write_persons(target: IO[bytes], heading: Heading, standings: Iterable[Standing]) -> None:
    """One row a person, as far as the reader's list goes."""
    columns = [
        (pgettext("of a person", "Name"), 12),
        (_("Organisation"), 34),
        (_("Licence number"), 20),
        (_("State"), 12),
        (_("Watched"), 10),
        (_("Completed on"), 12),
        (_("Due on"), 12),
        (_("Overdue"), 10),
    ]
    _write(target, heading, columns, (_person_row(each) for each in standings))


def _figure_row(name: str, figures: Figures) -> list[Cell]:
    share = figures.permille / 1000 if figures.permille is not None else None
    return [
        name,
        figures.required,
        figures.completed,
        figures.in_time,
        figures.late,
        figures.started,
        figures.not_started,
        figures.overdue,
        share,
    ]


def _line_name(line: Line, coverage: Coverage) -> str:
    if line.organisation is None:
        return _("Directly under %(organisation)s") % {"organisation": coverage.organisation.name}
    return line.organisation.name


def _person_row(standing: Standing) -> list[Cell]:
    share = standing.watched_permille
    return [
        standing.name,
        standing.organisation,
        standing.licence,
        str(STATE_LABELS[standing.state]),
        share / 1000 if share is not None else None,
        standing.completed_on,
        standing.due_on,
        _("yes") if standing.is_overdue else "",
    ]


def _write(
    target: IO[bytes],
    heading: Heading,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
    last: Sequence[Cell] | None = None,
) -> None:
    workbook = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    text = workbook.add_format({"num_format": "@", "quote_prefix": True})
    formats = {
        "title": workbook.add_format(
            {"num_format": "@", "quote_prefix": True, "bold": True, "font_size": 14}
        ),
        "head": workbook.add_format(
            {"num_format": "@", "quote_prefix": True, "bold": True, "bottom": 1, "bg_color": "#f4f0e8"}
        ),
        str: text,
        int: workbook.add_format({"num_format": "#,##0"}),
        float: workbook.add_format({"num_format": "0.0%"}),
        dt.date: workbook.add_format({"num_format": "yyyy-mm-dd"}),
    }
    sheet = workbook.add_worksheet(_("Coverage"))
    for number, (_label, width) in enumerate(columns):
        sheet.set_column(number, number, width)
    row = 0
    for line in heading.rows():
        sheet.write_string(row, 0, line, formats["title"] if row == 0 else text)
        row += 1
    row += 1
    for number, (label, _width) in enumerate(columns):
        sheet.write_string(row, number, label, formats["head"])
    sheet.freeze_panes(row + 1, 1)
    for cells in [*rows, last] if last else rows:
        row += 1
        for number, cell in enumerate(cells):
            if isinstance(cell, dt.date):
                sheet.write_datetime(row, number, dt.datetime.combine(cell, dt.time()), formats[dt.date])
            elif isinstance(cell, str):
                sheet.write_string(row, number, cell, text)
            elif cell is not None:
                sheet.write_number(row, number, cell, formats[type(cell)])
    workbook.close()
