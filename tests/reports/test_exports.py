"""Exports: made by the worker, typed and never a formula, masked as the role demands, kept a week and logged."""

import csv
import datetime as dt
from io import BytesIO, StringIO
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from pypdfium2 import PdfDocument

from courses import extensions, requirements
from courses.models import Requirement
from people import grants
from people.days import today
from people.models import AuditAct, AuditEntry, Role, User
from reports import exports
from reports.models import Export, ExportState
from tests.reports.conftest import World, signed_in

DANGEROUS = '=HYPERLINK("http://127.0.0.1/","点我")'
PROVINCE = "湖南省律师协会"
LICENCE = "14301201510004321"


@pytest.fixture(autouse=True)
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.EXPORTS_ROOT = tmp_path / "exports"


@pytest.fixture
def requirement(world: World) -> Requirement:
    course = world.course()
    done = world.lawyer("周已完", "湖南岳试律师事务所", licence=LICENCE)
    world.lawyer(DANGEROUS, "湖南石试律师事务所")
    made = world.curriculum(
        course, unit=PROVINCE, title="=1+1", opens=today() - dt.timedelta(days=60), due=today()
    )
    world.complete(done, course, today() - dt.timedelta(days=3))
    return made


@pytest.fixture
def user(world: World) -> User:
    return world.reader("province", Role.PROVINCIAL_COMMITTEE, PROVINCE)


@pytest.fixture
def reader(client: Client, user: User) -> Client:
    return signed_in(client, user)


def asked(
    client: Client, requirement: Requirement | None, contents: str = "units", form: str = "xlsx", **query: str
) -> Export:
    """An export asked for by the page's form, not yet made."""
    if requirement is not None:
        query["of"] = str(requirement.public_id)
    response = client.post(
        "/coverage/exports/new/?" + "&".join(f"{name}={value}" for name, value in query.items()),
        {"contents": contents, "file_format": form, "reason": "报省司法厅"},
    )
    assert response.status_code == 302, response.content.decode()
    return Export.objects.get(public_id=UUID(response["Location"].split("/")[-2]))


def content(client: Client, export: Export) -> bytes:
    response = client.get(f"/coverage/exports/{export.public_id}/file/")
    assert response.status_code == 200
    return bytes(response.getvalue())


