"""What the viewers of a replaced recording keep, and what they are told of it: on the page, in inbox and timeline."""

import pytest
from django.utils import timezone

from courses import carrying, evidence, replaced, tasks
from courses.models import CarriedWatching, Completion, PresenceCheck, WatchProgress
from people.models import Notice
from tests.courses import stage
from tests.courses.cuts import MINUTE, audit, carry, cut_anew, text_of, watched

pytestmark = pytest.mark.slow


@pytest.fixture
def lecture(db):
    made = stage.published_lecture(duration_ms=10 * MINUTE)
    stage.published_course("合同编", made)
    return made


@pytest.fixture
def no_checks(settings):
    settings.WATCH_POLICY = {**settings.WATCH_POLICY, "spacing_ms": 0}


@pytest.fixture
def late_checks(settings):
    """A check comes only when the share is reached: what is watched before waits for it."""
    settings.WATCH_POLICY = {**settings.WATCH_POLICY, "spacing_ms": 60 * MINUTE, "quiet_ms": 30 * MINUTE}


def waiting_ms(lawyer, recording):
    row = WatchProgress.objects.filter(person=lawyer.person, recording=recording).first()
    return row.provisional_ms if row else 0


def page_of(lawyer, lecture):
    return text_of(lawyer.client.get(f"/lectures/{lecture.public_id}/"))


def timeline_of(lawyer, lecture):
    return " ".join(f"{each.title} {each.text}" for each in evidence.of_lecture(lawyer.person.pk, lecture))


@pytest.mark.both_sides("postgresql")
def test_what_waits_for_a_check_goes_along_as_what_it_is_and_its_viewer_is_told(lecture, late_checks):
    lawyer = watched(lecture, (0, 4 * MINUTE))
    assert (lawyer.confirmed_ms(lecture), lawyer.watched_ms(lecture)) == (0, 4 * MINUTE)
    lawyer.close()
    old = cut_anew(lecture, 9 * MINUTE)
    # A minute at the beginning was cut away.
    carry(old, lecture, (MINUTE, 10 * MINUTE, 0))
    assert (lawyer.confirmed_ms(lecture), waiting_ms(lawyer, lecture.recording)) == (0, 3 * MINUTE)
    assert WatchProgress.objects.get(recording=old).provisional_ms == 4 * MINUTE
    page = page_of(lawyer, lecture)
    assert "您在旧录像中看过的3分钟已转入新录像" in page
    assert "其中3分钟尚待在线确认" in page
    assert "0:00–1:00" in page
    notice = Notice.objects.get(person=lawyer.person, kind="course")
    assert "3分钟尚待" in notice.text
    assert notice.path == f"/lectures/{lecture.public_id}/"
    assert "其中3分钟尚待" in timeline_of(lawyer, lecture)
    assert audit() == ""


@pytest.mark.both_sides("postgresql")
def test_what_goes_along_waiting_counts_once_the_next_check_there_is_answered_and_not_before(lecture):
    lawyer = stage.Watcher(stage.new_lawyer())
    lawyer.open(lecture, device="laptop")
    lawyer.watch(0, 9 * MINUTE, confirms=False)
    asked_ms = waiting_ms(lawyer, lecture.recording)
    assert asked_ms > 0
    # His page is open, and its check waits.
    old = cut_anew(lecture, 10 * MINUTE)
    carry(old, lecture, (0, 10 * MINUTE, 0))
    assert not CarriedWatching.objects.exists()
    assert "还待旧录像的在线确认" in page_of(lawyer, lecture)
    # He loads it again: nobody can answer any more, and the check of the new recording comes at once.
    opened = lawyer.open(lecture, device="laptop").json()
    assert opened["check"]
    assert (lawyer.confirmed_ms(lecture), waiting_ms(lawyer, lecture.recording)) == (0, asked_ms)
    assert [each.verdict for each in PresenceCheck.objects.order_by("pk")] == ["withdrawn", "waiting"]
    said = timeline_of(lawyer, lecture)
    assert "在线确认已撤销" in said
    assert "同一设备重新打开" in said
    lawyer.confirm()
    assert lawyer.confirmed_ms(lecture) == asked_ms
    lawyer.watch(asked_ms, 10 * MINUTE)
    assert Completion.objects.filter(person=lawyer.person).exists()
    assert audit() == ""


def test_a_check_that_is_answered_on_the_old_page_confirms_what_then_follows(lecture):
    lawyer = stage.Watcher(stage.new_lawyer())
    lawyer.open(lecture)
    lawyer.watch(0, 9 * MINUTE, confirms=False)
    asked_ms = waiting_ms(lawyer, lecture.recording)
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    lawyer.confirm()
    assert carrying.unsettled(timezone.now()) == [made.pk]
    tasks.carry_watching(made.pk)
    assert (lawyer.confirmed_ms(lecture), waiting_ms(lawyer, lecture.recording)) == (asked_ms, 0)
    assert carrying.unsettled(timezone.now()) == []


def test_a_check_left_unanswered_on_the_old_page_takes_back_as_ever_and_the_timeline_says_so(lecture):
    lawyer = stage.Watcher(stage.new_lawyer())
    lawyer.open(lecture)
    lawyer.watch(0, 9 * MINUTE, confirms=False)
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    lawyer.close()
    assert carrying.unsettled(timezone.now()) == []
    assert carrying.run(made.pk, timezone.now()) == 0
    assert lawyer.watched_ms(lecture) == 0
    assert "在线确认未回应" in timeline_of(lawyer, lecture)


