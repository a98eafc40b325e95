"""Attendance exports: what each platform's shape says, what is hostile, and who a participant is."""

import io
import itertools
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import desk_refusals
from courses.attendance import durations, exports, naming, workbooks
from courses.attendance.exports import Participant, Platform
from courses.attendance.naming import Directory, Known, Why


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


PREAMBLE = [["会议主题", "合同编通则培训"], ["会议号", "123-456"], *[["", ""]] * 6]
DETAIL = ["用户昵称（入会昵称）", "入会时间", "退会时间", "单次参会时长", "房间类型"]


def read(content, **kwargs):
    return exports.understood(workbooks.read(content), **kwargs)


# --- Shapes -------------------------------------------------------------------------------------------


def test_tencent_rejoins_are_one_participant_and_two_devices_at_once_are_one_presence():
    rows = [
        ["林试(岳试-林试)", "2026-05-16 09:00:00", "2026-05-16 09:40:00", "0:40:00", "主会场"],
        ["林试(岳试-林试)", "2026-05-16 09:30:00", "2026-05-16 10:00:00", "0:30:00", "主会场"],
        ["林试(岳试-林试)", "2026-05-16 10:10:00", "2026-05-16 10:20:00", "0:10:00", "主会场"],
        ["贺试", "2026-05-16 09:00:00", "2026-05-16 10:00:00", "1:00:00", "主会场"],
        ["", "", "", "", ""],
        ["本文件由系统导出"],
    ]
    export = read(workbook(成员参会概况=[["会议主题", "x"]], 成员参会明细=[*PREAMBLE, DETAIL, *rows]))
    assert (export.platform, export.title) == (Platform.TENCENT_MEETING, "x")
    first, second = export.participants
    assert (first.joins, first.present_seconds) == (3, 70 * 60)
    assert second.present_seconds == 3600


def test_tencent_without_details_gives_the_summary_of_each():
    heading = ["用户昵称（入会昵称）", "首次入会时间", "最后退会时间", "入会次数", "累计参会时长", "身份"]
    rows = [["林试", "2026-05-16 09:00:00", "2026-05-16 10:00:00", 2, "0:55:10", "普通参会者"]]
    export = read(workbook(成员参会概况=[*PREAMBLE, heading, *rows]))
    assert (export.title, export.participants[0].present_seconds, export.participants[0].joins) == (
        "合同编通则培训",
        3310,
        2,
    )


def test_rain_classroom_has_two_rows_of_headings_and_says_who_signed_for_each_session():
    rows = [
        ["", "", "", "", "第一课 民法典", "", "第二课 公司法", ""],
        ["学号", "班级", "部门", "姓名", "签到方式", "得分", "签到方式", "得分"],
        ["14301201011234567", "一班", "", "林试", "扫二维码", 3, "未上课", 0],
        ["14301201017654321", "一班", "", "贺试", "未上课", 0, "课堂暗号", 5],
    ]
    content = workbook(汇总=rows)
    export = read(content)
    assert export.sessions == ["第一课 民法典", "第二课 公司法"]
    assert [(each.named, each.is_absent) for each in export.participants] == [("林试", False), ("贺试", True)]
    other = read(content, session="第二课 公司法")
    assert [(each.named, each.licence, each.is_absent) for each in other.participants] == [
        ("林试", "14301201011234567", True),
        ("贺试", "14301201017654321", False),
    ]


def test_xiaoetong_is_known_by_its_account_and_reads_gbk():
    heading = "user_id,昵称,手机号,resource_type,stay_time"
    rows = [f"u_1a,小林律师,13900000001,4,{seconds}" for seconds in (3600, 600)]
    text = "\n".join([heading, *rows])
    export = read(text.encode("gbk"))
    only = export.participants[0]
    assert (export.platform, only.key, only.phone, only.present_seconds) == (
        Platform.XIAOETONG,
        "id:u_1a",
        "13900000001",
        4200,
    )


@pytest.mark.parametrize("heading", ["类别", "学时类别", "学时类别（必填）"])
def test_a_plain_list_of_balances_keeps_amount_and_category(heading):
    rows = [
        ["期初学时登记表"],
        ["姓名", "律所", "执业证号", heading, "学时"],
        ["林试", "岳试所", "14301201011234567", "law", 6.5],
    ]
    only = read(workbook(表=rows)).participants[0]
    assert (only.number, only.category, only.firm) == (Decimal("6.5"), "law", "岳试所")


@pytest.mark.parametrize(
    ("text", "unit", "seconds"),
    [
        ("0:30:00", 1, 1800),
        ("1小时18分59秒", 1, 4739),
        ("123秒", 1, 123),
        ("45分钟", 1, 2700),
        ("90", 60, 5400),
        ("0:99:00", 1, None),
        ("很久", 1, None),
        ("99999999999", 60, None),
    ],
)
def test_durations_are_read_as_platforms_write_them(text, unit, seconds):
    assert durations.seconds_of(text, number_is=unit) == seconds


STRETCHES = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), max_size=12)


