"""Honest lawyers in tunnels, on the telephone, asleep, on slow and wrong-going devices: not a second is lost.

Each drives the requests that the page would send; ages are what the page measures by the server's clock.
"""

import datetime as dt
import itertools

import pytest

from courses.models import Completion, LedgerEntry, PlaybackSession, PresenceCheck, WatchProgress
from tests.courses import stage
from tests.courses.test_cheats import codes

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MINUTE = 60_000


@pytest.fixture
def lecture():
    made = stage.published_lecture(duration_ms=40 * MINUTE)
    stage.published_course("合同编通则", made)
    return made


@pytest.fixture
def lawyer(lecture):
    lawyer = stage.Watcher(stage.new_lawyer("诚试"))
    assert lawyer.open(lecture, device="phone").status_code == 200
    return lawyer


def queue(lawyer, start_ms, end_ms, *, ended_ago_ms=0, step_ms=10_000, rate=1.0):
    """The beats of a stretch that was watched without a network and ended a while ago."""
    beats = []
    for low in range(start_ms, end_ms, step_ms):
        high = min(low + step_ms, end_ms)
        beats.append(
            {
                "sequence": next(lawyer.numbers),
                "start_ms": low,
                "end_ms": high,
                "age_ms": int(ended_ago_ms + (end_ms - high) / rate),
            }
        )
    return beats


def send(lawyer, beats, **fields):
    """As the page does: sixty at a time. Nothing may be refused."""
    for first in range(0, len(beats), 60):
        answer = lawyer.send(*beats[first : first + 60], **fields)
        assert codes(answer) == set(), answer.json()
    return answer


@pytest.mark.parametrize("away_minutes", [1, 4, 9, 10])
@pytest.mark.parametrize("rate", [1.0, 1.5])
def test_a_train_in_a_tunnel_for_up_to_one_spacing(lawyer, lecture, away_minutes, rate):
    """The spacing counts what is watched: ten minutes of the lecture."""
    lawyer.watch(0, MINUTE)
    end = (1 + away_minutes) * MINUTE
    lawyer.let_pass(away_minutes * 60 / rate)
    send(lawyer, queue(lawyer, MINUTE, end, rate=rate))
    if lawyer.watched_ms(lecture) > lawyer.confirmed_ms(lecture) and PresenceCheck.objects.exists():
        lawyer.confirm()
    assert lawyer.watched_ms(lecture) == end


def test_a_tunnel_that_begins_just_before_a_check_would_have_come(lawyer, lecture):
    WatchProgress.objects.update(check_due_ms=9 * MINUTE)
    lawyer.watch(0, 9 * MINUTE - 10_000)
    assert not PresenceCheck.objects.exists()
    lawyer.let_pass(600)
    told = send(lawyer, queue(lawyer, 9 * MINUTE - 10_000, 19 * MINUTE - 10_000)).json()
    assert told["check"]
    lawyer.confirm()
    assert lawyer.confirmed_ms(lecture) == 19 * MINUTE - 10_000


def test_an_announcement_that_got_lost_in_the_tunnel(lawyer, lecture):
    """The answer that told of the check never arrived: the page played on, and rightly."""
    WatchProgress.objects.update(check_due_ms=3 * MINUTE)
    lawyer.watch(0, 3 * MINUTE, confirms=False)
    assert PresenceCheck.objects.exists()
    lawyer.let_pass(8 * 60)
    told = send(lawyer, queue(lawyer, 3 * MINUTE, 11 * MINUTE)).json()
    assert told["check"], "it is told again"
    lawyer.confirm()
    assert lawyer.confirmed_ms(lecture) == 11 * MINUTE


def test_an_answer_lost_on_the_way_is_sent_again(lawyer, lecture):
    lawyer.watch(0, 10 * MINUTE, confirms=False)
    waiting = lawyer.watched_ms(lecture)
    shown = lawyer.show().json()
    lawyer.let_pass(3)
    assert lawyer.answer(shown).status_code == 200
    again = lawyer.answer(shown)
    assert again.status_code == 200
    assert again.json()["watched_ms"] == lawyer.confirmed_ms(lecture) == waiting


