"""When a presence check falls due, as a rule: laws over the pure judgement, and the policies that it knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from courses import intervals, presence
from courses.presence import NO_PLACE, PolicyRefused, Step, WatchPolicy
from courses.standing import Standing

MINUTE = 60_000
NEW_YORK = WatchPolicy(spacing_ms=50 * MINUTE, kind="code", before_end_ms=(5 * MINUTE, 10 * MINUTE))
STRETCHES = st.tuples(
    st.integers(0, 90_000), st.integers(1, 9_000), st.sampled_from(["2026-12-31", "2027-01-01"])
)


@given(st.integers(2 * MINUTE, 24 * 60 * MINUTE), st.integers(0, 60 * MINUTE), st.integers(0, 10**9))
def test_a_check_is_never_further_away_than_the_spacing(spacing_ms, quiet_ms, luck):
    policy = WatchPolicy(spacing_ms=spacing_ms, quiet_ms=quiet_ms)
    due_ms = presence.draw_due_ms(policy, lambda number: luck % number)
    # The beat that crosses the moment may be as long as a beat may be.
    assert min(quiet_ms, spacing_ms // 2) <= due_ms <= spacing_ms
    assert due_ms + presence.LONGEST_BEAT_MS <= max(spacing_ms, quiet_ms + presence.LONGEST_BEAT_MS)


def test_lots_are_drawn_over_the_whole_range_and_differ():
    lots = {presence.draw_due_ms(WatchPolicy()) for _ in range(400)}
    assert len(lots) > 300
    assert min(lots) < 3 * MINUTE
    assert max(lots) > 8 * MINUTE


@given(st.integers(1, 5 * 60 * MINUTE), st.integers(0, 10**9))
def test_new_yorks_code_stands_five_to_ten_minutes_before_the_end(duration_ms, luck):
    place_ms = presence.draw_place_ms(NEW_YORK, duration_ms, lambda number: luck % number)
    if duration_ms <= 7 * MINUTE:
        assert place_ms == NO_PLACE
    else:
        assert 5 * MINUTE <= duration_ms - place_ms <= 10 * MINUTE or place_ms == NEW_YORK.quiet_ms


@pytest.mark.parametrize(
    "wrong",
    [
        {"spacing_ms": 1000},
        {"kind": "face"},
        {"before_end_ms": (10, 5)},
        {"background": ("hidden",)},
        {"max_rate_percent": 1600},
        {"answer_ms": 5},
        {"colour": "red"},
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused_by_its_entry(wrong):
    with pytest.raises(PolicyRefused, match=next(iter(wrong))):
        presence.from_json(wrong)


def test_a_policy_comes_back_from_its_session_as_it_went():
    assert presence.from_json(NEW_YORK.as_json()) == NEW_YORK
    assert presence.from_json({}) == WatchPolicy()


def step(policy=WatchPolicy(), **changes):  # noqa: B008 - frozen
    values = {
        "confirmed_ms": 0,
        "provisional_ms": 0,
        "needed_ms": 40 * MINUTE,
        "due_ms": 5 * MINUTE,
        "place_ms": None,
        "reached_ms": 0,
    }
    return presence.step(policy, **(values | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Step.NOTHING),
        ({"provisional_ms": 5 * MINUTE - 1}, Step.NOTHING),
        ({"provisional_ms": 5 * MINUTE}, Step.SPACING),
        ({"provisional_ms": MINUTE, "place_ms": 30 * MINUTE, "reached_ms": 31 * MINUTE}, Step.BEFORE_END),
        ({"confirmed_ms": 37 * MINUTE, "provisional_ms": 3 * MINUTE}, Step.CLOSING),
        ({"confirmed_ms": 38 * MINUTE, "provisional_ms": 2 * MINUTE}, Step.CONFIRM),
        ({"confirmed_ms": 40 * MINUTE, "provisional_ms": 9 * MINUTE}, Step.NOTHING),
        ({"needed_ms": 20_000, "provisional_ms": 20_000}, Step.CONFIRM),
        ({"policy": WatchPolicy(spacing_ms=0), "provisional_ms": 1}, Step.CONFIRM),
        # New York: not before the place is reached, and nothing more after it.
        (
            {
                "policy": NEW_YORK,
                "due_ms": 45 * MINUTE,
                "confirmed_ms": 30 * MINUTE,
                "provisional_ms": 12 * MINUTE,
                "place_ms": 41 * MINUTE,
                "reached_ms": 40 * MINUTE,
            },
            Step.NOTHING,
        ),
        (
            {
                "policy": NEW_YORK,
                "due_ms": 45 * MINUTE,
                "confirmed_ms": 31 * MINUTE,
                "provisional_ms": 9 * MINUTE,
                "place_ms": NO_PLACE,
                "reached_ms": 50 * MINUTE,
            },
            Step.CONFIRM,
        ),
    ],
)
def test_what_a_standing_calls_for(changes, expected):
    assert step(**changes) is expected


@given(st.lists(STRETCHES, max_size=20), st.lists(STRETCHES, max_size=20))
def test_confirming_is_the_union_of_all_that_was_watched(before, after):
    standing = Standing([], 0, [], 0)
    for start, length, day in before:
        standing = standing.watching(start, start + length, day)
    standing = standing.confirming()
    for start, length, day in after:
        standing = standing.watching(start, start + length, day)
        assert intervals.common_ms(standing.confirmed, standing.provisional) == 0
        assert standing.provisional_ms == intervals.total_ms(standing.provisional)
        assert standing.confirmed_ms == intervals.total_ms(standing.confirmed)
    whole = intervals.union_of((start, start + length, day) for start, length, day in before + after)
    assert standing.confirming().confirmed == whole
    assert standing.taking_back().confirmed_ms == standing.confirmed_ms


class Watching(RuleBasedStateMachine):
    """Whatever is watched, answered and missed, in any order: nothing counts that no answer stands behind.

    The machine drives the rule as courses.heartbeats and courses.checks do, with lots of its own.
    """

    policy = WatchPolicy(spacing_ms=4 * MINUTE, quiet_ms=MINUTE)
    needed_ms = 20 * MINUTE

    def __init__(self):
        super().__init__()
        self.standing = Standing([], 0, [], 0)
        self.due_ms = 2 * MINUTE
        self.waiting = False
        self.proved_ms = 0

    @rule(start=st.integers(0, 29), length=st.integers(1, MINUTE))
    def watch(self, start, length):
        grown = self.standing.watching(start * MINUTE, start * MINUTE + length, "2026-11-26")
        most_ms = presence.most_provisional_ms(self.policy, self.due_ms)
        if self.standing.confirmed_ms < self.needed_ms and grown.provisional_ms > most_ms:
            return
        self.standing = grown
        if self.waiting:
            return
        followed = presence.step(
            self.policy,
            confirmed_ms=grown.confirmed_ms,
            provisional_ms=grown.provisional_ms,
            needed_ms=self.needed_ms,
            due_ms=self.due_ms,
            place_ms=None,
            reached_ms=0,
        )
        if followed is Step.CONFIRM:
            assert grown.provisional_ms <= self.policy.quiet_ms
            self.proved_ms += grown.provisional_ms
            self.standing = grown.confirming()
        self.waiting = followed in {Step.SPACING, Step.CLOSING}

    @precondition(lambda self: self.waiting)
    @rule(luck=st.integers(0, 10**6))
    def answer(self, luck):
        self.proved_ms += self.standing.provisional_ms
        self.standing = self.standing.confirming()
        self.draw(luck)

    @precondition(lambda self: self.waiting)
    @rule(luck=st.integers(0, 10**6))
    def leave_unanswered(self, luck):
        self.standing = self.standing.taking_back()
        self.draw(luck)

    def draw(self, luck):
        self.waiting = False
        self.due_ms = presence.draw_due_ms(self.policy, lambda number: luck % number)

    @invariant()
    def only_what_was_proved_counts(self):
        assert self.standing.confirmed_ms == self.proved_ms

    @invariant()
    def what_waits_is_bounded_until_the_share_is_reached(self):
        if self.standing.confirmed_ms < self.needed_ms:
            assert self.standing.provisional_ms <= 2 * self.policy.spacing_ms

    @invariant()
    def a_check_waits_wherever_one_is_due(self):
        if self.standing.confirmed_ms < self.needed_ms and self.standing.provisional_ms >= self.due_ms:
            assert self.waiting


TestWatching = Watching.TestCase
