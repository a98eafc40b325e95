"""The names of statutes in a text: which statute is spoken of at each place, known to us or not.

A known name is found wherever it stands. A statute that we do not hold is known by its own name where that is a
common one (公司法, 九民纪要), or by the word that it ends with where an article follows. A contract or a charter has
articles too: it is found here as a document, so that its articles are nobody's citations. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

CIVIL_CODE = "civil-code"
# Book titles stand for the Code, because its articles are counted through.
_BOOKS = (
    "总则编",
    "物权编",
    "合同编",
    "人格权编",
    "婚姻家庭编",
    "继承编",
    "侵权责任编",
    "侵权编",
    "婚姻编",
    "婚家编",
)
KNOWN_NAMES: Mapping[str, str] = {
    "中华人民共和国民法典": CIVIL_CODE,
    "民法典": CIVIL_CODE,
    **{f"民法典{book}": CIVIL_CODE for book in _BOOKS},
    **{f"民法典的{book}": CIVIL_CODE for book in _BOOKS},
    **dict.fromkeys(_BOOKS, CIVIL_CODE),
}
# Statutes that lecturers speak of and that we may not hold, with the number of their articles where it settles
# whether a later bare article can be theirs: the laws that the Code repealed have had their last text.
REPEALED: Mapping[str, int] = {
    "婚姻法": 51,
    "继承法": 37,
    "民法通则": 156,
    "收养法": 34,
    "担保法": 96,
    "合同法": 428,
    "物权法": 247,
    "侵权责任法": 92,
    "民法总则": 206,
}
_OTHERS = (
    *REPEALED,
    *"公司法 刑法 民事诉讼法 民诉法 刑事诉讼法 刑诉法 行政诉讼法 劳动法 劳动合同法 宪法".split(),  # noqa: SIM905
    *"消费者权益保护法 消法 律师法 仲裁法 企业破产法 破产法 保险法 票据法 证券法 信托法".split(),  # noqa: SIM905
    *"著作权法 专利法 商标法 土地管理法 个人信息保护法 反垄断法 反家庭暴力法 海商法".split(),  # noqa: SIM905
    *"妇女权益保障法 未成年人保护法 农村土地承包法 道路交通安全法 食品安全法 建筑法".split(),  # noqa: SIM905
    *"产品质量法 招标投标法 电子商务法 行政处罚法 行政许可法 国家赔偿法 合伙企业法".split(),  # noqa: SIM905
    *"涉外民事关系法律适用法 法律适用法 商业银行法 反不正当竞争法 九民纪要 民诉法解释".split(),  # noqa: SIM905
)
_ENDINGS = "法典|法|条例|解释|规定|办法|规则|规范|决定|意见|通则|总则|纪要|公约|批复"
_DOCUMENTS = (
    "合同|协议|协议书|章程|约定|规约|遗嘱|守则|制度|条款|方案|声明|承诺书|备忘录|保单|通知书|起诉状|清单|须知"
)
# Where a name that we do not know begins: behind one of these, or behind anything but letters.
_LEADS = re.compile(
    r"依照|依据|根据|按照|适用|违反|参照|援引|看看|看|原来|原先|原|旧|的|和|与|跟|及|是|在|讲|了|我国|按|依|照|到|见|"
    r"除|由|对|从|把|比|查|翻|叫|说|用|因|有|为|之前|以前|过去|现行|就|像|如|至|或|以及|结合"
)
_LONGEST_NAME = 24
# Words that stand between a statute's name and its article.
BETWEEN = (
    r"(?:[》\s]|\([^()]{0,20}\)|的|中|里|当中|之中|里面|里头|这个|它|它的|呢|啊|嗯|呃|这里|上|上面|项下|"
    r"所规定|规定){0,8}"
)
# 该解释第五条: the statute that was named last. 本解释第五条: the text's own.
_SAME = re.compile(r"(?:该|同|此|这部|这个|上述|前述|同一)(?:法典|法|条例|司法解释|解释|规定|办法)$")
_OWN = re.compile(r"(?:本)(?:法典|法|条例|司法解释|解释|规定|办法|规则)$")
_ENDED = re.compile(
    rf"(?P<name>(?:{_ENDINGS})(?:\([一二三四五六七八九十]\)|[一二三四五](?=第))?|{_DOCUMENTS})$"
)
_TAIL = re.compile(rf"{BETWEEN}$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A statute's name at [start, end). `key` is None for one that we do not hold, which `name` then names."""

    key: str | None
    name: str
    start: int
    end: int
    is_document: bool = False


