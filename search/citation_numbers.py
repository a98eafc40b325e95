"""Articles by their numbers in a text: single, in lists and in ranges, with the parts that speakers leave out.

第五百七十七条第一款、第三款 · 第577、578条 · 第五百七十七至五百八十条 · 一千零六十二、六十三条. Which statute they
belong to is not known here. Every pattern is bounded, so that a text is read in linear time. Pure.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search import numerals

# A range of more articles than this is named by its ends alone: it is a chapter, and no citation of each article.
WIDEST_RANGE = 60
# Up to here a speaker may be counting his own points.
SMALL = 10
_LONGEST_LIST = 40

_HAN = rf"[{numerals.NUMERAL}]{{1,10}}+"
NUMBER = rf"(?:[0-9]{{1,4}}(?![0-9])|{_HAN}(?:\s{_HAN})?)"
_RANGE = r"一直到|到|至|—{1,2}|–|-|~"
_AND = rf"、|和|及|与|跟|以及|或者|或|还有|{_RANGE}|,(?=以及|和|及|或)(?:以及|和|及|或者|或)"
_SEP = rf"\s{{0,2}}(?P<sep>{_AND})\s{{0,2}}"
_PARTS = (
    rf"(?:\s{{0,2}}(?:的|它的|里的|中的)?\s{{0,2}}第?\s{{0,2}}(?P<paragraph>{NUMBER})\s{{0,2}}款)?"
    rf"(?:\s{{0,2}}(?:的|里的|中的)?\s{{0,2}}第?\s{{0,2}}\(?(?P<item>{NUMBER})\)?\s{{0,2}}项)?"
)
# 民法典1079第三款: without 条, a paragraph has its 第.
_ORDINAL_PART = re.compile(rf"第{NUMBER}[款项]")
_OWN_PARTS = re.compile(_PARTS)
_ARTICLE = re.compile(
    rf"第\s{{0,3}}(?P<article>{NUMBER})\s{{0,3}}条(?P<insert>之\s?{_HAN}|之\s?[0-9]{{1,2}})?{_PARTS}"
)
# 第577、578条: only the last has its 条.
_FOLLOWING = rf"\s{{0,2}}(?:{_AND})\s{{0,2}}第?\s{{0,2}}{NUMBER}"
_HEAD = re.compile(rf"第\s{{0,3}}(?P<article>{NUMBER})(?=(?:{_FOLLOWING}){{1,13}}\s{{0,2}}条)")
_NEXT_BARE = re.compile(rf"{_SEP}第?\s{{0,2}}(?P<article>{NUMBER})(?!\s{{0,2}}[条款项0-9])")
_NEXT_ARTICLE = re.compile(
    rf"{_SEP}(?P<ordinal>第)?\s{{0,2}}(?P<article>{NUMBER})\s{{0,3}}条(?P<insert>之\s?{_HAN}|之\s?[0-9]{{1,2}})?{_PARTS}"
)
_NEXT_PARAGRAPH = re.compile(
    rf"{_SEP}第?\s{{0,2}}(?P<paragraph>{NUMBER})\s{{0,2}}款(?:的?第?\(?(?P<item>{NUMBER})\)?\s{{0,2}}项)?"
)
# 第一款第一项规定的财产或者第五项: what the former says stands between, and the item has its 第.
_LATER_ITEM = re.compile(
    rf"(?:所?规定的?|所称的?)[^,。;:、第]{{0,12}}(?P<sep>或者|或|和|以及|及|与)第\s{{0,2}}\(?(?P<item>{NUMBER})\)?\s{{0,2}}项"
)
_NEXT_ITEM = re.compile(rf"{_SEP}第?\s{{0,2}}\(?(?P<item>{NUMBER})\)?\s{{0,2}}项")
_PARAGRAPHS = re.compile(rf"\s{{0,2}}的?第\s{{0,2}}(?P<first>{NUMBER}){_SEP}第?(?P<last>{NUMBER})\s{{0,2}}款")
_ITEMS = re.compile(rf"\s{{0,2}}的?第\s{{0,2}}(?P<first>{NUMBER}){_SEP}第?(?P<last>{NUMBER})\s{{0,2}}项")
_IS_RANGE = re.compile(_RANGE)


@dataclass(frozen=True, slots=True)
class Found:
    """An article, paragraph or item at [start, end); None for what is not said."""

    article: int
    paragraph: int | None
    item: int | None
    start: int
    end: int


def starts(text: str) -> Iterator[tuple[int, list[Found]]]:
    """Each 第N条 of a normalised text with all that its list or range names; the place is where the first begins."""
    place = 0
    while True:
        start = text.find("第", place)
        if start < 0:
            return
        found = series(text, start)
        if found:
            yield start, found
            place = max(each.end for each in found)
        else:
            skipped = _ARTICLE.match(text, start)
            place = skipped.end() if skipped else start + 1


def series(text: str, start: int) -> list[Found]:
    """The list or range that begins with the 第 at `start`; empty where no article does."""
    if match := _ARTICLE.match(text, start):
        number = _number(match["article"])
        if not number or match["insert"]:
            return []
        return continued(text, [_found(match, number, start)])
    if match := _HEAD.match(text, start):
        number = _number(match["article"])
        # 第三、第五百七十七条…: the speaker's third point, not a list of two articles.
        if number and number <= SMALL and text[match.end() :][:8].find("第") >= 0:
            return []
        return bare(text, Found(number, None, None, start, match.end())) if number else []
    return []


def alone(text: str, first: Found, *, has_article: bool) -> list[Found]:
    """What goes on behind a number without 第: its paragraph and item where it has its 条, and its list."""
    if not has_article and not _ORDINAL_PART.match(text, first.end):
        return bare(text, first)
    if match := _OWN_PARTS.match(text, first.end):
        first = Found(
            first.article,
            _number(match["paragraph"]) if match["paragraph"] else None,
            _number(match["item"]) if match["item"] else None,
            first.start,
            match.end(),
        )
    return continued(text, [first])


def spoken_range(match: re.Match[str]) -> list[Found]:
    """五百七十七到五百八十四这几条: both ends and what lies between, where it is a range of articles; else nothing."""
    first, last = _number(match["first"]) or 0, _number(match["last"]) or 0
    last = completed(first, last, match["last"])
    if not 100 <= first < last <= first + WIDEST_RANGE:
        return []
    return [Found(number, None, None, match.start(), match.end()) for number in range(first, last + 1)]


def bare(text: str, first: Found) -> list[Found]:
    """A list whose first number has no 条 of its own: 577、578和579条, with all that follows."""
    found = [first]
    while len(found) < _LONGEST_LIST and (match := _NEXT_BARE.match(text, found[-1].end)):
        number = _number(match["article"])
        if not number:
            break
        number = completed(found[-1].article, number, match["article"])
        _append(found, Found(number, None, None, match.start("article"), match.end()), match["sep"])
    return continued(text, found)


def continued(text: str, found: list[Found]) -> list[Found]:
    """What a list goes on with behind its first article: articles, paragraphs, items."""
    _shared_parts(text, found)
    while len(found) < _LONGEST_LIST:
        last = found[-1]
        if match := _NEXT_ARTICLE.match(text, last.end):
            number = _number(match["article"])
            if not number or match["insert"]:
                break
            if not match["ordinal"]:
                number = completed(last.article, number, match["article"])
            begin = match.start("ordinal") if match["ordinal"] else match.start("article")
            _append(found, _found(match, number, begin), match["sep"])
            _shared_parts(text, found)
        elif (match := _NEXT_PARAGRAPH.match(text, last.end)) or (
            last.item is not None
            and (match := _NEXT_ITEM.match(text, last.end) or _LATER_ITEM.match(text, last.end))
        ):
            _more_parts(found, match, last)
        else:
            break
    return found


def completed(before: int, number: int, written: str) -> int:
    """578 for the 78 of 五百七十七、七十八条: a lower number takes over the higher digits of the one before it."""
    if number >= before or before < 100 or number >= 100 or "百" in written:
        return number
    whole = 10 if number < 10 else 100
    higher = before - before % whole + number
    return higher if higher > before else number


def _shared_parts(text: str, found: list[Found]) -> None:
    """第一、二款: paragraphs or items that share their 款 or 项."""
    last = found[-1]
    if last.paragraph is None and (match := _PARAGRAPHS.match(text, last.end)):
        numbers, field = _span(match), "paragraph"
    elif last.item is None and (match := _ITEMS.match(text, last.end)):
        numbers, field = _span(match), "item"
    else:
        return
    found.pop()
    for number in numbers:
        paragraph = number if field == "paragraph" else last.paragraph
        item = number if field == "item" else None
        found.append(Found(last.article, paragraph, item, last.start, match.end()))


def _span(match: re.Match[str]) -> list[int]:
    first, last = _number(match["first"]) or 0, _number(match["last"]) or 0
    if _IS_RANGE.fullmatch(match["sep"]) and first < last <= first + WIDEST_RANGE:
        return list(range(first, last + 1))
    return [first, last]


def _more_parts(found: list[Found], match: re.Match[str], last: Found) -> None:
    groups = match.groupdict()
    is_item = not groups.get("paragraph")
    paragraph = last.paragraph if is_item else _number(groups["paragraph"])
    item = _number(groups["item"]) if groups["item"] else None
    begin = match.end("sep")
    before, after = (last.item, item) if is_item else (last.paragraph, paragraph)
    if _IS_RANGE.fullmatch(match["sep"]) and before and after and before < after <= before + WIDEST_RANGE:
        for number in range(before + 1, after):
            found.append(
                Found(
                    last.article,
                    paragraph if is_item else number,
                    number if is_item else None,
                    last.start,
                    match.end(),
                )
            )
    found.append(Found(last.article, paragraph, item, begin, match.end()))


def _append(found: list[Found], following: Found, separator: str) -> None:
    """The next article of a list, and behind 到 or 至 those between the two as well."""
    first = found[-1].article
    if _IS_RANGE.fullmatch(separator) and first < following.article <= first + WIDEST_RANGE:
        found.extend(
            Found(number, None, None, found[-1].start, following.end)
            for number in range(first + 1, following.article)
        )
    found.append(following)


def _found(match: re.Match[str], number: int, start: int) -> Found:
    paragraph, item = match["paragraph"], match["item"]
    return Found(
        number,
        _number(paragraph) if paragraph else None,
        _number(item) if item else None,
        start,
        match.end(),
    )


def _number(text: str) -> int | None:
    return numerals.parse("".join(text.split()))
