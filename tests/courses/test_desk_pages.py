"""What the pages of lists, corrections and disputes say: the right words, amounts and states at every turn."""

import pytest

from courses import corrections, desk_refusals, disputes, evidence, matching, recognition
from courses.attendance import exports
from courses.corrections import Order
from courses.disputes import Question
from courses.models import CorrectionState, LedgerEntry, RecognitionState
from people.models import Notice, Role
from tests.courses.test_corrections import AMEND, TAKE_BACK, run
from tests.courses.test_declarations import signed_in
from tests.courses.test_recognition import YESTERDAY, details, entered, opening, submitted

pytestmark = pytest.mark.slow


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


def test_a_live_session_and_an_opening_balance_are_called_by_their_own_names_where_they_are_corrected(
    two, people, province
):
    live = entered(province.changsha, *two, title="数据合规直播", format="live_online")
    balance = entered(
        province.changsha, *two, title="上年度", kind="opening", unit="credit", seconds=0, quantity_milli=4000
    )
    client = signed_in(two[0])
    page = client.get("/desk/corrections/new/").content.decode()
    assert "线上直播" in page
    assert "期初结转" in page
    assert "现场学习" not in page
    assert "申报的学习" not in page
    for made, words in ((live, "线上直播"), (balance, "期初结转")):
        chosen = client.get(f"/desk/corrections/new/?activity={made.activity.public_id}").content.decode()
        assert words in chosen


def test_a_correction_and_a_granted_dispute_add_no_second_completion_to_the_timeline(two, people, province):
    made = entered(province.changsha, *two, seconds=4 * 3600)
    run(corrections.prepare(made.owner, made.activity, AMEND, by=two[0]), two[1])
    standing = LedgerEntry.objects.filter(person=people[0]).last()
    asked = disputes.open_dispute(people[0], Question(entry=standing), "四小时", by=people[0].user)
    disputes.grant(asked, by=two[1], text="属实")
    given = LedgerEntry.objects.filter(person=people[0]).last()
    events = evidence.of_entry(given)
    assert [each.kind for each in events].count("complete") == 1
    assert [each.kind for each in events].count("award") == 3


def test_the_form_of_a_dispute_says_what_was_taken_back_and_what_a_grant_gives(two, people, province):
    made = entered(province.changsha, *two, seconds=4 * 3600)
    run(corrections.prepare(made.owner, made.activity, TAKE_BACK, by=two[0]), two[1])
    entry = LedgerEntry.objects.get(person=people[0], kind="award")
    lawyer = signed_in(people[0].user)
    ask = f"/my/disputes/new/?entry={entry.public_id}"
    page = lawyer.get(ask).content.decode()
    assert "原记240分钟，已被冲销；异议成立后恢复按240分钟计" in page
    assert "场次取消" in page
    lawyer.post(ask, {"text": "我到场了"})
    asked = disputes.Dispute.objects.get()
    shown = signed_in(two[1]).get(f"/desk/disputes/{asked.public_id}/").content.decode()
    assert "原记240分钟，已被冲销；异议成立后恢复按240分钟计" in shown


def test_the_preview_of_a_restoration_leaves_a_granted_dispute_out_and_the_run_says_why(
    two, people, province
):
    made = entered(province.changsha, *two, seconds=4 * 3600)
    done = run(corrections.prepare(made.owner, made.activity, AMEND, by=two[0]), two[1])
    standing = LedgerEntry.objects.filter(person=people[0]).last()
    asked = disputes.open_dispute(people[0], Question(entry=standing), "四小时", by=people[0].user)
    disputes.grant(asked, by=two[1], text="属实")
    back = corrections.prepare_restoration(done, by=two[0], explanation="更正有误")
    client = signed_in(two[1])
    address = f"/desk/corrections/{back.public_id}/"
    page = client.get(address).content.decode()
    assert '<dd class="num">240分钟</dd>' in page, "two persons have two hours each"
    assert '<dd class="num">480分钟</dd>' in page, "and are to have four each"
    assert "将不作变动（此后已另行处理）" in page
    assert page.count("将不作变动：此后已另行处理") == 1
    run(back, two[1])
    page = client.get(address).content.decode()
    assert page.count("未变动：此后已另行处理") == 1
    assert "已被他人" not in page


def test_an_amendment_says_beforehand_which_entries_were_taken_back_meanwhile(two, people, province):
    made = entered(province.changsha, *two, seconds=4 * 3600)
    batch = corrections.prepare(made.owner, made.activity, AMEND, by=two[0])
    recognition.take_back_line(made.lines.get(person=people[0]), by=two[0], text="未到场")
    client = signed_in(two[0])
    page = client.get(f"/desk/corrections/{batch.public_id}/").content.decode()
    assert '<dd class="num">480分钟</dd>' in page
    assert page.count("将不作变动：此后已另行处理") == 1
    run(batch, two[1])
    assert "未变动：此前已被冲销" in client.get(f"/desk/corrections/{batch.public_id}/").content.decode()


def test_a_list_of_which_every_line_was_taken_back_is_taken_back_itself(two, people, province):
    made = entered(province.changsha, *two)
    for line in made.lines.all():
        assert made.state == RecognitionState.APPLIED
        recognition.take_back_line(line, by=two[0], text="未到场")
        made.refresh_from_db()
    assert made.state == RecognitionState.TAKEN_BACK
    page = signed_in(two[0]).get(f"/desk/lists/{made.public_id}/").content.decode()
    assert "已记入" not in page
    assert "撤销整份名单" not in page


