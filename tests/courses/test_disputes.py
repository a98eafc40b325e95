"""A refused minute or credit is disputed; the committee sees the evidence and decides with a reason, in the open."""

import datetime as dt

import pytest
from django.test import Client

from courses import declarations, desk_refusals, disputes, evidence, ledger, refusals
from courses.declarations import Claim
from courses.disputes import Question
from courses.models import (
    Completion,
    DeclarationState,
    Dispute,
    DisputeState,
    LedgerEntry,
    ProofFile,
)
from people import grants, organisations
from people.days import today
from people.models import Role, User
from tests.courses import stage
from tests.courses.test_declarations import photograph

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
YESTERDAY = today() - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _proofs_apart(settings, tmp_path):
    settings.PROOFS_ROOT = tmp_path / "proofs"


@pytest.fixture
def lecture():
    made = stage.published_lecture(duration_ms=100_000)
    stage.published_course("合同编通则", made)
    return made


@pytest.fixture
def watcher(lecture):
    """A lawyer who has begun the lecture and stopped."""
    made = stage.Watcher(stage.new_lawyer())
    made.open(lecture)
    made.watch(0, 30_000)
    return made


def member(name, organisation=None):
    user = User.objects.create_user(name)
    place = organisation or stage.association()
    grants.grant(user, Role.PROVINCIAL_COMMITTEE, place, by=None, reason="委员", valid_from=stage.OPENED)
    return user


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_refused_minutes_are_disputed_from_the_evidence_page_and_granted_as_the_whole_lecture(
    watcher, lecture
):
    address = f"/my/evidence/lectures/{lecture.public_id}/"
    page = watcher.client.get(address).content.decode()
    ask = f"/my/disputes/new/?lecture={lecture.public_id}"
    assert ask in page
    asked = watcher.client.post(ask, {"text": "看完了，网络中断", "proof_files": [photograph()]})
    made = Dispute.objects.get()
    assert asked["Location"] == f"/my/disputes/{made.public_id}/"
    desk = signed_in(member("weiyuan"))
    assert "网络中断" in desk.get("/desk/disputes/").content.decode()
    shown = desk.get(f"/desk/disputes/{made.public_id}/").content.decode()
    assert "网络中断" in shown
    decided = desk.post(f"/desk/disputes/{made.public_id}/", {"decision": "grant", "text": "设备记录一致"})
    assert decided.status_code == 302
    entry = LedgerEntry.objects.get()
    assert (entry.seconds, entry.format) == (100, "recorded")
    assert entry.completion.rule == {"kind": "granted"}
    assert entry.completion.evidence["dispute"] == str(made.public_id)
    assert Completion.objects.filter(course__isnull=False).count() == 1
    assert "设备记录一致" in watcher.client.get("/inbox/").content.decode()
    assert "设备记录一致" in watcher.client.get(f"/my/disputes/{made.public_id}/").content.decode()
    assert "设备记录一致" in watcher.client.get(f"/my/evidence/{entry.public_id}/").content.decode()


def test_a_refusal_needs_a_reason_that_the_lawyer_reads(watcher, lecture):
    made = disputes.open_dispute(watcher.person, Question(lecture=lecture), "不服", by=watcher.person.user)
    desk = signed_in(member("weiyuan"))
    address = f"/desk/disputes/{made.public_id}/"
    assert desk.post(address, {"decision": "refuse", "text": " "}).status_code == 422
    assert desk.post(address, {"decision": "refuse", "text": "多次未确认在线"}).status_code == 302
    assert "多次未确认在线" in watcher.client.get(f"/my/disputes/{made.public_id}/").content.decode()
    made.refresh_from_db()
    with pytest.raises(desk_refusals.NotOpen):
        disputes.grant(made, by=User.objects.get(username="weiyuan"), text="改")
    assert not LedgerEntry.objects.exists()


def test_a_refused_declaration_is_granted_after_all(watcher):
    claim = Claim("seminar", "研讨会", YESTERDAY, "law", seconds=3600)
    declared = declarations.submit(watcher.person, claim, [photograph()], by=watcher.person.user)
    judge = member("weiyuan")
    with pytest.raises(desk_refusals.NotDisputable):
        disputes.open_dispute(watcher.person, Question(declaration=declared), "?", by=watcher.person.user)
    declarations.refuse(declared, by=judge, text="不属于培训")
    made = disputes.open_dispute(
        watcher.person, Question(declaration=declared), "属于培训", by=watcher.person.user
    )
    entry = disputes.grant(made, by=member("weiyuan2"), text="议程可证")
    declared.refresh_from_db()
    assert (declared.state, declared.entry) == (DeclarationState.ACCEPTED, entry)


def test_a_reversed_entry_is_given_back_with_what_it_was(watcher, lecture):
    watcher.open(lecture)
    watcher.watch(30_000, 100_000)
    entry = LedgerEntry.objects.get()
    with pytest.raises(desk_refusals.NotDisputable):
        disputes.open_dispute(watcher.person, Question(entry=entry), "?", by=watcher.person.user)
    from courses import acts

    acts.take_back(entry, reason="false_proof", now=entry.recorded_at)
    assert Completion.objects.filter(revoked_at__isnull=True).count() == 0
    ask = f"/my/disputes/new/?entry={entry.public_id}"
    assert ask in watcher.client.get(f"/my/evidence/{entry.public_id}/").content.decode()
    watcher.client.post(ask, {"text": "是我本人看的"})
    disputes.grant(Dispute.objects.get(), by=member("weiyuan"), text="核对无误")
    assert ledger.summary(watcher.person, entry.day.year).seconds == 100
    assert Completion.objects.filter(revoked_at__isnull=True, course__isnull=False).count() == 1