def test_a_beat_whose_answer_was_lost_is_sent_again_and_counts_once(lawyer, lecture):
    lawyer.let_pass(10)
    beat = {"sequence": 1, "start_ms": 0, "end_ms": 10_000}
    assert codes(lawyer.send(beat)) == set()
    assert codes(lawyer.send(beat, {"sequence": 2, "start_ms": 10_000, "end_ms": 10_900})) == {"repeated"}
    assert lawyer.watched_ms(lecture) == 10_900


def test_a_telephone_call_of_an_hour_in_the_middle(lawyer, lecture):
    lawyer.watch(0, 5 * MINUTE)
    lawyer.let_pass(3600)
    lawyer.watch(5 * MINUTE, 36 * MINUTE)
    assert lawyer.confirmed_ms(lecture) == 36 * MINUTE
    assert Completion.objects.filter(activity__lecture=lecture).exists()


def test_a_telephone_call_that_rings_while_a_check_waits(lawyer, lecture):
    asked = len(lawyer.watch(0, 10 * MINUTE, confirms=False)) * 10_000
    lawyer.show()
    lawyer.let_pass(50 * 60)
    assert lawyer.confirm().status_code == 200
    assert lawyer.confirmed_ms(lecture) == asked


def test_a_phone_that_throws_the_page_away_while_a_check_waits(lawyer, lecture):
    asked = len(lawyer.watch(0, 10 * MINUTE, confirms=False)) * 10_000
    lawyer.show()
    lawyer.let_pass(20 * 60)
    assert lawyer.open(lecture, device="phone").json()["check"]
    assert lawyer.confirm().status_code == 200
    assert lawyer.confirmed_ms(lecture) == asked


def test_sleep_and_wake_with_beats_left_in_the_queue(lawyer, lecture):
    lawyer.watch(0, MINUTE)
    lawyer.let_pass(60)
    left = queue(lawyer, MINUTE, 2 * MINUTE, ended_ago_ms=8 * 3_600_000)
    lawyer.let_pass(8 * 3600)
    send(lawyer, left)
    assert lawyer.watched_ms(lecture) == 2 * MINUTE


def test_sleep_beyond_the_sessions_end(lawyer, lecture):
    lawyer.let_pass(120)
    left = queue(lawyer, 0, 2 * MINUTE, ended_ago_ms=14 * 3_600_000)
    lawyer.let_pass(14 * 3600)
    send(lawyer, left)
    assert lawyer.watched_ms(lecture) == 2 * MINUTE
    lawyer.open(lecture, device="phone")
    lawyer.watch(2 * MINUTE, 36 * MINUTE)
    assert lawyer.confirmed_ms(lecture) == 36 * MINUTE


def test_a_week_in_the_mountains(lawyer, lecture):
    lawyer.let_pass(5 * 60)
    ago = 6 * 24 * 3600
    left = queue(lawyer, 0, 5 * MINUTE, ended_ago_ms=ago * 1000)
    lawyer.let_pass(ago)
    send(lawyer, left)
    assert lawyer.watched_ms(lecture) == 5 * MINUTE


def test_a_reload_in_the_middle_with_beats_of_the_page_before(lawyer, lecture):
    lawyer.watch(0, MINUTE)
    lawyer.let_pass(30)
    left, old = queue(lawyer, MINUTE, 90_000, ended_ago_ms=5_000), lawyer.token
    lawyer.let_pass(5)
    lawyer.open(lecture, device="phone")
    send(lawyer, left, token=old)
    lawyer.watch(90_000, 2 * MINUTE)
    assert lawyer.watched_ms(lecture) == 2 * MINUTE


def test_reloading_every_minute_loses_nothing_and_completes(lawyer, lecture):
    for low in range(0, 36 * MINUTE, 2 * MINUTE):
        lawyer.open(lecture, device="phone")
        lawyer.watch(low, low + 2 * MINUTE)
    assert lawyer.confirmed_ms(lecture) == 36 * MINUTE
    assert LedgerEntry.objects.filter(person=lawyer.person).count() == 1