def made(client: Client, requirement: Requirement | None, *args: str, **query: str) -> bytes:
    export = asked(client, requirement, *args, **query)
    exports.work(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.DONE, export.error_code
    return content(client, export)


def workbook(
    client: Client, requirement: Requirement | None, contents: str = "units", **query: str
) -> Workbook:
    return load_workbook(BytesIO(made(client, requirement, contents, "xlsx", **query)))


def table(sheet: Worksheet) -> list[list[Any]]:
    """The rows below the heading's empty line."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    start = next(number for number, row in enumerate(rows) if not any(row))
    return rows[start + 1 :]


def first(client: Client, requirement: Requirement, contents: str = "units", **query: str) -> list[list[Any]]:
    return table(workbook(client, requirement, contents, **query).worksheets[0])


def test_units_are_numbers_that_add_up_to_the_last_row(reader: Client, requirement: Requirement) -> None:
    _head, *lines, whole = first(reader, requirement)
    assert sorted(line[0] for line in lines) == ["衡阳市律师协会", "长沙市律师协会"]
    for column in range(1, 9):
        assert whole[column] == sum(line[column] for line in lines)
    assert whole[1:3] == [2, 1]
    assert whole[9] == 0.5


@pytest.mark.both_sides("postgresql")
def test_groups_give_the_groups_and_not_the_organisations(reader: Client, requirement: Requirement) -> None:
    head, *lines, whole = first(reader, requirement, "groups", by="years")
    assert head[0] == "执业年限"
    assert [line[0] for line in lines] == ["10至19"] or len(lines) == 1
    assert lines[0][1] == whole[1] == 2


def test_the_heading_says_what_of_when_by_whom_and_why(reader: Client, requirement: Requirement) -> None:
    book = workbook(reader, requirement)
    heading = [str(row[0].value) for row in book.worksheets[0].iter_rows(max_row=3)]
    assert "=1+1" in heading[0]
    assert PROVINCE in heading[1]
    assert "province" in heading[2]
    assert "报省司法厅" in heading[2]
    assert book.worksheets[0].freeze_panes == "B6"
    assert len([row for row in book.worksheets[-1].iter_rows() if row[0].value]) > 7


@pytest.mark.both_sides("postgresql")
def test_persons_carry_dates_an_extension_and_their_licence_as_text(
    reader: Client, world: World, requirement: Requirement
) -> None:
    late = world.lawyer("陈延期", "湖南岳试律师事务所")
    requirements.refresh_for_persons([late.pk])
    committee = world.reader("hengyang", Role.PROVINCIAL_COMMITTEE, PROVINCE)
    until = today() + dt.timedelta(days=20)
    extension = extensions.ask(late, requirement, until=until, reason="病假")
    extensions.grant(extension, by=committee, until=until, text="同意")
    sheet = workbook(reader, requirement, "persons").worksheets[0]
    rows = {row[0]: row for row in table(sheet)}
    done = rows["周已完"]
    assert done[2] == LICENCE
    assert done[5] == dt.datetime.combine(today() - dt.timedelta(days=3), dt.time())
    assert done[6] == dt.datetime.combine(today(), dt.time())
    assert not done[7]
    assert rows["姓名"][7] == "延期"
    assert rows["陈延期"][7] == "是"
    assert rows["陈延期"][6] == dt.datetime.combine(until, dt.time())
    whole = {row[0]: row for row in table(workbook(reader, None).worksheets[2])}
    assert whole["陈延期"][3:] == ["未开始（延期）", 1, 0, 0, 1]
    assert whole["周已完"][3:] == ["已完成", 1, 1, 0, 0]


def test_no_cell_can_be_read_as_a_formula(reader: Client, requirement: Requirement) -> None:
    for book in (
        workbook(reader, requirement),
        workbook(reader, requirement, "persons"),
        workbook(reader, requirement, "persons", q="=HYPERLINK"),
        workbook(reader, None),
    ):
        for row in (row for sheet in book.worksheets for row in sheet.iter_rows()):
            for cell in row:
                assert cell.data_type != "f", cell.value
                if isinstance(cell.value, str):
                    assert cell.number_format == "@"
                    assert cell.quotePrefix
    rows = list(csv.reader(StringIO(made(reader, requirement, "persons", "csv").decode("utf-8-sig"))))
    assert f"'{DANGEROUS}" in [row[0] for row in rows]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_csv_carries_its_mark_and_keeps_all_digits_of_a_licence(
    reader: Client, requirement: Requirement
) -> None:
    text = made(reader, requirement, "persons", "csv")
    assert text.startswith(b"\xef\xbb\xbf")
    row = next(row for row in csv.reader(StringIO(text.decode("utf-8-sig"))) if row[0] == "周已完")
    assert row[2] == f"\t{LICENCE}"
    assert row[5] == (today() - dt.timedelta(days=3)).isoformat()


def test_a_pdf_holds_the_figures_and_the_line(reader: Client, requirement: Requirement) -> None:
    for contents, said in (("units", "长沙市律师协会"), ("persons", "周已完"), ("groups", "合计")):
        content = made(reader, requirement, contents, "pdf")
        # Heading, line and table stand on one page.
        assert said in PdfDocument(content)[0].get_textpage().get_text_range()
        with pikepdf.open(BytesIO(content)) as document:
            assert document.open_metadata()["pdfaid:part"] == "2"
    assert "=1+1" in PdfDocument(made(reader, None, "", "pdf"))[0].get_textpage().get_text_range()


@pytest.mark.both_sides("postgresql")
def test_all_curricula_stand_beside_each_other_and_their_sums_in_front(
    reader: Client, world: World, requirement: Requirement
) -> None:
    world.curriculum(
        world.course("刑辩"), unit="长沙市律师协会", title="刑辩轮训", due=today() + dt.timedelta(days=9)
    )
    curricula, organisations, persons, _notes = workbook(reader, None).worksheets
    assert [row[0] for row in table(curricula)[1:]] == ["=1+1", "刑辩轮训"]
    assert [row[3:5] for row in table(curricula)[1:]] == [[2, 1], [1, 0]]
    _head, *lines, whole = table(organisations)
    for column in (1, 2, 4, 5):
        assert whole[column] == sum(line[column] for line in lines)
    rows = {row[0]: row for row in table(persons)[1:]}
    assert rows["周已完"][2:] == [LICENCE, "已完成", "未开始", 2, 1, 0, 0]
    assert rows[DANGEROUS][3:5] == ["未开始", None]


def test_from_a_citys_page_all_curricula_are_exported_of_that_city(
    reader: Client, world: World, requirement: Requirement
) -> None:
    city = world.units["长沙市律师协会"].public_id
    page = reader.get(f"/coverage/exports/?org={city}").content.decode()
    assert f"/coverage/exports/new/?org={city}" in page
    persons = workbook(reader, None, org=str(city)).worksheets[2]
    assert [row[0] for row in table(persons)[1:]] == ["周已完"]


@pytest.mark.parametrize(
    ("role", "unit", "name", "licence"),
    [
        (Role.PROVINCIAL_COMMITTEE, PROVINCE, "周已完", LICENCE),
        (Role.CITY_COMMITTEE, "长沙市律师协会", "周已完", "1430120******4321"),
        (Role.FIRM_MANAGER, "湖南岳试律师事务所", "周已完", "1430120******4321"),
        (Role.AUDITOR, PROVINCE, "周**", "1430120******4321"),
    ],
)
def test_a_file_shows_of_persons_what_the_readers_role_needs(
    client: Client, world: World, requirement: Requirement, role: Role, unit: str, name: str, licence: str
) -> None:
    signed_in(client, world.reader("someone", role, unit))
    for book in (
        workbook(client, requirement, "persons").worksheets[0],
        workbook(client, None).worksheets[2],
    ):
        assert [name, licence] in [[row[0], row[2]] for row in table(book)]


def test_the_file_is_narrowed_as_the_page_is(reader: Client, requirement: Requirement) -> None:
    assert [row[0] for row in first(reader, requirement, "persons", state="completed")[1:]] == ["周已完"]


def test_who_took_what_and_why_stands_in_the_log_once_it_was_made(
    reader: Client, user: User, requirement: Requirement
) -> None:
    export = asked(reader, requirement, "persons")
    assert not AuditEntry.objects.filter(act=AuditAct.EXPORTED).exists()
    exports.work(export.pk)
    exports.work(export.pk)
    entry = AuditEntry.objects.get(act=AuditAct.EXPORTED)
    assert (entry.by, entry.about, entry.reason, entry.persons) == (user, "=1+1", "报省司法厅", 2)


def test_nothing_is_exported_without_a_reason(reader: Client, requirement: Requirement) -> None:
    response = reader.post(
        f"/coverage/exports/new/?of={requirement.public_id}",
        {"contents": "units", "file_format": "xlsx", "reason": "  "},
    )
    assert response.status_code == 422
    assert not Export.objects.exists()


def test_more_than_three_at_once_are_refused(reader: Client, requirement: Requirement) -> None:
    for _number in range(3):
        asked(reader, requirement)
    response = reader.post(
        f"/coverage/exports/new/?of={requirement.public_id}",
        {"contents": "units", "file_format": "xlsx", "reason": "再来"},
    )
    assert response.status_code == 422
    assert Export.objects.count() == 3


def test_another_readers_export_is_missing(reader: Client, world: World, requirement: Requirement) -> None:
    export = asked(reader, requirement)
    exports.work(export.pk)
    other = signed_in(Client(), world.reader("other", Role.PROVINCIAL_COMMITTEE, PROVINCE))
    for ending in ("", "progress/", "file/"):
        assert other.get(f"/coverage/exports/{export.public_id}/{ending}").status_code == 404


def test_a_role_taken_back_closes_the_file_and_ends_the_work(
    reader: Client, user: User, requirement: Requirement
) -> None:
    ready, waiting = asked(reader, requirement), asked(reader, requirement)
    exports.work(ready.pk)
    grants.revoke(user.role_grants.get(), by=None, reason="离任")
    assert reader.get(f"/coverage/exports/{ready.public_id}/file/").status_code == 404
    exports.work(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.error_code) == (ExportState.FAILED, "export_not_readable")


@pytest.mark.both_sides("postgresql")
def test_a_stopped_export_leaves_nothing_and_can_be_made_again(
    reader: Client, requirement: Requirement
) -> None:
    export = asked(reader, requirement)
    page = f"/coverage/exports/{export.public_id}/"
    assert reader.get(page + "progress/").status_code == 200
    assert reader.post(page, {"act": "cancel"}).status_code == 302
    assert reader.get(page + "progress/")["HX-Refresh"] == "true"
    exports.work(export.pk)
    export.refresh_from_db()
    assert (export.state, export.file) == (ExportState.CANCELLED, "")
    assert reader.post(page, {"act": "cancel"}).status_code == 409
    assert reader.post(page, {"act": "retry"}).status_code == 302
    exports.work(export.pk)
    assert content(reader, export)[:2] == b"PK"


@pytest.mark.both_sides("postgresql")
def test_a_lost_message_is_sent_again_and_a_silent_worker_is_given_up_on(
    reader: Client, requirement: Requirement
) -> None:
    export = asked(reader, requirement)
    rows = Export.objects.filter(pk=export.pk)
    assert exports.sweep() == []
    rows.update(nudged_at=timezone.now() - dt.timedelta(minutes=6))
    assert exports.sweep() == [export.pk]
    for _attempt in range(exports.MAX_ATTEMPTS):
        rows.update(state=ExportState.RUNNING, lease_until=timezone.now() - dt.timedelta(seconds=1))
        assert exports.sweep() == [export.pk]
    rows.update(state=ExportState.RUNNING, lease_until=timezone.now() - dt.timedelta(seconds=1))
    assert exports.sweep() == []
    assert rows.get().error_code == "export_worker_lost"


def test_files_go_after_a_week_and_the_list_says_so(reader: Client, requirement: Requirement) -> None:
    assert "还没有导出过文件" in reader.get("/coverage/exports/").content.decode()
    export = asked(reader, requirement)
    exports.work(export.pk)
    Export.objects.filter(pk=export.pk).update(finished_at=timezone.now() - dt.timedelta(days=8))
    exports.sweep()
    assert reader.get(f"/coverage/exports/{export.public_id}/file/").status_code == 404
    assert "已删除" in reader.get("/coverage/exports/").content.decode()


def test_more_rows_than_a_file_may_have_end_with_a_way_out(
    reader: Client, requirement: Requirement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.books.MAX_ROWS", 1)
    export = asked(reader, requirement, "persons")
    exports.work(export.pk)
    assert "更小的单位" in reader.get(f"/coverage/exports/{export.public_id}/").content.decode()
