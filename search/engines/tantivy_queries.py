"""How a request becomes the Tantivy engine's queries, which score as the Elasticsearch engine's do.

Beside the query that says what answers there are some that cost less. One counts: its documents are fewer, and of
the same groups. Two guess: they find the likely best documents without the others, which are known to score no more
than a bound (see `Question.foremost` and `Question.guess`).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import tantivy

from search.engines.base import BRIDGE_SCORE, CITATION_WEIGHT, HEADING_WEIGHT, Request
from search.engines.tantivy_schema import ACCESS, FACTS, FIRST, OPENING, SCHEMA, STREAMS, fact
from search.query import Phrase, crossing_of, sparse

MUST, SHOULD, NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
Clauses = list[tuple[tantivy.Occur, tantivy.Query]]
# Beyond so many kinds of access that a reader lacks, what he has is asked for instead.
_MOST_DENIED = 32
# From so many documents with each of its tokens on, a phrase is common.
_COMMON = 10_000
# BM25's k1 in Tantivy: however often a term stands in a field, it scores less than its rarity times 1 + k1.
_K1 = 1.2
_Q = tantivy.Query


class Question:
    """A request to an index whose groups have these `classes` of access, each with its number of documents."""

    def __init__(
        self, request: Request, searcher: tantivy.Searcher, classes: Sequence[tuple[str, int]]
    ) -> None:
        self._attempt = request.attempt
        self._searcher = searcher
        self._filters = [*_access(request.access, classes)]
        self._filters.extend(
            (MUST, having("group", [value]) if name == "group" else having(FACTS, [fact(name, value)]))
            for name, value in request.filters.terms()
        )

    @cached_property
    def whole(self) -> tantivy.Query:
        """What answers and may be seen, with its score."""
        return _Q.boolean_query([(MUST, self._answering()), *self._filters])

    @cached_property
    def counting(self) -> tantivy.Query:
        """The same groups by fewer documents: where a heading alone answers, its first document stands for all."""
        attempt = self._attempt
        if not self.is_plain:
            return self.whole
        places: Clauses
        if attempt.phrases:
            (phrase,) = attempt.phrases
            places = [(SHOULD, each) for each in self._in_text(phrase)]
            places.append((SHOULD, _first_with(term for _, term in sparse(phrase))))
        else:
            places = [(SHOULD, _term("body", term)) for term in attempt.required_terms]
            places.extend((SHOULD, _first_with([term])) for term in attempt.required_in_heading)
        return _Q.boolean_query([(MUST, _Q.boolean_query(places)), *self._filters])

    @cached_property
    def is_common_phrase(self) -> bool:
        """Whether it is a plain phrase of several tokens that stand in so many documents that reading the places of all
        takes longer than counting in parts: see `opening`, `possible` and `counting_within`."""
        if not self.is_plain or not self._attempt.phrases:
            return False
        tokens = {token for _, token in sparse(self._attempt.phrases[0])}
        counts = [self._searcher.doc_freq("body", token) for token in tokens]
        return len(counts) > 1 and min(counts) >= max(_COMMON, self._searcher.num_docs // 50)

    @property
    def first(self) -> tantivy.Query:
        """The first document of each heading that may be seen."""
        return _Q.boolean_query([(MUST, _fact(FIRST)), *self._filters])

    @property
    def headed(self) -> tantivy.Query:
        """Of a common phrase: the first document of each heading that has all of its tokens."""
        (phrase,) = self._attempt.phrases
        return _Q.boolean_query([(MUST, _first_with(term for _, term in sparse(phrase))), *self._filters])

    @property
    def opening(self) -> tantivy.Query:
        """Of a common phrase: what has it in the text, among the first documents of each heading."""
        (phrase,) = self._attempt.phrases
        return _Q.boolean_query([(MUST, _fact(OPENING)), (MUST, self._sequence(phrase)), *self._filters])

    @property
    def possible(self) -> tantivy.Query:
        """Of a common phrase: what has its tokens in the text, in whatever sequence."""
        (phrase,) = self._attempt.phrases
        return _Q.boolean_query([(MUST, _all("body", (term for _, term in sparse(phrase)))), *self._filters])

    @property
    def crossing(self) -> tantivy.Query | None:
        """Of a common phrase: what answers because it crosses a cue's end, and may be seen."""
        return None if self.bridge is None else _Q.boolean_query([(MUST, self.bridge), *self._filters])

    def counting_within(self, groups: Iterable[str]) -> tantivy.Query:
        """The counting query in these groups alone."""
        return _Q.boolean_query([(MUST, having("group", list(groups))), (MUST, self.counting)])

    @property
    def is_plain(self) -> bool:
        """Whether one phrase, or any of some words, is all that is asked for."""
        attempt = self._attempt
        if attempt.citations or (attempt.phrases and attempt.terms):
            return False
        return len(attempt.phrases) == 1 or bool(attempt.required_terms)

    @property
    def foremost(self) -> tantivy.Query:
        """Of a plain phrase: what has it in the text and all of its tokens in the heading, with its score but for what
        a bridge adds."""
        (phrase,) = self._attempt.phrases
        parts = [(MUST, self._above(phrase)), (MUST, self._sequence(phrase))]
        return _Q.boolean_query([*parts, *self._filters])

    @property
    def text_sum(self) -> tantivy.Query:
        """Of a plain phrase: a sum of single terms in the text, above which no document's phrase scores."""
        (phrase,) = self._attempt.phrases
        terms = [term for _, term in sparse(phrase)]
        return _Q.boolean_query(_scored(terms, (), self._weight(phrase)))

    @property
    def most_by_heading(self) -> float:
        """Of a plain phrase: what a heading alone never scores."""
        (phrase,) = self._attempt.phrases
        rarities = [self._rarity(term, "heading") for term in {term for _, term in sparse(phrase)}]
        return HEADING_WEIGHT * (1 + _K1) * sum(rarities)

    @property
    def guess(self) -> tantivy.Query:
        """Of a plain question: a sum of single terms, which no document's own score is above.

        A phrase scores what its terms would if each stood there only as often as all of them in sequence. What a
        bridge adds is not in the sum: see `bridge`. Nothing is filtered here, so that blocks can be skipped: what is
        found says only where to look.
        """
        attempt = self._attempt
        if attempt.phrases:
            terms = [term for _, term in sparse(attempt.phrases[0])]
            return _Q.boolean_query(_scored(terms, terms, self._weight(attempt.phrases[0])))
        return _Q.boolean_query(_scored(attempt.terms, attempt.heading_terms))

    @property
    def bridge(self) -> tantivy.Query | None:
        """Of a plain question: what answers because the phrase crosses a cue's end."""
        return _crossed(self._attempt.phrases[0]) if self._attempt.phrases else None

    def within(self, groups: Iterable[str]) -> tantivy.Query:
        """The whole query in these groups alone."""
        return _Q.boolean_query([(MUST, having("group", list(groups))), (MUST, self.whole)])

    def _answering(self) -> tantivy.Query:
        attempt = self._attempt
        clauses: Clauses = [(MUST, self._phrase(phrase)) for phrase in attempt.phrases]
        if attempt.citations:
            cited = [
                (SHOULD, _Q.const_score_query(having(FACTS, [fact("citations", term)]), CITATION_WEIGHT))
                for term in attempt.citations
            ]
            clauses.append((MUST, _Q.boolean_query(cited)))
        required = set(attempt.required_terms)
        if required:
            # Required words score where they are required: a second look at them would be the dearest part.
            clauses.append((MUST, _Q.boolean_query(self._scored(lambda term: term in required))))
        clauses.extend(self._scored(lambda term: term not in required))
        return _Q.boolean_query(clauses)

    def _scored(self, is_meant: Callable[[str], bool]) -> Clauses:
        terms, heading_terms = self._attempt.terms, self._attempt.heading_terms
        return _scored(filter(is_meant, terms), filter(is_meant, heading_terms))

    def _phrase(self, phrase: Phrase) -> tantivy.Query:
        in_text: Clauses = [(SHOULD, each) for each in self._in_text(phrase)]
        return _Q.boolean_query([*in_text, (SHOULD, self._above(phrase))])

    def _above(self, phrase: Phrase) -> tantivy.Query:
        """The phrase's tokens in the heading."""
        return _Q.boost_query(_all("heading", (term for _, term in sparse(phrase))), HEADING_WEIGHT)

    def _in_text(self, phrase: Phrase) -> list[tantivy.Query]:
        """The phrase in the body, and across a cue's end where a bridge can tell."""
        crossed = _crossed(phrase)
        body = self._sequence(phrase)
        return [body] if crossed is None else [body, _Q.const_score_query(crossed, BRIDGE_SCORE)]

    def _sequence(self, phrase: Phrase) -> tantivy.Query:
        """The phrase by the tokens that make it, each at its place: it is read in half the time."""
        (start, first), *others = sparse(phrase)
        if not others:
            return _term("body", first)
        words = [(0, first), *((place - start, term) for place, term in others)]
        return _Q.boost_query(_Q.phrase_query(SCHEMA, "body", words), self._weight(phrase))

    def _weight(self, phrase: Phrase) -> float:
        """What makes the score of a phrase's sparse tokens that of all of them, which is what the other engine gives:
        a phrase weighs as much as its tokens together."""
        rarities = [self._rarity(term) for _, term in sparse(phrase)]
        return sum(map(self._rarity, phrase)) / sum(rarities) if len(rarities) > 1 else 1.0

    def _rarity(self, term: str, name: str = "body") -> float:
        """BM25's inverse document frequency in the body or another stream."""
        with_it = self._searcher.doc_freq(name, term)
        without = max(0, self._searcher.num_docs - with_it)
        return math.log(1 + (without + 0.5) / (with_it + 0.5))


