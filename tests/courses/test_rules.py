"""The rules of completion."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import rules
from courses.rules import Item, Missing


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


def items_of(*, required=(), electives=(), kind="lecture"):
    return [Item(key, kind, True) for key in required] + [Item(key, kind, False) for key in electives]


def is_complete(rule, items, done):
    return rules.judge_course(rule, items, done).is_complete


def test_a_course_needs_all_of_its_required_activities_and_at_least_one():
    rule = {"kind": "all_required"}
    assert is_complete(rule, items_of(required=[1, 2], electives=[3]), {1, 2, 4})
    assert not is_complete(rule, items_of(required=[1, 2]), {1, 3})
    assert not is_complete(rule, items_of(electives=[1]), {1})


def test_two_of_the_electives_are_asked_beside_everything_required():
    rule = {"kind": "required_and", "count": 2}
    items = items_of(required=[1], electives=[2, 3, 4])
    assert rules.judge_course(rule, items, {2}).missing == (Missing("lecture", 1), Missing("elective", 1))
    assert is_complete(rule, items, {1, 3, 4})


def test_a_share_of_the_lectures_is_rounded_up_and_other_required_things_are_all_needed():
    rule = {"kind": "lecture_share", "percent": 50}
    items = [*items_of(required=[1, 2, 3]), Item(9, "assessment", True)]
    assert rules.judge_course(rule, items, {1}).missing == (Missing("lecture", 1), Missing("assessment", 1))
    assert is_complete(rule, items, {1, 3, 9})


RULES = st.one_of(
    st.just({"kind": "all_required"}),
    st.builds(lambda n: {"kind": "any_of", "count": n}, st.integers(1, 12)),
    st.builds(lambda n: {"kind": "lecture_share", "percent": n}, st.integers(1, 100)),
    st.builds(lambda n: {"kind": "required_and", "count": n}, st.integers(1, 12)),
)
OUTLINES = st.lists(
    st.tuples(st.sampled_from(["lecture", "reading", "assessment"]), st.booleans()), max_size=10
).map(lambda lines: [Item(key, *line) for key, line in enumerate(lines)])


@given(RULES, OUTLINES, st.sets(st.integers(0, 12)), st.integers(0, 12))
def test_completing_more_never_makes_a_course_less_complete(rule, items, done, more):
    if is_complete(rule, items, done):
        assert is_complete(rule, items, done | {more})


@given(RULES, OUTLINES, st.sets(st.integers(0, 12)))
def test_a_course_is_complete_exactly_when_something_is_asked_and_nothing_is_missing(rule, items, done):
    judged = rules.judge_course(rule, items, done)
    assert not (judged.is_complete and judged.missing)
    everything = rules.judge_course(rule, items, {item.key for item in items})
    assert not everything.missing
    assert judged.asked - judged.done == sum(each.count for each in judged.missing)
    assert everything.done == everything.asked
    if everything.is_complete:
        assert judged.is_complete == (not judged.missing)


@given(RULES, OUTLINES, st.sets(st.integers(0, 12)))
def test_a_course_completes_on_a_day_exactly_when_its_days_complete_it_and_its_proof_does_too(
    rule, items, done
):
    days = {key: date(2026, 1, 1 + key) for key in done}
    day = rules.completing_day(rule, items, days)
    assert (day is not None) == is_complete(rule, items, done)
    if day is not None:
        proof = rules.proving(rule, items, days, day)
        assert is_complete(rule, items, proof)
        assert rules.completing_day(rule, items, {key: days[key] for key in proof}) == day


def test_sixty_percent_of_the_points_is_reached_exactly():
    assert rules.is_passed(rules.pass_mark(60), 3, 5)
    assert not rules.is_passed(rules.pass_mark(67), 2, 3)
    assert not rules.is_passed(rules.pass_mark(1), 0, 0)


@pytest.mark.parametrize("rule", [{}, {"kind": "any"}])
def test_an_unknown_rule_is_refused_by_name(rule):
    with pytest.raises(rules.UnknownRule):
        rules.judge_course(rule, items_of(required=[1]), {1})
    with pytest.raises(rules.UnknownRule):
        rules.day_of_share(rule, [], 1)
    with pytest.raises(rules.UnknownRule):
        rules.is_read(rule, 1)
    with pytest.raises(rules.UnknownRule):
        rules.is_passed(rule, 1, 1)
