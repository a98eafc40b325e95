"""The laws that hold for any acts under a regulation with every kind of rule."""

import datetime as dt
import itertools
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tests.courses.engine.documents import act, judged, regulation

BASE = "requirement: [{id: base, article: 第一条, credit: 10}]"
ACTS = st.lists(
    st.builds(
        act,
        st.integers(0, 400),
        st.sampled_from(["minute", "credit"]),
        day=st.dates(dt.date(2025, 11, 1), dt.date(2027, 2, 1)).map(str),
        format=st.sampled_from(["online", "onsite"]),
        category=st.sampled_from(["law", "ethics"]),
        course=st.sampled_from(["a", "b", "c"]),
    ),
    max_size=12,
)
FULL = """
repeats: [{of: all, same: [fact.course]}]
recognition: [{id: repeated, of: {format: online}, must: occurrence <= 2}]
limits:
  - {id: ethics-online, of: {format: online, category: ethics}, most: 3}
  - {id: online, of: {format: online}, most: 12}
counters: {ethics: {of: {category: ethics}}}
minima: [{id: ethics, counter: ethics, needed: 2}]
"""


def credits(statement):
    return {name: each.credit for name, each in statement.acts.items()}


@given(ACTS, st.randoms())
def test_the_order_of_the_acts_does_not_matter(acts, random):
    found = regulation(BASE, FULL)
    shuffled = list(acts)
    random.shuffle(shuffled)
    assert judged(found, *shuffled) == judged(found, *acts)


@given(ACTS)
def test_the_total_is_the_sum_of_what_each_act_counts_and_nothing_counts_more_than_its_raw_credit(acts):
    statement = judged(regulation(BASE, FULL), *acts)
    assert abs(sum(credits(statement).values()) - statement.total) <= Decimal("0.00001")
    assert all(0 <= each.credit <= each.raw for each in statement.acts.values())


@given(ACTS)
def test_no_limit_is_exceeded(acts):
    statement = judged(regulation(BASE, FULL), *acts)
    of = {each.id: each for each in acts}
    online = [each.credit for name, each in statement.acts.items() if of[name].format == "online"]
    ethics = [
        each.credit
        for name, each in statement.acts.items()
        if (of[name].format, of[name].category) == ("online", "ethics")
    ]
    assert sum(online) <= Decimal("12.00001")
    assert sum(ethics) <= Decimal("3.00001")


@given(ACTS, st.integers(1, 300))
def test_more_of_an_act_never_lowers_the_total(acts, more):
    found = regulation(BASE, FULL)
    for place in range(min(2, len(acts))):
        longer = [*acts]
        longer[place] = replace(acts[place], quantity=acts[place].quantity + more)
        assert judged(found, *longer).total >= judged(found, *acts).total


@given(ACTS, st.dates(dt.date(2025, 6, 1), dt.date(2027, 6, 1)))
def test_any_acts_on_any_day_give_a_statement_with_a_reason_for_each(acts, day):
    statement = judged(regulation(BASE, FULL), *acts, day=day)
    assert statement.cycle.first <= day <= statement.cycle.last
    assert all(each.why for each in statement.acts.values())
    assert statement.compliant is (statement.total >= 10 and statement.minima["ethics"].got >= 2)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=8))
def test_minutes_in_pieces_are_worth_what_they_are_worth_together(pieces):
    found = regulation()
    apart = judged(found, *(act(each, "minute") for each in pieces)).total
    assert apart == judged(found, act(sum(pieces), "minute")).total


def test_cycles_follow_one_another_without_a_gap():
    from courses import examples
    from courses.engine import cycles, documents
    from courses.engine.situations import Person

    found = documents.parse(examples.text("us-tx"))
    person = Person(born=dt.date(1995, 6, 2), admitted=dt.date(2023, 11, 6))
    cycle = cycles.cycle_of(found, person, dt.date(2025, 1, 1))
    assert (cycle.first, cycle.last) == (dt.date(2024, 6, 1), dt.date(2026, 5, 31))
    seen = [cycle]
    for _ in range(3):
        seen.append(cycles.cycle_after(found, person, seen[-1]))
    assert all(
        later.first - earlier.last == dt.timedelta(days=1) for earlier, later in itertools.pairwise(seen)
    )
    assert [each.first.year for each in seen] == [2024, 2026, 2027, 2028]
