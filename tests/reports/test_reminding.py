"""Reminders from a list: previewed, sent once by a worker, never too often, one by one or by firm."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from courses.models import Course, Requirement
from people import memberships, notices, persons
from people.days import today
from people.models import AuditAct, AuditEntry, Notice, NoticeKind, Person, Role, User
from people.notices import New
from reports import reminder_reading, reminding, tasks
from reports.models import LineOutcome, Reminder, ReminderLine, ReminderState, ReminderWay
from reports.reminder_refusals import NobodyToRemind, NotYourList
from tests.reports.conftest import World, signed_in

PROVINCE, CHANGSHA, HENGYANG = "湖南省律师协会", "长沙市律师协会", "衡阳市律师协会"
YUE, FU, SHI = "湖南岳试律师事务所", "湖南芙试律师事务所", "湖南石试律师事务所"


@pytest.fixture
def course(world: World) -> Course:
    return world.course()


@pytest.fixture
def lawyers(world: World, course: Course) -> dict[str, Person]:
    """周 has completed, 郑 has begun, 王 (of 郑's firm) and 蒋 (in Hengyang) have not."""
    found = {
        "周": world.lawyer("周已完", YUE),
        "郑": world.lawyer("郑开始", FU),
        "王": world.lawyer("王未学", FU),
        "蒋": world.lawyer("蒋衡阳", SHI),
    }
    world.complete(found["周"], course, today() - dt.timedelta(days=9))
    world.watch(found["郑"], course, today() - dt.timedelta(days=8))
    return found


@pytest.fixture
def requirement(world: World, course: Course, lawyers: dict[str, Person]) -> Requirement:
    return world.curriculum(
        course,
        unit=PROVINCE,
        opens=today() - dt.timedelta(days=60),
        due=today() + dt.timedelta(days=60),
    )


@pytest.fixture
def committee(world: World) -> User:
    return world.reader("province", Role.PROVINCIAL_COMMITTEE, PROVINCE)


def manager_of(world: World, unit: str) -> Person:
    return persons.create(name="管理员", user=world.reader(f"m{unit}", Role.FIRM_MANAGER, unit))


def sent(
    world: World,
    requirement: Requirement,
    by: User,
    *,
    unit: str = PROVINCE,
    way: ReminderWay = ReminderWay.PERSONS,
    words: str = "",
    now: dt.datetime | None = None,
) -> Reminder:
    now = now or timezone.now()
    found = reminding.listed(requirement, world.units[unit])
    planned = reminding.plan(requirement, found, way, today())
    made = reminding.send(requirement, world.units[unit], planned, words=words, by=by, now=now)
    while reminding.work(made.pk, now=now):
        pass
    made.refresh_from_db()
    return made


@pytest.mark.both_sides("postgresql")
def test_those_who_lack_something_are_told_and_nobody_else(world, requirement, lawyers, committee):
    made = sent(world, requirement, committee, words="  请抓紧。 ")
    assert made.state == ReminderState.DONE
    told = {notice.person.name: notice for notice in Notice.objects.filter(kind=NoticeKind.REMINDER)}
    assert set(told) == {"郑开始", "王未学", "蒋衡阳"}
    assert "民法典轮训" in told["王未学"].title
    assert "请抓紧。" in told["王未学"].text
    assert PROVINCE in told["王未学"].text
    entry = AuditEntry.objects.get(act=AuditAct.REMINDED)
    assert (entry.by, entry.persons, entry.about) == (committee, 3, "民法典轮训")


def test_working_again_after_it_was_done_tells_nobody_twice(world, requirement, lawyers, committee):
    made = sent(world, requirement, committee)
    Reminder.objects.filter(pk=made.pk).update(state=ReminderState.SENDING, finished_at=None)
    ReminderLine.objects.update(outcome=LineOutcome.WAITING, told_at=None)
    while reminding.work(made.pk):
        pass
    assert Notice.objects.filter(kind=NoticeKind.REMINDER).count() == 3


def test_nobody_is_reminded_of_one_matter_twice_within_a_week(world, requirement, lawyers, committee):
    sent(world, requirement, committee, unit=HENGYANG, now=timezone.now() - dt.timedelta(days=2))
    found = reminding.listed(requirement, world.units[PROVINCE])
    planned = reminding.plan(requirement, found, ReminderWay.PERSONS, today())
    assert {each.standing.name for each in planned.told} == {"郑开始", "王未学"}
    (left,) = planned.left_out
    assert left.standing.name == "蒋衡阳"
    assert left.not_before == today() + dt.timedelta(days=5)


def test_two_reminders_prepared_at_once_tell_everybody_once(world, requirement, lawyers, committee):
    found = reminding.listed(requirement, world.units[PROVINCE])
    planned = reminding.plan(requirement, found, ReminderWay.PERSONS, today())
    made = [
        reminding.send(requirement, world.units[PROVINCE], planned, words="", by=committee)
        for _time in range(2)
    ]
    for each in made:
        while reminding.work(each.pk):
            pass
    assert Notice.objects.filter(kind=NoticeKind.REMINDER).count() == 3
    assert set(made[1].lines.values_list("outcome", flat=True)) == {LineOutcome.RECENT}


def test_the_platform_s_own_reminder_counts_as_one(world, requirement, lawyers, committee):
    once = f"due:{requirement.public_id}:2026-12-31:opening"
    notices.send_bulk([New(lawyers["王"].pk, NoticeKind.DUE, once, "开课了")])
    planned = reminding.plan(
        requirement,
        reminding.listed(requirement, world.units[PROVINCE]),
        ReminderWay.PERSONS,
        today(),
    )
    assert [each.standing.name for each in planned.left_out] == ["王未学"]


@pytest.mark.both_sides("postgresql")
def test_a_firm_s_manager_gets_one_digest_instead_of_many_messages(world, requirement, lawyers, committee):
    manager = manager_of(world, FU)
    made = sent(world, requirement, committee, way=ReminderWay.FIRMS)
    (digest,) = Notice.objects.filter(person=manager)
    assert digest.title.startswith("本所还有 2 人")
    assert {"郑开始", "王未学"} <= set(digest.text.replace("：", "、").replace("\n", "、").split("、"))
    assert f"org={world.units[FU].public_id}" in digest.path
    # The firm in Hengyang has no manager: its lawyer is told himself.
    own = Notice.objects.exclude(person=manager).get(kind=NoticeKind.REMINDER)
    assert own.person == lawyers["蒋"]
    assert made.lines.filter(is_digest=True, outcome=LineOutcome.TOLD).count() == 2


def test_whoever_completed_before_his_turn_came_is_left_out(world, requirement, lawyers, committee, course):
    found = reminding.listed(requirement, world.units[PROVINCE])
    planned = reminding.plan(requirement, found, ReminderWay.PERSONS, today())
    made = reminding.send(requirement, world.units[PROVINCE], planned, words="", by=committee)
    world.complete(lawyers["王"], course, today())
    while reminding.work(made.pk):
        pass
    assert made.lines.get(person=lawyers["王"]).outcome == LineOutcome.NOT_LACKING
    assert not Notice.objects.filter(person=lawyers["王"], kind=NoticeKind.REMINDER).exists()


def test_a_stopped_reminder_tells_nobody_until_it_goes_on(
    world, requirement, lawyers, committee, monkeypatch
):
    monkeypatch.setattr(reminding, "CHUNK", 1)
    found = reminding.listed(requirement, world.units[PROVINCE])
    planned = reminding.plan(requirement, found, ReminderWay.PERSONS, today())
    made = reminding.send(requirement, world.units[PROVINCE], planned, words="", by=committee)
    assert reminding.work(made.pk)
    reminding.cancel(made, by=committee)
    assert not reminding.work(made.pk)
    assert Notice.objects.filter(kind=NoticeKind.REMINDER).count() == 1
    reminding.resume(made, by=committee)
    while reminding.work(made.pk):
        pass
    assert Notice.objects.filter(kind=NoticeKind.REMINDER).count() == 3


def test_the_reminder_tells_who_has_started_and_completed_since(
    world, requirement, lawyers, committee, course
):
    made = sent(world, requirement, committee)
    world.complete(lawyers["王"], course, today())
    world.watch(lawyers["蒋"], course, today())
    sums = reminder_reading.sums(made)
    assert (sums.told, sums.completed, sums.started, sums.waiting) == (3, 1, 1, 0)


def test_a_city_reminds_its_own_and_an_auditor_nobody(world, requirement, lawyers, committee):
    planned = reminding.plan(
        requirement,
        reminding.listed(requirement, world.units[PROVINCE]),
        ReminderWay.PERSONS,
        today(),
    )
    for role, unit in ((Role.CITY_COMMITTEE, CHANGSHA), (Role.AUDITOR, PROVINCE)):
        with pytest.raises(NotYourList):
            reminding.send(
                requirement, world.units[PROVINCE], planned, words="", by=world.reader(role, role, unit)
            )


def test_where_nobody_may_be_reminded_nothing_is_made(world, requirement, lawyers, committee):
    sent(world, requirement, committee)
    with pytest.raises(NobodyToRemind):
        sent(world, requirement, committee)


# --- Pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def reader(client: Client, committee: User) -> Client:
    return signed_in(client, committee)


def test_a_list_leads_to_a_preview_and_from_there_to_what_was_sent(
    reader, world, requirement, lawyers, django_capture_on_commit_callbacks
):
    page = reader.get(f"/coverage/{requirement.public_id}/?view=persons&state=lacking").content.decode()
    assert "提醒名单上的全部人员" in page
    address = f"/coverage/{requirement.public_id}/remind/?view=persons&state=lacking"
    preview = reader.post(address, {"scope": "all"})
    assert len(preview.context["plan"].told) == 3
    assert not Notice.objects.filter(kind=NoticeKind.REMINDER).exists()
    with django_capture_on_commit_callbacks(execute=True):
        answer = reader.post(address, {"way": "persons", "words": "请抓紧。", "act": "send"})
    made = Reminder.objects.get()
    assert answer["Location"] == f"/coverage/reminders/{made.public_id}/"
    while reminding.work(made.pk):
        pass
    page = reader.get(answer["Location"])
    assert page.context["sums"].told == 3
    assert "王未学" in page.content.decode()
    listed = reader.get(f"/coverage/{requirement.public_id}/?view=persons").content.decode()
    assert listed.count("已提醒") == 3
    assert made.requirement.title in reader.get("/coverage/reminders/").content.decode()


def test_those_ticked_are_meant_alone_and_nobody_where_none_is(reader, requirement, lawyers):
    address = f"/coverage/{requirement.public_id}/remind/?view=persons"
    given = {"scope": "ticked", "person": str(lawyers["王"].public_id)}
    preview = reader.post(address, given)
    assert [each.standing.name for each in preview.context["plan"].told] == ["王未学"]
    reader.post(address, {"way": "persons", "act": "send", "person": given["person"]})
    assert [line.person for line in Reminder.objects.get().lines.all()] == [lawyers["王"]]
    assert reader.post(address, {"scope": "ticked"}).status_code == 302
    assert Reminder.objects.count() == 1


def test_a_list_of_those_who_completed_reminds_nobody(reader, requirement, lawyers):
    page = reader.get(f"/coverage/{requirement.public_id}/remind/?state=completed")
    assert not page.context["plan"].told
    assert 'value="send"' not in page.content.decode()


def test_what_another_city_sent_is_not_to_be_seen(client, world, requirement, lawyers, committee):
    made = sent(world, requirement, committee, unit=HENGYANG)
    signed_in(client, world.reader("changsha", Role.CITY_COMMITTEE, CHANGSHA))
    assert client.get(f"/coverage/reminders/{made.public_id}/").status_code == 404
    signed_in(client, world.reader("hengyang", Role.CITY_COMMITTEE, HENGYANG))
    assert client.get(f"/coverage/reminders/{made.public_id}/").status_code == 200


def test_the_worker_s_task_sends_chunk_by_chunk_and_a_sweep_finds_what_was_left(
    world, requirement, lawyers, committee
):
    planned = reminding.plan(
        requirement,
        reminding.listed(requirement, world.units[PROVINCE]),
        ReminderWay.PERSONS,
        today(),
    )
    before = timezone.now() - dt.timedelta(minutes=5)
    made = reminding.send(requirement, world.units[PROVINCE], planned, words="", by=committee, now=before)
    assert reminding.unfinished(timezone.now() - dt.timedelta(minutes=2)) == [made.pk]
    tasks.send_reminder(made.pk)
    assert Notice.objects.filter(kind=NoticeKind.REMINDER).count() == 3


def test_somebody_who_moved_is_in_the_digest_of_his_present_firm(world, requirement, lawyers, committee):
    manager = manager_of(world, SHI)
    memberships.transfer(lawyers["王"], world.units[SHI], on=today())
    sent(world, requirement, committee, way=ReminderWay.FIRMS)
    assert "王未学" in Notice.objects.get(person=manager).text