def having(name: str, values: Sequence[str]) -> tantivy.Query:
    """A filter, which adds nothing to the score."""
    any_of = [(SHOULD, _Q.term_query(SCHEMA, name, value, index_option="basic")) for value in values]
    return _Q.const_score_query(_Q.boolean_query(any_of), 0.0)


def _access(tokens: frozenset[str], classes: Sequence[tuple[str, int]]) -> Clauses:
    """Lets through what carries one of the tokens, by whichever side has fewer documents: looking each hit up among
    what is denied costs a fifth of looking it up among what is allowed, where that is most."""
    denied = [(name, count) for name, count in classes if tokens.isdisjoint(name.split(" "))]
    documents_denied = sum(count for _, count in denied)
    if len(denied) > _MOST_DENIED or 2 * documents_denied > sum(count for _, count in classes):
        return [(MUST, having(FACTS, [fact("access", token) for token in sorted(tokens)]))]
    return [(NOT, having(ACCESS, [name for name, _ in denied]))] if denied else []


def _scored(terms: Iterable[str], heading_terms: Iterable[str], weight: float = 1.0) -> Clauses:
    """Each of the terms in the body, times the weight, and each of the others in the heading adds to the score."""
    bodies = (_term("body", term) for term in terms)
    headings = (_term("heading", term) for term in heading_terms)
    return [
        *((SHOULD, _Q.boost_query(each, weight) if weight != 1.0 else each) for each in bodies),
        *((SHOULD, _Q.boost_query(each, HEADING_WEIGHT)) for each in headings),
    ]


def _crossed(phrase: Phrase) -> tantivy.Query | None:
    crossing = crossing_of(phrase)
    if crossing is None:
        return None
    seams = _Q.boolean_query([(SHOULD, _term("bridge", each)) for each in crossing.seams])
    return _Q.boolean_query([(MUST, seams), (MUST, _all("bridge", crossing.terms))])


def _first_with(terms: Iterable[str]) -> tantivy.Query:
    return _Q.boolean_query([(MUST, _fact(FIRST)), (MUST, _all("heading", terms))])


def _fact(value: str) -> tantivy.Query:
    return _Q.term_query(SCHEMA, FACTS, value, index_option="basic")


def _all(name: str, terms: Iterable[str]) -> tantivy.Query:
    return _Q.boolean_query([(MUST, _term(name, term)) for term in dict.fromkeys(terms)])


def _term(name: str, term: str) -> tantivy.Query:
    kept = "basic" if STREAMS[name] == "basic" else "freq"
    return _Q.term_query(SCHEMA, name, term, index_option=kept)
