"""What an attendance export says, in one shape whichever platform wrote it: participants, and how long each was there.

Shapes as met in public: 腾讯会议 (a preamble, headings in the ninth row, a row for each entry), 雨课堂 (two rows of
headings, how each session was signed), 小鹅通 (an account and seconds), and a plain list with names, firms, phones or
licence numbers. Headings are looked for in the first rows, never by position.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from courses.attendance.durations import Stretch, instant_of, length, seconds_of, united
from courses.attendance.workbooks import Row, Sheet
from courses.desk_refusals import NothingRecognised, TableTooLarge

MAX_PARTICIPANTS = 5000
HEADING_ROWS = 12


class Platform(StrEnum):
    TENCENT_MEETING = "tencent_meeting"
    RAIN_CLASSROOM = "rain_classroom"
    XIAOETONG = "xiaoetong"
    LIST = "list"


@dataclass(slots=True)
class Participant:
    """One participant of a file. `named` is how the file calls him; the rest is what it says of who that is.

    `present_seconds` None: the file says that he was there and not how long. `number` is an amount that a list gives,
    `unread_number` what stands in its place and is none. `is_absent`: the file lists him as one who was not there.
    """

    named: str
    account: str = ""
    firm: str = ""
    phone: str = ""
    licence: str = ""
    category: str = ""
    number: Decimal | None = None
    unread_number: str = ""
    joins: int = 1
    stretches: list[Stretch] = field(default_factory=list)
    present_seconds: int | None = None
    is_absent: bool = False

    @property
    def key(self) -> str:
        """What a later file would call the same one: the account where there is one."""
        told = (
            f"id:{self.account}"
            if self.account
            else "|".join((self.named, self.firm, self.phone[-4:], self.licence[-4:]))
        )
        return (folded(told) + (f"|{self.category}" if self.category else ""))[:200]


@dataclass(frozen=True, slots=True)
class Export:
    """What a file holds. `sessions` names the sessions among which one has to be chosen, where there are several."""

    platform: Platform
    title: str
    participants: list[Participant]
    sessions: list[str] = field(default_factory=list)


def folded(text: str) -> str:
    """The text as names are compared: NFKC, lower case, without space."""
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def understood(sheets: Sequence[Sheet], *, session: str = "") -> Export:
    """The export that the sheets hold. Raises NothingRecognised, TableTooLarge."""
    for reader in (_tencent, _rain, _xiaoetong, _plain):
        export = reader(sheets, session)
        if export is not None and export.participants:
            merged = _merged(export.participants)
            if len(merged) > MAX_PARTICIPANTS:
                raise TableTooLarge
            return Export(export.platform, export.title, merged, export.sessions)
    raise NothingRecognised


def typed(text: str) -> Export:
    """Participants typed or pasted, one a line: a name with firm, phone, last four digits or licence number."""
    lines = [line.strip()[:200] for line in text.splitlines()]
    made = [_with_digits(Participant(line)) for line in lines if line]
    if len(made) > MAX_PARTICIPANTS:
        raise TableTooLarge
    if not made:
        raise NothingRecognised
    return Export(Platform.LIST, "", _merged(made))


def _merged(participants: Sequence[Participant]) -> list[Participant]:
    """One for each key: the stretches united, or, where the file gives only lengths, these added."""
    found: dict[str, Participant] = {}
    for each in participants:
        if not each.key.strip("|"):
            continue
        held = found.setdefault(each.key, each)
        if held is each or each.is_absent:
            continue
        if held.is_absent:
            found[each.key] = each
            continue
        held.joins += each.joins
        if held.stretches or each.stretches:
            held.stretches = united(held.stretches + each.stretches)
            held.present_seconds = length(held.stretches)
        elif each.present_seconds is not None:
            held.present_seconds = (held.present_seconds or 0) + each.present_seconds
    return list(found.values())


# --- Headings -----------------------------------------------------------------------------------------

LETTERS = re.compile(r"[^\w一-鿿]+")


def _heading(text: str) -> str:
    return LETTERS.sub("", folded(text))


def _columns(row: Row, names: dict[str, tuple[str, ...]]) -> dict[str, int]:
    """Which column holds what: the first heading that begins with one of a column's names."""
    found: dict[str, int] = {}
    headings = [_heading(cell) for cell in row]
    for what, starts in names.items():
        for place, heading in enumerate(headings):
            if heading and any(heading.startswith(start) for start in starts) and place not in found.values():
                found[what] = place
                break
    return found