def test_whoever_watches_the_new_recording_already_is_asked_for_what_is_put_into_his_row(lecture):
    lawyer = stage.Watcher(stage.new_lawyer())
    lawyer.open(lecture)
    lawyer.watch(0, 110_000)
    lawyer.close()
    old = cut_anew(lecture, 10 * MINUTE)
    lawyer.open(lecture)
    lawyer.watch(9 * MINUTE, 9 * MINUTE + 10_000)
    WatchProgress.objects.filter(recording=lecture.recording).update(check_due_ms=110_000)
    carry(old, lecture, (0, 9 * MINUTE, 0))
    answer = lawyer.beat(9 * MINUTE + 10_000, 9 * MINUTE + 20_000)
    assert answer.json()["check"]
    lawyer.confirm()
    assert lawyer.confirmed_ms(lecture) >= 120_000


def test_waiting_seconds_are_carried_once_however_often_it_runs(lecture, late_checks):
    lawyer = watched(lecture, (0, 4 * MINUTE))
    lawyer.close()
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    assert carrying.run(made.pk, timezone.now()) == 0
    assert CarriedWatching.objects.count() == Notice.objects.filter(kind="course").count() == 1
    assert carrying.unsettled(timezone.now()) == []


def test_before_there_is_a_table_the_viewer_reads_that_nothing_was_carried_yet(lecture, late_checks):
    lawyer = watched(lecture, (0, 4 * MINUTE))
    lawyer.close()
    cut_anew(lecture, 9 * MINUTE)
    page = page_of(lawyer, lecture)
    assert "您在旧录像中看过的4分钟" in page
    assert "其中4分钟尚待在线确认" in page
    said = timeline_of(lawyer, lecture)
    assert "录像已更换" in said
    assert "尚未转入" in said
    # Whoever has never watched it reads nothing of all this.
    assert "录像已于" not in page_of(stage.Watcher(stage.new_lawyer("贺试")), lecture)


def test_whoever_has_only_seconds_that_wait_is_counted_among_those_who_wait_for_the_table(
    lecture, late_checks
):
    watched(lecture, (0, 4 * MINUTE))
    old = cut_anew(lecture, 9 * MINUTE)
    assert carrying.left_behind(lecture.pk).persons == 1
    preview = carrying.preview(old, lecture, [carrying.Piece(0, 9 * MINUTE, 0)])
    assert (preview.wholly, preview.waiting, preview.complete) == (1, 1, 0)


def test_the_preview_counts_those_who_wait_and_apart_from_them_those_who_are_complete(lecture, no_checks):
    watched(lecture, (0, 10 * MINUTE), name="贺试")
    watched(lecture, (0, 2 * MINUTE), name="林试")
    watched(lecture, (9 * MINUTE, 10 * MINUTE), name="姚试")
    old = cut_anew(lecture, 9 * MINUTE)
    preview = carrying.preview(old, lecture, [carrying.Piece(0, 9 * MINUTE, 0)])
    assert (preview.wholly, preview.partly, preview.not_at_all, preview.complete) == (1, 0, 1, 1)
    assert preview.waiting == carrying.left_behind(lecture.pk).persons


def test_whoever_has_completed_the_lecture_is_not_told_of_what_changes_nothing_for_him(lecture, no_checks):
    watched(lecture, (0, 10 * MINUTE))
    carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    assert not Notice.objects.filter(kind="course").exists()


def test_of_all_that_is_lost_the_viewer_is_told_too(lecture, no_checks):
    lawyer = watched(lecture, (0, MINUTE))
    carry(cut_anew(lecture, 9 * MINUTE), lecture, (MINUTE, 10 * MINUTE, 0))
    assert "1分钟均已不在新录像中" in Notice.objects.get(person=lawyer.person, kind="course").text


def test_what_waited_for_a_check_and_where_several_days_lost_are_told(lecture, no_checks):
    lawyer = watched(lecture, (0, 2 * MINUTE))
    row = WatchProgress.objects.get()
    first, second = [0, MINUTE, "2026-11-01"], [MINUTE, 2 * MINUTE, "2026-11-02"]
    WatchProgress.objects.filter(pk=row.pk).update(
        intervals=[first, second],
        provisional=[[2 * MINUTE, 2 * MINUTE + 7_000, "2026-11-02"]],
        provisional_ms=7_000,
    )
    lawyer.close()
    old = cut_anew(lecture, 8 * MINUTE)
    carry(old, lecture, (30_000, 45_000, 0), (MINUTE + 30_000, 9 * MINUTE, 15_000))
    told = replaced.told(lawyer.person, lecture)
    assert told.places == [(0, 30_000), (45_000, MINUTE + 30_000)]
    page = page_of(lawyer, lecture)
    assert "其中7秒尚待在线确认" in page
    assert "0:00–0:30" in page
    assert "0:45–1:30" in page


def test_stretches_less_than_a_second_apart_are_one_place():
    lost = [(80_000, 97_000, "2026-11-26"), (97_300, 139_000, "2026-11-27"), (300_000, 310_000, "2026-11-27")]
    told = replaced.Told(replaced.Fate.CARRIED, timezone.localdate(), lost=lost)
    assert told.places == [(80_000, 139_000), (300_000, 310_000)]


def test_only_what_the_table_has_a_place_for_is_said_to_follow(lecture, late_checks):
    lawyer = watched(lecture, (0, 2 * MINUTE))
    old = cut_anew(lecture, 9 * MINUTE)
    carry(old, lecture, (MINUTE, 10 * MINUTE, 0))
    page = page_of(lawyer, lecture)
    assert "2分钟还待旧录像" not in page
    assert "1分钟还待旧录像的在线确认" in page
