"""XLSX and CSV files from strangers, read as text in bounded memory; what is hostile is refused by name.

A workbook is a ZIP of XML: its directory is judged before anything is unpacked (zipfile reads no more of a part than
the directory says), parts with a DTD, macros and formulas are refused, and what a sheet says of its own size is not
believed in either direction.
"""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from defusedxml.common import DefusedXmlException
from openpyxl.utils.exceptions import InvalidFileException

MAX_BYTES = 8 * 1024 * 1024
MAX_PARTS = 200
MAX_UNPACKED_BYTES = 64 * 1024 * 1024
MAX_RATIO = 120
MAX_SHEETS = 20
MAX_ROWS = 20_000
MAX_COLUMNS = 80
MAX_CELL = 400
# Rows without anything in a row of them end a sheet: some say they have a million.
MAX_EMPTY_ROWS = 200

_MARKUP = re.compile(rb"<!\s*(DOCTYPE|ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([A-Za-z0-9_.-]+)[\"']")
_XLS = b"\xd0\xcf\x11\xe0"
_BROKEN = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    EOFError,
    NotImplementedError,
)

Row = list[str]


class TableRefused(Exception):
    """The file is not read; the class says why."""


class TooLarge(TableRefused):
    """More bytes, rows or sheets than anybody needs."""


class KindUnknown(TableRefused):
    """Neither XLSX nor CSV."""


class Hostile(TableRefused):
    """It unpacks to far more than it is, carries programs, or declares entities."""


class FormulaInside(TableRefused):
    """A cell is a formula: what it shows is not what it holds."""


class Broken(TableRefused):
    """It says what it is and cannot be read as that."""


class Numeric(str):
    """The text of a cell that was a number: of more than 15 digits the last ones are lost."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, and its rows as text, each as long as it has cells."""

    name: str
    rows: list[Row]


def read(content: bytes) -> list[Sheet]:
    """The sheets of an XLSX or CSV file, known by its content and not by its name.

    Raises TooLarge, KindUnknown, Hostile, FormulaInside, Broken.
    """
    if len(content) > MAX_BYTES:
        raise TooLarge
    if content[:4] == b"PK\x03\x04":
        return _read_workbook(content)
    if content[:4] == _XLS or content[:2] in {b"MZ", b"\x7fE"} or content[:5] == b"%PDF-":
        raise KindUnknown
    return [Sheet("", _read_csv(content))]


def _read_workbook(content: bytes) -> list[Sheet]:
    _judge_archive(content)
    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        if len(book.sheetnames) > MAX_SHEETS:
            raise TooLarge
        sheets = [Sheet(sheet.title, list(_rows_of(sheet))) for sheet in book.worksheets]
        book.close()
    except DefusedXmlException as error:
        raise Hostile from error
    except _BROKEN as error:
        raise Broken from error
    return sheets


def _judge_archive(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
                raise TooLarge
            if unpacked > MAX_RATIO * max(len(content), 4096):
                raise Hostile
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names:
                raise KindUnknown
            if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll")) for name in names):
                raise Hostile
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _judge_part(archive.read(part))
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise Broken from error


def _judge_part(xml: bytes) -> None:
    """A part declares nothing, and is written so that this can be seen."""
    if xml[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in xml[:64]:
        raise Hostile
    encoding = _ENCODING.match(xml.removeprefix(b"\xef\xbb\xbf"))
    if encoding and encoding[1].lower() not in {b"utf-8", b"us-ascii"}:
        raise Hostile
    if _MARKUP.search(xml):
        raise Hostile


def _rows_of(sheet: Any) -> Iterator[Row]:
    # Without this, <dimension ref="A1"/> makes one row of forty, and another lie makes a million of one.
    sheet.reset_dimensions()
    empty = 0
    for count, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        row = [_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        empty = 0 if row else empty + 1
        if empty > MAX_EMPTY_ROWS:
            return
        if count > MAX_ROWS:
            raise TooLarge
        yield row


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        raise FormulaInside
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, dt.timedelta):
        return f"{int(value.total_seconds())}秒"
    if isinstance(value, float) and value.is_integer():
        return Numeric(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Numeric(value)
    return str(value).strip()[:MAX_CELL]


def _read_csv(content: bytes) -> list[Row]:
    text = _decoded(content)
    head = text[:4096]
    delimiter = max((",", "\t", ";"), key=head.count)
    csv.field_size_limit(64 * 1024)
    rows: list[Row] = []
    try:
        for cells in csv.reader(io.StringIO(text), delimiter=delimiter):
            if len(rows) >= MAX_ROWS:
                raise TooLarge
            # A leading apostrophe or "=" is text here and stays text: nothing of it is ever computed.
            row = [cell.strip()[:MAX_CELL] for cell in cells[:MAX_COLUMNS]]
            while row and not row[-1]:
                row.pop()
            rows.append(row)
    except csv.Error as error:
        raise Broken from error
    return rows


def _decoded(content: bytes) -> str:
    encodings = ["utf-16"] if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise KindUnknown
        return text
    raise KindUnknown
