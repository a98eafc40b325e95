"""How the Tantivy engine answers a question: the groups that answer, the best of them, and their best moments.

Counting and ranking are one look each at everything that answers. Where that is very much, ranking looks only where
the best are likely to be, and proves by scores that nothing better is elsewhere; or else looks everywhere after all.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
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
_FOREMOST_HITS = 64
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
            is_much = self._question.is_common_phrase or documents >= worth
            is_guessed = self._question.is_plain and is_much and last <= _DEEPEST_GUESS
            seen = (self._guessed(keys, last) if is_guessed else None) or self._hits_for_groups(last)
            best = list(_best_of_groups(seen.hits).values())[request.offset : last]
        answering = {hit.group_number: keys[hit.group_number] for hit in best}
        return Page(len(keys), tuple(self._groups(best, seen, answering)), found)

    def _counted(self) -> tuple[tuple[str, ...], int]:
        """The cards of all groups that answer, and how many documents were counted for them."""
        question = self._question
        counts = (self._counted_in_parts() if question.is_common_phrase else None) or self._count(
            question.counting
        )
        return tuple(counts), sum(counts.values())

    def _counted_in_parts(self) -> dict[str, int] | None:
        """Of a common phrase: the groups that have it in a heading or among their first documents, and those that have
        it of the few others; these are all others, or all others with its tokens. None where both are many."""
        question = self._question
        certain = self._count(question.opening) | self._count(question.headed)
        doubtful = self._count(question.first).keys() - certain.keys()
        if len(doubtful) > _DOUBTFUL_GROUPS:
            doubtful = self._possible() - certain.keys()
        if len(doubtful) > _DOUBTFUL_GROUPS:
            return None
        if doubtful:
            certain |= self._count(question.counting_within(map(cards.group_of, doubtful)))
        return certain

    def _possible(self) -> set[str]:
        """Of a common phrase: the cards of what has its tokens in the text, or across a cue's end."""
        question = self._question
        possible = set(self._count(question.possible))
        if question.crossing is not None:
            possible.update(self._count(question.crossing))
        return possible

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
        crossed: list[_Hit] = []
        if question.bridge is not None:
            crossed = self._hits(question.bridge, _BRIDGED_HITS)
            if len(crossed) == _BRIDGED_HITS:
                return None
        likely, highest_outside = self._likely(keys, wanted)
        chosen = {
            hit.group_number: keys[hit.group_number]
            for hit in [*likely, *crossed]
            if hit.group_number in keys
        }
        if len(chosen) < wanted:
            return None
        limit = max(128, len(chosen) * self._request.moments * 4)
        hits = self._hits(question.within(chosen.values()), limit)
        best = list(_best_of_groups(hits).values())
        if len(best) < wanted or best[wanted - 1].score <= highest_outside + _EPSILON:
            return None
        return _Seen(hits, is_all=False)

    def _likely(self, keys: Mapping[int, str], wanted: int) -> tuple[list[_Hit], float]:
        """The best hits of the groups that are likely to be the best, and what no hit outside of these groups is above
        but for what a bridge adds."""
        question = self._question
        if self._request.attempt.phrases:
            hits = self._hits(question.foremost, _FOREMOST_HITS)
            best = _best_of_these(hits, keys)
            if len(best) >= wanted:
                tied = sum(hit.score >= best[wanted - 1].score - 2 * _EPSILON for hit in best)
                outside = max(
                    question.most_by_heading,
                    *(hit.score for hit in self._hits(question.text_sum, 1)),
                    _score_after(tied, best, hits, _FOREMOST_HITS),
                )
                if best[wanted - 1].score > outside + _EPSILON:
                    return best[:tied], outside
        hits = self._hits(question.guess, _GUESSED_HITS)
        best = _best_of_these(hits, keys)
        likely = best[: wanted + _SPARE_GROUPS]
        return likely, _score_after(len(likely), best, hits, _GUESSED_HITS)

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


def _best_of_these(hits: Sequence[_Hit], groups: Collection[int]) -> list[_Hit]:
    """The first hit of each of these groups, in the hits' order."""
    return [hit for hit in _best_of_groups(hits).values() if hit.group_number in groups]


def _score_after(count: int, best: Sequence[_Hit], hits: Sequence[_Hit], limit: int) -> float:
    """The most that a group beyond the first `count` may score: these are the best of the `limit` best hits."""
    if count < len(best):
        return best[count].score
    return hits[-1].score if len(hits) == limit else 0.0


def _by_group(hits: Sequence[_Hit], keys: Mapping[int, str]) -> dict[int, list[_Hit]]:
    """The hits of each of these groups, in the hits' order."""
    found: dict[int, list[_Hit]] = {number: [] for number in keys}
    for hit in hits:
        if hit.group_number in found:
            found[hit.group_number].append(hit)
    return found
