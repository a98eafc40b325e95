"""Who a participant is: by licence number, phone, or a name with firm or last four digits; never by a name alone.

Pure: the persons are given. The answer is a person, or the likely ones with a code of why nobody was taken.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from courses.attendance.exports import Participant, folded

MAX_CANDIDATES = 8
LONGEST_NAME = 12
FOUR_DIGITS = re.compile(r"(?<!\d)\d{4}(?!\d)")
FIRM_ENDS = re.compile(r"(律师事务所|分所|事务所|律所|法律援助中心|律师协会)$")
BRACKETS = re.compile(r"[(（][^)）]*[)）]")
PLACES = re.compile(
    r"^(湖南省|湖南|北京市|北京|上海市|上海|广东省|广东|天津市|天津|重庆市|重庆|湖北省|湖北|江西省|江西|[一-鿿]{2,3}市)"
)


class Why(StrEnum):
    """Codes of how somebody was found, or why nobody was."""

    REMEMBERED = "remembered"
    LICENCE = "licence"
    PHONE = "phone"
    NAME_AND_FIRM = "name_firm"
    NAME_AND_DIGITS = "name_digits"
    BY_HAND = "by_hand"
    NAME_ALONE = "name_alone"
    SEVERAL = "several"
    SHARED = "shared"
    CONTRADICTION = "contradiction"
    NOBODY = "nobody"
    LEFT_OUT = "left_out"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Known:
    """One person who may have been there. `firms` are the names, full and short, of where he belongs."""

    person_id: int
    name: str
    firms: tuple[str, ...] = ()
    phone: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """The answer: `person_id` where somebody was found, else the likely ones."""

    why: Why
    person_id: int | None = None
    candidates: tuple[int, ...] = ()

    @property
    def is_doubtful(self) -> bool:
        return self.person_id is None and self.why is not Why.NOBODY


@dataclass(slots=True)
class Directory:
    """The persons who may have been there, by what identifies them."""

    by_name: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_phone: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    by_licence: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, persons: Iterable[Known]) -> "Directory":
        made = cls()
        for each in persons:
            made.by_name[folded(each.name)].append(each)
            if each.phone:
                made.by_phone[each.phone].append(each)
            if each.licence:
                made.by_licence[each.licence].append(each)
        return made

    def named_in(self, text: str) -> list[str]:
        """The names that stand in a text, the longest where they overlap, each once."""
        found: list[tuple[int, int]] = []
        for size in range(min(LONGEST_NAME, len(text)), 1, -1):
            for start in range(len(text) - size + 1):
                end = start + size
                if text[start:end] in self.by_name and not any(a < end and start < b for a, b in found):
                    found.append((start, end))
        return list(dict.fromkeys(text[start:end] for start, end in sorted(found)))


def match(one: Participant, directory: Directory, remembered: Mapping[str, int]) -> Match:
    """Who the participant is."""
    if one.key in remembered:
        return Match(Why.REMEMBERED, remembered[one.key])
    text = folded(one.named)
    names = directory.named_in(text)
    for why, holders in (
        (Why.LICENCE, directory.by_licence.get(one.licence, []) if one.licence else []),
        (Why.PHONE, directory.by_phone.get(one.phone, []) if one.phone else []),
    ):
        if len(holders) == 1:
            holder = holders[0]
            if names and folded(holder.name) not in names:
                likely = [holder, *(each for name in names for each in directory.by_name[name])]
                return Match(Why.CONTRADICTION, candidates=_keys(likely))
            return Match(why, holder.person_id)
    if not names:
        return Match(Why.NOBODY)
    named = [each for name in names for each in directory.by_name[name]]
    if len(names) > 1:
        return Match(Why.SHARED, candidates=_keys(named))
    return _among(one, text, named)


def _among(one: Participant, text: str, named: list[Known]) -> Match:
    """Of those of one name, the one whom digits or the firm single out."""
    ends = set(FOUR_DIGITS.findall(text)) | {part[-4:] for part in (one.phone, one.licence) if len(part) >= 4}
    by_digits = [each for each in named if ends & {each.phone[-4:], each.licence[-4:]} - {""}]
    if len(by_digits) == 1:
        return Match(Why.NAME_AND_DIGITS, by_digits[0].person_id)
    said = folded(one.firm) or text.replace(folded(named[0].name), "", 1)
    by_firm = [each for each in named if _mentions(said, each.firms)]
    if len(by_firm) == 1:
        return Match(Why.NAME_AND_FIRM, by_firm[0].person_id)
    likely = by_firm or by_digits or named
    return Match(Why.SEVERAL if len(likely) > 1 else Why.NAME_ALONE, candidates=_keys(likely))


def _mentions(said: str, firms: Iterable[str]) -> bool:
    """Whether the text names one of the firms: whole, or by the part that tells it from others."""
    for firm in firms:
        whole, core = folded(firm), core_of(firm)
        if (whole and whole in said) or (len(core) >= 2 and core in said):
            return True
    return False


def core_of(firm: str) -> str:
    """What tells a firm from others: 湖南岳试律师事务所 is 岳试, 上海市锦天城（深圳）律师事务所 is 锦天城."""
    return PLACES.sub("", FIRM_ENDS.sub("", BRACKETS.sub("", folded(firm))))


def _keys(persons: Iterable[Known]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(each.person_id for each in persons))[:MAX_CANDIDATES]
