"""What a province's roster of 15,000 rows costs: planned, entered, taken back. Run as a program; prints JSON rows."""

import datetime as dt
import io
import json
import sys
import time

import django

ROWS, FIRMS = 15_000, 900
BAR_PLAN_SECONDS, BAR_ENTER_SECONDS = 5, 15
HEAD = ("姓名", "执业证号", "律师事务所", "执业类别", "手机", "出生日期", "执业状态", "转入日期")


def workbook() -> bytes:
    """A sheet as offices keep them: a title row, a numbered column, one row a lawyer."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["湖南省律师名册"])
    sheet.append(["序号", *HEAD])
    for n in range(ROWS):
        firm = f"湖南第{n % FIRMS}试律师事务所"
        licence, phone = f"143012012110{n:05d}", f"139{n:08d}"
        sheet.append([n, f"张{n}", licence, firm, "专职", phone, "1980-05-01", "执业", "2026-01-05"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def main() -> None:
    django.setup()
    from people import organisations, roster_applying, roster_imports
    from people.models import RosterState
    from tests.courses.stage import OPENED, association

    organisations.create_tree(
        [organisations.NewOrganisation(str(n), "firm", f"湖南第{n}试律师事务所") for n in range(FIRMS)],
        opened_on=OPENED,
        under=association(),
    )
    roster = roster_imports.hand_in(
        association(),
        content=workbook(),
        file_name="名册.xlsx",
        as_of=dt.date(2026, 7, 1),
        is_complete=True,
        by=None,
    )
    began = time.monotonic()
    roster = roster_imports.plan(roster.pk)
    planned = time.monotonic() - began
    began = time.monotonic()
    roster_applying.agree(roster, by=None)
    roster = roster_applying.apply(roster.pk)
    entered = time.monotonic() - began
    if roster.state != RosterState.APPLIED or roster.totals != {"new": ROWS}:
        sys.exit(f"the roster ended {roster.state} with {roster.totals}")
    began = time.monotonic()
    roster_applying.ask_back(roster, by=None)
    roster_applying.undo(roster.pk)
    taken_back = time.monotonic() - began
    json.dump(
        [
            row("planned", planned, BAR_PLAN_SECONDS),
            row("entered", entered, BAR_ENTER_SECONDS),
            [f"a roster of {ROWS:,} rows taken back, SQLite", f"{taken_back:.1f} s", "", None],
        ],
        sys.stdout,
    )


def row(what: str, seconds: float, bar: int) -> list[object]:
    return [f"a roster of {ROWS:,} rows {what}, SQLite", f"{seconds:.1f} s", f"≤ {bar} s", seconds <= bar]


if __name__ == "__main__":
    main()
