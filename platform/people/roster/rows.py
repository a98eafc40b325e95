"""A roster's sheets as entries: one for each row of a person, with what could not be read and why."""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from people import licence_numbers
from people.roster import headings, values
from people.roster.values import NotReadable
from people.table_files import Sheet

# Nothing beyond: no association has so many, and a plan stays within its time.
MAX_ENTRIES = 20_000
_FOOT = re.compile(
    r"(合计|总计|共计|小计|总人数|总数|填表|制表|审核|备注|说明|注[:：]|联系人|负责人[:：]|单位[(（]盖章)"
)
ZEROED_SAMPLE = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row. A fatal one refuses the row, another leaves its field as it is on record."""

    code: str
    field: str = ""
    is_fatal: bool = True


@dataclass(slots=True)
class Entry:
    """What one row says of one person; empty where it says nothing."""

    name: str = ""
    licence: str = ""
    organisation: str = ""
    organisation_code: str = ""
    practice_type: str = ""
    admitted_on: dt.date | None = None
    birth_date: dt.date | None = None
    phone: str = ""
    position: str = ""
    joined_on: dt.date | None = None
    left_on: dt.date | None = None
    is_gone: bool = False
    problems: list[Problem] = field(default_factory=list)

    @property
    def refusal(self) -> Problem | None:
        """The first reason for which nothing of this row is taken."""
        return next((each for each in self.problems if each.is_fatal), None)


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it stands in the file; `entry` None for titles, headings, empty rows and totals."""

    sheet: str
    number: int
    cells: Sequence[str]
    entry: Entry | None
    is_heading: bool = False


def parse(sheets: Sequence[Sheet], *, last_year: int) -> list[SheetRow]:
    """Every row of every sheet that has headings, in order. Empty when no sheet has any.

    `last_year` is the latest possible year of admission. Raises ValueError for more than MAX_ENTRIES.
    """
    found: list[SheetRow] = []
    for sheet in sheets:
        found.extend(_rows_of(sheet, last_year))
    entries = [row.entry for row in found if row.entry is not None]
    if len(entries) > MAX_ENTRIES:
        raise ValueError("too many entries")
    _refuse_zeroed(entries)
    return found


def _rows_of(sheet: Sheet, last_year: int) -> Iterator[SheetRow]:
    head = headings.find(sheet.rows)
    if head is None:
        return
    at, columns = head
    for index, row in enumerate(sheet.rows):
        is_heading = index == at
        entry = None
        if index > at and not _is_foot(row, columns):
            entry = _entry(row, columns, last_year)
        if row or is_heading:
            yield SheetRow(sheet.name, index + 1, row, entry, is_heading)


def _is_foot(row: Sequence[str], columns: dict[str, int]) -> bool:
    """Empty, a total, a signature, or the headings once more: nothing of a person."""
    said = [cell for cell in row if cell]
    if not said:
        return True
    if headings.columns_of(row):
        return True
    # A total such as "5人" may stand below the numbers; a ruined number (1.43E+16) has five digits.
    has_number = sum(letter.isdigit() for letter in _cell(row, columns, "licence")) >= 5
    if not has_number and any(_FOOT.match(cell) for cell in said[:2]):
        return True
    # A title within the sheet, such as a city's name over its firms.
    return len(said) == 1 and not has_number and not _cell(row, columns, "name")


def _cell(row: Sequence[str], columns: dict[str, int], name: str) -> str:
    column = columns.get(name)
    return row[column] if column is not None and column < len(row) else ""


def _entry(row: Sequence[str], columns: dict[str, int], last_year: int) -> Entry:
    entry = Entry()

    def take(name: str, read: Callable[[str], Any], *, is_fatal: bool = False) -> Any:
        try:
            return read(_cell(row, columns, name))
        except NotReadable as error:
            entry.problems.append(Problem(error.code, name, is_fatal))
            return None

    entry.name = take("name", values.name, is_fatal=True) or ""
    if not entry.name and not entry.problems:
        entry.problems.append(Problem("name_missing", "name"))
    entry.licence = take("licence", values.number_text, is_fatal=True) or ""
    is_woman = _check_number(entry, last_year)
    entry.organisation = values.place_key(_cell(row, columns, "organisation"))
    entry.organisation_code = values.plain(_cell(row, columns, "organisation_code")).upper()
    entry.practice_type, entry.position = take("practice_type", values.kind) or ("", "")
    said_type, said_position = take("position", values.kind) or ("", "")
    entry.practice_type = entry.practice_type or said_type
    # 专职 in one column and 实习 in the other: the narrower word is the position.
    entry.position = (
        said_position if said_position in {"trainee", "staff"} else entry.position or said_position
    )
    if entry.position in {"trainee", "staff"}:
        # A trainee's certificate has fourteen digits and another order; it is no licence.
        _forget_number(entry)
        is_woman = None
    for name in ("admitted_on", "birth_date", "joined_on", "left_on"):
        setattr(entry, name, take(name, values.day))
    entry.phone = take("phone", values.phone) or ""
    entry.is_gone = bool(take("status", values.is_gone)) or entry.left_on is not None
    said_sex = values.is_woman(_cell(row, columns, "sex"))
    if is_woman is not None and said_sex is not None and is_woman != said_sex:
        entry.problems.append(Problem("sex_differs", "sex"))
    return entry


def _check_number(entry: Entry, last_year: int) -> bool | None:
    """The sex that the number says; None without a number that can be read."""
    if not entry.licence:
        return None
    try:
        parsed = licence_numbers.parse(entry.licence, last_year=last_year)
    except licence_numbers.LicenceNumberInvalid as error:
        entry.problems.append(Problem(f"licence_{error.part}", "licence"))
        return None
    entry.licence = parsed.text
    return parsed.is_woman


def _forget_number(entry: Entry) -> None:
    entry.licence = ""
    entry.problems = [each for each in entry.problems if each.field != "licence"]


def _refuse_zeroed(entries: Sequence[Entry]) -> None:
    """Numbers that all end in 00 went through Excel as numbers, which keeps 15 digits: none can be trusted."""
    numbers = [entry for entry in entries if entry.licence and entry.refusal is None]
    if len(numbers) >= ZEROED_SAMPLE and all(entry.licence.endswith("00") for entry in numbers):
        for entry in numbers:
            entry.problems.append(Problem("licence_zeroed", "licence"))
