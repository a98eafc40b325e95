"""Citations of statutes are found in text here: 民法典第577条, 《民法典》第五百七十七条第一款第二项, 民法典577.

A citation names a statute by its key, or inherits the one that the text named last (a lecture says 民法典 once and
then only 第五百七十七条), or has none. What only looks like an article (第三人, 第一条路, 三条规定) is refused. Each
citation carries a confidence: how sure a reader may be that these words mean this article.

Pure: the names of statutes are given by the caller, and default to the one that this house knows by heart.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from search import numerals
from search.analysis import normalise

CIVIL_CODE = "civil-code"
# Book titles stand for the Code, because its articles are counted through.
_BOOKS = ("总则编", "物权编", "合同编", "人格权编", "婚姻家庭编", "继承编", "侵权责任编")
KNOWN_NAMES: Mapping[str, str] = {
    "中华人民共和国民法典": CIVIL_CODE,
    "民法典": CIVIL_CODE,
    **{f"民法典{book}": CIVIL_CODE for book in _BOOKS},
    **dict.fromkeys(_BOOKS, CIVIL_CODE),
}
KNOWN_LENGTHS: Mapping[str, int] = {CIVIL_CODE: 1260}

# Confidence: the statute stands right before the article; it was named earlier; it was named earlier and the number
# is so small that a speaker may be counting his own points (第一条，… 第二条，…); the short form without 第 and 条;
# no statute is known.
NAMED, INHERITED, INHERITED_SMALL, SHORT, UNKNOWN = 1.0, 0.85, 0.5, 0.7, 0.4
SMALL = 10
# Below this a citation is not indexed under its statute.
DOUBTFUL = 0.45

_NUMBER = rf"[0-9]{{1,4}}|[{numerals.NUMERAL}]{{1,10}}"
_NAME = r"[一-鿿、（）()]{1,40}?(?:法典|法|条例|解释|规定|办法|规则|决定|意见|编)"
_ARTICLE = re.compile(
    rf"第\s*(?P<article>{_NUMBER})\s*条(?:之(?P<insert>{_NUMBER}))?"
    rf"(?:\s*(?:的)?\s*第?\s*(?P<paragraph>{_NUMBER})\s*款)?"
    rf"(?:\s*(?:的)?\s*第?\s*[（(]?(?P<item>{_NUMBER})[）)]?\s*项)?"
)
_SHORT = re.compile(rf"[》\s]*(?P<article>[0-9]{{1,4}}|[{numerals.NUMERAL}]{{3,10}}(?=条))\s*(?P<end>条)?")
_BETWEEN = r"(?:[》>\s]|[（(][^（()）]{0,20}[）)]|的|中|里|当中|之中|里面)*"
# Things that are counted with 条, so that the words before them are a number of things and not an article.
_COUNTED = "路线街道河鱼船狗蛇裤裙腿命新消信短微留建评意理措经战出"
_YEAR_OR_AMOUNT = "年月日号个万亿元块位名件%％.．:：-/"


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation: the half-open range [start, end) of the original text says article (paragraph, item) of statute."""

    statute: str | None
    article: int
    paragraph: int | None
    item: int | None
    start: int
    end: int
    confidence: float

    @property
    def is_doubtful(self) -> bool:
        return self.confidence < INHERITED

    @property
    def terms(self) -> tuple[str, ...]:
        """What the index files it under, from the article down; `any:` is the article of whichever statute."""
        keys = ["any"] if self.statute is None or self.confidence < DOUBTFUL else [self.statute, "any"]
        found = []
        for key in keys:
            found.append(f"{key}:{self.article}")
            if self.paragraph is not None:
                found.append(f"{key}:{self.article}:{self.paragraph}")
                if self.item is not None:
                    found.append(f"{key}:{self.article}:{self.paragraph}:{self.item}")
        return tuple(found)

    @property
    def term(self) -> str:
        """The narrowest of its terms under its own statute: what a query for it asks."""
        parts = [self.statute or "any", str(self.article)]
        if self.paragraph is not None:
            parts.append(str(self.paragraph))
            if self.item is not None:
                parts.append(str(self.item))
        return ":".join(parts)


@dataclass(slots=True)
class _Mention:
    """A statute's name in the text; `key` is None for a statute that we do not know."""

    key: str | None
    start: int
    end: int


def find(
    text: str,
    *,
    context: str | None = None,
    names: Mapping[str, str] = KNOWN_NAMES,
    lengths: Mapping[str, int] = KNOWN_LENGTHS,
) -> list[Citation]:
    """The citations of a text, in order. `context` is the statute that was named before the text began.

    `names` maps each way of naming a statute to its key; `lengths` gives the number of its articles, where known: a
    higher number is no article of it.
    """
    normal = normalise(text)
    if "条" not in normal.text and not any(name in normal.text for name in names):
        return []
    mentions = list(_mentions(normal.text, names))
    found: list[Citation] = []
    for match in _ARTICLE.finditer(normal.text):
        citation = _article(normal.text, match, mentions, context, lengths)
        if citation is not None:
            found.append(citation)
    found.extend(_short_forms(normal.text, mentions, lengths))
    found.sort(key=lambda citation: citation.start)
    return [_at(citation, *normal.original(citation.start, citation.end)) for citation in found]


