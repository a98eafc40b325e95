"""However sessions are opened and beats sent, a person's claims stay within one clock and one tolerance."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import beats, clocks, refusals
from courses.beats import Beat, SessionClock
from courses.presence import WatchPolicy
from courses.standing import Standing

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
RATE = 150
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(0, 90_000)),
        st.tuples(st.just("open"), st.just(0)),
        st.tuples(st.just("close"), st.just(0)),
        # a beat of some length to one of the sessions opened so far, current or old
        st.tuples(st.just("beat"), st.tuples(st.integers(0, 9), st.integers(1, 60_000))),
    ),
    max_size=80,
)


class Person:
    """One person's sessions, as playback and heartbeats drive the pure clock."""

    def __init__(self):
        self.now = START
        self.sessions = []
        self.claimed_ms = 0

    def open(self):
        head_start_ms = clocks.TOLERANCE_MS
        if self.sessions:
            last = self.sessions[-1]
            last["end"] = last["end"] or self.now
            running_ms = clocks.elapsed_ms(last["start"], last["end"])
            used = clocks.used_head_start_ms(
                head_start_ms=last["head"],
                running_ms=running_ms,
                claimed_ms=last["claimed"],
                rate_percent=RATE,
            )
            head_start_ms = clocks.next_head_start_ms(
                left_ms=last["head"] - used,
                idle_ms=clocks.elapsed_ms(last["end"], self.now),
                rate_percent=RATE,
            )
            last["head"] = used
        self.sessions.append({"start": self.now, "end": None, "head": head_start_ms, "claimed": 0})

    def close(self):
        if self.sessions:
            self.sessions[-1]["end"] = self.sessions[-1]["end"] or self.now

    def beat(self, which, length_ms):
        if not self.sessions:
            return
        session = self.sessions[-1 - which % len(self.sessions)]
        clock = SessionClock(
            started_at=session["start"],
            ends_at=session["end"] or self.now + timedelta(hours=12),
            ended_by=refusals.SessionTakenOver,
            head_start_ms=session["head"],
            claimed_ms=session["claimed"],
            rate_percent=RATE,
        )
        try:
            beats.check_clock(Beat(0, 0, length_ms), clock, self.now)
        except (refusals.TooFast, refusals.SessionTakenOver):
            return
        session["claimed"] += length_ms
        self.claimed_ms += length_ms


@given(ACTIONS)
def test_no_sequence_of_requests_claims_more_than_time_allows(actions):
    person = Person()
    for action, argument in actions:
        if action == "wait":
            person.now += timedelta(milliseconds=argument)
        elif action == "beat":
            person.beat(*argument)
        else:
            getattr(person, action)()
        if person.sessions:
            elapsed = clocks.elapsed_ms(person.sessions[0]["start"], person.now)
            assert person.claimed_ms <= elapsed * RATE // 100 + clocks.TOLERANCE_MS


def test_a_thousand_sessions_have_one_tolerance_between_them():
    person = Person()
    for _ in range(1000):
        person.open()
        person.beat(0, clocks.TOLERANCE_MS)
        person.beat(0, 100)
    assert person.claimed_ms == clocks.TOLERANCE_MS


def test_an_honest_player_at_the_highest_rate_is_never_refused():
    person = Person()
    person.open()
    for _ in range(500):
        person.now += timedelta(seconds=10)
        person.beat(0, 15_000)
    assert person.claimed_ms == 500 * 15_000


def clock(**changes):
    values = {
        "started_at": START,
        "ends_at": START + timedelta(hours=1),
        "ended_by": refusals.SessionExpired,
        "head_start_ms": 0,
        "claimed_ms": 0,
        "rate_percent": RATE,
    }
    return SessionClock(**(values | changes))


@pytest.mark.parametrize(
    ("beat", "refusal"),
    [
        (Beat(-1, 0, 1), refusals.BadSequence),
        (Beat(2**31, 0, 1), refusals.BadSequence),
        (Beat(0, -5, 10), refusals.Negative),
        (Beat(0, 10, -10), refusals.Negative),
        (Beat(0, 10, 10), refusals.Empty),
        (Beat(0, 10, 5), refusals.Empty),
        (Beat(0, 0, 60_001), refusals.TooLong),
        (Beat(0, 99_000, 100_001), refusals.BeyondEnd),
        (Beat(0, 0, 10**30), refusals.BeyondEnd),
        (Beat(0, 0, 10, age_ms=-1), refusals.FromTheFuture),
    ],
)
def test_what_no_player_sends_is_refused_by_name(beat, refusal):
    with pytest.raises(refusal):
        beats.check_form(beat, 100_000)


def test_what_was_begun_after_the_end_does_not_count():
    now = START + timedelta(hours=1, seconds=30)
    with pytest.raises(refusals.SessionExpired):
        beats.watched_at(Beat(0, 0, 10_000), clock(), now)


def test_what_was_under_way_at_the_end_counts_at_the_end():
    now = START + timedelta(hours=1, seconds=8)
    assert beats.watched_at(Beat(0, 0, 10_000), clock(), now) == START + timedelta(hours=1)


def test_a_late_beat_keeps_the_instant_at_which_it_was_watched():
    now = START + timedelta(days=6)
    age = timedelta(days=6) - timedelta(minutes=30)
    beat = Beat(0, 0, 10_000, age_ms=age // timedelta(milliseconds=1))
    assert beats.watched_at(beat, clock(), now) == START + timedelta(minutes=30)


def test_a_beat_older_than_its_session_is_refused():
    with pytest.raises(refusals.BeforeStart):
        beats.watched_at(Beat(0, 0, 10_000, age_ms=60_001), clock(), START + timedelta(minutes=1))


def test_after_seven_days_nothing_more_arrives():
    with pytest.raises(refusals.TooLate):
        beats.watched_at(Beat(0, 0, 10_000), clock(), START + timedelta(days=7, hours=1, seconds=1))


def test_snippets_beyond_measure_are_refused_but_filling_gaps_is_not():
    union = [(i * 10, i * 10 + 1, "2026-11-23") for i in range(beats.MAX_STRETCHES)]
    standing = Standing([], 0, union, beats.MAX_STRETCHES)
    rule = {"policy": WatchPolicy(), "due_ms": 300_000, "needed_ms": 900_000}
    with pytest.raises(refusals.TooScattered):
        beats.credit(Beat(0, 20_000, 20_001), standing, "2026-11-23", **rule)
    assert len(beats.credit(Beat(0, 0, 10_000), standing, "2026-11-23", **rule).provisional) == 1


def test_what_waits_for_a_check_is_bounded_but_rewatching_it_is_not_refused():
    standing = Standing([], 0, [(0, 900_000, "2026-11-23")], 900_000)
    rule = {"policy": WatchPolicy(), "due_ms": 300_000, "needed_ms": 9_000_000}
    with pytest.raises(refusals.Unconfirmed):
        beats.credit(Beat(0, 900_000, 900_001), standing, "2026-11-23", **rule)
    assert beats.credit(Beat(0, 0, 10_000), standing, "2026-11-23", **rule) == standing
