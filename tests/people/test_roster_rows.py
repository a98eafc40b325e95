"""Rosters as they come: headings in any order, values in many spellings, and what Excel has ruined."""

import datetime as dt
import io
import random

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from people import table_files
from people.roster import headings, rows, values
from people.roster.values import NotReadable
from people.table_files import Numeric, Sheet

NUMBER = "14301201211001234"
HEAD = ["序号", "姓名", "律师执业证号", "律师事务所名称", "执业类别", "手机"]


def parsed(*table, last_year=2026):
    return rows.parse([Sheet("名册", [list(row) for row in table])], last_year=last_year)


def entries(*table):
    return [row.entry for row in parsed(*table) if row.entry is not None]


def workbook(*table):
    book = openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def read(content):
    found = rows.parse(table_files.read(content), last_year=2026)
    return [row.entry for row in found if row.entry is not None]


# --- Headings -----------------------------------------------------------------------------------------


@given(st.permutations(HEAD))
def test_columns_are_found_in_any_order(order):
    columns = headings.columns_of(order)
    assert {order[column] for column in columns.values()} == set(HEAD) - {"序号"}


@pytest.mark.parametrize(
    "said", ["律师执业证号", "执业证号码", " 执业 证号 ", "*执业证号：", "执业证号(17位)", "执业证号（必填）"]
)
def test_a_heading_is_known_by_its_synonyms(said):
    assert headings.columns_of(["姓名", said]) == {"name": 0, "licence": 1}


def test_the_better_word_wins_where_two_columns_say_one_thing():
    assert headings.columns_of(["姓名", "联系电话", "手机"])["phone"] == 2


def test_titles_above_and_totals_below_are_no_persons():
    found = entries(
        ["湖南省律师名册", "", "", ""],
        ["（截至2026年3月）"],
        HEAD,
        ["1", "李试", NUMBER, "湖南岳试律师事务所", "专职", ""],
        ["长沙市"],
        [],
        HEAD,
        ["2", "王试", "14301201210001235", "湖南岳试律师事务所", "专职", ""],
        ["合计", "2人"],
        ["", "合计", "2人"],
        ["填表人：某某", "", "审核：某某"],
    )
    assert [entry.name for entry in found] == ["李试", "王试"]


def test_a_sheet_without_headings_says_nothing():
    assert parsed(["甲", "乙"], ["丙", "丁"]) == []


# --- Numbers ------------------------------------------------------------------------------------------


def test_full_width_digits_spaces_and_the_hidden_apostrophe_are_read():
    for said in ("１４３０１２０１２１１００１２３４", f"'{NUMBER}", "14301 20121 1001234", f'="{NUMBER}"'):
        (entry,) = entries(HEAD, ["", "李试", said])
        assert (entry.licence, entry.refusal) == (NUMBER, None)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("1.43012E+16", "licence_scientific"),
        ("1.43E+16", "licence_scientific"),
        (Numeric("14301201211001200"), "licence_numeric"),
        ("1430120121100123", "licence_length"),
        ("143012012110012345", "licence_length"),
        ("24301201211001234", "licence_certificate"),
        ("19901201211001234", "licence_province"),
        ("14300201211001234", "licence_prefecture"),
        ("14301197011001234", "licence_year"),
        ("14301203011001234", "licence_year"),
        ("14301201201001234", "licence_practice_kind"),
        ("14301201212001234", "licence_sex"),
        ("湘0123", "licence_digits"),
    ],
)
def test_a_number_that_cannot_be_trusted_is_refused_with_the_reason(said, code):
    (entry,) = entries(HEAD, ["", "李试", said])
    assert entry.refusal.code == code


def test_a_number_that_a_workbook_holds_as_a_number_is_refused():
    for held in (int(NUMBER), float(NUMBER)):
        (entry,) = read(workbook(HEAD, [1, "李试", held, "湖南岳试律师事务所", "专职", ""]))
        assert entry.refusal.code == "licence_numeric"


def test_numbers_that_all_end_in_two_zeros_went_through_excel():
    found = entries(HEAD, *[["", f"李{n}", f"143012012110{n:03d}00"] for n in range(1, 4)])
    assert {entry.refusal.code for entry in found} == {"licence_zeroed"}


def test_a_number_that_says_another_sex_than_the_column_is_refused():
    head = ["姓名", "执业证号", "性别"]
    (woman,) = entries(head, ["李试", NUMBER, "女"])
    assert woman.refusal is None
    (man,) = entries(head, ["李试", NUMBER, "男"])
    assert man.refusal.code == "sex_differs"


def test_a_trainee_s_certificate_is_no_licence():
    (entry,) = entries(
        ["姓名", "证号", "类别", "单位"], ["张试", "43012401110001", "实习", "湖南岳试律师事务所"]
    )
    assert (entry.position, entry.licence, entry.refusal) == ("trainee", "", None)