def test_the_same_is_not_asked_twice_and_what_counts_is_not_asked_at_all(watcher, lecture):
    disputes.open_dispute(watcher.person, Question(lecture=lecture), "一", by=watcher.person.user)
    with pytest.raises(desk_refusals.AlreadyDisputed):
        disputes.open_dispute(watcher.person, Question(lecture=lecture), "二", by=watcher.person.user)
    watcher.open(lecture)
    watcher.watch(30_000, 100_000)
    with pytest.raises(desk_refusals.AlreadyComplete):
        disputes.grant(Dispute.objects.get(), by=member("weiyuan"), text="是")
    assert LedgerEntry.objects.count() == 1


def test_who_never_watched_a_lecture_has_nothing_to_dispute(lecture):
    other = stage.new_lawyer("贺试")
    with pytest.raises(desk_refusals.NotDisputable):
        disputes.open_dispute(other, Question(lecture=lecture), "一", by=other.user)


def test_nobody_judges_his_own_and_no_other_city_sees_it(watcher, lecture):
    made = disputes.open_dispute(
        watcher.person, Question(lecture=lecture), "一", [photograph()], by=watcher.person.user
    )
    grants.grant(watcher.person.user, Role.PROVINCIAL_COMMITTEE, stage.association(), by=None, reason="委员")
    with pytest.raises(desk_refusals.NotYours):
        disputes.grant(made, by=watcher.person.user, text="是")
    elsewhere = organisations.create(
        kind="association", name="衡阳市律师协会", opened_on=stage.OPENED, parent=stage.association()
    )
    outside = signed_in(member("hengyang", elsewhere))
    assert outside.get(f"/desk/disputes/{made.public_id}/").status_code == 404
    assert outside.post(f"/desk/disputes/{made.public_id}/", {"decision": "grant"}).status_code == 404
    assert outside.get(f"/proofs/{ProofFile.objects.get().public_id}/").status_code == 404
    stranger = stage.Watcher(stage.new_lawyer("贺试"))
    assert stranger.client.get(f"/my/disputes/{made.public_id}/").status_code == 404
    assert stranger.client.post(f"/my/disputes/{made.public_id}/withdraw/").status_code == 404


def test_evidence_is_shown_to_the_person_and_his_committee_and_to_nobody_else(watcher, lecture):
    watcher.open(lecture)
    watcher.watch(30_000, 100_000)
    address = f"/my/evidence/{LedgerEntry.objects.get().public_id}/"
    assert watcher.client.get(address).status_code == 200
    assert signed_in(member("weiyuan")).get(address).status_code == 200
    assert stage.Watcher(stage.new_lawyer("贺试")).client.get(address).status_code == 404
    manager = User.objects.create_user("firm")
    grants.grant(manager, Role.FIRM_MANAGER, stage.firm(), by=None, reason="专员", valid_from=stage.OPENED)
    assert signed_in(manager).get(address).status_code == 404


def test_a_timeline_is_in_order_and_holds_sittings_stretches_and_checks(watcher, lecture):
    events = evidence.of_lecture(watcher.person.pk, lecture)
    assert [each.at for each in events] == sorted(each.at for each in events)
    kinds = {each.kind for each in events}
    assert {"play", "beats"} <= kinds
    [beats] = [each for each in events if each.kind == "beats"]
    assert beats.stretches == [(0, 30_000)]


def test_what_was_refused_stands_in_the_timeline_with_its_reason(watcher, lecture):
    watcher.beat(30_000, 85_000)
    watcher.beat(30_000, 90_000)
    made = disputes.open_dispute(
        watcher.person, Question(lecture=lecture), "我确实看完了。", by=watcher.person.user
    )
    page = signed_in(member("weiyuan")).get(f"/desk/disputes/{made.public_id}/").content.decode()
    assert "播放器报告 2 次，未计入" in page
    assert str(refusals.TooFast.text) in page
    assert "0:30–1:30" in page


def test_a_timeline_costs_the_same_however_much_was_watched(watcher, lecture, django_assert_max_num_queries):
    for _ in range(4):
        watcher.open(lecture)
        watcher.watch(0, 30_000)
    with django_assert_max_num_queries(18):
        evidence.of_lecture(watcher.person.pk, lecture)


def test_a_withdrawn_dispute_stays_and_can_be_asked_again(watcher, lecture):
    made = disputes.open_dispute(watcher.person, Question(lecture=lecture), "一", by=watcher.person.user)
    watcher.client.post(f"/my/disputes/{made.public_id}/withdraw/")
    made.refresh_from_db()
    assert made.state == DisputeState.WITHDRAWN
    disputes.open_dispute(watcher.person, Question(lecture=lecture), "二", by=watcher.person.user)
    page = watcher.client.get("/my/disputes/").content.decode()
    assert page.count("/my/disputes/") >= 2
