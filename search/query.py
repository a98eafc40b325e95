"""What a person typed becomes a plan: attempts in order, of which the first that finds anything answers.

A citation, then the words exactly as typed, then all of the phrases, then what sounds like a known term that was typed,
then any of the words. A plan is made of tokens and knows no engine. Pure.
"""

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from search import citations, mishearing, numerals
from search.analysis import HAN, is_han, is_long, normalise, seam, token_texts

LONGEST_QUERY = 200
# Whoever types more words is not asking for a term.
_MOST_TERMS = 4

Phrase = tuple[str, ...]
Item = TypeVar("Item")


class QueryTooLong(Exception):
    """The query has more characters than any question needs."""

    code = "query_too_long"


class AttemptKind(StrEnum):
    CITATION = "citation"
    EXACT = "exact"
    ALL = "all"
    SOUND = "sound"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way of reading the query.

    A document answers it when it is filed under any of `citations` (if given), holds every one of `phrases` (tokens in
    sequence), and holds any of `required_terms` (if given). `terms` add to its score and ask for nothing.
    """

    kind: AttemptKind
    phrases: tuple[Phrase, ...] = ()
    citations: tuple[str, ...] = ()
    required_terms: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()

    @property
    def tokens(self) -> tuple[str, ...]:
        """The single tokens that matched text may be marked by, where no phrase is asked for."""
        return self.required_terms or self.terms

    @property
    def heading_terms(self) -> tuple[str, ...]:
        """Those of `terms` that score in a heading, too: single Han characters only where there is nothing longer.

        They say next to nothing of what a lecture is about, and are in the headings of all cues of most lectures.
        """
        return tuple(filter(is_long, self.terms)) or self.terms

    @property
    def required_in_heading(self) -> tuple[str, ...]:
        """Those of `required_terms` that may also stand in the heading instead."""
        return tuple(term for term in self.required_terms if term in set(self.heading_terms))


@dataclass(frozen=True, slots=True)
class Plan:
    """The attempts for a text, in order; none when it holds nothing that can be searched for."""

    text: str
    attempts: tuple[Attempt, ...] = field(default=())
    cited: tuple[citations.Citation, ...] = field(default=())


_QUOTED = re.compile(r"[\"“”「『]([^\"“”「」『』]{1,200})[\"“”」』]")
# 577条, 五七七条: all that is typed is a number and its 条, which no lecture says of an article without more.
_BARE_ARTICLE = re.compile(rf"\s*(?:[0-9]{{2,4}}|[{numerals.NUMERAL}]{{2,10}})\s*条\s*")
# What makes a question of the words and is said in lectures on anything: it asks for nothing where words remain.
_ASKING = re.compile(
    "怎么办|怎么样|怎么|怎样|如何|为什么|什么|多少|哪些|哪个|是不是|能不能|可不可以|可以吗|有没有|是否|吗|呢"
)
_GAP_IN_HAN = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")


def plan(
    text: str,
    *,
    names: Mapping[str, str] = citations.KNOWN_NAMES,
    lengths: Mapping[str, int] = citations.KNOWN_LENGTHS,
    terms: Container[str] = frozenset(),
) -> Plan:
    """The plan for a text as typed; `terms` are those that may have been misheard, `lengths` how many articles the
    statutes have.

    Raises QueryTooLong beyond 200 characters (outer white space not counted).
    """
    text = text.strip()
    if len(text) > LONGEST_QUERY:
        raise QueryTooLong
    quoted = _distinct(phrase_of(words) for words in _QUOTED.findall(text))
    rest = _QUOTED.sub(" ", text) if quoted else text
    cited = _cited_in(rest, names, lengths)
    attempts: list[Attempt] = []
    if cited:
        attempts.extend(_citation_attempts(rest, cited, quoted))
    exact = phrase_of(_GAP_IN_HAN.sub("", normalise(rest).text))
    if exact:
        attempts.append(Attempt(AttemptKind.EXACT, phrases=(*quoted, exact)))
    elif quoted:
        attempts.append(Attempt(AttemptKind.EXACT, phrases=quoted))
    parts = _distinct(re.split(r"[^\w]+", normalise(rest).text))
    phrases = _distinct(map(phrase_of, parts))
    if len(phrases) > 1:
        attempts.append(Attempt(AttemptKind.ALL, phrases=(*quoted, *phrases)))
    if misheard := [part for part in parts if len(parts) <= _MOST_TERMS and part in terms]:
        others = _distinct(phrase_of(part) for part in parts if part not in misheard)
        attempts.append(
            Attempt(
                AttemptKind.SOUND,
                phrases=(*quoted, *others),
                citations=tuple(map(mishearing.filed_as, misheard)),
            )
        )
    if exact:
        attempts.extend(_last_attempts(rest, cited, quoted))
    return Plan(text, tuple(attempts), cited)


def phrase_of(words: str) -> Phrase:
    """The tokens of a phrase without those at its ends that their bigram implies: 违约 is one token, not three."""
    tokens = token_texts(words)
    if len(tokens) > 1 and len(tokens[1]) > 1 and tokens[1].startswith(tokens[0]) and is_han(tokens[0]):
        tokens = tokens[1:]
    if len(tokens) > 1 and len(tokens[-2]) > 1 and tokens[-2].endswith(tokens[-1]) and is_han(tokens[-1]):
        tokens = tokens[:-1]
    return tuple(tokens)


def sparse(phrase: Phrase) -> tuple[tuple[int, str], ...]:
    """The tokens that make the phrase, each with its place in it, without the characters that a bigram beside them
    implies: 人民 is always followed by 民, so 人民法院 is 人民, 民法 and 法院 two places apart."""
    return tuple(
        (place, token)
        for place, token in enumerate(phrase)
        if is_long(token)
        or not (_holds_at(phrase, place - 1, 1, token) or _holds_at(phrase, place + 1, 0, token))
    )


def _holds_at(phrase: Phrase, place: int, side: int, character: str) -> bool:
    """Whether the token at this place is a bigram with the character on this side of it."""
    if not 0 <= place < len(phrase):
        return False
    token = phrase[place]
    return len(token) == 2 and is_han(token[0]) and token[side] == character


@dataclass(frozen=True, slots=True)
class Crossing:
    """How a phrase is known in a bridge: by one of the `seams` at which a cue may end, and by all of the `terms`."""

    seams: tuple[str, ...]
    terms: tuple[str, ...]


def crossing_of(phrase: Phrase) -> Crossing | None:
    """How the phrase stands across a cue's end; None where a bridge cannot tell.

    A bridge has no single Han characters: one that no bigram of the phrase holds (the 条 of 577条) leaves it unsaid.
    """
    seams = []
    for place, token in enumerate(phrase):
        following = phrase[place + 1] if place + 1 < len(phrase) else ""
        former = phrase[place - 1] if place else ""
        is_bigram = len(token) == 2 and is_han(token[0])
        if is_bigram:
            seams.append(seam(token[0], token[1]))
        elif not is_long(token) and not (_holds(former, token) or _holds(following, token)):
            return None
        if following and not (is_bigram and token[1] == following) and not _begins(following, token):
            seams.append(seam(token, following))
    return Crossing(_distinct(seams), _distinct(filter(is_long, phrase))) if seams else None


def _holds(bigram: str, character: str) -> bool:
    return len(bigram) == 2 and is_han(bigram[0]) and character in bigram


def _begins(bigram: str, character: str) -> bool:
    return _holds(bigram, character) and bigram[0] == character


def _citation_attempts(
    text: str, cited: tuple[citations.Citation, ...], quoted: tuple[Phrase, ...]
) -> Iterable[Attempt]:
    """The articles that are named, as narrowly as they are named and then as wholes; the other words only order."""
    terms = _distinct(token_texts(_beside(text, cited)))
    narrow = _distinct(citation.term for citation in cited)
    wide = _distinct(citation.terms[0] for citation in cited)
    for asked in _distinct((narrow, wide)):
        yield Attempt(AttemptKind.CITATION, phrases=quoted, citations=asked, terms=terms)


def _cited_in(
    text: str, names: Mapping[str, str], lengths: Mapping[str, int]
) -> tuple[citations.Citation, ...]:
    """The citations of what was typed; a bare 577条 is one as well."""
    found = citations.find(text, names=names, lengths=lengths)
    if not found and _BARE_ARTICLE.fullmatch(normalise(text).text):
        found = [
            replace(each, start=0, end=len(text))
            for each in citations.find(f"第{text.strip()}", names=names, lengths=lengths)
        ]
    return tuple(found)


def _beside(text: str, cited: Iterable[citations.Citation]) -> str:
    """The text without its citations, and without what stands before every law's full name."""
    others = list(text)
    for citation in cited:
        others[citation.start : citation.end] = " " * (citation.end - citation.start)
    return "".join(others).replace("中华人民共和国", " ")


def _last_attempts(
    text: str, cited: Sequence[citations.Citation], quoted: tuple[Phrase, ...]
) -> Iterable[Attempt]:
    """Any of the words. Where nothing but articles was typed, their numbers say nothing by themselves: then what speaks
    of the statutes that are not known."""
    if not cited or token_texts(_beside(text, cited)):
        yield _any_attempt(text, quoted)
        return
    for name in _distinct(each.name for each in cited):
        yield Attempt(AttemptKind.ANY, phrases=(*quoted, phrase_of(name)))


def _any_attempt(text: str, quoted: tuple[Phrase, ...]) -> Attempt:
    """Any of the words. Single Han characters only add to the score where the query has anything longer: alone they
    would let every lecture answer every question."""
    terms = _distinct(token_texts(_ASKING.sub(" ", normalise(text).text))) or _distinct(token_texts(text))
    long_terms = tuple(term for term in terms if len(term) > 1 or not re.match(f"[{HAN}]", term))
    return Attempt(AttemptKind.ANY, phrases=quoted, required_terms=long_terms or terms, terms=terms)


def _distinct(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(item for item in items if item))
