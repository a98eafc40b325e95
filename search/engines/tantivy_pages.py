"""How the Tantivy engine answers a question: the groups that answer, the best of them, and their best moments.

Counting and ranking are one look each at everything that answers. Where that is very much, ranking looks only where
the best are likely to be, and proves by scores that nothing better is elsewhere; or else looks everywhere after all.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import tantivy

from search import cards
from search.engines.base import MOST_GROUPS_COUNTED, Group, Moment, Order, Page, Request
from search.engines.tantivy_queries import Question
from search.engines.tantivy_schema import group_number, ids

# More hits than this are never looked through for one page.
_MOST_HITS = 200_000
# From so many documents that answer a phrase, or any of some words, it pays to guess where the best are; and for pages
# up to this place.
_WORTH_GUESSING_PHRASE, _WORTH_GUESSING_WORDS, _DEEPEST_GUESS = 4_000, 100_000, 50
_GUESSED_HITS, _BRIDGED_HITS, _SPARE_GROUPS = 256, 64, 6
_DOUBTFUL_GROUPS = 64
# Two sums of the same scores in another order differ by less.
_EPSILON = 1e-3


class _Hit(NamedTuple):
    score: float
    address: tantivy.DocAddress
    group_number: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """The best hits of a query, best first and equal ones in the index's order, so that fewer of them are the
    beginning of more; `is_all`: there are no others."""

    hits: list[_Hit]
    is_all: bool


class Reading:
    """One request, answered by one state of the index. Every method may raise ValueError, as Tantivy does."""

    def __init__(
        self, searcher: tantivy.Searcher, request: Request, classes: Sequence[tuple[str, int]]
    ) -> None:
        self._searcher = searcher
        self._request = request
        self._question = Question(request, searcher, classes)

    def page(self) -> Page:
        request = self._request
        found, documents = self._counted()
        if not found:
            return Page(0, ())
        # A lecture with captions in two languages may have two cards.
        keys = {group_number(key): key for key in map(cards.group_of, found)}
        last = min(request.offset + request.limit, len(keys))
        if request.order is Order.DATE:
            asked = [key for key, _ in cards.latest_first(found)[request.offset : last]]
            best, seen = self._best_within(asked)
        else:
            worth = _WORTH_GUESSING_PHRASE if request.attempt.phrases else _WORTH_GUESSING_WORDS
            is_guessed = self._question.is_plain and documents >= worth and last <= _DEEPEST_GUESS
            seen = (self._guessed(keys, last) if is_guessed else None) or self._hits_for_groups(last)
            best = list(_best_of_groups(seen.hits).values())[request.offset : last]
        answering = {hit.group_number: keys[hit.group_number] for hit in best}
        return Page(len(keys), tuple(self._groups(best, seen, answering)), found)

    def _counted(self) -> tuple[tuple[str, ...], int]:
        """The cards of all groups that answer, and how many documents of theirs were counted."""
        question = self._question
        counts = (self._counted_in_parts() if question.is_common_phrase else None) or self._count(
            question.counting
        )
        return tuple(counts), sum(counts.values())

    def _counted_in_parts(self) -> dict[str, int] | None:
        """Of a common phrase: the groups that have it among their first documents, and those that have it of the few
        others that have its tokens. None where these are not few."""
        possible = self._count(self._question.possible)
        certain = self._count(self._question.opening)
        doubtful = [card for card in possible if card not in certain]
        if len(doubtful) > _DOUBTFUL_GROUPS:
            return None
        if doubtful:
            certain |= self._count(self._question.counting_within(map(cards.group_of, doubtful)))
        return {card: count for card, count in possible.items() if card in certain}

    def _count(self, query: tantivy.Query) -> dict[str, int]:
        """The cards of what answers the query, each with the number of its documents."""
        asked = {"cards": {"terms": {"field": "card", "size": MOST_GROUPS_COUNTED}}}
        buckets = self._searcher.aggregate(query, asked)["cards"]["buckets"]
        return {bucket["key"]: bucket["doc_count"] for bucket in buckets}

    def _guessed(self, keys: Mapping[int, str], wanted: int) -> _Seen | None:
        """The best hits, looked for only in the groups that are likely to have them, of those that answer.

        None where the guess is not proved: something outside of them might be better than the last that is wanted.
        """
        question = self._question
        likely = self._hits(question.guess, _GUESSED_HITS)
        highest_outside = likely[-1].score if len(likely) == _GUESSED_HITS else 0.0
        chosen: dict[int, str] = {}
        for hit in likely:
            if hit.group_number in keys and hit.group_number not in chosen:
                if len(chosen) == wanted + _SPARE_GROUPS:
                    highest_outside = hit.score
                    break
                chosen[hit.group_number] = keys[hit.group_number]
        if question.bridge is not None:
            crossed = self._hits(question.bridge, _BRIDGED_HITS)
            if len(crossed) == _BRIDGED_HITS:
                return None
            chosen |= {
                hit.group_number: keys[hit.group_number] for hit in crossed if hit.group_number in keys
            }
        if len(chosen) < wanted:
            return None
        limit = max(128, len(chosen) * self._request.moments * 4)
        hits = self._hits(question.within(chosen.values()), limit)
        best = list(_best_of_groups(hits).values())
        if len(best) < wanted or best[wanted - 1].score <= highest_outside + _EPSILON:
            return None
        return _Seen(hits, is_all=False)

    def _best_within(self, groups: Sequence[str]) -> tuple[list[_Hit], _Seen]:
        """The best hit of each of these groups, in their order, and the hits among which they were."""
        limit = max(128, len(groups) * self._request.moments * 16)
        hits = self._hits(self._question.within(groups), limit) if groups else []
        best = _best_of_groups(hits)
        found: list[_Hit] = []
        for key in groups:
            number = group_number(key)
            if number not in best:
                best |= _best_of_groups(self._hits(self._question.within([key]), 1))
            if number in best:
                found.append(best[number])
        return found, _Seen(hits, is_all=len(hits) < limit)

    def _hits_for_groups(self, groups: int) -> _Seen:
        """The best hits, as many as it takes until the first `groups` groups are among them."""
        limit = max(128, groups * 8)
        while True:
            hits = self._hits(self._question.whole, limit)
            if len(hits) < limit or limit >= _MOST_HITS:
                return _Seen(hits, is_all=len(hits) < limit)
            if len(_best_of_groups(hits)) >= groups:
                return _Seen(hits, is_all=False)
            limit = min(limit * 8, _MOST_HITS)

    def _hits(self, query: tantivy.Query, limit: int) -> list[_Hit]:
        scored = self._searcher.search(query, limit=limit, count=False).hits
        addresses = [address for _, address in scored]
        numbers = self._searcher.fast_field_values("group_number", addresses)
        return [
            _Hit(score, address, int(number or 0))
            for (score, address), number in zip(scored, numbers, strict=True)
        ]

    def _groups(self, best: Sequence[_Hit], seen: _Seen, keys: Mapping[int, str]) -> Iterator[Group]:
        """The groups of these hits, each with its best ones: those seen, or else asked for in these groups alone."""
        count = self._request.moments
        of_group = _by_group(seen.hits, keys)
        if not seen.is_all and any(len(hits) < count for hits in of_group.values()):
            limit = len(keys) * count * 16
            hits = self._hits(self._question.within(keys.values()), limit)
            of_group = _by_group(hits, keys)
            if len(hits) == limit:
                for number, own in of_group.items():
                    if len(own) < count:
                        own[:] = self._hits(self._question.within([keys[number]]), count)
        moments = iter(self._moments([hit for each in best for hit in of_group[each.group_number][:count]]))
        for each in best:
            size = len(of_group[each.group_number][:count])
            yield Group(keys[each.group_number], each.score, tuple(islice(moments, size)))

    def _moments(self, hits: Sequence[_Hit]) -> Iterator[Moment]:
        """All of a page's at once: each column is opened anew for every question asked of it."""
        addresses = [hit.address for hit in hits]
        names = ("position", "start_ms", "end_ms")
        columns = [self._searcher.fast_field_values(name, addresses) for name in names]
        for hit, id_, position, start, end in zip(
            hits, ids(self._searcher, addresses), *columns, strict=True
        ):
            yield Moment(id_, hit.score, int(position or 0), int(start or 0), int(end or 0))


def _best_of_groups(hits: Sequence[_Hit]) -> dict[int, _Hit]:
    """Each group's first hit by the group's number, in the hits' order."""
    best: dict[int, _Hit] = {}
    for hit in hits:
        best.setdefault(hit.group_number, hit)
    return best


def _by_group(hits: Sequence[_Hit], keys: Mapping[int, str]) -> dict[int, list[_Hit]]:
    """The hits of each of these groups, in the hits' order."""
    found: dict[int, list[_Hit]] = {number: [] for number in keys}
    for hit in hits:
        if hit.group_number in found:
            found[hit.group_number].append(hit)
    return found
