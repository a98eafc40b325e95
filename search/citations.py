"""Citations of statutes are found in text here: 民法典第577条, 《民法典》第五百七十七条第一款第二项, 民法典577.

A citation names a statute by its key, or inherits the one that the text named last (a lecture says 民法典 once and
then only 第五百七十七条), or has none. What only looks like an article (第三人, 第一条路, 三条规定) is refused. Each
citation carries a confidence: how sure a reader may be that these words mean this article.

Pure: the names of statutes are given by the caller, and default to the one that this house knows by heart.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from search import citation_names, citation_numbers, numerals
from search.analysis import normalise
from search.citation_names import CIVIL_CODE, KNOWN_NAMES, REPEALED, Mention
from search.citation_numbers import NUMBER, SMALL, Found

__all__ = ["CIVIL_CODE", "KNOWN_NAMES", "Citation", "context_of", "find", "find_in_passages", "names_any"]

KNOWN_LENGTHS: Mapping[str, int] = {CIVIL_CODE: 1260}

# Confidence: the statute stands right before the article; it was named earlier; it was named earlier and the number
# is so small that a speaker may be counting his own points (第一条，… 第二条，…); the short form without 第 and 条;
# no statute is known.
NAMED, INHERITED, INHERITED_SMALL, SHORT, UNKNOWN = 1.0, 0.85, 0.5, 0.7, 0.4
# Below this a citation is not indexed under its statute.
DOUBTFUL = 0.45

_BETWEEN = re.compile(citation_names.BETWEEN)
_FURTHEST = 40
# 民法典577, 民法典五七七条: the number right behind the name.
_SHORT = re.compile(
    rf"{citation_names.BETWEEN}(?P<article>[0-9]{{1,4}}(?![0-9])|[{numerals.NUMERAL}]{{3,10}}+)(?P<end>\s?条)?"
)
# 我们看一千一百六十五条: a number with its 条 alone, behind a word after which articles are named.
_ALONE = re.compile(
    rf"(?:^|(?<=[看据照按从由用到是讲的见引反在和与跟及、或有括如合个就,。;:?!“\"依叫记住背过了除\s]))"
    rf"(?P<article>[0-9]{{2,4}}|[{numerals.NUMERAL}]{{3,10}}+)\s?条(?!\s?[多余来几])"
)
# 这个问题五百八十四条讲得很清楚: behind any word, where what follows says that it speaks.
_SPEAKING = re.compile(
    rf"(?<![0-9{numerals.NUMERAL}第])(?P<article>[0-9]{{3,4}}|[{numerals.NUMERAL}]{{3,10}}+)\s?条"
    rf"(?=(?:它|也|里|中|就|都|又|已经|本身|怎么){{0,3}}(?:讲|说|写|明确))"
)
# 五百七十七到五百八十四这几条
_SPOKEN_RANGE = re.compile(
    rf"(?<![0-9{numerals.NUMERAL}第])(?P<first>[0-9]{{3,4}}|[{numerals.NUMERAL}]{{3,10}}+)\s?条?\s?(?:一直)?(?:到|至)\s?"
    rf"(?P<last>[0-9]{{2,4}}|[{numerals.NUMERAL}]{{2,10}}+)\s?[这那](?:几|些|[{numerals.NUMERAL}]{{1,3}})个?条"
)
# 该条第二款: of the article that was cited last.
_SAME_ARTICLE = re.compile(
    rf"(?:该条|同条|这一条|这条)(?:规定)?的?第(?P<paragraph>{NUMBER})款(?:第\(?(?P<item>{NUMBER})\)?项)?"
)
# Things that are counted with 条, so that the words before them are a number of things and not an article.
_COUNTED = re.compile(
    "路|线|街|道(?!路)|河|鱼|船|狗|蛇|裤|裙|腿|命|新闻|消息|短信|微信|留言|建议|评论|意见|理由|措施|经验|战线|出路|标准|"
    "思路|原则|要求|主线|证据|规则|底线|红线|朋友圈|记录|信息|语音|弹幕|生产线|途径|路径|规矩|产业|船|毛巾|裂缝|高速|跑道"
)
_YEAR_OR_AMOUNT = "年月日号个万亿元块位名件%.:-/多余几岁人次天页章编问周点版期"
# Behind 一共, 有 or 共 the number says how many articles there are.
_HOW_MANY = re.compile(
    r"(?:共|共有|总共|一共|有|达|近|约|超过|仅|只有|多达|才|新增|增加了?|删除了?|修改了?|[改写列删加定发]了)\s?$"
)


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
    # The name of a statute that is not known, as it is written; empty where `statute` is given or nothing is named.
    name: str = ""

    @property
    def is_doubtful(self) -> bool:
        return self.confidence < INHERITED

    @property
    def terms(self) -> tuple[str, ...]:
        """What the index files it under, from the article down; `any:` is the article of whichever statute.

        One of a statute that is not known is filed under its name.
        """
        is_filed = self.statute is None or self.confidence >= DOUBTFUL
        keys = [self.statute or self.name, "any"] if is_filed and (self.statute or self.name) else ["any"]
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
        parts = [self.statute or self.name or "any", str(self.article)]
        if self.paragraph is not None:
            parts.append(str(self.paragraph))
            if self.item is not None:
                parts.append(str(self.item))
        return ":".join(parts)


def find(
    text: str,
    *,
    context: str | None = None,
    names: Mapping[str, str] = KNOWN_NAMES,
    lengths: Mapping[str, int] = KNOWN_LENGTHS,
    own: str | None = None,
) -> list[Citation]:
    """The citations of a text, in order. `context` is the statute that was named before the text began.

    `names` maps each way of naming a statute to its key; `lengths` gives the number of its articles, where known: a
    higher number is no article of it. `own` is the statute that 本解释 and 本法 mean, where the text is one itself.
    A range is cited article by article; those that it only spans have its whole range for their words.
    """
    normal = normalise(text)
    if "条" not in normal.text and not any(name in normal.text for name in names):
        return []
    finder = _Finder(_as_known(normal.text), context, names, lengths, own)
    return [
        replace(citation, start=start, end=end)
        for citation in finder.found()
        for start, end in [normal.original(citation.start, citation.end)]
    ]


def names_any(text: str, names: Iterable[str]) -> bool:
    """Whether a text holds one of the names, however it writes it."""
    words = _as_known(normalise(text).text)
    return any(_as_known(normalise(name).text) in words for name in names)


def _as_known(normalised: str) -> str:
    """The inner names of 《…〈民法典〉…》 are written with other signs than the names that we know."""
    return normalised.replace("〈", "《").replace("〉", "》")


class _Finder:
    """Finds the citations of one normalised text."""

    def __init__(
        self,
        text: str,
        context: str | None,
        names: Mapping[str, str],
        lengths: Mapping[str, int],
        own: str | None,
    ) -> None:
        self.text, self.context, self.lengths = text, context, lengths
        self.series = list(citation_numbers.starts(text))
        self.mentions = citation_names.mentions(text, [start for start, _ in self.series], names, own)
        self.taken: list[tuple[int, int]] = []

    def found(self) -> list[Citation]:
        found = [each for start, series in self.series for each in self._written(start, series)]
        self.taken = sorted((each.start, each.end) for each in found)
        found += self._free(self._short())
        self.taken = sorted((each.start, each.end) for each in found)
        found += self._free(sorted(self._alone(), key=lambda series: series[0].start))
        found.sort(key=lambda each: (each.start, each.end, each.article))
        found += self._of_the_same_article(found)
        found.sort(key=lambda each: (each.start, each.end, each.article))
        return found

    def _free(self, candidates: Iterable[list[Citation]]) -> list[Citation]:
        """Those that no citation has taken yet, a whole list at a time."""
        kept: list[Citation] = []
        kept_to = 0
        for series in candidates:
            start, end = series[0].start, max(each.end for each in series)
            if start < kept_to:  # 四百九十六条到四百九十八条 has its last article already
                continue
            place = bisect_right(self.taken, (end, -1))
            neighbours = self.taken[max(0, place - 3) : place]
            if not any(begin < end and start < stop for begin, stop in neighbours):
                kept += series
                kept_to = end
        return kept

    def _last_mention(self, place: int) -> tuple[int, Mention | None]:
        before = bisect_right(self.mentions, place, key=lambda mention: mention.end)
        return before, self.mentions[before - 1] if before else None

    def _is_beside(self, mention: Mention | None, place: int) -> bool:
        if mention is None or place - mention.end > _FURTHEST:
            return False
        return _BETWEEN.fullmatch(self.text, mention.end, place) is not None

    def _written(self, start: int, series: Sequence[Found]) -> list[Citation]:
        """第N条 and its list."""
        _place, last = self._last_mention(start)
        is_named = self._is_beside(last, start)
        first = series[0]
        if not is_named and first.paragraph is None and _COUNTED.match(self.text, series[-1].end):
            return []
        if is_named and last is not None and last.is_document:
            return []
        return list(self._cited(start, series, last, is_named, alone=False))

    def _cited(
        self, start: int, series: Sequence[Found], last: Mention | None, is_named: bool, *, alone: bool
    ) -> Iterator[Citation]:
        for place, each in enumerate(series):
            # A list may go on in another statute, whose name stands between: the names are looked for before each.
            key, name = (last.key, last.name) if last else (self.context, "")
            if not self._has(key, name, each.article):
                if is_named or last is None:
                    continue
                # 合同法 had 428 articles: 第五百八十条 goes back to the statute before.
                key, name = self._earlier(start, each.article)
                if key is None and not name and last.key is not None:
                    continue
            begin = last.start if last and is_named and place == 0 else each.start
            confidence = self._confidence(key, name, is_named, each, series)
            if alone:
                confidence = min(confidence, SHORT)
            yield Citation(key, each.article, each.paragraph, each.item, begin, each.end, confidence, name)

    def _confidence(
        self, key: str | None, name: str, is_named: bool, each: Found, series: Sequence[Found]
    ) -> float:
        if is_named and (key or name):
            return NAMED if key else UNKNOWN
        if key is None:
            return UNKNOWN
        is_sure = each.article > SMALL or each.paragraph is not None or len(series) > 1
        return INHERITED if is_sure else INHERITED_SMALL

    def _has(self, key: str | None, name: str, article: int) -> bool:
        """Whether the statute may have an article of this number."""
        if key is not None:
            return article <= self.lengths.get(key, article)
        return article <= REPEALED.get(name, article)

    def _earlier(self, place: int, article: int) -> tuple[str | None, str]:
        """The statute named last before the one that cannot have the article; a few names back, then the context."""
        before, _last = self._last_mention(place)
        for mention in reversed(self.mentions[max(0, before - 4) : max(0, before - 1)]):
            if not mention.is_document and self._has(mention.key, mention.name, article):
                return mention.key, mention.name
        return (self.context, "") if self.context and self._has(self.context, "", article) else (None, "")

    def _short(self) -> Iterator[list[Citation]]:
        """民法典577, 民法典 1165条: a number right behind a known name, unless it is a year, an amount or too high."""
        for mention in self.mentions:
            if mention.key is None or (match := _SHORT.match(self.text, mention.end)) is None:
                continue
            number = numerals.parse(match["article"])
            following = self.text[match.end() : match.end() + 1]
            counts = following and following in (_YEAR_OR_AMOUNT if not match["end"] else "多余几")
            if not number or number > self.lengths.get(mention.key, number) or counts:
                continue
            if match["end"] and _COUNTED.match(self.text, match.end()):
                continue
            if match["end"] and number == self.lengths.get(mention.key):  # 整部民法典一千二百六十条
                continue
            first = Found(number, None, None, match.start("article"), match.end())
            series = citation_numbers.alone(self.text, first, has_article=bool(match["end"]))
            is_clear = bool(match["end"]) or series[-1].paragraph is not None or len(series) > 1
            confidence = INHERITED if is_clear else SHORT
            cited = list(self._cited(mention.end, series, mention, True, alone=False))
            if cited:
                yield [replace(each, confidence=min(each.confidence, confidence)) for each in cited]

    def _alone(self) -> Iterator[list[Citation]]:
        """我们看一千一百六十五条: without 第, where a statute is known."""
        for match in _SPOKEN_RANGE.finditer(self.text):
            _place, last = self._last_mention(match.start())
            if (last.key if last else self.context) is None:
                continue
            series = citation_numbers.spoken_range(match)
            cited = list(self._cited(match.start(), series, last, False, alone=True)) if series else []
            if cited:
                yield cited
        for match in sorted(
            [*_ALONE.finditer(self.text), *_SPEAKING.finditer(self.text)], key=lambda match: match.start()
        ):
            _place, last = self._last_mention(match.start())
            key = last.key if last else self.context
            number = numerals.parse(match["article"])
            if key is None or not number or number < 100 or number >= self.lengths.get(key, number + 1):
                continue
            lead = self.text[max(0, match.start() - 4) : match.start()]
            if _HOW_MANY.search(lead) or _COUNTED.match(self.text, match.end()):
                continue
            first = Found(number, None, None, match.start(), match.end())
            series = citation_numbers.alone(self.text, first, has_article=True)
            cited = list(self._cited(match.start(), series, last, False, alone=True))
            if cited:
                yield cited

    def _of_the_same_article(self, found: Sequence[Citation]) -> list[Citation]:
        """该条第二款: the article cited last before it."""
        starts = [each.start for each in found]
        more = []
        for match in _SAME_ARTICLE.finditer(self.text):
            place = bisect_right(starts, match.start())
            paragraph = numerals.parse("".join(match["paragraph"].split()))
            if not place or not paragraph or found[place - 1].end > match.start():
                continue
            item = numerals.parse("".join(match["item"].split())) if match["item"] else None
            last = found[place - 1]
            confidence = min(last.confidence, INHERITED)
            more.append(
                Citation(
                    last.statute,
                    last.article,
                    paragraph,
                    item,
                    match.start(),
                    match.end(),
                    confidence,
                    last.name,
                )
            )
        return more


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
    words = normalise(text).text.replace("〈", "《").replace("〉", "》")
    keys = [mention.key for mention in citation_names.mentions(words, [], names, None) if mention.key]
    return keys[0] if keys else None
