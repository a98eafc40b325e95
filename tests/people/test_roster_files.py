"""Crafted workbooks are refused, or read within 300 MB: each in a process of its own, whose memory is measured."""

import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[2]
READER = """
import sys
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/platform"]
from people import table_files
from people.roster import rows
try:
    sheets = table_files.read(open(sys.argv[1], "rb").read())
    said = f"read {len(rows.parse(sheets, last_year=2026))}"
except table_files.TableRefused as refused:
    said = type(refused).__name__
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(said, int(peak.split()[1]) // 1024, sep="|")
"""
SHEET = "xl/worksheets/sheet1.xml"
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = b'<?xml version="1.0"?><worksheet xmlns="%s">' % MAIN
TAIL = b"</sheetData></%s>" % b"worksheet"
TEXT = b'<c r="%s" t="inlineStr"><is><t>%s</t></is></c>'
NAMES = b'<row r="1">' + TEXT % (b"A1", "姓名".encode()) + TEXT % (b"B1", "执业证号".encode()) + b"</row>"
PERSON = TEXT % (b"A2", "李试".encode()) + TEXT % (b"B2", b"14301201211001234")


def workbook(part, data):
    """A proper workbook with one part of it replaced, or one more."""
    plain = io.BytesIO()
    book = openpyxl.Workbook()
    book.active.append(["姓名", "执业证号"])
    book.save(plain)
    made = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
        target.writestr(part, data)
    return made.getvalue()


def sheet(*rows, before=b""):
    return workbook(SHEET, HEAD + before + b"<sheetData>" + b"".join(rows) + TAIL)


def zip_bomb():
    return sheet(b"<row><c/></row>" * 4_000_000)


def lying_small():
    return sheet(NAMES, b'<row r="2">' + PERSON + b"</row>", before=b'<dimension ref="A1"/>')


def lying_large():
    far = b'<row r="1048576">' + TEXT % (b"XFD1048576", b"x") + b"</row>"
    return sheet(NAMES, b'<row r="2">' + PERSON + b"</row>", far, before=b'<dimension ref="A1:XFD1048576"/>')


def full_of_text():
    rows = [
        b'<row r="%d">' % n + TEXT % (b"A%d" % n, os.urandom(700).hex().encode()) + b"</row>"
        for n in range(2, 4000)
    ]
    return sheet(NAMES, *rows)


def one_long_cell():
    return sheet(b'<row r="1">' + TEXT % (b"A1", os.urandom(3_500_000).hex().encode()) + b"</row>")


def many_cells():
    return sheet(
        NAMES,
        *(
            b"<row>" + os.urandom(60).hex().encode().join([b"<c><v>", b"</v></c>"]) * 80 + b"</row>"
            for _ in range(5000)
        ),
    )


def many_shared_strings():
    strings = b"".join(b"<si><t>%s</t></si>" % os.urandom(2).hex().encode() for _ in range(2_000_000))
    return workbook(
        "xl/sharedStrings.xml", b'<?xml version="1.0"?><sst xmlns="%s">' % MAIN + strings + b"</sst>"
    )


def formula():
    return sheet(
        NAMES, b'<row r="2">' + TEXT % (b"A2", "李试".encode()) + b'<c r="B2"><f>NOW()</f><v>1</v></c></row>'
    )


def external_entity():
    return workbook(
        "xl/sharedStrings.xml",
        b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst><si><t>&a;</t></si></sst>',
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("made", "said"),
    [
        (zip_bomb, {"TooLarge", "Hostile"}),
        (lying_small, {"read 2"}),
        (lying_large, {"read 2"}),
        (full_of_text, {"read 3999"}),
        (one_long_cell, {"TooLarge", "read 0"}),
        (many_cells, {"TooLarge", "Hostile", "Broken"}),
        (many_shared_strings, {"read 1"}),
        (formula, {"FormulaInside"}),
        (external_entity, {"Hostile"}),
    ],
)
def test_a_crafted_workbook_is_refused_or_read_within_its_memory(tmp_path, made, said):
    file = tmp_path / "x.xlsx"
    file.write_bytes(made())
    run = subprocess.run(
        [sys.executable, "-c", READER, str(file), str(ROOT)], capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    found, peak = run.stdout.strip().split("|")
    assert found in said
    assert int(peak) <= 300
