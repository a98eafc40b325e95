"""Old beats: folded into stretches on a schedule, their rows dropped, the evidence kept."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from courses import folding
from courses.models import Completion, Heartbeat, PlaybackSession, PresenceCheck, WatchProgress
from tests.courses import stage
from tests.courses.test_heartbeats import code_of

START = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
DAY = 24 * 3600


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 60), st.integers(0, 600), st.sampled_from([1, 3])))
)
def test_folding_keeps_every_millisecond_watched_and_its_instants(beats):
    now, given_beats = START, []
    for start, length, pause, mode in beats:
        now += dt.timedelta(seconds=length + pause)
        given_beats.append((start * 1000, (start + length) * 1000, now, mode))
    traces = folding.fold(given_beats)
    assert sum(each.end_ms - each.start_ms for each in traces) == sum(
        end - low for low, end, *_ in given_beats
    )
    assert len(traces) <= len(given_beats)
    for low, high, watched_at, mode in given_beats:
        assert any(
            trace.start_ms <= low
            and high <= trace.end_ms
            and trace.mode == mode
            and trace.began <= watched_at.timestamp() <= trace.ended
            for trace in traces
        )


def test_an_hour_without_a_break_is_one_stretch():
    beats = [
        (n * 10_000, (n + 1) * 10_000, START + dt.timedelta(seconds=(n + 1) * 10), 1) for n in range(360)
    ]
    assert folding.fold(beats) == [(0, 3_600_000, int(START.timestamp()), int(START.timestamp()) + 3600, 1)]


@pytest.fixture
def watched(db):
    lecture = stage.published_lecture(duration_ms=20 * 60_000)
    stage.published_course("合同编通则", lecture)
    watcher = stage.Watcher(stage.new_lawyer())
    watcher.open(lecture)
    watcher.watch(0, 19 * 60_000)
    return watcher


def test_beats_are_kept_while_late_ones_may_arrive_and_for_the_stated_days(watched, settings):
    settings.WATCH_BEATS_KEPT_DAYS = 30
    watched.let_pass(36 * DAY)
    assert folding.sweep(timezone.now()) == 0
    watched.let_pass(2 * DAY)
    assert folding.sweep(timezone.now()) == 1
    assert folding.sweep(timezone.now()) == 0


def test_after_folding_the_evidence_says_the_same(watched):
    earned = sum(Heartbeat.objects.values_list("earned_ms", flat=True))
    count = Heartbeat.objects.count()
    evidence = Completion.objects.filter(activity__isnull=False).get().evidence
    intervals = WatchProgress.objects.get().intervals
    checks = PresenceCheck.objects.count()
    watched.let_pass(60 * DAY)
    folding.sweep(timezone.now())
    assert not Heartbeat.objects.exists()
    traces = PlaybackSession.objects.get().traces
    assert (traces["beats"], traces["earned_ms"]) == (count, earned)
    assert sum(end - start for start, end, *_ in traces["stretches"]) == earned
    assert WatchProgress.objects.get().intervals == intervals
    assert Completion.objects.filter(activity__isnull=False).get().evidence == evidence
    assert PresenceCheck.objects.count() == checks > 0
    call_command("audit")


def test_a_beat_that_was_folded_cannot_be_sent_again(watched):
    watched.let_pass(60 * DAY)
    folding.sweep(timezone.now())
    before = WatchProgress.objects.get().watched_ms
    assert code_of(watched.beat(0, 10_000, sequence=1, age_ms=60 * DAY * 1000)) == "too_late"
    assert WatchProgress.objects.get().watched_ms == before