def _cell(row: Row, columns: dict[str, int], what: str) -> str:
    place = columns.get(what, -1)
    return row[place] if 0 <= place < len(row) else ""


def _below(
    sheet: Sheet, names: dict[str, tuple[str, ...]], need: set[str]
) -> Iterator[tuple[dict[str, int], Row]]:
    """The rows below the first heading row that has what is needed, each with the columns."""
    for number, row in enumerate(sheet.rows[:HEADING_ROWS]):
        columns = _columns(row, names)
        if need <= columns.keys():
            for later in sheet.rows[number + 1 :]:
                yield columns, later
            return


# --- 腾讯会议 -----------------------------------------------------------------------------------------

_TENCENT = {
    "name": ("用户昵称",),
    "enter": ("入会时间", "进入时间", "观看开始"),
    "leave": ("退会时间", "离开时间", "观看结束"),
    "once": ("单次参会时长", "单次观看时长"),
    "first": ("首次入会时间",),
    "total": ("累计参会时长", "累计观看时长"),
    "joins": ("入会次数",),
}


def _tencent(sheets: Sequence[Sheet], session: str) -> Export | None:
    title = ""
    for sheet in sheets:
        for row in sheet.rows[:HEADING_ROWS]:
            if len(row) > 1 and _heading(row[0]).startswith("会议主题"):
                title = title or row[1]
    detail = [each for sheet in sheets for each in _tencent_entries(sheet)]
    if detail:
        return Export(Platform.TENCENT_MEETING, title, detail)
    summary = [
        Participant(
            _cell(row, columns, "name"), joins=int(joins) if joins.isdigit() else 1, present_seconds=total
        )
        for sheet in sheets
        for columns, row in _below(sheet, _TENCENT, {"name", "total"})
        if _cell(row, columns, "name")
        and (total := seconds_of(_cell(row, columns, "total"))) is not None
        and (joins := _cell(row, columns, "joins")) is not None
    ]
    return (
        Export(Platform.TENCENT_MEETING, title, [_with_digits(each) for each in summary]) if summary else None
    )


def _tencent_entries(sheet: Sheet) -> Iterator[Participant]:
    for columns, row in _below(sheet, _TENCENT, {"name", "enter", "leave"}):
        name = _cell(row, columns, "name")
        start, end = instant_of(_cell(row, columns, "enter")), instant_of(_cell(row, columns, "leave"))
        if not name or start is None:
            continue  # a footer, or an empty line
        if end is None or end < start:
            yield _with_digits(
                Participant(name, present_seconds=seconds_of(_cell(row, columns, "once")) or 0)
            )
            continue
        stretch = int(start.timestamp()), int(end.timestamp())
        yield _with_digits(Participant(name, stretches=[stretch], present_seconds=stretch[1] - stretch[0]))


# --- 雨课堂 -------------------------------------------------------------------------------------------

ABSENT = ("", "未上课", "缺勤", "未签到")


def _rain(sheets: Sequence[Sheet], session: str) -> Export | None:
    for sheet in sheets:
        for number, row in enumerate(sheet.rows[:HEADING_ROWS]):
            headings = [_heading(cell) for cell in row]
            signed = [place for place, heading in enumerate(headings) if heading.startswith("签到方式")]
            if "姓名" not in headings or not signed:
                continue
            titles = _titles(sheet.rows[number - 1] if number else [], signed)
            chosen = signed[titles.index(session)] if session in titles else signed[0]
            columns = _columns(row, _PLAIN)
            participants = []
            for each in sheet.rows[number + 1 :]:
                if _cell(each, columns, "name"):
                    listed = _identified(each, columns)
                    listed.is_absent = (each[chosen] if chosen < len(each) else "").strip() in ABSENT
                    participants.append(listed)
            return Export(Platform.RAIN_CLASSROOM, titles[signed.index(chosen)], participants, titles)
    return None