# --- Days and kinds -----------------------------------------------------------------------------------

DAYS = st.dates(dt.date(1927, 5, 18), dt.date(2099, 12, 31))


def serial(day):
    return Numeric((day - dt.date(1899, 12, 30)).days)


@given(
    DAYS,
    st.sampled_from(
        [
            lambda day: day.isoformat(),
            lambda day: f"{day.year}/{day.month}/{day.day}",
            lambda day: f"{day.year}.{day.month}.{day.day}",
            lambda day: f"{day.year}年{day.month}月{day.day}日",
            lambda day: f"{day:%Y%m%d}",
            serial,
            lambda day: f"{day.isoformat()} 00:00:00",
            lambda day: "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in day.isoformat()),
        ]
    ),
)
def test_a_day_is_the_same_in_every_form(day, form):
    assert values.day(form(day)) == day


@pytest.mark.parametrize(
    "said", ["26-03-01", "2026-13-01", "2026-02-30", "三月", "2026", "45000", "1899-01-01"]
)
def test_a_day_that_has_two_readings_or_none_is_not_guessed(said):
    with pytest.raises(NotReadable):
        values.day(said)


@given(st.text(max_size=30))
def test_whatever_a_cell_holds_it_is_read_or_refused_by_name(text):
    for reader in (values.day, values.number_text, values.phone, values.kind, values.is_gone, values.name):
        try:
            reader(text)
        except NotReadable as refused:
            assert refused.code


@given(st.lists(st.lists(st.text(max_size=12), max_size=8), max_size=12))
def test_any_table_is_parsed_and_no_row_is_lost(table):
    head = [HEAD]
    found = parsed(*head, *table)
    assert [row.number for row in found] == [
        number for number, row in enumerate([*head, *table], 1) if row or number == 1
    ]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("专职律师", ("full_time", "lawyer")),
        ("兼职", ("part_time", "lawyer")),
        ("公职律师", ("public_lawyer", "lawyer")),
        ("公司律师", ("company_lawyer", "lawyer")),
        ("法律援助律师", ("legal_aid", "lawyer")),
        ("军队律师", ("military", "lawyer")),
        ("香港律师", ("hk_macao", "lawyer")),
        ("实习人员", ("", "trainee")),
        ("行政人员", ("", "staff")),
    ],
)
def test_kinds_are_read_from_their_words(said, kind):
    assert values.kind(said) == kind


def test_a_phone_that_is_none_leaves_the_field_and_keeps_the_row():
    (entry,) = entries(HEAD, ["", "李试", NUMBER, "", "", "0731-8888"])
    assert (entry.refusal, entry.phone, [each.code for each in entry.problems]) == (None, "", ["phone"])
    (entry,) = entries(HEAD, ["", "李试", NUMBER, "", "", "+86 138-0013-8000"])
    assert entry.phone == "13800138000"


def test_names_lose_their_gaps_and_keep_their_characters():
    assert values.name(" 张 䶮 ") == "张䶮"
    assert values.name("阿卜杜拉•买买提") == "阿卜杜拉·买买提"


# --- Files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_csv_is_read_in_the_encodings_of_spreadsheets(encoding):
    content = f"姓名,执业证号,律所\n李试,{NUMBER},湖南岳试律师事务所\n".encode(encoding)
    (entry,) = read(content)
    assert (entry.name, entry.licence, entry.organisation) == ("李试", NUMBER, "湖南岳试律师事务所")


def test_a_date_cell_of_a_workbook_is_a_day():
    (entry,) = read(workbook(["姓名", "执业证号", "出生日期"], ["李试", NUMBER, dt.date(1980, 5, 1)]))
    assert entry.birth_date == dt.date(1980, 5, 1)


@pytest.mark.parametrize(
    "name", ["xxe-file-sharedStrings", "xxe-http-loopback-workbook", "canary-entity-sharedStrings"]
)
def test_a_workbook_that_declares_entities_is_refused(shared_data, name):
    with pytest.raises(table_files.Hostile):
        table_files.read((shared_data / f"hostile/derived/{name}.xlsx").read_bytes())


def test_what_a_sheet_says_of_its_size_is_not_believed(shared_data):
    sheets = table_files.read((shared_data / "hostile/derived/lying-dimension.xlsx").read_bytes())
    assert max(len(sheet.rows) for sheet in sheets) > 1


def test_prefectures_of_the_province_are_parts_of_its_numbers(shared_data):
    lines = (shared_data / "rosters/hunan-divisions.tsv").read_text(encoding="utf-8").splitlines()[1:]
    prefectures = sorted({line.split("\t")[2] for line in lines})
    assert len(prefectures) >= 14
    head = ["姓名", "执业证号"]
    found = entries(head, *[["李试", f"143{code}20121{random.choice('01')}001234"] for code in prefectures])
    assert all(entry.refusal is None for entry in found)
