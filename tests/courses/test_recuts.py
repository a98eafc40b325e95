"""The laws of carrying watched stretches from a recording to its new cut, over a plain model of milliseconds."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import intervals, recuts
from courses.recuts import Piece

OLD_MS, NEW_MS = 100, 140
DAYS = ["2026-11-22", "2026-11-23", "2026-11-24"]
CLAIMS = st.lists(
    st.builds(
        lambda start, length, day: (start, min(start + length, OLD_MS), day),
        st.integers(0, OLD_MS - 1),
        st.integers(1, 40),
        st.sampled_from(DAYS),
    ),
    max_size=10,
)


@st.composite
def cuts(draw):
    """Disjoint stretches of the old recording, laid one after another in any order, with something new between."""
    edges = draw(st.lists(st.integers(0, OLD_MS), unique=True, min_size=2, max_size=8).map(sorted))
    stretches = [pair for pair in itertools.pairwise(edges) if draw(st.booleans())]
    pieces, cursor = [], 0
    for low, high in draw(st.permutations(stretches)):
        cursor += draw(st.integers(0, 5))
        pieces.append(Piece(low, high, cursor))
        cursor += high - low
    return pieces


def as_days(stretches):
    return {millisecond: day for low, high, day in stretches for millisecond in range(low, high)}


@given(cuts(), CLAIMS)
def test_each_millisecond_is_carried_to_its_place_on_its_own_day(pieces, claims):
    union = intervals.union_of(claims)
    watched = as_days(union)
    expected = {
        new_from + old - low: watched[old]
        for low, high, new_from in pieces
        for old in range(low, high)
        if old in watched
    }
    assert as_days(recuts.carried(pieces, union)) == expected


@given(cuts(), CLAIMS)
def test_what_is_carried_and_what_is_lost_are_together_what_was_watched(pieces, claims):
    union = intervals.union_of(claims)
    moved, gone = recuts.carried(pieces, union), recuts.lost(pieces, union)
    assert intervals.is_union(moved, NEW_MS)
    assert intervals.is_union(gone, OLD_MS)
    assert intervals.total_ms(moved) + intervals.total_ms(gone) == intervals.total_ms(union)
    assert intervals.common_ms(gone, union) == intervals.total_ms(gone)


@given(cuts(), CLAIMS)
def test_carrying_there_and_back_gives_what_was_not_lost(pieces, claims):
    union = intervals.union_of(claims)
    back = [Piece(each.new_from_ms, each.new_to_ms, each.from_ms) for each in pieces]
    returned = recuts.carried(back, recuts.carried(pieces, union))
    assert as_days([*returned, *recuts.lost(pieces, union)]) == as_days(union)


@given(cuts(), CLAIMS, CLAIMS)
def test_it_does_not_matter_whether_stretches_are_joined_before_or_after(pieces, some, others):
    together = recuts.carried(pieces, intervals.union_of([*some, *others]))
    apart = [recuts.carried(pieces, intervals.union_of(each)) for each in (some, others)]
    assert together == intervals.union_of([*apart[0], *apart[1]])


@given(cuts())
def test_every_such_cut_is_accepted(pieces):
    assert [each.code for each in recuts.problems(pieces, OLD_MS, NEW_MS)] in ([], ["none"])


@pytest.mark.parametrize(
    ("pieces", "code"),
    [
        ([(10, 10, 0)], "empty"),
        ([(10, 101, 0)], "beyond_old"),
        ([(0, 50, 91)], "beyond_new"),
        ([(0, 50, 0), (49, 60, 60)], "overlaps_old"),
        ([(0, 50, 0), (50, 60, 49)], "overlaps_new"),
    ],
)
def test_what_would_carry_a_second_twice_or_nowhere_is_refused(pieces, code):
    found = recuts.problems([Piece(*each) for each in pieces], OLD_MS, NEW_MS)
    assert [each.code for each in found] == [code]


def test_what_an_earlier_table_said_is_not_said_again():
    said = [Piece(0, 50, 0)]
    assert [each.code for each in recuts.problems([Piece(20, 60, 80)], OLD_MS, NEW_MS, said)] == [
        "overlaps_old"
    ]
    assert not recuts.problems([Piece(50, 60, 80)], OLD_MS, NEW_MS, said)


@given(st.integers(0, 99_000_000))
def test_a_clock_is_read_as_it_is_written(milliseconds):
    assert recuts.clock_ms(recuts.clock(milliseconds % 59_999_000)) == milliseconds % 59_999_000


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [("1:02:03", 3_723_000), ("６２：０３", 3_723_000), (" 90 ", 90_000), ("0:05.5", 5_500)],
)
def test_clocks_are_read_in_the_shapes_that_people_type(text, milliseconds):
    assert recuts.clock_ms(text) == milliseconds


@pytest.mark.parametrize("text", ["", "abc", "1:75", "1:75:00", "-1", "1:2:3:4", "9" * 40])
def test_what_is_no_clock_is_none(text):
    assert recuts.clock_ms(text) is None


@pytest.mark.parametrize(("position", "there"), [(0, 5), (15, 10), (30, 40), (45, 45), (90, 0)])
def test_a_viewer_goes_on_where_he_was_or_where_the_next_piece_begins(position, there):
    assert recuts.place([Piece(10, 20, 5), Piece(40, 60, 40)], position) == there
