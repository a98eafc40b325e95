"""The rules of completion."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import rules


def test_the_share_is_reached_on_the_day_of_the_second_that_reached_it():
    watched = [(0, 50_000, "2026-12-31"), (50_000, 90_000, "2027-01-01"), (90_000, 95_000, "2027-01-02")]
    assert rules.day_of_share(rules.watched_share(90), watched, 100_000) == "2027-01-01"
    assert rules.day_of_share(rules.watched_share(95), watched, 100_000) == "2027-01-02"
    assert rules.day_of_share(rules.watched_share(96), watched, 100_000) is None


def test_a_recording_of_no_length_is_never_complete():
    assert rules.day_of_share(rules.watched_share(1), [], 0) is None
    assert rules.share_percent(0, 0) == 0


@given(st.integers(1, 100), st.integers(1, 10**8), st.integers(0, 10**8))
def test_needed_milliseconds_are_the_least_that_reach_the_share(percent, duration, watched):
    reached = watched * 100 >= percent * duration
    assert (watched >= rules.needed_ms(percent, duration)) == reached


def test_one_millisecond_short_is_not_a_hundred_percent():
    assert rules.share_percent(99_999, 100_000) == 99
    assert rules.share_percent(100_000, 100_000) == 100


def test_a_course_needs_all_of_its_required_activities_and_at_least_one():
    rule = {"kind": "all_required"}
    assert rules.is_course_complete(rule, {1, 2}, {1, 2, 3})
    assert not rules.is_course_complete(rule, {1, 2}, {1, 3})
    assert not rules.is_course_complete(rule, set(), {1})


@pytest.mark.parametrize("rule", [{}, {"kind": "any"}])
def test_an_unknown_rule_is_refused_by_name(rule):
    with pytest.raises(rules.UnknownRule):
        rules.is_course_complete(rule, {1}, {1})
    with pytest.raises(rules.UnknownRule):
        rules.day_of_share(rule, [], 1)
