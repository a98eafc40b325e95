"""What is held on a person: every row in the table, shown, taken away, and reduced when he has left."""

import datetime as dt
import io
import json
from pathlib import Path

import openpyxl
import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.test import Client

from courses import audit, notes
from people import (
    accounts,
    leaves,
    leaving,
    licences,
    memberships,
    notices,
    personal_data,
    roster_imports,
    sign_ins,
)
from people.days import today
from people.management.commands.personal_data import table
from people.models import (
    AuditAct,
    AuditEntry,
    LeaveKind,
    Membership,
    Notice,
    NoticeKind,
    Person,
    PracticeType,
    RosterImport,
    RosterState,
    SignInAttempt,
    User,
)
from people.notices import New
from tests.courses import regulations, stage

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
OURS = {"people", "courses", "media", "search", "reports", "account", "mfa", "socialaccount"}
# Wagtail's mixin, on every text with drafts: who is editing it now.
NOBODYS = {"locked_by", "owner"}


def test_every_row_that_leads_to_a_person_stands_in_the_table_or_names_an_office():
    named = {path for each in personal_data.holdings() for path in each.paths} | personal_data.offices()
    found = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model in (Person, User) and field.name not in NOBODYS
    }
    assert found - named == set(), (
        "name these in the app's held.py: what for, how long, what when he has left"
    )
    assert named - found == set(), "these are gone"


def test_the_document_is_the_table_of_the_code():
    assert (ROOT / "docs" / "personal-data.md").read_text(encoding="utf-8") == table()


@pytest.fixture
def lawyer(live_regulation):
    """Somebody with a record, an account and a few words of his own."""
    person = stage.new_lawyer("林试")
    User.objects.filter(pk=person.user_id).update(username="linshi", email="lin@example.cn")
    EmailAddress.objects.create(user=person.user, email="lin@example.cn", verified=True, primary=True)
    Person.objects.filter(pk=person.pk).update(phone="13900000001", birth_date=dt.date(1971, 5, 6))
    person.refresh_from_db()
    licences.issue(
        person, number="14301201211001234", practice_type=PracticeType.FULL_TIME, on=dt.date(2012, 1, 1)
    )
    regulations.done(person, today(), minutes=45)
    lecture = stage.published_lecture("第一讲")
    notes.write(person, lecture, 1000, "=1+1 看第577条", dt.datetime.now(dt.UTC))
    leaves.record(
        person, LeaveKind.LEAVE, on=dt.date(2015, 1, 1), until=dt.date(2015, 2, 1), reason="产假", by=None
    )
    notices.send_bulk([New(person.pk, NoticeKind.RECORD, "once", "学时变动")])
    sign_ins.note(person.user, has_worked=True, agent="Firefox/1")
    return person


@pytest.fixture
def live_regulation():
    return regulations.published(stage.association())


@pytest.fixture
def signed_in(lawyer):
    client = Client()
    client.force_login(lawyer.user)
    return client


def test_his_page_says_what_is_held_for_what_and_how_long(signed_in, django_assert_max_num_queries):
    with django_assert_max_num_queries(65):
        page = signed_in.get("/my/data/").content.decode()
    for text in (
        "14301201211001234",
        "13900000001",
        "1971年5月6日",
        "在线确认",
        "离开行业半年后删除",
        "申请更正",
    ):
        assert text in page


def test_his_copy_holds_every_kind_with_its_rows_and_computes_nothing(signed_in, lawyer):
    answer = signed_in.get("/my/data/workbook/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    first = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]
    counted = {row[0]: row[1] for row in first[1:]}
    assert len(counted) == len(list(personal_data.holdings()))
    assert (counted["学时"], counted["笔记"]) == (1, 1)
    sheet = next(each for each in book.worksheets if each.title.endswith("笔记"))
    texts = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1 看第577条"]
    assert [cell.data_type for cell in texts] == ["s"]
    given = json.loads(b"".join(signed_in.get("/my/data/json/").streaming_content))
    held = {each["model"]: each for each in given["held"]}
    assert held["people.Licence"]["rows"][0]["number"] == "14301201211001234"
    assert held["courses.LedgerEntry"]["rows"][0]["seconds"] == 45 * 60
    assert AuditEntry.objects.filter(person=lawyer, act=AuditAct.COPIED).count() == 2


def test_nobody_else_gets_it(signed_in, client):
    assert client.get("/my/data/workbook/").status_code == 302


def ended(person: Person, days_ago: int) -> None:
    memberships.leave(Membership.objects.get(person=person), on=today() - dt.timedelta(days=days_ago))


def test_whoever_left_half_a_year_ago_is_reduced_and_his_record_still_adds_up(lawyer):
    ended(lawyer, leaving.WAITING_DAYS)
    assert leaving.reduce_all() == 1
    lawyer.refresh_from_db()
    user = User.objects.get(username="linshi")
    assert (lawyer.name, lawyer.phone, lawyer.birth_date) == ("林试", "", dt.date(1971, 1, 1))
    assert (user.is_active, user.email, user.has_usable_password()) == (False, "", False)
    assert not EmailAddress.objects.filter(user=user).exists()
    assert not Notice.objects.filter(person=lawyer).exists()
    assert not SignInAttempt.objects.filter(user=user).exists()
    assert not notes.notes_of(lawyer).exists()
    assert lawyer.leaves.get().reason == leaves.FORGOTTEN
    assert lawyer.licences.get().number == "14301201211001234"
    assert list(audit.differences(lambda _name, _count: None)) == []
    assert AuditEntry.objects.filter(person=lawyer, act=AuditAct.REDUCED).count() == 1
    assert leaving.reduce_all() == 0


@pytest.mark.parametrize("days_ago", [0, 30, leaving.WAITING_DAYS - 1])
def test_between_two_firms_nobody_has_left(lawyer, days_ago):
    ended(lawyer, days_ago)
    assert leaving.reduce_all() == 0


def test_whoever_comes_back_is_not_reduced(lawyer):
    ended(lawyer, 400)
    memberships.join(lawyer, stage.firm(), on=today())
    assert leaving.reduce_all() == 0


def test_whoever_comes_back_after_that_is_let_in_again_and_nobody_who_stayed_away(lawyer):
    by = User.objects.create_user("kefu")
    ended(lawyer, leaving.WAITING_DAYS)
    leaving.reduce_all()
    lawyer.refresh_from_db()
    assert not accounts.may_be_reset(lawyer)
    memberships.join(lawyer, stage.firm(), on=today())
    password = accounts.reset_sign_in(lawyer, by=by, reason="重新执业")
    assert Client().login(username="linshi", password=password)


def test_a_rosters_rows_go_after_a_year_and_it_can_no_longer_be_taken_back(lawyer):
    from people import roster_applying

    roster = roster_imports.hand_in(
        stage.association(),
        content="姓名,执业证号\n赵试,14301201110001234\n".encode(),
        file_name="名册.csv",
        as_of=today(),
        is_complete=False,
        by=None,
    )
    roster = roster_imports.plan(roster.pk)
    RosterImport.objects.update(
        state=RosterState.APPLIED,
        agreed_at=dt.datetime.now(dt.UTC),
        touched_at=dt.datetime.now(dt.UTC) - dt.timedelta(days=366),
    )
    assert roster_imports.forget_old() == 1
    assert not roster.lines.exists()
    with pytest.raises(roster_imports.RowsForgotten):
        roster_applying.ask_back(roster, by=None)
    assert roster_imports.forget_old() == 0
