"""The text of a statute or judicial interpretation is read here: its name, dates, divisions and articles.

Markdown and plain text are read alike: a division is a line such as 第一编 总则, 第二章 自然人, 一、一般规定 or 附则,
with or without Markdown's signs; an article begins with 第N条 (Chinese or Arabic numbers, 之一 for one put in
later), and its further lines are paragraphs, or items where they begin with （一）. Pure.
"""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from search import numerals

# A statute with every interpretation of it is a few hundred kilobytes; more is no statute.
MAX_CHARACTERS = 2_000_000
MAX_ARTICLES = 5_000

_NUMBER = rf"[0-9]{{1,4}}|[{numerals.NUMERAL}]{{1,10}}"
_SIGNS = re.compile(r"^(?P<heading>#{1,6}\s+)?(?P<text>.*?)\s*$")
_ARTICLE = re.compile(
    rf"^第\s*(?P<number>{_NUMBER})\s*条(?:之\s*(?P<insert>{_NUMBER}))?(?=[\s　]|$)[\s　]*(?P<text>.*)$"
)
_DIVISION = re.compile(rf"^第\s*(?P<number>{_NUMBER})\s*(?P<mark>分编|编|章|节)(?:[\s　]+(?P<title>.*)|$)")
_HEADING = re.compile(rf"^(?P<number>[{numerals.NUMERAL}]{{1,4}})、(?P<title>[^。；：]{{1,40}})$")
_SUPPLEMENT = re.compile(r"^附[\s　]*则$")
_ITEM = re.compile(rf"^[（(](?P<number>[{numerals.NUMERAL}]{{1,4}}|[0-9]{{1,2}})[）)][\s　]*(?P<text>.+)$")
_COMMENT = re.compile(r"^<!--.*-->$")
_DAY = r"(?P<{0}_year>\d{{4}})年(?P<{0}_month>\d{{1,2}})月(?P<{0}_day>\d{{1,2}})日"
_ADOPTED = re.compile(_DAY.format("a") + r"[^。；\n]{0,60}?(?:通过|公布|发布)")
_IN_FORCE = (
    re.compile(r"自\s*" + _DAY.format("f") + r"\s*起\s*(?:施行|实施|生效)"),
    re.compile(_DAY.format("f") + r"\s*(?:起)?(?:施行|实施|生效)"),
)
_DOCUMENT_NUMBER = re.compile(r"[一-鿿]{1,8}〔\d{4}〕\s*第?\d{1,4}号")
_KINDS = {"编": "book", "分编": "part", "章": "chapter", "节": "section"}
_RANKS = {"book": 0, "part": 1, "chapter": 2, "heading": 2, "section": 3}


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no complete statute: a code, the line that shows it, and the words in question."""

    line: int
    code: str
    words: str = ""


class UnreadableStatute(ValueError):
    """The text is not a complete statute; `problems` say each reason with its line."""

    code = "unreadable_statute"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(
            "; ".join(f"line {each.line}: {each.code} {each.words}".rstrip() for each in problems)
        )
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph (款) and its items (项), which are printed with their numbers."""

    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Number:
    """An article's number; `insert` is 1 for 第十九条之一 and 0 for 第十九条."""

    article: int
    insert: int = 0

    def __str__(self) -> str:
        own = f"第{numerals.written(self.article)}条"
        return f"{own}之{numerals.written(self.insert)}" if self.insert else own


@dataclass(frozen=True, slots=True)
class Article:
    """One article; its text may be empty where the statute says that it was deleted."""

    number: Number
    paragraphs: tuple[Paragraph, ...]
    line: int = field(compare=False)