def _titles(above: Row, places: Sequence[int]) -> list[str]:
    """The sessions' titles: a merged cell stands in its first column alone."""
    titles = []
    for count, place in enumerate(places, 1):
        told = [cell for cell in above[: place + 1] if cell]
        title = told[-1] if told else f"第{count}次"
        titles.append(title if title not in titles else f"{title}（{count}）")
    return titles


# --- 小鹅通 -------------------------------------------------------------------------------------------

_XIAOETONG = {
    "account": ("userid", "user_id", "用户id"),
    "seconds": ("staytime", "stay_time", "停留时长", "学习时长"),
    "name": ("username", "user_name", "nickname", "wxnickname", "用户昵称", "昵称", "姓名"),
    "phone": ("phone", "手机", "联系电话"),
    "firm": ("company", "律所", "律师事务所", "单位", "公司"),
}


def _xiaoetong(sheets: Sequence[Sheet], session: str) -> Export | None:
    found = [
        _with_digits(
            Participant(
                _cell(row, columns, "name") or _cell(row, columns, "account"),
                account=_cell(row, columns, "account"),
                firm=_cell(row, columns, "firm"),
                phone=_digits(_cell(row, columns, "phone")),
                present_seconds=seconds_of(_cell(row, columns, "seconds")) or 0,
            )
        )
        for sheet in sheets
        for columns, row in _below(sheet, _XIAOETONG, {"account", "seconds"})
        if _cell(row, columns, "account")
    ]
    return Export(Platform.XIAOETONG, "", found) if found else None


# --- Plain lists --------------------------------------------------------------------------------------

_PLAIN = {
    "name": ("姓名", "律师姓名", "name"),
    "firm": ("律师事务所", "律所", "执业机构", "所在单位", "单位", "工作单位"),
    "phone": ("手机", "联系电话", "电话", "phone"),
    "licence": ("执业证", "律师执业证", "证号", "学号"),
    "minutes": ("时长分钟", "参加分钟", "分钟", "minutes"),
    # Before the number: its heading, too, may begin with 学时.
    "category": ("类别", "学时类别", "category"),
    "number": ("学时", "课时", "学分", "数量"),
}


_NO_NAME = re.compile(r"[<>{}=;\\\\]|://|:[a-z]|[a-z]:", re.IGNORECASE)


def _plain(sheets: Sequence[Sheet], session: str) -> Export | None:
    for sheet in sheets:
        found = [
            _identified(row, columns)
            for columns, row in _below(sheet, _PLAIN, {"name"})
            if _cell(row, columns, "name")
        ]
        names = [each for each in found if not _NO_NAME.search(each.named)]
        # A table of something else may have a column that is called like ours.
        if 2 * len(names) > len(found):
            return Export(Platform.LIST, sheet.name, found)
    return None


def _identified(row: Row, columns: dict[str, int]) -> Participant:
    minutes = _cell(row, columns, "minutes")
    told = _cell(row, columns, "number").strip()
    number = _number(told)
    return _with_digits(
        Participant(
            _cell(row, columns, "name"),
            firm=_cell(row, columns, "firm"),
            phone=_digits(_cell(row, columns, "phone")),
            licence=_digits(_cell(row, columns, "licence")),
            category=_cell(row, columns, "category"),
            number=number,
            unread_number=told if number is None else "",
            present_seconds=seconds_of(minutes, number_is=60) if minutes else None,
        )
    )


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and 0 < number < 10_000 else None


def _digits(text: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


_RUNS = re.compile(r"(?<!\d)(1[3-9]\d{9}|\d{17})(?!\d)")


def _with_digits(each: Participant) -> Participant:
    """A phone or licence number that somebody wrote into his name stands in its own place."""
    for run in _RUNS.findall(unicodedata.normalize("NFKC", each.named)):
        if len(run) == 17:
            each.licence = each.licence or run
        else:
            each.phone = each.phone or run
    return each
