"""A bulletin as a DOCX: issuer, document number, title, text, annexes; in styles that an office can go on with."""

import io
from collections.abc import Sequence
from typing import IO, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

# The faces of official papers; a system without them takes its own.
BODY, HEAD, TITLE = "仿宋", "黑体", "宋体"
_NUMERALS = tuple(f"{each}、" for each in "一二三四五六七八九十")
_COLUMNS = ("required", "completed", "percent", "started", "not_started", "overdue", "exempt")
_LABELS = ("应完成", "已完成", "覆盖率", "学习中", "未开始", "已逾期", "免除")


def write(target: IO[bytes], shown: dict[str, Any], *, chart: bytes | None, digest: str) -> None:
    """`shown` is the content with its days in words; `chart` a PNG."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.8), Cm(2.6)
    section.top_margin, section.bottom_margin = Cm(3.5), Cm(3.2)
    _face(document.styles["Normal"], BODY, 16)
    _centred(document, shown["issuer"], TITLE, 26, RGBColor(0xC0, 0x20, 0x20), is_bold=True)
    _centred(document, shown["number"] or "（文号待编）", BODY, 16)
    _centred(document, shown["title"], TITLE, 22, is_bold=True)
    for number, text in enumerate(shown["paragraphs"]):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(28)
        run = paragraph.add_run(text)
        is_address = number == 0 and text.endswith(("：", ":"))
        if not is_address:
            paragraph.paragraph_format.first_line_indent = Pt(32)
        _face(run, HEAD if text.startswith(_NUMERALS) else BODY, 16)
    for text in ("", shown["issuer"], shown["issued"]):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _face(paragraph.add_run(text), BODY, 16)
    document.add_page_break()
    _units(document, shown)
    if chart:
        _heading(document, f"附件2　覆盖率变化（{shown['first']}至{shown['as_of']}）")
        document.add_picture(io.BytesIO(chart), width=Cm(15.4))
    if shown["named"]:
        _heading(document, "附件3　最早完成的人员")
        rows = [(each["name"], each["organisation"], each["completed_on"]) for each in shown["named"]]
        _table(document, ("姓名", "单位", "完成日期"), rows)
    paragraph = document.add_paragraph()
    _face(paragraph.add_run(f"摘要（SHA-256）：{digest}"), BODY, 8)
    document.core_properties.title = shown["title"]
    document.core_properties.author = shown["issuer"]
    document.save(target)


def _units(document: Any, shown: dict[str, Any]) -> None:
    _heading(document, f"附件1　各单位完成情况（截至{shown['as_of']}）")
    is_ranked = shown["is_ranked"]
    rows = []
    for each in [*shown["units"], {"name": "合计", "place": None, **shown["whole"]}]:
        place = [str(each["place"] or "")] if is_ranked else []
        rows.append([*place, each["name"], *(_figure(each[column]) for column in _COLUMNS)])
    _table(document, (*(["名次"] if is_ranked else []), "单位", *_LABELS), rows)


def _table(document: Any, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(head))
    table.style = "Table Grid"
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        _face(cell.paragraphs[0].add_run(text), HEAD, 10.5)
    # The head stands on every page of a long annex.
    properties = table.rows[0]._tr.get_or_add_trPr()
    properties.append(properties.makeelement(qn("w:tblHeader"), {}))
    for row in rows:
        for number, (cell, text) in enumerate(zip(table.add_row().cells, row, strict=True)):
            paragraph = cell.paragraphs[0]
            _face(paragraph.add_run(text), BODY, 10.5)
            if number and text[:1].isdigit():
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _heading(document: Any, text: str) -> None:
    _face(document.add_paragraph().add_run(text), HEAD, 14)


def _centred(
    document: Any, text: str, face: str, size: float, colour: Any = None, *, is_bold: bool = False
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold = is_bold
    _face(run, face, size)
    if colour is not None:
        run.font.color.rgb = colour


def _face(styled: Any, face: str, size: float) -> None:
    """Chinese faces are named apart from Latin ones."""
    styled.font.name, styled.font.size = face, Pt(size)
    properties = (
        styled._element.get_or_add_rPr() if hasattr(styled, "_element") else styled.element.get_or_add_rPr()
    )
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
