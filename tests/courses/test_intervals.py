"""The laws of watched stretches, stated over a plain model: a dictionary from millisecond to first day."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from courses import intervals

DAYS = ["2026-11-22", "2026-11-23", "2026-11-24"]
STRETCHES = st.builds(
    lambda start, length, day: (start, start + length, day),
    st.integers(0, 60),
    st.integers(1, 30),
    st.sampled_from(DAYS),
)
CLAIMS = st.lists(STRETCHES, max_size=12)


def as_days(stretches):
    days = {}
    for start, end, day in stretches:
        for millisecond in range(start, end):
            days[millisecond] = min(day, days.get(millisecond, day))
    return days


def added(claims):
    union = []
    for claim in claims:
        union = intervals.add(union, *claim)
    return union


@given(CLAIMS)
def test_the_union_covers_exactly_what_was_claimed_on_the_earliest_day(claims):
    assert as_days(added(claims)) == as_days(claims)


@given(CLAIMS)
def test_the_union_is_sorted_disjoint_and_has_no_needless_cut(claims):
    union = added(claims)
    assert intervals.is_union(union, 100)
    for (_, end, day), (start, _, next_day) in itertools.pairwise(union):
        assert end < start or day != next_day


@given(CLAIMS, STRETCHES)
def test_adding_a_stretch_twice_changes_nothing(claims, stretch):
    once = added([*claims, stretch])
    assert intervals.add(once, *stretch) == once


@given(CLAIMS, st.randoms())
def test_the_order_of_arrival_does_not_matter(claims, random):
    shuffled = list(claims)
    random.shuffle(shuffled)
    assert added(shuffled) == added(claims) == intervals.union_of(claims)


@given(CLAIMS)
def test_the_total_is_the_length_of_the_cover(claims):
    union = added(claims)
    assert intervals.total_ms(union) == len(as_days(claims)) == sum(intervals.totals_by_day(union).values())


def test_a_stretch_over_the_edge_of_a_recording_is_no_union_of_it():
    assert not intervals.is_union([(0, 10, DAYS[0]), (9, 12, DAYS[0])], 20)
    assert not intervals.is_union([(0, 21, DAYS[0])], 20)
    assert not intervals.is_union([(5, 5, DAYS[0])], 20)


@given(CLAIMS, CLAIMS)
def test_what_two_unions_have_in_common_is_what_both_cover(claims, others):
    one, other = added(claims), added(others)
    assert intervals.common_ms(one, other) == len(as_days(claims).keys() & as_days(others).keys())


@given(CLAIMS, CLAIMS)
def test_what_a_union_has_besides_another_keeps_its_days(claims, others):
    union, other = added(claims), added(others)
    left = {place: day for place, day in as_days(claims).items() if place not in as_days(others)}
    assert as_days(intervals.minus(union, other)) == left
    assert intervals.is_union(intervals.minus(union, other), 100)
