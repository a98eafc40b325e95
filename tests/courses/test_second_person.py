"""The second person: who is asked to approve, what the first hears of it, and who judges a dispute."""

import pytest

from courses import corrections, declarations, desk_refusals, disputes, recognition
from courses.corrections import Order
from courses.declarations import Claim
from courses.disputes import Question
from courses.models import DisputeState, LedgerEntry
from people import grants, memberships, persons
from people.models import MailState, Notice, NoticeKind, Role
from tests.courses.test_declarations import photograph, signed_in
from tests.courses.test_recognition import YESTERDAY, entered, submitted

pytestmark = pytest.mark.slow

AMEND = Order("amend", "typing_error", "4小时误录，应为2小时", seconds=2 * 3600)


@pytest.fixture(autouse=True)
def _proofs_apart(settings, tmp_path):
    settings.PROOFS_ROOT = tmp_path / "proofs"


@pytest.fixture
def member(account):
    """member(name, role, organisation) is a committee's member with an inbox."""

    def make(name, role, organisation):
        user = account(name, role, organisation)
        persons.create(name=name, user=user)
        return user

    return make


@pytest.fixture
def first(member, province):
    return member("jia", Role.CITY_COMMITTEE, province.changsha)


@pytest.fixture
def people(province, lawyer):
    return [lawyer("林试", province.yuelu), lawyer("贺试", province.yuelu), lawyer("周试", province.furong)]


def told(user, words):
    return list(Notice.objects.filter(person__user=user, title__contains=words))


def test_where_the_city_has_nobody_else_the_province_is_asked_to_approve_once(
    first, member, people, province
):
    above = member("sheng", Role.PROVINCIAL_COMMITTEE, province.province)
    made = submitted(province.changsha, first)
    [notice] = told(above, "待您核准")
    assert notice.path == f"/desk/lists/{made.public_id}/"
    assert (notice.kind, notice.mail_state) == (NoticeKind.TASK, MailState.WAITING)
    assert not told(first, "核准")
    recognition.approve(made, by=above)
    while recognition.work(made.pk):
        pass
    batch = corrections.prepare(
        province.changsha, made.activity, Order("take_back", "typing_error", "误"), by=first
    )
    corrections.submit(batch, by=first)
    assert len(told(above, "学时更正待您核准")) == 1


def test_a_colleague_is_asked_before_the_province_unless_he_stands_in_the_list_himself(
    first, member, people, province
):
    above = member("sheng", Role.PROVINCIAL_COMMITTEE, province.province)
    second = member("yi", Role.CITY_COMMITTEE, province.changsha)
    submitted(province.changsha, first)
    assert len(told(second, "待您核准")) == 1
    assert not told(above, "待您核准")
    memberships.join(second.person, province.yuelu, on=YESTERDAY.replace(day=1))
    submitted(province.changsha, first, names="岳试律所 林试\n岳试律所 yi")
    assert len(told(second, "待您核准")) == 1
    assert len(told(above, "待您核准")) == 1


def test_who_prepared_a_list_or_a_correction_hears_that_it_was_approved(first, member, people, province):
    second = member("yi", Role.CITY_COMMITTEE, province.changsha)
    made = entered(province.changsha, first, second, seconds=4 * 3600)
    [notice] = told(first, "已核准")
    assert made.title in notice.title
    assert notice.path == f"/desk/lists/{made.public_id}/"
    batch = corrections.prepare(made.owner, made.activity, AMEND, by=first)
    corrections.submit(batch, by=first)
    corrections.approve(batch, by=second)
    assert [each.path for each in told(first, "学时更正已核准")] == [f"/desk/corrections/{batch.public_id}/"]


def test_who_proposed_a_correction_does_not_decide_the_dispute_against_it(first, member, people, province):
    second = member("yi", Role.CITY_COMMITTEE, province.changsha)
    made = entered(province.changsha, first, second, seconds=4 * 3600)
    batch = corrections.prepare(made.owner, made.activity, AMEND, by=first)
    corrections.submit(batch, by=first)
    corrections.approve(batch, by=second)
    while corrections.work(batch.pk):
        pass
    standing = LedgerEntry.objects.filter(person=people[0]).last()
    asked = disputes.open_dispute(people[0], Question(entry=standing), "四小时", by=people[0].user)
    assert not told(first, "异议")
    assert len(told(second, "异议")) == 1
    address = f"/desk/disputes/{asked.public_id}/"
    client = signed_in(first)
    page = client.get(address).content.decode()
    assert "须由委员会的另一位成员决定" in page
    assert "异议成立</button>" not in page
    refused = client.post(address, {"decision": "refuse", "text": "无误"})
    assert refused.status_code == 422
    assert "须由委员会的另一位成员决定" in refused.content.decode()
    asked.refresh_from_db()
    assert asked.state == DisputeState.OPEN
    assert "异议成立</button>" in signed_in(second).get(address).content.decode()
    disputes.grant(asked, by=second, text="属实")


def test_who_took_a_list_back_or_refused_a_declaration_leaves_its_dispute_to_another(
    first, member, people, province
):
    second = member("yi", Role.CITY_COMMITTEE, province.changsha)
    made = entered(province.changsha, first, second)
    recognition.take_back_line(made.lines.get(person=people[0]), by=second, text="未到场")
    entry = LedgerEntry.objects.get(person=people[0], kind="award")
    asked = disputes.open_dispute(people[0], Question(entry=entry), "到场", by=people[0].user)
    with pytest.raises(desk_refusals.OwnDecision):
        disputes.grant(asked, by=second, text="是")
    disputes.grant(asked, by=first, text="是")
    claim = Claim("seminar", "研讨会", YESTERDAY, "law", seconds=3600)
    declared = declarations.submit(people[1], claim, [photograph()], by=people[1].user)
    declarations.refuse(declared, by=first, text="不属于培训")
    asked = disputes.open_dispute(people[1], Question(declaration=declared), "属于", by=people[1].user)
    with pytest.raises(desk_refusals.OwnDecision):
        disputes.refuse(asked, by=first, text="否")
    grants.grant(people[2].user, Role.CITY_COMMITTEE, province.changsha, by=None, reason="委员")
    disputes.refuse(asked, by=people[2].user, text="否")
