"""Rosters in the admin and at the console: one's own alone, planned, decided, entered, taken back, downloaded."""

import datetime as dt
import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from people import licences, organisations, roster_applying, roster_imports
from people.days import today
from people.models import Membership, Person, PracticeType, Role, RosterImport, RosterState
from people.tasks import sweep_rosters

LI, WANG, OTHER = "14301201211001234", "14304201510005678", "14301201911001111"
TABLE = f"""湖南省律师名册
姓名,执业证号,律师事务所
李试,{LI},湖南石试律师事务所
王试,{WANG},湖南岳试律师事务所
赵试,1.43E+16,湖南岳试律师事务所
周试,{OTHER},湖南岳试律师事务所
合计,4人
"""


@pytest.fixture
def keeper(province, account, client):
    user = account("keeper", Role.PROVINCIAL_COMMITTEE, province.province)
    client.force_login(user)
    return user


@pytest.fixture
def people(province, member):
    li, zhou = member("李试", province.yuelu), member("周试", province.yuelu)
    licences.issue(li, number=LI, practice_type=PracticeType.FULL_TIME, on=dt.date(2020, 1, 1))
    licences.issue(
        zhou, number="14301201911002222", practice_type=PracticeType.FULL_TIME, on=dt.date(2020, 1, 1)
    )
    return li, zhou


@pytest.fixture
def roster(province, people):
    made = roster_imports.hand_in(
        province.province,
        content=TABLE.encode("gbk"),
        file_name="名册.csv",
        as_of=today(),
        is_complete=False,
        by=None,
    )
    return roster_imports.plan(made.pk)


def text(response):
    return response.content.decode()


def plan_page(roster):
    return reverse("rosters:plan", args=[roster.public_id])


def test_a_file_is_handed_in_and_waits_for_the_worker(
    keeper, province, client, django_capture_on_commit_callbacks
):
    body = {
        "organisation": province.province.pk,
        "as_of": today().isoformat(),
        "file": SimpleUploadedFile("名册.csv", TABLE.encode()),
    }
    response = client.post(reverse("rosters:index"), body)
    roster = RosterImport.objects.get()
    assert response["Location"] == plan_page(roster)
    assert (roster.made_by, roster.organisation, roster.is_complete) == (keeper, province.province, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"as_of": "2999-01-01"},
        {"organisation": ""},
        {"file": ""},
        {"file": SimpleUploadedFile("x.csv", b"x" * (8 * 1024 * 1024 + 1))},
    ],
)
def test_a_form_that_cannot_be_taken_says_why_and_keeps_nothing(keeper, province, client, wrong):
    body = {
        "organisation": province.province.pk,
        "as_of": today().isoformat(),
        "file": SimpleUploadedFile("名册.csv", TABLE.encode()),
    }
    response = client.post(reverse("rosters:index"), body | wrong)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not RosterImport.objects.exists()


def test_another_province_s_roster_is_not_found(keeper, client, account):
    elsewhere = organisations.create(kind="association", name="外省律师协会", opened_on=dt.date(2000, 1, 1))
    made = roster_imports.hand_in(
        elsewhere, content=b"x", file_name="x", as_of=today(), is_complete=False, by=None
    )
    assert "外省" not in text(client.get(reverse("rosters:index")))
    assert client.get(plan_page(made)).status_code == 404
    for deed in ("agree", "undo", "discard"):
        assert client.post(reverse(f"rosters:{deed}", args=[made.public_id])).status_code == 404
    assert client.get(reverse("rosters:sheet", args=[made.public_id])).status_code == 404
    body = {
        "organisation": elsewhere.pk,
        "as_of": today().isoformat(),
        "file": SimpleUploadedFile("x.csv", b"x"),
    }
    assert client.post(reverse("rosters:index"), body).context["form"].errors


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_whoever_keeps_no_people_finds_no_rosters(province, account, client, roster, role):
    client.force_login(account("li", role, province.province))
    for page in (reverse("rosters:index"), plan_page(roster)):
        assert client.get(page).status_code == 404
    assert "/rosters/" not in text(client.get(reverse("wagtailadmin_home")))


def test_the_plan_shows_each_outcome_with_masked_numbers(keeper, roster, client):
    page = text(client.get(plan_page(roster)))
    assert "存疑 1" in page
    assert "同一人：周试，湖南岳试律师事务所，证号末四位 2222" in page
    moved = text(client.get(plan_page(roster), {"outcome": "transferred"}))
    assert "由湖南岳试律师事务所转入湖南石试律师事务所" in moved
    assert "1430120******1234" in moved
    refused = text(client.get(plan_page(roster), {"outcome": "refused"}))
    assert "已被 Excel 缩写" in refused
    for shown in (page, moved, refused):
        assert LI not in shown
        assert OTHER not in shown


