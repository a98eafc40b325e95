"""Sets a certificate on paper (PDF/A-2b) or as a phone's picture (PNG): the same figures, the same bytes.

One compiler is kept a process with its fonts read; a sheet then takes some milliseconds. Nothing of the day or
the machine goes into a file: times, numbers and the layout come with the certificate.
"""

import datetime as dt
import functools
import json
import threading
from pathlib import Path
from typing import Any, Literal

import typst
from fontTools.ttLib import TTFont

LAYOUTS = {1: Path(__file__).with_name("sheet-1.typ")}
CURRENT_LAYOUT = 1
PICTURE_PPI = 216
# A picture with more entries would be too tall for a phone to open.
PICTURE_ENTRIES = 40
# What stands for a character that the font does not have; printers of Chinese have used it for that purpose.
MISSING = "〓"
WEIGHTS = ("400Regular", "600SemiBold")

_lock = threading.Lock()


class FontsMissing(Exception):
    """The fonts are not installed (`npm ci` brings them)."""

    code = "fonts_missing"


class SheetFailed(Exception):
    """The typesetter refused the figures."""

    code = "sheet_failed"


def pdf(figures: dict[str, Any], *, layout: int, issued_at: dt.datetime, fonts: Path) -> bytes:
    """The certificate as PDF/A-2b; the same figures give the same bytes. Raises FontsMissing."""
    made = _compile(figures, layout, fonts, picture=False, issued_at=issued_at)
    return made if isinstance(made, bytes) else b"".join(made)


def picture(figures: dict[str, Any], *, layout: int, issued_at: dt.datetime, fonts: Path) -> bytes:
    """The certificate as one PNG, 1080 pixels wide. Raises FontsMissing."""
    entries = figures["entries"]
    shown = figures | {
        "entries": entries[:PICTURE_ENTRIES],
        "left_out": max(0, len(entries) - PICTURE_ENTRIES),
    }
    made = _compile(shown, layout, fonts, picture=True, issued_at=issued_at)
    return made if isinstance(made, bytes) else made[0]


def _compile(
    figures: dict[str, Any], layout: int, fonts: Path, *, picture: bool, issued_at: dt.datetime
) -> bytes | list[bytes]:
    if not all(path.exists() for path in _font_files(fonts)):
        raise FontsMissing
    inputs = {
        "data": json.dumps(_printable(figures, _characters(fonts)), ensure_ascii=False),
        "picture": "yes" if picture else "no",
    }
    form: Literal["png", "pdf"] = "png" if picture else "pdf"
    with _lock:
        try:
            made: bytes | list[bytes] = _compiler(layout, fonts).compile(
                format=form,
                ppi=PICTURE_PPI,
                sys_inputs=inputs,
                pdf_standards=[] if picture else ["a-2b"],
                timestamp=int(issued_at.timestamp()),
            )
        except typst.TypstError as error:
            raise SheetFailed from error
    return made


@functools.cache
def _compiler(layout: int, fonts: Path) -> Any:
    source = LAYOUTS[layout]
    loaded = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(path.parent) for path in _font_files(fonts)],
    )
    return typst.Compiler(
        input=str(source), root=str(source.parent), font_paths=loaded, ignore_system_fonts=True
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
        return {key: part if key == "qr" else _printable(part, known) for key, part in value.items()}
    if isinstance(value, list):
        return [_printable(part, known) for part in value]
    return value