@given(STRETCHES)
def test_a_union_is_sorted_disjoint_idempotent_and_covers_each_second_once(stretches):
    union = durations.united(stretches)
    assert durations.united(union) == union
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(union))
    assert durations.length(union) == len(
        {second for start, end in stretches for second in range(start, end)}
    )


# --- Hostile files ------------------------------------------------------------------------------------


def test_a_workbook_that_says_it_has_one_row_is_read_whole(shared_data):
    sheets = workbooks.read((shared_data / "hostile/derived/lying-dimension.xlsx").read_bytes())
    assert len(sheets[0].rows) == 41


@pytest.mark.parametrize(
    "name", ["canary-entity-sharedStrings", "xxe-file-sharedStrings", "xxe-http-loopback-workbook"]
)
def test_entities_and_declarations_are_refused_before_any_parser_sees_them(shared_data, name):
    with pytest.raises(desk_refusals.TableHostile):
        workbooks.read((shared_data / f"hostile/derived/{name}.xlsx").read_bytes())


def test_no_hostile_file_is_ever_understood_as_participants(shared_data):
    for path in sorted((shared_data / "hostile").rglob("*")):
        if path.is_file() and path.name != "lying-dimension.xlsx":  # it lies, and holds forty rows
            with pytest.raises(desk_refusals.DeskRefusal):
                exports.understood(workbooks.read(path.read_bytes()))


def with_part(content, name, data):
    source, target = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in source.namelist():
            if each != name:
                archive.writestr(each, source.read(each))
        archive.writestr(name, data)
    return target.getvalue()


def test_a_zip_bomb_is_refused_by_its_directory():
    content = with_part(workbook(表=[["姓名"], ["林试"]]), "xl/media/a.bin", b"\0" * (40 * 1024 * 1024))
    with pytest.raises(desk_refusals.TableHostile):
        workbooks.read(content)
    content = with_part(workbook(表=[["姓名"]]), "xl/media/a.bin", b"\0" * (70 * 1024 * 1024))
    with pytest.raises(desk_refusals.TableTooLarge):
        workbooks.read(content)


def test_formulas_and_macros_are_refused():
    with pytest.raises(desk_refusals.FormulaInside):
        workbooks.read(workbook(表=[["姓名"], ['=HYPERLINK("http://x","林试")']]))
    with pytest.raises(desk_refusals.TableHostile):
        workbooks.read(with_part(workbook(表=[["姓名"]]), "xl/vbaProject.bin", b"x"))


def test_a_row_at_the_end_of_the_world_costs_nothing():
    content = workbook(表=[["姓名", "手机"], ["林试", "13900000001"]])
    sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    lying = with_part(content, "xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", far))
    assert len(read(lying).participants) == 1


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0old", b"%PDF-1.7", b"MZ", b"a\0b,c\n"]
)
def test_what_is_no_table_is_refused_by_name(content):
    with pytest.raises(desk_refusals.DeskRefusal):
        exports.understood(workbooks.read(content))


# --- Names --------------------------------------------------------------------------------------------

LIN = Known(1, "林试", ("湖南岳试律师事务所", "岳试所"), "13900000001", "14301201011231111")
LIN_TOO = Known(2, "林试", ("湖南芙试律师事务所",), "13900000002", "14301201011232222")
HE = Known(3, "贺试", ("湖南岳试律师事务所",), "13900000003", "14301201011233333")
OUYANG = Known(4, "欧阳试明", ("上海市锦试（长沙）律师事务所",), "13900000004", "14301201011234444")
ALL = Directory.of([LIN, LIN_TOO, HE, OUYANG])


@pytest.mark.parametrize(
    ("participant", "why", "person"),
    [
        (Participant("林试"), Why.SEVERAL, None),
        (Participant("贺试"), Why.NAME_ALONE, None),
        (Participant("岳试律所 林试"), Why.NAME_AND_FIRM, 1),
        (Participant("林试(湖南芙试律师事务所-林试)"), Why.NAME_AND_FIRM, 2),
        (Participant("欧阳试明 锦试"), Why.NAME_AND_FIRM, 4),
        (Participant("林试2222"), Why.NAME_AND_DIGITS, 2),
        (Participant("贺试", firm="湖南芙试律师事务所"), Why.NAME_ALONE, None),
        (Participant("小林", phone="13900000001"), Why.PHONE, 1),
        (Participant("贺试", phone="13900000001"), Why.CONTRADICTION, None),
        (Participant("某人", licence="14301201011233333"), Why.LICENCE, 3),
        (Participant("林试&贺试"), Why.SHARED, None),
        (Participant("听课用户"), Why.NOBODY, None),
    ],
)
def test_a_name_alone_is_never_enough(participant, why, person):
    found = naming.match(participant, ALL, {})
    assert (found.why, found.person_id) == (why, person)


def test_what_was_decided_once_is_remembered():
    assert naming.match(Participant("贺试"), ALL, {"贺试|||": 3}).person_id == 3


@given(st.text(max_size=30))
def test_no_text_of_whatever_kind_gives_a_person_without_a_second_sign(text):
    found = naming.match(Participant(text), Directory.of([Known(9, "王试")]), {})
    assert found.person_id is None
