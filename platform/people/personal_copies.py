"""A person's own copy of all that is held on him: as a workbook to read, as JSON to take elsewhere."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Person
from people.personal_data import Holding, holdings

# More rows of one kind than anybody reads; the copy says where it was cut.
MAX_ROWS = 20_000
SHEET_NAME = 31

Cell = str | int | float | bool | dt.date | dt.datetime | None


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of row about one person: its line of the table, and how many there are."""

    holding: Holding
    count: int


def parts(person: Person) -> list[Part]:
    """Every kind with its number of rows: one statement a kind, however many rows there are."""
    return [Part(each, each.rows(person).count()) for each in holdings()]


def cells(holding: Holding, person: Person) -> Iterator[list[Cell]]:
    """The rows of one kind as its columns show them, in their order, MAX_ROWS at most."""
    related = sorted({path.rpartition("__")[0] for path in holding.columns if "__" in path})
    found = holding.rows(person)
    if related:
        found = found.select_related(*related)
    for row in found[:MAX_ROWS].iterator(chunk_size=2000):
        yield [_value(row, path) for path in holding.columns]


def write_workbook(target: IO[bytes], person: Person) -> None:
    """A sheet for each kind of which there are rows, behind a first one that says what, for what and how long."""
    book = xlsxwriter.Workbook(
        target, {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    text = book.add_format({"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"})
    head = book.add_format({"num_format": "@", "quote_prefix": True, "bold": True, "bottom": 1})
    found = parts(person)
    first = book.add_worksheet(_("What is held"))
    first.set_column(0, 0, 26)
    first.set_column(1, 1, 10)
    first.set_column(2, 3, 60)
    _write_row(first, 0, [_("Kind"), _("Rows"), _("What it is for"), _("How long it is kept")], head)
    for row, part in enumerate(found, 1):
        each = part.holding
        _write_row(first, row, [str(each.title), part.count, str(each.purpose), str(each.keeping)], text)
    for number, part in enumerate((part for part in found if part.count), 1):
        sheet = book.add_worksheet(f"{number} {part.holding.title}".replace("/", "、")[:SHEET_NAME])
        sheet.set_column(0, len(part.holding.columns), 22)
        sheet.freeze_panes(1, 0)
        _write_row(sheet, 0, [str(each) for each in part.holding.columns.values()], head)
        for row, values in enumerate(cells(part.holding, person), 1):
            _write_row(sheet, row, values, text)
        if part.count > MAX_ROWS:
            _write_row(sheet, MAX_ROWS + 1, [_cut(part.count)], text)
    book.close()


def as_json(person: Person) -> Iterator[str]:
    """The same as JSON, piece by piece, so that no copy is held in memory whole."""
    yield '{"made_at": ' + json.dumps(timezone.now().isoformat(timespec="seconds")) + ', "held": ['
    for number, part in enumerate(parts(person)):
        each = part.holding
        about = {
            "model": each.model,
            "title": str(each.title),
            "purpose": str(each.purpose),
            "keeping": str(each.keeping),
            "count": part.count,
        }
        yield ("," if number else "") + json.dumps(about, ensure_ascii=False)[:-1] + ', "rows": ['
        for row, values in enumerate(cells(each, person)):
            named = dict(zip(each.columns, values, strict=True))
            yield ("," if row else "") + json.dumps(named, ensure_ascii=False, cls=DjangoJSONEncoder)
        yield "]}"
    yield "]}"


def _value(row: Model, path: str) -> Cell:
    """What the row holds there: a choice in words, a number as it is, anything else as text."""
    held: Any = row
    *above, name = path.split("__")
    for step in above:
        held = getattr(held, step, None)
    if held is None:
        return None
    shown = getattr(held, f"get_{name}_display", None)
    value = shown() if shown else getattr(held, name, None)
    if value is None or isinstance(value, bool | int | float | dt.date):
        return value
    if isinstance(value, Decimal | dict | list):
        return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)
    return str(value)


def _cut(count: int) -> str:
    return _("%(shown)d of %(count)d rows; ask your association for the others.") % {
        "shown": MAX_ROWS,
        "count": count,
    }


def _write_row(sheet: Any, row: int, values: list[Any], style: Any) -> None:
    for column, value in enumerate(values):
        if value is None:
            continue
        if isinstance(value, bool):
            sheet.write_string(row, column, _("yes") if value else _("no"), style)
        elif isinstance(value, int | float):
            sheet.write_number(row, column, value)
        elif isinstance(value, dt.datetime):
            local = timezone.localtime(value)
            sheet.write_string(row, column, f"{local:%Y-%m-%d %H:%M:%S}", style)
        else:
            sheet.write_string(row, column, str(value), style)