@dataclass(slots=True)
class Division:
    """A book, part, chapter, section, or a heading of an interpretation, with the articles it spans."""

    kind: str
    number: int | None
    title: str
    line: int
    first: Number | None = None
    last: Number | None = None
    divisions: list["Division"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StatuteText:
    """A whole statute. Its articles are complete and in order."""

    name: str
    adopted_on: dt.date | None
    in_force_from: dt.date | None
    document_number: str
    divisions: tuple[Division, ...]
    articles: tuple[Article, ...]

    @property
    def is_interpretation(self) -> bool:
        return self.name.startswith("最高人民法院") and self.name.rstrip(
            "（）()一二三四五六七八九十 "
        ).endswith(("解释", "规定", "批复", "意见", "决定"))


def decoded(content: bytes) -> str | None:
    """A text file's words in either encoding in which statutes are published; None for another."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def read(text: str) -> StatuteText:
    """The statute that the text holds. Refuses UnreadableStatute with every problem and its line."""
    if len(text) > MAX_CHARACTERS:
        raise UnreadableStatute([Problem(1, "too_long", str(len(text)))])
    reader = _Reader()
    for line, words in _lines(text):
        reader.take(line, words)
    return reader.finish()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, without Markdown's signs."""
    for line, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        match = _SIGNS.match(raw.strip().strip("\u3000"))
        words = (match["text"] if match else raw).replace("**", "").replace("__", "").strip().strip("\u3000")
        if words and not _COMMENT.match(words):
            yield line, words


class _Reader:
    """Takes a statute's lines one by one."""

    def __init__(self) -> None:
        self.name = ""
        self.head: list[str] = []
        self.articles: list[Article] = []
        self.paragraphs: list[Paragraph] = []
        self.open: tuple[Number, int] | None = None
        self.top: list[Division] = []
        self.path: list[tuple[int, Division]] = []
        self.problems: list[Problem] = []

    def take(self, line: int, words: str) -> None:
        if not self.name:
            self.name = words
        elif article := _ARTICLE.match(words):
            self._begin(line, article)
        elif division := self._division(line, words):
            self._close()
            self._place(division)
        elif self.open is None:
            self.head.append(words)
        else:
            self._continue(words)

    def finish(self) -> StatuteText:
        self._close()
        if not self.articles:
            self.problems.append(Problem(1, "no_articles"))
        self._check_order()
        if self.problems:
            raise UnreadableStatute(self.problems)
        self._check_divisions()
        if self.problems:
            raise UnreadableStatute(self.problems)
        head = "\n".join(self.head)
        last_words = " ".join(each.text for article in self.articles[-3:] for each in article.paragraphs)
        number = _DOCUMENT_NUMBER.search(head)
        return StatuteText(
            name=re.sub(r"[\s　]+", "", self.name),
            adopted_on=_day(_ADOPTED.search(head), "a"),
            in_force_from=_in_force(head) or _in_force(last_words),
            document_number=number[0] if number else "",
            divisions=tuple(self.top),
            articles=tuple(self.articles),
        )

    def _begin(self, line: int, match: re.Match[str]) -> None:
        self._close()
        number, insert = numerals.parse(match["number"]), numerals.parse(match["insert"] or "0")
        if not number or insert is None:
            self.problems.append(Problem(line, "bad_number", match[0][:20]))
            return
        if len(self.articles) >= MAX_ARTICLES:
            raise UnreadableStatute([Problem(line, "too_many_articles", str(MAX_ARTICLES))])
        self.open = Number(number, insert), line
        if match["text"]:
            self._continue(match["text"])

    def _continue(self, words: str) -> None:
        """A further line of the open article: an item where the numbers go on, else a paragraph."""
        item = _ITEM.match(words)
        if item and self.paragraphs:
            last = self.paragraphs[-1]
            if numerals.parse(item["number"]) == len(last.items) + 1:
                self.paragraphs[-1] = Paragraph(last.text, (*last.items, words))
                return
        self.paragraphs.append(Paragraph(words))

    def _close(self) -> None:
        if self.open is None:
            return
        number, line = self.open
        if not self.paragraphs:
            self.problems.append(Problem(line, "empty_article", str(number)))
        self.articles.append(Article(number, tuple(self.paragraphs), line))
        for _rank, division in self.path:
            division.first = division.first or number
            division.last = number
        self.open, self.paragraphs = None, []

    def _division(self, line: int, words: str) -> Division | None:
        if match := _DIVISION.match(words):
            number = numerals.parse(match["number"])
            title = re.sub(r"(?<=[一-鿿])[\s　]+(?=[一-鿿])", "", match["title"] or "")
            return Division(_KINDS[match["mark"]], number, title, line) if len(title) <= 60 else None
        if _SUPPLEMENT.match(words):
            return Division("supplement", None, "附则", line)
        # 一、… inside an article is a point of it; as a heading it stands between articles or before them.
        if (match := _HEADING.match(words)) and not words.endswith(("，", "、")):
            number = numerals.parse(match["number"])
            here = [division for _rank, division in self.path if division.kind == "heading"]
            if number == (here[0].number or 0) + 1 if here else number == 1:
                return Division("heading", number, match["title"].strip(), line)
        return None

    def _place(self, division: Division) -> None:
        """Below the last division of a higher rank; supplementary provisions stand beside the first division."""
        top_rank = self.path[0][0] if self.path else 2
        rank = _RANKS.get(division.kind, top_rank)
        while self.path and self.path[-1][0] >= rank:
            self.path.pop()
        (self.path[-1][1].divisions if self.path else self.top).append(division)
        self.path.append((rank, division))

    def _check_order(self) -> None:
        expected = Number(0)
        for article in self.articles:
            number = article.number
            follows = Number(expected.article + 1), Number(expected.article, expected.insert + 1)
            if number == expected or number < expected:
                self.problems.append(Problem(article.line, "out_of_order", str(number)))
            elif number not in follows:
                self.problems.append(Problem(article.line, "missing_before", str(number)))
            expected = max(expected, number)

    def _check_divisions(self) -> None:
        waiting = list(self.top)
        while waiting:
            division = waiting.pop()
            if division.first is None:
                self.problems.append(Problem(division.line, "empty_division", division.title))
            waiting.extend(division.divisions)
        self.problems.sort(key=lambda each: each.line)


def _in_force(text: str) -> dt.date | None:
    for pattern in _IN_FORCE:
        if match := pattern.search(text):
            return _day(match, "f")
    return None


def _day(match: re.Match[str] | None, name: str) -> dt.date | None:
    if match is None:
        return None
    try:
        return dt.date(*(int(match[f"{name}_{part}"]) for part in ("year", "month", "day")))
    except ValueError:
        return None


# --- How people name it -------------------------------------------------------------------------------

_APPLIES = re.compile(r"^最高人民法院关于适用《(?:中华人民共和国)?(?P<statute>[^》]+)》(?P<rest>.+)$")
_PART = re.compile(r"[（(](?P<part>[一二三四五六七八九十])[）)]$")


def short_name(name: str) -> str:
    """How lawyers call it: 民法典; 民法典合同编通则解释; 民法典婚姻家庭编解释（一）."""
    applies = _APPLIES.match(name)
    if applies is None:
        return name.removeprefix("中华人民共和国")
    rest = applies["rest"].removeprefix("有关")
    for filler in ("的若干问题", "若干问题", "有关"):
        rest = rest.replace(filler, "")
    rest = re.sub(r"的?(?:若干)?(解释|规定)(?=$|[（(])", r"\1", rest)
    return applies["statute"] + rest


def names_of(name: str) -> tuple[str, ...]:
    """Every way of writing or saying its name that means this one and no other, the full name first."""
    short = short_name(name)
    found = [name, short]
    applies = _APPLIES.match(name)
    if applies is None:
        return tuple(dict.fromkeys(found))
    rest = short.removeprefix(applies["statute"])
    bare = [rest]
    part = _PART.search(rest)
    if part:
        bare.append(rest[: part.start()] + part["part"])
    bare += [each.replace("解释", "司法解释") for each in bare]
    # 婚姻家庭编的解释（一）, 担保解释: with the particle of the full name, and without what goes without saying.
    bare += [each.replace("编", "编的", 1) for each in bare]
    bare += [each.replace("担保制度", "担保", 1) for each in bare if "担保制度" in each]
    for each in bare:
        found += [each, applies["statute"] + each]
    found.append(
        name.replace("《中华人民共和国" + applies["statute"] + "》", "《" + applies["statute"] + "》")
    )
    return tuple(dict.fromkeys(found))
