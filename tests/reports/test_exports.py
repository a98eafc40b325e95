"""The workbook: typed cells, its definitions on top, licence numbers masked, and never a formula."""

import datetime as dt
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from courses.models import Requirement
from people.days import today
from people.models import Role
from tests.reports.conftest import World, signed_in

DANGEROUS = '=HYPERLINK("http://127.0.0.1/","点我")'


@pytest.fixture
def requirement(world: World) -> Requirement:
    course = world.course()
    done = world.lawyer("周已完", "湖南岳试律师事务所", licence="14301201510004321")
    world.lawyer(DANGEROUS, "湖南石试律师事务所")
    made = world.curriculum(
        course, unit="湖南省律师协会", title="=1+1", opens=today() - dt.timedelta(days=60), due=today()
    )
    world.complete(done, course, today() - dt.timedelta(days=3))
    return made


@pytest.fixture
def reader(client: Client, world: World) -> Client:
    return signed_in(client, world.reader("province", Role.PROVINCIAL_COMMITTEE, "湖南省律师协会"))


def workbook(reader: Client, requirement: Requirement, **query: str) -> Worksheet:
    response = reader.get(f"/coverage/{requirement.public_id}.xlsx", query)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return load_workbook(BytesIO(response.getvalue())).active


def table(sheet: Worksheet) -> list[list[Any]]:
    """The rows below the heading's empty line."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(number for number, row in enumerate(rows) if not any(row))
    return rows[start + 1 :]


def test_units_are_numbers_that_add_up_to_the_last_row(reader: Client, requirement: Requirement) -> None:
    sheet = workbook(reader, requirement)
    _head, *lines, whole = table(sheet)
    assert [line[0] for line in lines] == ["衡阳市律师协会", "长沙市律师协会"] or len(lines) == 2
    for column in range(1, 8):
        assert whole[column] == sum(line[column] for line in lines)
    assert whole[1:3] == [2, 1]
    assert whole[8] == 0.5


def test_the_heading_says_what_of_when_by_whom_and_how_it_is_counted(
    reader: Client, requirement: Requirement
) -> None:
    sheet = workbook(reader, requirement)
    heading = [row[0].value for row in sheet.iter_rows(max_row=12) if row[0].value]
    assert "=1+1" in heading[0]
    assert "湖南省律师协会" in heading[1]
    assert "province" in heading[2]
    assert len(heading) > 8
    assert sheet.freeze_panes is not None


def test_persons_carry_dates_and_a_masked_licence(reader: Client, requirement: Requirement) -> None:
    rows = table(workbook(reader, requirement, view="persons"))
    row = next(row for row in rows if row[0] == "周已完")
    assert row[2] == "1430120******4321"
    assert row[5] == dt.datetime.combine(today() - dt.timedelta(days=3), dt.time())
    assert row[6] == dt.datetime.combine(today(), dt.time())


def test_no_cell_can_be_read_as_a_formula(reader: Client, requirement: Requirement) -> None:
    for query in ({}, {"view": "persons"}, {"view": "persons", "q": "=HYPERLINK"}):
        sheet = workbook(reader, requirement, **query)
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                if isinstance(cell.value, str):
                    assert cell.number_format == "@"
                    assert cell.quotePrefix
    names = [row[0] for row in table(workbook(reader, requirement, view="persons"))]
    assert DANGEROUS in names


def test_the_workbook_is_narrowed_as_the_page_is(reader: Client, requirement: Requirement) -> None:
    sheet = workbook(reader, requirement, view="persons", state="completed")
    assert [row[0] for row in table(sheet)[1:]] == ["周已完"]


def test_more_rows_than_a_workbook_may_have_are_refused_with_a_way_out(
    reader: Client, requirement: Requirement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.views.curriculum.MAX_EXPORT_ROWS", 1)
    response = reader.get(f"/coverage/{requirement.public_id}.xlsx", {"view": "persons"})
    assert response.status_code == 422