# 公司法解释三 is not the company law.
_INTERPRETATION = r"(?:(?:司法)?解释(?:\([一二三四五]\)|[一二三四五](?=第|\s|$))?)?"


@lru_cache(maxsize=8)
def _pattern(names: frozenset[str]) -> re.Pattern[str]:
    known = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    others = "|".join(sorted(set(_OTHERS) - names, key=lambda name: (-len(name), name)))
    return re.compile(
        # 民法典合同编通则解释 runs on into an interpretation's name, where that one is not known.
        # 民法典第五条规定的第三人 does not: its article stands between.
        rf"(?P<known>{known})(?!(?:(?!第)[一-鿿()]){{0,10}}(?:解释|规定)(?:\([一二三]\)|[一二三])?》?的?第)"
        rf"|《(?P<quoted>[^《》]{{1,60}})》|(?P<other>(?:{others}){_INTERPRETATION})"
    )


def mentions(text: str, articles: list[int], names: Mapping[str, str], own: str | None) -> list[Mention]:
    """The names in a normalised text, in order; `articles` are the places where its articles begin, in order.

    `own` is the statute that 本解释 and 本法 mean, where the text is one itself.
    """
    found = list(_written(text, names))
    ends = {mention.end for mention in found}
    place = 0
    merged: list[Mention] = []
    for article in articles:
        while place < len(found) and found[place].end <= article:
            merged.append(found[place])
            place += 1
        floor = merged[-1].end if merged else 0
        unknown = _before(text, article, floor, merged[-1] if merged else None, own)
        if unknown is not None and unknown.end not in ends:
            merged.append(unknown)
    merged.extend(found[place:])
    return merged


def _written(text: str, names: Mapping[str, str]) -> Iterator[Mention]:
    """Names that need no article behind them: the longest at each place."""
    for match in _pattern(frozenset(names)).finditer(text):
        known, quoted, other = match["known"], match["quoted"], match["other"]
        if known is not None:
            yield Mention(names[known], "", match.start(), match.end())
        elif other is not None:
            yield Mention(None, other, match.start(), match.end())
        else:
            name = quoted.strip()
            is_document = re.search(rf"(?:{_DOCUMENTS})$", name) is not None
            key = names.get(name)
            yield Mention(key, "" if key else name, match.start(), match.end(), is_document)


def _before(text: str, article: int, floor: int, last: Mention | None, own: str | None) -> Mention | None:
    """The name that we do not know right before an article, not reaching back beyond `floor`."""
    window = text[max(floor, article - _LONGEST_NAME - 12) : article]
    tail = _TAIL.search(window)
    words = window[: tail.start()] if tail else window
    # The words between may have eaten the name's own ending (…若干规定第五条).
    for end in (len(words), len(window.rstrip("的》 "))):
        if (match := _ENDED.search(window[:end])) is None:
            continue
        head = window[:end]
        start = article - len(window)
        if same := _SAME.search(head):
            if last is None or last.is_document:
                return None
            return Mention(last.key, last.name, start + same.start(), start + end)
        if said := _OWN.search(head):
            # Read aloud in a lecture, 本法 is the statute under discussion.
            is_read_aloud = own is None and head.endswith(("本法", "本法典"))
            return None if is_read_aloud else Mention(own, "", start + said.start(), start + end)
        name = _name_of(head, match.start())
        if (
            not name
            or name in {"规定", "法", "解释", "意见", "决定", "办法", "司法解释"}
            or name.endswith("前款规定")
        ):
            return None
        is_document = re.search(rf"(?:{_DOCUMENTS})$", name) is not None
        return Mention(None, name, start + end - len(name), start + end, is_document)
    return None


def _name_of(head: str, ending: int) -> str:
    """The name that ends the words: back to a lead (依照, 的, …) or to what is no letter, within reason."""
    begin = max(0, len(head) - _LONGEST_NAME)
    for match in re.finditer(r"[^一-鿿()]+", head[begin:]):
        if begin + match.end() <= ending:
            begin = begin + match.end() if begin + match.end() > begin else begin
    best = begin
    for match in _LEADS.finditer(head, begin):
        if match.end() <= ending:
            best = match.end()
    return head[best:]
