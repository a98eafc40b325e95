"""What a group's card says is counted as it was put in, whatever the values."""

from hypothesis import given
from hypothesis import strategies as st

from search import cards
from search.cards import FacetName

values = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
facts = st.dictionaries(st.sampled_from(FacetName), st.lists(values, max_size=4, unique=True))
shelves = st.dictionaries(values, st.tuples(st.integers(0, 800_000), facts), max_size=8)


def cards_of(shelf):
    return [cards.card_of(group, day, own) for group, (day, own) in shelf.items()]


@given(shelves)
def test_every_value_counts_the_groups_that_have_it(shelf):
    counted = cards.counted(cards_of(shelf))
    for name in FacetName:
        expected: dict[str, int] = {}
        for _day, own in shelf.values():
            for value in own.get(name, ()):
                expected[value] = expected.get(value, 0) + 1
        assert dict(counted[name]) == expected
    assert cards.groups_of(cards_of(shelf)) == len(shelf)


@given(shelves)
def test_the_latest_come_first_and_none_is_lost(shelf):
    found = cards.latest_first(cards_of(shelf))
    assert {group for group, _ in found} == set(shelf)
    days = [day for _, day in found]
    assert days == sorted(days, reverse=True)


def test_two_cards_of_one_group_count_once_with_what_both_say():
    chinese = cards.card_of("g", 3, {FacetName.STATUTE: ["civil-code"], FacetName.YEAR: ["2026"]})
    english = cards.card_of("g", 3, {FacetName.YEAR: ["2026"]})
    assert cards.groups_of([chinese, english]) == 1
    counted = cards.counted([chinese, english])
    assert (counted[FacetName.YEAR], counted[FacetName.STATUTE]) == ([("2026", 1)], [("civil-code", 1)])


def test_a_lecture_of_very_many_courses_still_has_a_card_of_bounded_length():
    card = cards.card_of("g", 1, {FacetName.COURSE: [f"{number:036}" for number in range(500)]})
    assert len(card) < 2_500