def test_a_line_that_a_correction_changed_does_not_say_that_it_stands_as_entered(two, people, province):
    made = entered(province.changsha, *two, seconds=4 * 3600)
    batch = corrections.prepare(made.owner, made.activity, TAKE_BACK, by=two[0])
    corrections.leave_out(batch.lines.get(entry__person=people[0]), by=batch.created_by)
    run(batch, two[1])
    page = signed_in(two[0]).get(f"/desk/lists/{made.public_id}/").content.decode()
    assert page.count("此后已更正") == 2


def test_an_empty_state_of_a_list_with_names_does_not_ask_for_names(two, people, province):
    made = recognition.create(province.changsha, details(), by=two[0])
    client = signed_in(two[0])
    address = f"/desk/lists/{made.public_id}/?rows=left_out"
    assert "请上传签到文件，或直接录入姓名" in client.get(address).content.decode()
    matching.take_in(made, exports.typed("岳试律所 林试"))
    page = client.get(address).content.decode()
    assert "请上传签到文件，或直接录入姓名" not in page
    assert "没有这类姓名" in page


def test_the_lines_of_a_discarded_correction_wait_for_nothing(two, people, province):
    made = entered(province.changsha, *two)
    batch = corrections.prepare(made.owner, made.activity, TAKE_BACK, by=two[0])
    client = signed_in(two[0])
    address = f"/desk/corrections/{batch.public_id}/"
    assert "待执行" in client.get(address).content.decode()
    client.post(address, {"act": "discard"})
    page = client.get(address).content.decode()
    assert "待执行" not in page
    assert page.count("未执行") == 3


def test_the_head_of_opening_balances_names_a_category_only_for_lines_that_name_none(two, people, province):
    made = opening(province.changsha, two[0], [["林试", "岳试", 3, "ethics"]])
    page = signed_in(two[0]).get(f"/desk/lists/{made.public_id}/").content.decode()
    assert "文件未写明的按法律实务、1学时计" in page


def test_who_brings_hours_of_two_categories_is_told_once_of_both_and_once_that_they_were_taken_back(
    two, people, province
):
    made = opening(
        province.changsha,
        two[0],
        [["林试", "岳试", 3, "ethics"], ["林试", "岳试", 6, "law"], ["贺试", "岳试", 2, "law"]],
    )
    recognition.submit(made, by=two[0])
    recognition.approve(made, by=two[1])
    while recognition.work(made.pk):
        pass
    [told] = Notice.objects.filter(person=people[0])
    assert told.text == "职业道德与执业纪律 3学时、法律实务 6学时"
    assert told.path == f"/my/record/?year={YESTERDAY.year}"
    assert Notice.objects.get(person=people[1]).text == "2学时"
    recognition.take_back(made, by=two[0], text="数据有误")
    while recognition.work(made.pk):
        pass
    assert Notice.objects.filter(person=people[0], text="数据有误").count() == 1


def test_a_correction_that_was_sent_back_is_changed_in_its_place(two, people, province):
    made = entered(province.changsha, *two, seconds=4 * 3600)
    batch = corrections.prepare(made.owner, made.activity, AMEND, by=two[0])
    corrections.leave_out(batch.lines.get(entry__person=people[2]), by=batch.created_by)
    corrections.submit(batch, by=two[0])
    corrections.send_back(batch, by=two[1], text="应为90分钟")
    client = signed_in(two[0])
    address = f"/desk/corrections/{batch.public_id}/"
    assert f"{address}change/" in client.get(address).content.decode()
    form = client.get(f"{address}change/").content.decode()
    assert 'value="120"' in form
    fields = {"kind": "amend", "unit": "minute", "cause": "typing_error", "explanation": "应为90分钟"}
    assert "无需更正" in client.post(f"{address}change/", fields | {"number": "240"}).content.decode()
    assert client.post(f"{address}change/", fields | {"number": "90"}).status_code == 302
    batch.refresh_from_db()
    assert (batch.to_seconds, batch.explanation) == (5400, "应为90分钟")
    assert batch.lines.count() == 2, "who was left out by hand stays out"
    corrections.submit(batch, by=two[0])
    with pytest.raises(desk_refusals.NotOpen):
        corrections.change(batch, AMEND, by=two[0])
    corrections.approve(batch, by=two[1])
    while corrections.work(batch.pk):
        pass
    assert set(LedgerEntry.objects.filter(kind="award", reversal=None).values_list("seconds", flat=True)) == {
        5400,
        4 * 3600,
    }


def test_what_had_the_amount_that_was_thought_right_is_corrected_once_another_is_right(two, people, province):
    made = entered(province.changsha, *two, seconds=4 * 3600)
    batch = corrections.prepare(made.owner, made.activity, AMEND, by=two[0])
    for line in batch.lines.exclude(entry__person=people[0]):
        corrections.leave_out(line, by=batch.created_by)
    run(batch, two[1])
    again = corrections.prepare(made.owner, made.activity, AMEND, by=two[0])
    assert again.lines.count() == 2
    corrections.change(again, Order("amend", "typing_error", "应为90分钟", seconds=5400), by=two[0])
    assert again.lines.count() == 3
    assert again.state == CorrectionState.DRAFT


def test_a_discarded_list_has_no_line_that_is_still_to_be_entered(two, people, province):
    made = submitted(province.changsha, two[0])
    recognition.discard(made, by=two[0])
    page = signed_in(two[0]).get(f"/desk/lists/{made.public_id}/").content.decode()
    assert "待记入" not in page
    assert page.count("未执行") == 3
