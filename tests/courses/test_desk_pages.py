"""What the pages of lists, corrections and disputes say: the right words, amounts and states at every turn."""

import pytest

from courses import corrections, disputes, evidence
from courses.disputes import Question
from courses.models import LedgerEntry
from people.models import Role
from tests.courses.test_corrections import AMEND, TAKE_BACK, run
from tests.courses.test_declarations import signed_in
from tests.courses.test_recognition import entered

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