def test_a_slow_device_that_reports_late_and_in_heaps(lawyer, lecture):
    for low in range(0, 8 * MINUTE, 2 * MINUTE):
        lawyer.let_pass(120)
        answer = send(lawyer, queue(lawyer, low, low + 2 * MINUTE, step_ms=30_000))
        if answer.json()["check"]:
            lawyer.confirm()
    assert lawyer.watched_ms(lecture) == 8 * MINUTE


def test_beats_that_overtake_each_other(lawyer, lecture):
    lawyer.let_pass(100)
    beats = queue(lawyer, 0, 100_000)
    for beat in (beats[3], beats[0], beats[9], *beats[4:9], beats[2], beats[1]):
        assert codes(lawyer.send(beat)) == set()
    assert lawyer.watched_ms(lecture) == 100_000


def test_a_device_whose_clock_is_hours_wrong_sends_differences_alone(lawyer, lecture):
    """Nothing in a beat is the device's time: the page counts from the server's, and a wrong clock sends the same."""
    lawyer.let_pass(60)
    send(lawyer, queue(lawyer, 0, MINUTE))
    watched_at = PlaybackSession.objects.get().heartbeats.latest("pk").watched_at
    assert abs(watched_at - dt.datetime.now(dt.UTC)) < dt.timedelta(seconds=5)


def test_three_quarters_of_the_speed_and_one_and_a_half(lawyer, lecture):
    lawyer.watch(0, 3 * MINUTE, rate=0.75)
    lawyer.watch(3 * MINUTE, 36 * MINUTE, rate=1.5)
    assert lawyer.confirmed_ms(lecture) == 36 * MINUTE


def test_two_lectures_in_turn(lawyer, lecture):
    other = stage.published_lecture("第二讲", duration_ms=40 * MINUTE)
    stage.published_course("侵权责任编", other)
    for low in range(0, 36 * MINUTE, 6 * MINUTE):
        for each in (lecture, other):
            lawyer.open(each, device="phone")
            answers = lawyer.watch(low, low + 6 * MINUTE)
            assert {answer.status_code for answer in answers} == {200}
    assert lawyer.confirmed_ms(lecture) == lawyer.confirmed_ms(other) == 36 * MINUTE
    assert Completion.objects.filter(activity__isnull=False).count() == 2


def test_from_phone_to_desk_between_two_checks(lawyer, lecture):
    lawyer.watch(0, 5 * MINUTE)
    kept = lawyer.watched_ms(lecture)
    lawyer.open(lecture, device="desk")
    assert lawyer.watched_ms(lecture) == kept
    lawyer.watch(5 * MINUTE, 36 * MINUTE)
    assert lawyer.confirmed_ms(lecture) == 36 * MINUTE


@pytest.mark.parametrize("rate", [1.0, 1.25, 1.5])
def test_from_phone_to_desk_in_the_middle_of_a_beat(lawyer, lecture, rate):
    """The phone's last beat was under way for six seconds when the desk took over, four before it was cut."""
    lawyer.watch(0, 2 * MINUTE, rate=rate)
    phone = lawyer.token
    lawyer.let_pass(6)
    lawyer.open(lecture, device="desk")
    lawyer.let_pass(4)
    ended_ms = 2 * MINUTE + int(10_000 * rate)
    answer = lawyer.beat(2 * MINUTE, ended_ms, token=phone, sequence=99)
    assert (codes(answer), answer.json()["session"]) == (set(), "taken_over")
    assert lawyer.watched_ms(lecture) >= 2 * MINUTE + int(6_000 * rate)


def test_watching_in_an_order_of_ones_own(lawyer, lecture):
    for low in (30, 0, 20, 10):
        lawyer.watch(low * MINUTE, (low + 10) * MINUTE)
    assert lawyer.confirmed_ms(lecture) >= 36 * MINUTE
    assert Completion.objects.filter(activity__lecture=lecture).count() == 1


