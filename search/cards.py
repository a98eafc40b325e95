"""A group's card: in one word, what all of its documents say of it beside their own words.

Every document carries the card of its group, and an engine counts the documents that answer by it: the buckets are
the groups, exactly, and their cards say how many of them have which course, lecturer, statute, year and kind, and in
which order their days come. So facets and dates cost no second aggregation, whatever is asked. Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

# More than any lecture has; a card is one term of the index, which has a longest length.
MOST_VALUES = 40


class FacetName(StrEnum):
    """By what results may be narrowed; also the names of the parameters in addresses."""

    COURSE = "course"
    LECTURER = "lecturer"
    STATUTE = "statute"
    YEAR = "year"
    KIND = "kind"


def card_of(group: str, day: int, values: Mapping[FacetName, Sequence[str]]) -> str:
    """The card: the group, its day as an ordinal, and name=value for each value; no part of it holds a space."""
    facts = [f"{name}={value}" for name in FacetName for value in values.get(name, ())[:MOST_VALUES] if value]
    return " ".join([group, str(day), *facts])


def group_of(card: str) -> str:
    """The group whose card it is."""
    return card.split(" ", 1)[0]


def groups_of(cards: Iterable[str]) -> int:
    """How many groups the cards are of; a lecture with captions in two languages may have two cards."""
    return len(set(map(group_of, cards)))


def counted(cards: Iterable[str]) -> dict[FacetName, list[tuple[str, int]]]:
    """For each facet its values with the number of groups that have them, the most frequent first."""
    facts: dict[str, set[str]] = {}
    for card in cards:
        group, _, *own = card.split(" ")
        facts.setdefault(group, set()).update(own)
    counts = Counter(fact for own in facts.values() for fact in own)
    found: dict[FacetName, list[tuple[str, int]]] = {name: [] for name in FacetName}
    for fact, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        name, value = fact.split("=", 1)
        found[FacetName(name)].append((value, count))
    return found


def latest_first(cards: Iterable[str]) -> list[tuple[str, int]]:
    """The groups with their days, the latest first and those of one day by their keys."""
    days: dict[str, int] = {}
    for card in cards:
        group, day, *_ = card.split(" ", 2)
        days[group] = max(int(day), days.get(group, 0))
    return sorted(days.items(), key=lambda each: (-each[1], each[0]))
