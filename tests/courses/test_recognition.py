"""Lists of many: matched, submitted with the signed sheet, approved by a second person, entered, taken back."""

import datetime as dt
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from courses import desk_refusals, ledger, matching, recognition
from courses.attendance import exports
from courses.models import (
    AttendanceRow,
    Completion,
    LedgerEntry,
    Recognition,
    RecognitionLine,
    RecognitionState,
    RememberedName,
)
from courses.recognition import Details
from courses.signals import ledger_corrected
from people import grants, memberships, organisations, persons
from people.days import today
from people.models import Notice, Role, User
from tests.courses.test_attendance import DETAIL, PREAMBLE, workbook
from tests.courses.test_declarations import pdf, photograph, signed_in

pytestmark = pytest.mark.slow

YESTERDAY = today() - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _proofs_apart(settings, tmp_path):
    settings.PROOFS_ROOT = tmp_path / "proofs"


@pytest.fixture
def two(province, account):
    return (
        account("changsha", Role.CITY_COMMITTEE, province.changsha),
        account("changsha2", Role.CITY_COMMITTEE, province.changsha),
    )


@pytest.fixture
def people(province, lawyer):
    return [lawyer("林试", province.yuelu), lawyer("贺试", province.yuelu), lawyer("周试", province.furong)]


def details(**changed):
    given = {"title": "合同编通则现场培训", "day": YESTERDAY, "category": "law", "seconds": 7200}
    return Details(**given | changed)


def submitted(owner, by, names="岳试律所 林试\n岳试律所 贺试\n芙试 周试", **changed):
    made = recognition.create(owner, details(**changed), by=by)
    matching.take_in(made, exports.typed(names))
    recognition.attach(made, [photograph()], by=by)
    recognition.submit(made, by=by)
    return made


def entered(owner, by, second, **kwargs):
    made = submitted(owner, by, **kwargs)
    recognition.approve(made, by=second)
    while recognition.work(made.pk):
        pass
    made.refresh_from_db()
    return made


def test_forty_who_attended_are_entered_when_a_second_person_approves(two, people, province):
    first, second = two
    client = signed_in(first)
    owner = str(province.changsha.public_id)
    fields = {
        "owner": owner,
        "kind": "attendance",
        "title": "现场培训",
        "day": YESTERDAY.isoformat(),
        "format": "onsite",
        "category": "law",
        "number": "120",
        "unit": "minute",
        "course_minutes": "120",
        "least_share_percent": "80",
    }
    address = client.post("/desk/lists/new/", fields)["Location"]
    rows = [
        ["岳试-林试", "2026-05-16 09:00:00", "2026-05-16 10:00:00", "1:00:00", ""],
        ["岳试-林试", "2026-05-16 10:05:00", "2026-05-16 10:55:00", "0:50:00", ""],
        ["贺试", "2026-05-16 09:00:00", "2026-05-16 11:00:00", "2:00:00", ""],
        ["芙试周试", "2026-05-16 09:00:00", "2026-05-16 09:30:00", "0:30:00", ""],
    ]
    book = workbook(成员参会明细=[*PREAMBLE, DETAIL, *rows])
    added = client.post(
        f"{address}add/", {"act": "file", "attendance": SimpleUploadedFile("会议.xlsx", book)}
    )
    assert added.status_code == 302
    assert not LedgerEntry.objects.exists()
    made = Recognition.objects.get()
    doubtful = made.attendance.get(state="doubtful")
    assert doubtful.named == "贺试"
    client.post(address, {"act": "submit"})
    made.refresh_from_db()
    assert made.state == RecognitionState.DRAFT
    chosen = {"person": str(people[1].public_id)}
    assert client.post(f"/desk/lists/rows/{doubtful.public_id}/", chosen).status_code == 302
    client.post(f"{address}add/", {"act": "sheet", "proof_files": [photograph()]})
    client.post(address, {"act": "submit"})
    made.refresh_from_db()
    assert made.state == RecognitionState.SUBMITTED
    client.post(address, {"act": "approve"})
    made.refresh_from_db()
    assert made.state == RecognitionState.SUBMITTED
    signed_in(second).post(address, {"act": "approve"})
    while recognition.work(made.pk):
        pass
    facts = {each.person.name: each for each in LedgerEntry.objects.all()}
    assert facts.keys() == {"林试", "贺试"}
    assert facts["林试"].facts == {"absent_minutes": 10, "course_minutes": 120}
    assert (facts["林试"].seconds, facts["林试"].format) == (7200, "onsite")
    assert made.lines.get(person=people[2]).why == "too_short"
    shown = signed_in(second).get(address).content.decode()
    assert "林试" in shown


