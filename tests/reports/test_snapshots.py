"""Fixed reports: kept as they were, whatever is corrected later; signed by name; marked by corrections."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from courses import acts, ledger_news
from courses.models import Activity, Course, LearningFormat, LedgerEntry, Requirement
from courses.requirements import refresh_for_persons
from people import memberships
from people.models import AuditEntry, Notice, Person, Role, User
from reports import snapshot_comparing, snapshot_reading, snapshots
from reports.coverage import coverage
from reports.figures import StateFilter
from reports.fixed_changes import Change, Correction
from reports.models import Snapshot, SnapshotMark, SnapshotSignature
from reports.snapshot_refusals import NobodyCounted, NotYourReport, SignedAlready, TitleMissing
from tests.reports.conftest import World, signed_in

DAY = dt.date(2026, 6, 30)
PROVINCE, CHANGSHA = "湖南省律师协会", "长沙市律师协会"
YUE, FU, SHI = "湖南岳试律师事务所", "湖南芙试律师事务所", "湖南石试律师事务所"


@pytest.fixture
def course(world: World) -> Course:
    return world.course()


@pytest.fixture
def lawyers(world: World, course: Course) -> dict[str, Person]:
    """周 has completed, 郑 has begun, 蒋 (in Hengyang) has not."""
    found = {
        "周": world.lawyer("周已完", YUE),
        "郑": world.lawyer("郑开始", FU),
        "蒋": world.lawyer("蒋衡阳", SHI),
    }
    world.complete(found["周"], course, dt.date(2026, 5, 20))
    world.watch(found["郑"], course, dt.date(2026, 6, 1))
    return found


@pytest.fixture
def requirement(world: World, course: Course, lawyers: dict[str, Person]) -> Requirement:
    return world.curriculum(course, unit=PROVINCE)


@pytest.fixture
def committee(world: World) -> User:
    return world.reader("province", Role.PROVINCIAL_COMMITTEE, PROVINCE)


@pytest.fixture
def fixed(world: World, requirement: Requirement, committee: User) -> Snapshot:
    return snapshots.fix(requirement, world.units[PROVINCE], DAY, title="2026年上半年覆盖情况", by=committee)


def back_date(world: World, lawyers: dict[str, Person], course: Course) -> None:
    """周's completion is taken back, 郑's is recorded late, and 蒋 turns out to have left Hengyang in May."""
    lawyers["周"].completions.update(revoked_at=dt.datetime(2026, 7, 20, tzinfo=dt.UTC))
    world.complete(lawyers["郑"], course, dt.date(2026, 6, 12))
    memberships.transfer(lawyers["蒋"], world.units[YUE], on=dt.date(2026, 5, 1))
    refresh_for_persons([each.pk for each in lawyers.values()])


@pytest.mark.both_sides("postgresql")
def test_a_report_says_the_same_after_everything_under_it_was_corrected(
    world, requirement, fixed, lawyers, course
):
    before = snapshot_reading.coverage_of(
        snapshot_reading.opened(fixed), snapshot_reading.opened(fixed).top
    ).whole
    assert before == coverage(requirement, world.units[PROVINCE], DAY).whole
    back_date(world, lawyers, course)
    world.units[SHI].name = "湖南改名律师事务所"
    world.units[SHI].save()
    again = Snapshot.objects.get(pk=fixed.pk)
    report = snapshot_reading.opened(again)
    assert snapshots.digest_holds(again)
    assert snapshot_reading.figures(again) == before
    lines = snapshot_reading.coverage_of(report, report.top).lines
    assert {line.organisation.name: line.figures.required for line in lines} == {
        CHANGSHA: 2,
        "衡阳市律师协会": 1,
    }
    hengyang = next(each for each in report.units.values() if each.name == "衡阳市律师协会")
    assert [line.organisation.name for line in snapshot_reading.coverage_of(report, hengyang).lines] == [SHI]
    listing = snapshot_reading.persons(report, hengyang, limit=10)
    assert [each.name for each in listing.standings] == ["蒋衡阳"]
    # Coverage itself counts as it is known now.
    assert coverage(requirement, world.units[PROVINCE], DAY).lines[0].figures.required == 3


def test_each_correction_since_is_named_when_the_day_is_counted_again(world, fixed, lawyers, course):
    assert snapshot_comparing.compare_with_now(fixed).is_same
    back_date(world, lawyers, course)
    found = snapshot_comparing.compare_with_now(fixed)
    assert {
        (each.name, each.explained.correction) for each in snapshot_comparing.shown(found, found.found)
    } >= {
        ("周已完", Correction.COMPLETION_TAKEN_BACK),
        ("郑开始", Correction.COMPLETION_ADDED),
        ("蒋衡阳", Correction.PLACE),
    }
    assert set(found.counts) == {Change.CORRECTED}


def test_fixed_twice_before_anything_was_corrected_a_question_has_one_digest(
    world, requirement, fixed, committee, lawyers, course
):
    unit = world.units[PROVINCE]
    again = snapshots.fix(requirement, unit, DAY, title="再次", by=committee)
    assert again.digest == fixed.digest
    back_date(world, lawyers, course)
    corrected = snapshots.fix(requirement, unit, DAY, title="更正后", by=committee)
    assert corrected.digest != fixed.digest
    assert [each.pk for each in snapshot_comparing.comparable(fixed)] == [corrected.pk, again.pk]


def test_a_later_report_explains_who_came_went_and_completed(
    world, requirement, fixed, committee, lawyers, course
):
    newcomer = world.lawyer("吴新来", YUE, on=dt.date(2026, 7, 10))
    memberships.leave(lawyers["蒋"].memberships.get(), on=dt.date(2026, 8, 1))
    world.complete(lawyers["郑"], course, dt.date(2026, 7, 15))
    refresh_for_persons([newcomer.pk, lawyers["蒋"].pk])
    later = snapshots.fix(
        requirement, world.units[PROVINCE], dt.date(2026, 8, 31), title="八月", by=committee
    )
    found = snapshot_comparing.compare(later, fixed)
    assert found.earlier.snapshot == fixed
    assert found.counts == {Change.JOINED: 1, Change.LEFT: 1, Change.COMPLETED: 1}


@pytest.mark.both_sides("postgresql")
def test_what_was_fixed_cannot_be_written_or_deleted(fixed):
    row = fixed.rows.first()
    for write in (
        lambda: Snapshot.objects.filter(pk=fixed.pk).update(title="别的"),
        lambda: fixed.rows.filter(pk=row.pk).update(state="in_time"),
        lambda: fixed.rows.filter(pk=row.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_a_row_changed_behind_the_database_is_seen_at_once(fixed, client, committee):
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER snapshot_row_only_grows_update")
        cursor.execute("UPDATE reports_snapshotrow SET watched_permille = 999 WHERE state = 'started'")
    assert not snapshots.digest_holds(fixed)
    page = signed_in(client, committee).get(f"/coverage/reports/{fixed.public_id}/").content.decode()
    assert "这份报告已不是定版时的内容" in page
    signing = client.post(f"/coverage/reports/{fixed.public_id}/sign/", {"agreed": "on"})
    assert signing.status_code == 422
    assert not SnapshotSignature.objects.exists()


def test_a_committee_member_signs_once_by_name_with_the_digest(world, fixed, committee):
    signed = snapshots.sign(fixed, by=committee, remark=" 数据 无误 ")
    assert (signed.name, signed.digest, signed.remark) == ("province", fixed.digest, "数据 无误")
    assert signed.capacity.startswith(PROVINCE)
    assert AuditEntry.objects.filter(by=committee, reason=fixed.digest).count() == 1
    with pytest.raises(SignedAlready):
        snapshots.sign(fixed, by=committee)


def test_only_a_committee_above_fixes_and_signs(world, requirement, fixed):
    manager = world.reader("manager", Role.FIRM_MANAGER, YUE)
    city = world.reader("city", Role.CITY_COMMITTEE, CHANGSHA)
    with pytest.raises(NotYourReport):
        snapshots.fix(requirement, world.units[YUE], DAY, title="所", by=manager)
    with pytest.raises(NotYourReport):
        snapshots.sign(fixed, by=city)
    own = snapshots.fix(requirement, world.units[CHANGSHA], DAY, title="市", by=city)
    assert own.figures["required"] == 2


def test_a_report_needs_a_title_and_somebody_who_is_counted(world, requirement, committee):
    unit = world.units[PROVINCE]
    with pytest.raises(TitleMissing):
        snapshots.fix(requirement, unit, DAY, title="  ", by=committee)
    with pytest.raises(NobodyCounted):
        snapshots.fix(requirement, unit, dt.date(2026, 1, 1), title="早", by=committee)


@pytest.mark.both_sides("postgresql")
def test_a_correction_of_the_ledger_marks_the_reports_it_touches_and_tells_who_signed(
    world, fixed, requirement, committee, lawyers, course, django_capture_on_commit_callbacks
):
    chair = world.lawyer("主试任", YUE)
    chair.user = committee
    chair.save()
    activity = course.current_version.activities.first().activity
    entry = earned(lawyers["周"], activity, dt.date(2026, 5, 20))
    late = earned(lawyers["郑"], activity, dt.date(2026, 7, 5))
    other = snapshots.fix(
        requirement, world.units[CHANGSHA], dt.date(2026, 4, 30), title="四月", by=committee
    )
    assert [(each.label, each.count) for each in snapshots.touched_by([entry.pk, late.pk])] == [
        ("定版报告", 1)
    ]
    for _twice in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            ledger_news.corrected([entry.pk, late.pk])
    assert list(SnapshotMark.objects.values_list("snapshot_id", "person_id")) == [
        (fixed.pk, lawyers["周"].public_id)
    ]
    assert not other.marks.exists()
    assert Notice.objects.get(person=chair).path == f"/coverage/reports/{fixed.public_id}/"
    assert snapshots.digest_holds(fixed)


def earned(person: Person, activity: Activity, day: dt.date) -> LedgerEntry:
    """What completing the activity on that day put into the ledger."""
    act = acts.Act(person.pk, day, LearningFormat.RECORDED, "law", None, seconds=3600)
    return acts.record(activity, act, rule={"kind": "opening"}, evidence={}, now=timezone.now())


def test_the_pages_read_a_report_in_few_statements(
    world, fixed, committee, client: Client, django_assert_max_num_queries
):
    signed_in(client, committee)
    address = f"/coverage/reports/{fixed.public_id}/"
    client.get(address)
    with django_assert_max_num_queries(20):
        page = client.get(address)
    assert "33.3%" in page.content.decode()
    with django_assert_max_num_queries(20):
        page = client.get(address, {"view": "persons", "state": "not_started", "q": "衡阳"})
    assert "蒋衡阳" in page.content.decode()
    assert "周已完" not in page.content.decode()
    with django_assert_max_num_queries(20):
        assert client.get("/coverage/reports/").status_code == 200


def test_a_list_finds_a_person_by_the_last_digits_of_a_licence(world, fixed, lawyers):
    number = lawyers["郑"].licences.get().number
    report = snapshot_reading.opened(fixed)
    listing = snapshot_reading.persons(
        report, report.top, state=StateFilter.STARTED, text=number[-5:], limit=10
    )
    assert [each.name for each in listing.standings] == ["郑开始"]