def test_the_plan_asks_the_same_number_of_statements_for_few_and_for_many_lines(
    keeper, province, client, member, django_assert_max_num_queries
):
    rows = [f"新{n},14301201911{n:06d},湖南岳试律师事务所" for n in range(60)]
    for n in range(60):
        member(f"新{n}", province.yuelu)
    made = roster_imports.hand_in(
        province.province,
        content="\n".join(["姓名,执业证号,律所", *rows]).encode(),
        file_name="x",
        as_of=today(),
        is_complete=False,
        by=None,
    )
    roster = roster_imports.plan(made.pk)
    assert roster.totals == {"doubtful": 60}
    client.get(plan_page(roster))
    with django_assert_max_num_queries(24):
        assert client.get(plan_page(roster)).status_code == 200


def test_a_doubt_is_decided_and_the_plan_entered_and_taken_back(keeper, roster, people, province, client):
    li, zhou = people
    line = roster.lines.get(outcome="doubtful")
    decide = reverse("rosters:decide", args=[roster.public_id, line.place])
    assert client.post(decide, {"who": str(zhou.pk)}).status_code == 302
    assert client.post(decide, {"who": str(li.pk)}).status_code == 404
    assert client.post(reverse("rosters:agree", args=[roster.public_id])).status_code == 302
    roster.refresh_from_db()
    assert (roster.state, roster.agreed_by) == (RosterState.APPLYING, keeper)
    assert client.get(plan_page(roster))["Refresh"] == "2"
    assert roster_applying.apply(roster.pk).state == RosterState.APPLIED
    assert Membership.objects.on(today()).get(person=li).organisation == province.shigu
    assert Person.objects.filter(name="周试").count() == 1
    assert client.post(reverse("rosters:undo", args=[roster.public_id])).status_code == 302
    assert roster_applying.undo(roster.pk).state == RosterState.UNDONE
    assert Membership.objects.on(today()).get(person=li).organisation == province.yuelu
    assert "已撤销" in text(client.get(plan_page(roster)))


def test_the_sheet_comes_back_with_a_result_beside_each_row_and_nothing_of_it_is_computed(
    keeper, province, people, client
):
    book = openpyxl.Workbook()
    book.active.title = "长沙"
    for row in (["名册"], ["执业证号", "姓名", "律所", "备注"], [LI, "李试", "湖南石试律师事务所", "'=1+1"]):
        book.active.append(row)
    book.active["D3"].value, book.active["D3"].data_type = "=1+1", "s"
    content = io.BytesIO()
    book.save(content)
    made = roster_imports.hand_in(
        province.province,
        content=content.getvalue(),
        file_name="x",
        as_of=today(),
        is_complete=True,
        by=None,
    )
    roster = roster_imports.plan(made.pk)
    response = client.get(reverse("rosters:sheet", args=[roster.public_id]))
    found = openpyxl.load_workbook(io.BytesIO(response.content))
    rows = list(found["长沙"].iter_rows(values_only=True))
    assert rows[1] == ("执业证号", "姓名", "律所", "备注", "结果", "说明")
    assert rows[2][:5] == (LI, "李试", "湖南石试律师事务所", "=1+1", "转所")
    assert found["长沙"]["D3"].data_type == "s"
    assert [row[:2] for row in found["名册中没有的人员"].iter_rows(min_row=2, values_only=True)] == [
        ("周试", "离开")
    ]


# --- Behind the pages ---------------------------------------------------------------------------------


def test_the_sweep_takes_up_what_a_lost_message_left(province, people):
    made = roster_imports.hand_in(
        province.province, content=TABLE.encode(), file_name="x", as_of=today(), is_complete=False, by=None
    )
    RosterImport.objects.update(touched_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert roster_imports.standing_still() == {RosterState.WAITING: [made.pk]}
    sweep_rosters()


def test_the_console_plans_enters_and_takes_back(province, people, tmp_path, capsys):
    file, annotated = tmp_path / "名册.csv", tmp_path / "out.xlsx"
    file.write_bytes(TABLE.encode("gbk"))
    call_command("roster", "plan", str(file), "--for", "湖南省律师协会", "--annotated", str(annotated))
    said = capsys.readouterr().out
    roster = RosterImport.objects.get()
    assert str(roster.public_id) in said
    assert "1 transferred" in said
    assert annotated.read_bytes()[:2] == b"PK"
    assert not Person.objects.filter(name="王试").exists()
    call_command("roster", "apply", str(roster.public_id))
    assert Person.objects.filter(name="王试").exists()
    call_command("roster", "undo", str(roster.public_id))
    assert not Membership.objects.on(today()).filter(person__name="王试").exists()
    with pytest.raises(CommandError):
        call_command("roster", "apply", str(roster.public_id))
    with pytest.raises(CommandError, match="no organisations"):
        call_command("roster", "plan", str(file), "--for", "无此协会")