def test_a_decision_of_the_desk_is_remembered_for_the_next_file(two, people, province):
    first, _ = two
    made = recognition.create(province.changsha, details(), by=first)
    [row] = matching.take_in(made, exports.typed("贺试"))
    assert row.state == "doubtful"
    matching.decide(row, people[1], by=first)
    again = recognition.create(province.changsha, details(title="第二期"), by=first)
    [row] = matching.take_in(again, exports.typed("贺试"))
    assert (row.state, row.why, row.person_id) == ("matched", "remembered", people[1].pk)
    matching.reopen(row)
    assert not RememberedName.objects.exists()


def test_nobody_of_another_city_can_be_matched_or_chosen(two, people, province, lawyer):
    first, _ = two
    stranger = lawyer("石试", province.shigu)
    made = recognition.create(province.changsha, details(), by=first)
    [row] = matching.take_in(made, exports.typed("湖南石试律师事务所 石试"))
    assert row.state == "unknown"
    with pytest.raises(desk_refusals.NobodyFound):
        matching.decide(row, stranger, by=first)
    answer = signed_in(first).post(f"/desk/lists/rows/{row.public_id}/", {"person": str(stranger.public_id)})
    assert answer.status_code == 404


def test_a_list_is_missing_to_another_city_by_list_address_and_every_part(two, people, province, account):
    made = submitted(province.changsha, two[0])
    outside = signed_in(account("hengyang", Role.CITY_COMMITTEE, province.hengyang))
    row, line = made.attendance.first(), made.lines.first()
    assert made.title not in outside.get("/desk/lists/").content.decode()
    for address in (
        f"/desk/lists/{made.public_id}/",
        f"/desk/lists/{made.public_id}/change/",
        f"/desk/lists/{made.public_id}/add/",
        f"/desk/lists/{made.public_id}/progress/",
        f"/desk/lists/lines/{line.public_id}/",
        f"/desk/lists/rows/{row.public_id}/",
        f"/proofs/{made.proofs.get().public_id}/",
    ):
        assert outside.get(address).status_code == 404
    assert outside.post(f"/desk/lists/{made.public_id}/", {"act": "approve"}).status_code == 404
    assert Client().get("/desk/lists/").status_code == 302
    assert signed_in(people[0].user).get("/desk/lists/").status_code == 404


def test_a_firm_prepares_and_the_city_approves(two, people, province, account):
    manager = account("firm", Role.FIRM_MANAGER, province.yuelu)
    other = account("firm2", Role.FIRM_MANAGER, province.yuelu)
    made = submitted(province.yuelu, manager, "岳试 林试")
    with pytest.raises(desk_refusals.NotYours):
        recognition.approve(made, by=other)
    recognition.approve(made, by=two[0])


def test_who_stands_in_a_list_does_not_approve_it(two, people, province):
    grants.grant(people[0].user, Role.CITY_COMMITTEE, province.changsha, by=None, reason="委员")
    made = submitted(province.changsha, two[0])
    with pytest.raises(desk_refusals.InTheList):
        recognition.approve(made, by=people[0].user)


