"""What one cell of a roster says: days in six forms, numbers, names, phones, kinds; nothing is guessed."""

import datetime as dt
import re
import unicodedata

from people.table_files import Numeric

MAX_NAME = 60
_DATE = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
# A day as Excel counts it: 1 is 1900-01-01, and it believes in a 29 February 1900.
_SERIAL = re.compile(r"[1-9]\d{4}")
_SERIAL_ZERO = dt.date(1899, 12, 30)
FIRST_DAY = dt.date(1900, 3, 1)
LAST_DAY = dt.date(2100, 1, 1)

_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_TEXT_FORMULA = re.compile(r'="(\d+)"')
_MOBILE = re.compile(r"1[3-9]\d{9}")
_DOTS = str.maketrans(dict.fromkeys("•・‧∙●﹒．", "·"))
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff])\s+(?=[\u3400-\u9fff\U00020000-\U0003ffff])")

PRACTICE_WORDS = {
    "专职": "full_time",
    "兼职": "part_time",
    "公职": "public_lawyer",
    "公司": "company_lawyer",
    "法律援助": "legal_aid",
    "法援": "legal_aid",
    "军队": "military",
    "军": "military",
    "香港": "hk_macao",
    "澳门": "hk_macao",
    "港澳": "hk_macao",
    "港澳台": "hk_macao",
    "台湾": "hk_macao",
}
POSITION_WORDS = {
    "律师": "lawyer",
    "执业": "lawyer",
    "合伙人": "lawyer",
    "主任": "lawyer",
    "负责人": "lawyer",
    "实习": "trainee",
    "申请律师执业": "trainee",
    "行政": "staff",
    "行政辅助": "staff",
    "辅助": "staff",
    "秘书": "staff",
    "工作": "staff",
    "职员": "staff",
}
GONE_WORDS = frozenset(
    ("注销", "已注销", "吊销", "已吊销", "撤销", "离职", "离所", "退休", "死亡", "去世", "转出", "调出")
)
PRESENT_WORDS = frozenset(
    ("", "执业", "正常", "在职", "在岗", "有效", "正常执业", "执业中", "在册", "实习中")
)


class NotReadable(ValueError):
    """The cell says something, and not what its column is for; `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def plain(text: str) -> str:
    """Half width, without space at the ends and without the apostrophe that Excel hides."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("'").strip()


def name(text: str) -> str:
    """A name without gaps between its characters and with one kind of dot; its characters stay."""
    joined = " ".join(text.translate(_DOTS).split())
    joined = _HAN_GAP.sub("", joined)
    if len(joined) > MAX_NAME:
        raise NotReadable("name_long")
    return joined


def place_key(text: str) -> str:
    """Two spellings of one organisation compare equal: brackets of either width, no spaces."""
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def day(text: str) -> dt.date | None:
    """A day written as 2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301 or as Excel's count of days.

    None for an empty cell. Raises NotReadable for everything else: years of two digits are not guessed.
    """
    said = plain(text)
    if not said:
        return None
    if isinstance(text, Numeric) and _SERIAL.fullmatch(said):
        found = _SERIAL_ZERO + dt.timedelta(days=int(said))
    else:
        parts = _DATE.fullmatch(said) or _COMPACT.fullmatch(said)
        if parts is None:
            raise NotReadable("day")
        try:
            found = dt.date(int(parts[1]), int(parts[2]), int(parts[3]))
        except ValueError as error:
            raise NotReadable("day") from error
    if not FIRST_DAY <= found <= LAST_DAY:
        raise NotReadable("day")
    return found


def number_text(text: str) -> str:
    """A number that is written as text, in half width. Raises NotReadable for what Excel has ruined."""
    said = plain(text)
    if _SCIENTIFIC.fullmatch(said):
        raise NotReadable("licence_scientific")
    if isinstance(text, Numeric):
        raise NotReadable("licence_numeric")
    written = _TEXT_FORMULA.fullmatch(said)
    return written[1] if written else "".join(said.split())


def phone(text: str) -> str:
    """A mobile number's eleven digits; empty for an empty cell."""
    digits = re.sub(r"[\s\-()]+", "", plain(text)).removeprefix("+86").removeprefix("0086")
    if not digits:
        return ""
    if not _MOBILE.fullmatch(digits):
        raise NotReadable("phone")
    return digits


def kind(text: str) -> tuple[str, str]:
    """(practice type, position) of a word such as 专职律师 or 实习人员; either may be empty."""
    said = plain(text)
    if not said:
        return "", ""
    for ending in ("", "律师", "人员"):
        word = said.removesuffix(ending)
        if word in PRACTICE_WORDS:
            return PRACTICE_WORDS[word], "lawyer"
        if word in POSITION_WORDS:
            return "", POSITION_WORDS[word]
    raise NotReadable("kind")


def is_gone(text: str) -> bool:
    """Whether a status says that somebody is there no longer. Raises NotReadable for an unknown word."""
    said = plain(text)
    if said in GONE_WORDS:
        return True
    if said in PRESENT_WORDS:
        return False
    raise NotReadable("status")


def is_woman(text: str) -> bool | None:
    """From 女 or 男; None for anything else."""
    return {"女": True, "女性": True, "男": False, "男性": False}.get(plain(text))
