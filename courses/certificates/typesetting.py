"""Sets figures on paper (PDF/A-2b) or as a picture (PNG), by a layout in Typst: the same figures, the same bytes.

One compiler is kept for each layout a process, with its fonts read; a page then takes some milliseconds. A layout
reads its figures from the input `data`, as JSON.
"""

import datetime as dt
import functools
import json
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import typst
from fontTools.ttLib import TTFont

# What stands for a character that the font does not have; printers of Chinese have used it for that purpose.
MISSING = "〓"
WEIGHTS = ("400Regular", "600SemiBold")
# Values that are pictures and no text.
PICTURES = ("qr", "picture")

_lock = threading.Lock()


class FontsMissing(Exception):
    """The fonts are not installed (`npm ci` brings them)."""

    code = "fonts_missing"


class SheetFailed(Exception):
    """The typesetter refused the figures."""

    code = "sheet_failed"


def pdf(
    layout: Path,
    figures: dict[str, Any],
    *,
    fonts: Path,
    issued_at: dt.datetime,
    inputs: Mapping[str, str] | None = None,
) -> bytes:
    """As PDF/A-2b, dated by `issued_at`. Raises FontsMissing, SheetFailed."""
    made = _compile(layout, figures, fonts, issued_at=issued_at, inputs=inputs or {}, form="pdf")
    return made if isinstance(made, bytes) else b"".join(made)


def picture(
    layout: Path,
    figures: dict[str, Any],
    *,
    fonts: Path,
    issued_at: dt.datetime,
    ppi: int,
    inputs: Mapping[str, str] | None = None,
) -> bytes:
    """The first page as PNG. Raises FontsMissing, SheetFailed."""
    made = _compile(layout, figures, fonts, issued_at=issued_at, inputs=inputs or {}, form="png", ppi=ppi)
    return made if isinstance(made, bytes) else made[0]


def _compile(
    layout: Path,
    figures: dict[str, Any],
    fonts: Path,
    *,
    issued_at: dt.datetime,
    inputs: Mapping[str, str],
    form: Literal["png", "pdf"],
    ppi: int = 0,
) -> bytes | list[bytes]:
    if not all(path.exists() for path in _font_files(fonts)):
        raise FontsMissing
    data = json.dumps(_printable(figures, _characters(fonts)), ensure_ascii=False)
    with _lock:
        try:
            made: bytes | list[bytes] = _compiler(layout, fonts).compile(
                format=form,
                ppi=ppi or None,
                sys_inputs={**inputs, "data": data},
                pdf_standards=["a-2b"] if form == "pdf" else [],
                timestamp=int(issued_at.timestamp()),
            )
        except typst.TypstError as error:
            raise SheetFailed from error
    return made


@functools.cache
def _compiler(layout: Path, fonts: Path) -> Any:
    loaded = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path.parent) for path in _font_files(fonts)],
    )
    return typst.Compiler(
        input=str(layout), root=str(layout.parent), font_paths=loaded, ignore_system_fonts=True
    )


def _font_files(fonts: Path) -> list[Path]:
    return [fonts / weight / f"NotoSansSC_{weight}.ttf" for weight in WEIGHTS]


@functools.cache
def _characters(fonts: Path) -> frozenset[int]:
    """The code points that every weight of the font can show."""
    tables = [frozenset(TTFont(path, lazy=True).getBestCmap()) for path in _font_files(fonts)]
    return frozenset.intersection(*tables)


def _printable(value: Any, known: frozenset[int]) -> Any:
    """The same figures with a sign in place of what the font lacks: PDF/A refuses a glyph that is not there."""
    if isinstance(value, str):
        if known.issuperset(map(ord, value)):
            return value
        return "".join(each if ord(each) in known or each == "\n" else MISSING for each in value)
    if isinstance(value, dict):
        return {key: part if key in PICTURES else _printable(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_printable(part, known) for part in value]
    return value