def test_the_database_itself_refuses_that_one_person_prepares_and_approves(two, people, province):
    made = submitted(province.changsha, two[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        Recognition.objects.filter(pk=made.pk).update(approved_by=two[0])


def test_a_list_without_sheet_without_anybody_or_with_doubts_is_not_submitted(two, people, province):
    made = recognition.create(province.changsha, details(), by=two[0])
    with pytest.raises(desk_refusals.ProofMissing):
        recognition.submit(made, by=two[0])
    recognition.attach(made, [pdf()], by=two[0])
    with pytest.raises(desk_refusals.NothingToDo):
        recognition.submit(made, by=two[0])
    matching.take_in(made, exports.typed("贺试"))
    with pytest.raises(desk_refusals.DoubtfulLeft):
        recognition.submit(made, by=two[0])


def test_a_returned_list_is_changed_and_what_is_approved_is_what_was_submitted(two, people, province):
    made = submitted(province.changsha, two[0])
    with pytest.raises(desk_refusals.NotOpen):
        recognition.change(made, details(seconds=60))
    with pytest.raises(desk_refusals.NotOpen):
        matching.take_in(made, exports.typed("某人"))
    recognition.send_back(made, by=two[1], text="人数不符")
    recognition.change(made, details(seconds=3600))
    recognition.submit(made, by=two[0])
    recognition.approve(made, by=two[1])
    while recognition.work(made.pk):
        pass
    assert set(LedgerEntry.objects.values_list("seconds", flat=True)) == {3600}


def test_the_whole_list_and_one_line_can_be_taken_back_with_a_reason(
    two, people, province, django_capture_on_commit_callbacks
):
    made = entered(province.changsha, *two)
    heard = []
    ledger_corrected.connect(lambda **news: heard.append(news["reversed_ids"]), weak=False, dispatch_uid="t")
    line = made.lines.get(person=people[0])
    with pytest.raises(desk_refusals.ReasonMissing):
        recognition.take_back_line(line, by=two[0], text=" ")
    with django_capture_on_commit_callbacks(execute=True):
        recognition.take_back_line(line, by=two[0], text="本人未到场")
    assert heard == [[line.entry_id]]
    line.refresh_from_db()
    with pytest.raises(desk_refusals.AlreadyBack):
        recognition.take_back_line(line, by=two[0], text="再次")
    assert ledger.summary(people[0], YESTERDAY.year).seconds == 0
    recognition.take_back(made, by=two[0], text="场次有误")
    with django_capture_on_commit_callbacks(execute=True):
        while recognition.work(made.pk):
            pass
    made.refresh_from_db()
    assert made.state == RecognitionState.TAKEN_BACK
    assert [ledger.summary(each, YESTERDAY.year).seconds for each in people] == [0, 0, 0]
    assert Completion.objects.filter(revoked_at__isnull=True).count() == 0
    ledger_corrected.disconnect(dispatch_uid="t")


def test_opening_balances_give_each_category_its_own_fact(two, people, province):
    made = recognition.create(
        province.changsha,
        details(title="2025年度结转", kind="opening", unit="credit", seconds=0, quantity_milli=1000),
        by=two[0],
    )
    rows = [["姓名", "律所", "学时", "类别"], ["林试", "岳试", 6.5, "law"], ["林试", "岳试", 2, "ethics"]]
    matching.take_in(made, matching.understand(workbook(表=rows)))
    recognition.attach(made, [pdf()], by=two[0])
    recognition.submit(made, by=two[0])
    recognition.approve(made, by=two[1])
    while recognition.work(made.pk):
        pass
    found = LedgerEntry.objects.order_by("pk").values_list("category", "quantity_milli", "format", "unit")
    assert list(found) == [("law", 6500, "opening", "credit"), ("ethics", 2000, "opening", "credit")]
    assert Completion.objects.filter(rule__kind="opening").count() == 2


def test_a_balance_that_cannot_be_read_is_refused_by_name_and_never_becomes_the_lists_amount(
    two, people, province
):
    made = recognition.create(
        province.changsha,
        details(title="2025年度结转", kind="opening", unit="credit", seconds=0, quantity_milli=4000),
        by=two[0],
    )
    heading = ["姓名", "律所", "学时", "类别"]
    rows = [["林试", "岳试", "-2", "职业道德"], ["贺试", "岳试", "六", ""], ["彭试", "岳试", "3", "火星学"]]
    page = signed_in(two[0])
    sent = SimpleUploadedFile("结转.xlsx", workbook(表=[heading, *rows]))
    answer = page.post(f"/desk/lists/{made.public_id}/add/", {"act": "file", "attendance": sent})
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "有 3 行的学时或类别无法识别：林试 -2、贺试 六、彭试 火星学。请改正文件后重新选择。" in said
    assert not made.attendance.exists()


def test_a_balance_of_a_category_in_its_short_form_stands_in_the_preview_as_it_will_count(
    two, people, province
):
    made = recognition.create(
        province.changsha,
        details(title="2025年度结转", kind="opening", unit="credit", seconds=0, quantity_milli=4000),
        by=two[0],
    )
    rows = [["姓名", "律所", "学时", "类别"], ["林试", "岳试", "3.5", "职业道德"]]
    matching.take_in(made, matching.understand(workbook(表=rows)))
    assert made.attendance.get().category == "ethics"
    page = signed_in(two[0]).get(f"/desk/lists/{made.public_id}/").content.decode()
    assert "3.5学时 · 职业道德与执业纪律" in page


def test_work_that_is_done_twice_writes_once_and_what_stood_still_is_found(
    two, people, province, monkeypatch
):
    monkeypatch.setattr(recognition, "CHUNK", 2)
    made = submitted(province.changsha, two[0])
    recognition.approve(made, by=two[1])
    assert recognition.work(made.pk) is True
    assert LedgerEntry.objects.count() == 2
    Recognition.objects.update(worked_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert recognition.unfinished(dt.datetime(2026, 1, 2, tzinfo=dt.UTC)) == [made.pk]
    while recognition.work(made.pk):
        pass
    assert recognition.work(made.pk) is False
    assert LedgerEntry.objects.count() == 3


def test_a_file_with_several_sessions_asks_which(two, people, province):
    made = recognition.create(province.changsha, details(), by=two[0])
    book = workbook(
        汇总=[["", "第一课", "第二课"], ["姓名", "签到方式", "签到方式"], ["林试", "扫二维码", "未上课"]]
    )
    address = f"/desk/lists/{made.public_id}/add/"
    client = signed_in(two[0])
    asked = client.post(address, {"act": "file", "attendance": SimpleUploadedFile("雨课堂.xlsx", book)})
    assert asked.status_code == 422
    assert "第二课" in asked.content.decode()
    chosen = {"act": "file", "attendance": SimpleUploadedFile("雨课堂.xlsx", book), "session": "第一课"}
    assert client.post(address, chosen).status_code == 302
    assert AttendanceRow.objects.get().named == "林试"


def test_a_hostile_file_is_refused_on_the_page_with_words(two, people, province, shared_data):
    made = recognition.create(province.changsha, details(), by=two[0])
    content = (shared_data / "hostile/derived/xxe-file-sharedStrings.xlsx").read_bytes()
    answer = signed_in(two[0]).post(
        f"/desk/lists/{made.public_id}/add/",
        {"act": "file", "attendance": SimpleUploadedFile("x.xlsx", content)},
    )
    assert answer.status_code == 422
    assert not AttendanceRow.objects.exists()


def test_minutes_that_nobody_judges_by_are_pointed_out(two, people, province):
    made = recognition.create(province.changsha, details(), by=two[0])
    matching.take_in(made, exports.typed("岳试律所 贺试"))
    address = f"/desk/lists/{made.public_id}/"
    client = signed_in(two[0])
    assert "没有按到场时长判断" not in client.get(address).content.decode()
    made.attendance.update(present_seconds=600)
    assert "没有按到场时长判断" in client.get(address).content.decode()
    made.course_seconds = 5400
    made.save()
    assert "没有按到场时长判断" not in client.get(address).content.decode()


def test_a_list_of_many_costs_the_same_number_of_statements(
    two, province, django_assert_max_num_queries, lawyer
):
    names = []
    for number in range(60):
        lawyer(f"甲{number:02d}", province.yuelu, sign_in=False)
        names.append(f"岳试 甲{number:02d}")
    made = submitted(province.changsha, two[0], "\n".join(names))
    client = signed_in(two[1])
    client.get(f"/desk/lists/{made.public_id}/")
    with django_assert_max_num_queries(30):
        assert client.get(f"/desk/lists/{made.public_id}/").status_code == 200


@pytest.mark.both_sides("postgresql")
def test_of_two_who_approve_at_once_one_is_told_and_two_workers_enter_once(committed_db):
    opened = dt.date(2010, 1, 1)
    top = organisations.create(kind="association", name="湖南省律师协会", opened_on=opened)
    firm = organisations.create(kind="firm", name="湖南岳试律师事务所", opened_on=opened, parent=top)
    makers = [User.objects.create_user(f"c{number}") for number in range(3)]
    for user in makers:
        grants.grant(user, Role.PROVINCIAL_COMMITTEE, top, by=None, reason="委员", valid_from=opened)
    for number in range(5):
        person = persons.create(name=f"甲{number}")
        memberships.join(person, firm, on=opened)
    made = submitted(top, makers[0], "\n".join(f"岳试 甲{number}" for number in range(5)))
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def approve(user):
        try:
            start.wait()
            recognition.approve(Recognition.objects.get(pk=made.pk), by=user)
            outcomes.append("approved")
        except desk_refusals.NotOpen:
            outcomes.append("not open")
        finally:
            connection.close()

    def enter(_):
        try:
            while recognition.work(made.pk):
                pass
        finally:
            connection.close()

    for deed in (approve, enter):
        threads = [threading.Thread(target=deed, args=[user]) for user in makers[1:]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(outcomes) == ["approved", "not open"]
    assert LedgerEntry.objects.count() == RecognitionLine.objects.count() == 5
    assert Recognition.objects.get().state == RecognitionState.APPLIED


def test_a_withdrawn_opening_balance_shows_what_it_was_and_makes_no_shortfall_of_an_unknown_year(
    two, people, province, regulation
):
    last_year = YESTERDAY.year - 1
    regulation(province.province, effective_from=dt.date(last_year, 1, 1))
    made = entered(
        province.changsha,
        *two,
        title="期初",
        kind="opening",
        unit="credit",
        seconds=0,
        quantity_milli=20_000,
        day=dt.date(last_year, 12, 31),
    )
    client = signed_in(people[0].user)
    address = f"/my/record/?year={last_year}"
    assert "20学时" in client.get(address).content.decode()
    recognition.take_back(made, by=two[0], text="数据有误")
    while recognition.work(made.pk):
        pass
    page = client.get(address).content.decode()
    assert "期初结转已冲销" in page
    assert "数据有误" in page
    assert "欠" not in page
    assert "-20学时" in page


def opening(owner, by, rows):
    made = recognition.create(
        owner,
        details(title="期初", kind="opening", unit="credit", seconds=0, quantity_milli=1000),
        by=by,
    )
    matching.take_in(made, matching.understand(workbook(表=[["姓名", "律所", "学时", "类别"], *rows])))
    recognition.attach(made, [pdf()], by=by)
    return made


def test_a_category_may_be_written_in_the_words_of_the_regulation_in_force(two, people, province, regulation):
    regulation(province.province)
    made = opening(
        province.changsha, two[0], [["林试", "岳试", 3, "职业道德"], ["贺试", "岳试", 1, "法律实务"]]
    )
    assert set(made.attendance.values_list("category", flat=True)) == {"ethics", "law"}
    assert matching.category_words(province.changsha)["职业道德"] == "ethics"


def test_a_refused_category_names_those_that_may_be_written(two, people, province):
    with pytest.raises(desk_refusals.BalancesUnread) as refused:
        opening(province.changsha, two[0], [["林试", "岳试", 3, "火星学"]])
    assert "学时类别可填：政治理论、职业道德与执业纪律、法律实务、执业技能。" in str(refused.value)


def test_the_second_person_sees_categories_persons_and_the_names_that_get_nothing(two, people, province):
    rows = [["林试", "岳试", 3, "ethics"], ["林试", "岳试", 6, "law"], ["胡不在", "岳试", 2, "law"]]
    made = opening(province.changsha, two[0], rows)
    recognition.submit(made, by=two[0])
    page = signed_in(two[1]).get(f"/desk/lists/{made.public_id}/").content.decode()
    assert "职业道德与执业纪律" in page
    assert '涉及人员</dt><dd class="num">1<' in page
    assert "胡不在" in page
    assert "签到表" not in page


def test_a_submitted_list_is_withdrawn_by_its_author_and_sent_back_by_the_second_person(
    two, people, province
):
    persons.create(name="经办人", user=two[0])
    made = submitted(province.changsha, two[0])
    address = f"/desk/lists/{made.public_id}/"
    first, second = signed_in(two[0]), signed_in(two[1])
    assert "撤回修改" in first.get(address).content.decode()
    assert "撤回修改" not in second.get(address).content.decode()
    with pytest.raises(desk_refusals.NotYours):
        recognition.withdraw(made, by=two[1])
    first.post(address, {"act": "withdraw"})
    made.refresh_from_db()
    assert made.state == RecognitionState.DRAFT
    recognition.submit(made, by=two[0])
    with pytest.raises(desk_refusals.SecondPersonNeeded):
        recognition.send_back(made, by=two[0], text="自己退回")
    with pytest.raises(desk_refusals.ReasonMissing):
        recognition.send_back(made, by=two[1], text=" ")
    second.post(address, {"act": "send_back", "text": "签到表不清楚"})
    made.refresh_from_db()
    assert made.state == RecognitionState.DRAFT
    assert Notice.objects.get(person__user=two[0]).text == "签到表不清楚"
    assert "签到表不清楚" in first.get(address).content.decode()


def test_two_before_one_device_are_both_entered_from_the_matching_desk(two, people, province):
    made = recognition.create(province.changsha, details(course_seconds=7200), by=two[0])
    rows = [["林试&贺试", "2026-05-16 09:00:00", "2026-05-16 11:00:00", "2:00:00", ""]]
    matching.take_in(made, matching.understand(workbook(成员参会明细=[*PREAMBLE, DETAIL, *rows])))
    row = AttendanceRow.objects.get()
    client = signed_in(two[0])
    address = f"/desk/lists/rows/{row.public_id}/"
    assert "几个人共用一台设备" in client.get(address).content.decode()
    client.post(address, {"person": [str(each.public_id) for each in people[:2]]})
    recognition.attach(made, [photograph()], by=two[0])
    recognition.submit(made, by=two[0])
    assert list(made.lines.order_by("pk").values_list("person", "present_seconds")) == [
        (people[0].pk, 7200),
        (people[1].pk, 7200),
    ]
    assert not RememberedName.objects.exists()
    recognition.withdraw(made, by=two[0])
    matching.reopen(AttendanceRow.objects.order_by("pk").first())
    assert AttendanceRow.objects.get().why == "shared"


def test_the_page_itself_may_ask_which_session_without_losing_the_chosen_file(two, people, province):
    made = recognition.create(province.changsha, details(), by=two[0])
    book = workbook(
        汇总=[["", "第一课", "第二课"], ["姓名", "签到方式", "签到方式"], ["林试", "扫二维码", "未上课"]]
    )
    address = f"/desk/lists/{made.public_id}/add/"
    client = signed_in(two[0])
    fields = {"act": "file", "attendance": SimpleUploadedFile("雨课堂.xlsx", book)}
    asked = client.post(address, fields, headers={"HX-Request": "true"})
    assert asked.status_code == 200
    assert 'for="id_session">课次<' in asked.content.decode()
    fields = {"act": "file", "attendance": SimpleUploadedFile("雨课堂.xlsx", book), "session": "第一课"}
    gone = client.post(address, fields, headers={"HX-Request": "true"})
    assert gone["HX-Redirect"] == f"/desk/lists/{made.public_id}/"
    assert made.attendance.count() == 1


def test_whom_the_file_lists_as_absent_stands_in_the_plan_and_gets_nothing(two, people, province):
    made = recognition.create(province.changsha, details(), by=two[0])
    rows = [
        ["林试", "岳试", "扫二维码", "未上课"],
        ["贺试", "岳试", "未上课", "扫二维码"],
        ["周试", "芙试", "", ""],
    ]
    book = workbook(汇总=[["", "", "第一课", "第二课"], ["姓名", "单位", "签到方式", "签到方式"], *rows])
    address = f"/desk/lists/{made.public_id}/"
    client = signed_in(two[0])
    for number, session in enumerate(("第一课", "第二课")):
        sent = SimpleUploadedFile("雨课堂.xlsx", book)
        fields = {"act": "file", "attendance": sent, "session": session}
        page = client.post(f"{address}add/", fields, follow=True).content.decode()
        assert ("2人因文件记为未上课，不计入" in page) == (number == 0)
        shown = client.get(f"{address}?rows=left_out").content.decode()
        assert shown.count("文件记为未上课") == 2 - number, "who came to the second session is taken in"
    assert made.attendance.filter(state="matched").count() == 2
    absent = made.attendance.get(why="absent")
    assert (absent.state, absent.named) == ("left_out", "周试 · 芙试")
    recognition.attach(made, [photograph()], by=two[0])
    recognition.submit(made, by=two[0])
    page = signed_in(two[1]).get(address).content.decode()
    assert "1个姓名不记入学时" in page
    assert "文件记为未上课" in page
    recognition.withdraw(made, by=two[0])
    client.post(f"/desk/lists/rows/{absent.public_id}/", {"person": str(people[2].public_id)})
    assert made.attendance.filter(state="matched").count() == 3
