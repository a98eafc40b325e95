"""A lawyer's licence number (律师执业证号): its parts, and the masked form in which it may be shown.

Source: Ministry of Justice, 《律师和律师事务所执业证号编制办法》, in force since 2009-10-01. Seventeen
digits without a check digit: certificate kind (1), province (2), prefecture (2), year of first admission
(4), practice kind (1), sex (1), serial (6). The place is the practising body's when the number was given,
so it is never compared with the present firm.
"""

import unicodedata
from dataclasses import dataclass

LENGTH = 17
LAWYER_CERTIFICATE = "1"
# Lawyers were licensed again from 1979 on; an earlier year is a slip.
FIRST_YEAR = 1979
# GB/T 2260, first two digits: the 31 provinces of the mainland, and 66 of the Xinjiang Corps.
PROVINCES = frozenset(
    str(code)
    for region in (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 67))
    for code in region
)
# Digit 10 as far as two public sources agree (1-4, 8), the rest from the method's list.
PRACTICE_KINDS = {
    "1": "full_time",
    "2": "part_time",
    "3": "hk_macao",
    "4": "hk_macao",
    "5": "hk_macao",
    "6": "public_lawyer",
    "7": "company_lawyer",
    "8": "legal_aid",
    "9": "military",
}


class LicenceNumberInvalid(ValueError):
    """The text is no licence number; `part` names what is wrong with it."""

    code = "licence_number_invalid"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@dataclass(frozen=True, slots=True)
class LicenceNumber:
    """The parts of a number, all as digits but the year and the practice kind."""

    text: str
    province: str
    prefecture: str
    year: int
    practice_type: str
    is_woman: bool
    serial: str

    def __str__(self) -> str:
        return mask(self.text)


def normalise(text: str) -> str:
    """Full-width digits become ASCII, surrounding space goes; nothing else is guessed."""
    return unicodedata.normalize("NFKC", text).strip()


def parse(text: str, *, last_year: int) -> LicenceNumber:
    """The parts of a number, given as text (never as a spreadsheet's float) in ASCII or full-width digits.

    `last_year` is the latest possible year of admission. Raises `LicenceNumberInvalid` with part "length",
    "digits", "certificate", "province", "prefecture", "year", "practice_kind" or "sex".
    """
    number = normalise(text)
    if not (number.isascii() and number.isdigit()):
        raise LicenceNumberInvalid("digits")
    if len(number) != LENGTH:
        raise LicenceNumberInvalid("length")
    if number[0] != LAWYER_CERTIFICATE:
        raise LicenceNumberInvalid("certificate")
    if number[1:3] not in PROVINCES:
        raise LicenceNumberInvalid("province")
    if number[3:5] == "00":
        raise LicenceNumberInvalid("prefecture")
    year = int(number[5:9])
    if not FIRST_YEAR <= year <= last_year:
        raise LicenceNumberInvalid("year")
    if number[9] not in PRACTICE_KINDS:
        raise LicenceNumberInvalid("practice_kind")
    if number[10] not in "01":
        raise LicenceNumberInvalid("sex")
    return LicenceNumber(
        text=number,
        province=number[1:3],
        prefecture=number[3:5],
        year=year,
        practice_type=PRACTICE_KINDS[number[9]],
        is_woman=number[10] == "1",
        serial=number[11:],
    )


def mask(number: str) -> str:
    """1430120******1234: the number says sex and year, so only its place and its end are shown."""
    if len(number) != LENGTH:
        return "*" * len(number)
    return number[:7] + "*" * 6 + number[13:]


def last_four(number: str) -> str:
    """What tells two persons of one name apart."""
    return number[-4:]
