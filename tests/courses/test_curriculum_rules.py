"""Laws of what curricula ask: sameness, what comes before, and who has met a demand."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from courses import fulfilment, precedence, sameness
from courses.fulfilment import Asked, Demand

COURSES = st.integers(1, 9)
GROUPS = st.lists(st.sets(COURSES, min_size=1, max_size=4), max_size=5)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 20))
BEFORE = st.dictionaries(COURSES, st.sets(COURSES, max_size=3), max_size=6)


@given(GROUPS)
def test_sameness_is_reflexive_symmetric_and_transitive(groups: list[set[int]]) -> None:
    found = sameness.classes(groups)
    for course, joined in found.items():
        assert course in joined
        assert all(found[other] == joined for other in joined)
    for group in groups:
        assert len({found[course] for course in group}) == 1


@given(GROUPS)
def test_sameness_joins_nothing_that_no_chain_of_groups_joins(groups: list[set[int]]) -> None:
    found = sameness.classes(groups)
    for course in found:
        reached = {course}
        while grown := {each for group in groups if group & reached for each in group} - reached:
            reached |= grown
        assert found[course] == reached


@given(st.permutations([frozenset({1, 2}), frozenset({2, 3}), frozenset({4, 5}), frozenset({5, 1})]))
def test_the_order_of_groups_does_not_matter(groups: list[frozenset[int]]) -> None:
    assert set(sameness.classes(groups).values()) == {frozenset({1, 2, 3, 4, 5})}


@given(BEFORE, GROUPS)
def test_without_a_cycle_every_course_can_be_reached_and_with_one_some_cannot(
    before: dict[int, set[int]], groups: list[set[int]]
) -> None:
    classes_of = sameness.classes(groups)
    courses = set(before).union(*before.values())
    named = {course: min(sameness.same_as(course, classes_of)) for course in courses}
    waits: dict[int, set[int]] = {}
    for course, needed in before.items():
        waits.setdefault(named[course], set()).update(named[each] for each in needed)
    done: set[int] = set()
    while ready := {each for each in named.values() if each not in done and waits.get(each, set()) <= done}:
        done |= ready
    found = precedence.cycle(before, classes_of)
    assert bool(found) == (done != set(named.values()))
    for place, course in enumerate(found):
        assert found[(place + 1) % len(found)] in waits[course]


@given(st.lists(COURSES, unique=True, max_size=5), st.sets(COURSES), GROUPS)
def test_who_has_completed_the_same_course_passes(
    needed: list[int], completed: set[int], groups: list[set[int]]
) -> None:
    classes_of = sameness.classes(groups)
    lacking = precedence.missing(needed, completed, classes_of)
    assert lacking == [each for each in needed if each in lacking]
    for course in needed:
        by_another = any(course in classes_of.get(each, {each}) for each in completed)
        assert (course not in lacking) == by_another


@st.composite
def demands(draw: st.DrawFn) -> Demand:
    """Required courses 1…, electives 11…; every course is also met by a hundred more than itself."""
    required = draw(st.integers(0, 3))
    electives = draw(st.integers(0, 4))
    return Demand(
        asked=[
            *(Asked(key, {key, key + 100}) for key in range(1, required + 1)),
            *(
                Asked(
                    key,
                    {key, key + 100},
                    is_elective=True,
                    credit_milli=draw(st.sampled_from([500, 1000, 2500])),
                )
                for key in range(11, electives + 11)
            ),
        ],
        minimum_electives=draw(st.integers(0, 3)),
        minimum_milli=draw(st.sampled_from([0, 500, 1500, 4000])),
        closes_on=draw(st.none() | DAYS),
    )


COMPLETIONS = st.dictionaries(
    st.sampled_from([1, 2, 3, 11, 12, 13, 14, 101, 103, 111, 113, 114, 999]), DAYS, max_size=9
)


@given(demands(), COMPLETIONS)
def test_a_demand_is_met_on_the_first_day_on_which_nothing_is_lacking(
    demand: Demand, completions: dict[int, dt.date]
) -> None:
    whole = fulfilment.standing(demand, completions)
    by_day = [
        day
        for day in sorted(set(completions.values()))
        if fulfilment.standing(
            demand, {course: on for course, on in completions.items() if on <= day}
        ).is_complete
    ]
    assert whole.completed_on == (by_day[0] if by_day else None)
    asks = whole.required or demand.minimum_electives or demand.minimum_milli
    lacks = whole.lacking_required or whole.lacking_electives or whole.lacking_milli
    assert whole.is_complete == bool(asks and not lacks)


@given(demands(), COMPLETIONS, st.sampled_from([1, 2, 11, 12, 111, 999]), DAYS)
def test_completing_one_more_course_never_unmakes_a_completion(
    demand: Demand, completions: dict[int, dt.date], course: int, day: dt.date
) -> None:
    before = fulfilment.standing(demand, completions)
    after = fulfilment.standing(demand, completions | {course: min(day, completions.get(course, day))})
    assert after.required_met >= before.required_met
    assert after.elective_milli_met >= before.elective_milli_met
    if before.completed_on is not None:
        assert after.completed_on is not None
        assert after.completed_on <= before.completed_on


@given(demands(), COMPLETIONS)
def test_the_same_course_meets_as_the_course_itself_does(
    demand: Demand, completions: dict[int, dt.date]
) -> None:
    itself: dict[int, dt.date] = {}
    for course, day in completions.items():
        key = course % 100 if course < 200 else course
        itself[key] = min(day, itself.get(key, day))
    assert fulfilment.standing(demand, completions) == fulfilment.standing(demand, itself)


def test_a_demand_that_asks_for_more_than_it_offers_is_impossible() -> None:
    offered = [Asked(11, {11}, is_elective=True, credit_milli=1000)]
    assert fulfilment.is_possible(Demand(offered, minimum_electives=1, minimum_milli=1000))
    assert not fulfilment.is_possible(Demand(offered, minimum_electives=2))
    assert not fulfilment.is_possible(Demand(offered, minimum_milli=1001))
    assert not fulfilment.is_possible(Demand(offered))