def find_in_passages(
    passages: Iterable[tuple[int, int]],
    text: str,
    *,
    context: str | None = None,
    names: Mapping[str, str] = KNOWN_NAMES,
    lengths: Mapping[str, int] = KNOWN_LENGTHS,
) -> list[list[Citation]]:
    """The citations of a long text (a transcript), each filed under the passage (a cue's range) in which it starts."""
    ranges = list(passages)
    filed: list[list[Citation]] = [[] for _ in ranges]
    place = 0
    for citation in find(text, context=context, names=names, lengths=lengths):
        while place < len(ranges) - 1 and citation.start >= ranges[place][1]:
            place += 1
        filed[place].append(citation)
    return filed


def context_of(text: str, *, names: Mapping[str, str] = KNOWN_NAMES) -> str | None:
    """The statute that a heading names (《民法典》合同编精讲), which a lecture under it inherits; None without one."""
    keys = [mention.key for mention in _mentions(normalise(text).text, names) if mention.key]
    return keys[0] if keys else None


def _mentions(text: str, names: Mapping[str, str]) -> Iterator[_Mention]:
    """Names of statutes, the longest at each place; one that runs on into another (合同编通则解释) is that other."""
    known = sorted(names, key=len, reverse=True)
    alternatives = "|".join(re.escape(name) for name in known)
    pattern = re.compile(
        rf"《(?P<quoted>[^《》]{{1,60}})》|(?P<known>{alternatives})(?![^第，。；、\s]{{0,8}}解释)"
        rf"|(?P<other>{_NAME})(?={_BETWEEN}第\s*(?:{_NUMBER})\s*条)"
    )
    for match in pattern.finditer(text):
        quoted, name = match.group("quoted"), match.group("known")
        if quoted is not None:
            yield _Mention(names.get(quoted.strip()), match.start(), match.end())
        elif name is not None:
            yield _Mention(names[name], match.start(), match.end())
        else:
            # 根据我国民法典 ends with a name that we know; 原合同法 is a statute that we do not.
            endings = [name for name in known if match.group("other").endswith(name)]
            start = match.end() - len(endings[0]) if endings else match.start()
            yield _Mention(names[endings[0]] if endings else None, start, match.end())


def _article(
    text: str,
    match: re.Match[str],
    mentions: list[_Mention],
    context: str | None,
    lengths: Mapping[str, int],
) -> Citation | None:
    number = numerals.parse(match.group("article"))
    if not number or match.group(
        "insert"
    ):  # 第十九条之一 is an article of its own, which no statute here has
        return None
    before = bisect_right(mentions, match.start(), key=lambda mention: mention.end)
    last = mentions[before - 1] if before else None
    is_named = last is not None and re.fullmatch(_BETWEEN, text[last.end : match.start()]) is not None
    statute = last.key if last else context
    # 第一条路, 第三条建议: things are counted; a statute right before, a paragraph or an item settles it.
    following = text[match.end() : match.end() + 1]
    if not is_named and match.group("paragraph") is None and following and following in _COUNTED:
        return None
    if statute is not None and number > lengths.get(statute, number):
        return None
    if statute is None:
        confidence = UNKNOWN
    elif is_named:
        confidence = NAMED
    else:
        confidence = INHERITED if number > SMALL or match.group("paragraph") else INHERITED_SMALL
    return Citation(
        statute=statute,
        article=number,
        paragraph=_part(match.group("paragraph")),
        item=_part(match.group("item")),
        start=last.start if last and is_named else match.start(),
        end=match.end(),
        confidence=confidence,
    )


def _part(text: str | None) -> int | None:
    return numerals.parse(text) if text else None


def _short_forms(text: str, mentions: list[_Mention], lengths: Mapping[str, int]) -> Iterator[Citation]:
    """民法典577, 民法典 1165条: a number right behind a known name, unless it is a year, an amount or too high."""
    for mention in mentions:
        if mention.key is None:
            continue
        match = _SHORT.match(text, mention.end)
        if match is None:
            continue
        following = text[match.end() : match.end() + 1]
        if following.isdigit() or (following and following in _YEAR_OR_AMOUNT and not match.group("end")):
            continue
        number = numerals.parse(match.group("article"))
        if not number or number > lengths.get(mention.key, number):
            continue
        confidence = INHERITED if match.group("end") else SHORT
        yield Citation(mention.key, number, None, None, mention.start, match.end(), confidence)


def _at(citation: Citation, start: int, end: int) -> Citation:
    return Citation(
        citation.statute, citation.article, citation.paragraph, citation.item, start, end, citation.confidence
    )
