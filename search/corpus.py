"""A file of texts is searched as lectures are, in a throw-away index of the engine in force.

So anyone can measure the quality of search on a public set of questions. Each text is a group of its own with one
document, and a question goes through the same plan as a reader's; where the first attempt that answers gives fewer
texts than asked for, the wider attempts fill up the list behind it.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, TextIO

from search import analysis, citations, engines, query
from search.engines.base import Document, Engine, Filters, Request
from search.refusals import UnreadableCorpus

LONGEST_LINE = 2_000_000
MOST_HITS = 1_000
EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the file; its id is given back as it came, so that a measurement finds it again."""

    id: str | int
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that answers; a higher score is a better answer, over all attempts of one question."""

    id: str | int
    score: float


def read(lines: Iterable[str]) -> Iterator[Text]:
    """The texts of a JSON Lines file of {id, heading, text}; raises UnreadableCorpus with the number of a bad line."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            raise UnreadableCorpus(number)
        try:
            facts = json.loads(line)
        except ValueError as error:
            raise UnreadableCorpus(number) from error
        if not isinstance(facts, dict) or type(facts.get("id")) not in (str, int):
            raise UnreadableCorpus(number)
        heading, text = facts.get("heading") or "", facts.get("text") or ""
        if not isinstance(heading, str) or not isinstance(text, str):
            raise UnreadableCorpus(number)
        yield Text(facts["id"], heading, text)


@contextmanager
def indexed(texts: Iterable[Text]) -> Iterator["Corpus"]:
    """The texts in an index that is gone afterwards. Raises EngineUnavailable where the engine does not answer."""
    with engines.throw_away() as engine:
        ids: list[str | int] = []
        engine.rebuild(_documents(texts, ids), lambda count: None)
        yield Corpus(engine, ids)


class Corpus:
    """An index of texts, open to questions."""

    def __init__(self, engine: Engine, ids: list[str | int]) -> None:
        self._engine, self._ids = engine, ids

    def find(self, question: str, limit: int) -> list[Hit]:
        """At most `limit` texts for a question, the best first; a question longer than a reader's is cut."""
        limit = max(1, min(limit, MOST_HITS))
        asked = query.plan(question.strip()[: query.LONGEST_QUERY])
        found: dict[str, float] = {}
        tiers: list[list[tuple[str, float]]] = []
        for attempt in (*asked.attempts, *_last_resort(asked)):
            page = self._engine.find(Request(attempt, frozenset({EVERYBODY}), Filters(), 0, limit, 1))
            fresh = [(group.key, group.score) for group in page.groups if group.key not in found]
            fresh = fresh[: limit - len(found)]
            found.update(fresh)
            tiers.append(fresh)
            if len(found) >= limit:
                break
        return [Hit(self._ids[int(key)], score) for key, score in _in_one_scale(tiers)]

    def answer(self, question: str, limit: int) -> dict[str, Any]:
        """The question and its hits as programs read them."""
        hits = [{"id": hit.id, "score": round(hit.score, 6)} for hit in self.find(question, limit)]
        return {"query": question, "hits": hits}


def questions(lines: TextIO) -> Iterator[str]:
    """One question a line, as typed; an empty line is an empty question, which has no hits."""
    for line in lines:
        yield line.rstrip("\r\n")


def _last_resort(asked: query.Plan) -> Iterator[query.Attempt]:
    """Any of the characters: too little for a reader, but better than no text where so many are asked for."""
    for attempt in asked.attempts[-1:]:
        if attempt.required_terms and attempt.required_terms != attempt.terms:
            yield replace(attempt, required_terms=attempt.terms)


def _in_one_scale(tiers: list[list[tuple[str, float]]]) -> Iterator[tuple[str, float]]:
    """Scores of one attempt are not those of another: each tier is lifted above the best of those behind it."""
    lifts: list[float] = []
    ceiling = 0.0
    for tier in reversed(tiers):
        lifts.append(ceiling)
        if tier:
            ceiling += max(score for _key, score in tier)
    for tier, lift in zip(tiers, reversed(lifts), strict=True):
        for key, score in tier:
            yield key, score + lift


def _documents(texts: Iterable[Text], ids: list[str | int]) -> Iterator[Document]:
    """Each text as a document; its number is its group, so that equal scores keep the file's order."""
    for number, each in enumerate(texts):
        ids.append(each.id)
        cited = citations.find(each.text, context=citations.context_of(each.heading))
        yield Document(
            id=f"{number:08}",
            group=f"{number:08}",
            body=analysis.stream(each.text),
            bridge="",
            heading=analysis.stream(each.heading),
            citations=tuple(sorted({term for citation in cited for term in citation.terms})),
            access=(EVERYBODY,),
            courses=(),
            lecturer="",
            language="zh-Hans",
            position=0,
            start_ms=0,
            end_ms=0,
        )