def test_a_check_at_the_very_end_answered_after_the_lunch_break(lawyer, lecture):
    lawyer.watch(0, 33 * MINUTE)
    answers = lawyer.watch(33 * MINUTE, 36 * MINUTE, confirms=False)
    if answers[-1].json()["check"]:
        lawyer.let_pass(90 * 60)
        lawyer.confirm()
        lawyer.watch(33 * MINUTE, 36 * MINUTE)
    assert Completion.objects.filter(activity__lecture=lecture).count() == 1


def test_a_lecture_of_two_minutes_asks_nothing():
    short = stage.published_lecture("短讲", duration_ms=2 * MINUTE)
    stage.published_course("短课", short)
    lawyer = stage.Watcher(stage.new_lawyer("短试"))
    lawyer.open(short)
    assert lawyer.watch(0, 2 * MINUTE, confirms=False)[-1].status_code == 200
    assert not PresenceCheck.objects.exists()
    assert Completion.objects.filter(activity__lecture=short).count() == 1


def test_new_years_eve(lawyer, lecture):
    """Watched before midnight, arrived and confirmed after it: the minutes stay in the old year."""
    beats = [
        {
            "sequence": next(lawyer.numbers),
            "start_ms": low,
            "end_ms": low + 10_000,
            "age_ms": 3_600_000 * 10 - low,
        }
        for low in range(0, 60_000, 10_000)
    ]
    lawyer.let_pass(11 * 3600)
    now = dt.datetime.now(dt.UTC)
    send(lawyer, beats)
    watched_at = [each.watched_at for each in PlaybackSession.objects.get().heartbeats.order_by("sequence")]
    assert all(now - at > dt.timedelta(hours=9, minutes=50) for at in watched_at)
    days = {day for _start, _end, day in WatchProgress.objects.get().provisional}
    china = dt.timezone(dt.timedelta(hours=8))
    assert days == {at.astimezone(china).date().isoformat() for at in watched_at}


def test_a_minute_confirmed_today_and_proved_to_be_yesterdays_moves_to_yesterday(settings, lecture):
    """Late beats of the old year for minutes that were watched again in the new one."""
    settings.WATCH_POLICY = {"spacing_ms": 0}
    lawyer = stage.Watcher(stage.new_lawyer("晚试"))
    lawyer.open(lecture)
    lawyer.let_pass(6 * 24 * 3600)
    PlaybackSession.objects.update(expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(hours=1))
    assert codes(lawyer.beat(0, 10_000)) == set()
    (today,) = {day for _s, _e, day in WatchProgress.objects.get().intervals}
    assert codes(lawyer.beat(0, 10_000, age_ms=5 * 24 * 3_600_000)) == set()
    (stretch,) = WatchProgress.objects.get().intervals
    assert stretch[:2] == [0, 10_000]
    assert stretch[2] < today


def test_a_long_evening_of_lectures_in_one_session_each(lawyer, lecture):
    lectures = [lecture]
    for number in range(2):
        made = stage.published_lecture(f"夜{number}", duration_ms=12 * MINUTE)
        stage.published_course(f"夜课{number}", made)
        lectures.append(made)
    for each in lectures:
        lawyer.open(each, device="phone")
        lawyer.watch(0, each.recording.duration_ms)
    for each, minutes in zip(lectures, itertools.chain([36], itertools.repeat(10.8)), strict=False):
        assert lawyer.confirmed_ms(each) >= minutes * MINUTE
    assert Completion.objects.filter(activity__isnull=False).count() == 3


def test_offline_beyond_one_spacing_keeps_what_one_spacing_held(lawyer, lecture):
    """The page stops counting after one spacing; what it sends up to there is kept whole."""
    WatchProgress.objects.update(check_due_ms=2 * MINUTE)
    lawyer.watch(0, 2 * MINUTE - 10_000)
    lawyer.let_pass(25 * 60)
    send(lawyer, queue(lawyer, 2 * MINUTE - 10_000, 12 * MINUTE - 10_000, ended_ago_ms=15 * MINUTE))
    lawyer.confirm()
    assert lawyer.confirmed_ms(lecture) == 12 * MINUTE - 10_000
