"""Numbers of certificates: read out over the telephone, typed without slips, and not to be guessed.

`2026-K7QF-3MXA-9TRC` is the year of issue, eleven drawn characters and a check character. Characters that are
mistaken for one another (0 O, 1 I L) do not occur. Eleven of 31 are 54 bits: whoever tries numbers finds nobody.
"""

import re
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
DRAWN = 11
_SHAPE = re.compile(r"(\d{4})([0-9A-Z]{12})")
_IGNORED = re.compile(r"[\s\-\u2010-\u2015\u2212\uff0d\uff0e._]")


class NumberInvalid(Exception):
    """The text is no certificate number. `code`: "number_shape" or "number_check" (a slip in typing)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def draw(year: int) -> str:
    """A new number of that year, from the system's randomness."""
    return complete(year, "".join(secrets.choice(ALPHABET) for _ in range(DRAWN)))


def complete(year: int, drawn: str) -> str:
    """The number of these drawn characters, with its check character."""
    if not 2000 <= year <= 9999 or len(drawn) != DRAWN or not set(drawn) <= set(ALPHABET):
        raise ValueError("a year and eleven characters of the alphabet make a number")
    whole = drawn + _check(year, drawn)
    return f"{year}-{whole[:4]}-{whole[4:8]}-{whole[8:]}"


def normalise(text: str) -> str:
    """The number as it is stored, from what somebody typed: any case, any dashes, full width. Raises NumberInvalid."""
    squeezed = _IGNORED.sub("", _half_width(text[:80])).upper()
    found = _SHAPE.fullmatch(squeezed)
    if found is None:
        raise NumberInvalid("number_shape")
    year, rest = int(found[1]), found[2]
    if year < 2000:
        raise NumberInvalid("number_shape")
    if not set(rest) <= set(ALPHABET) or _check(year, rest[:DRAWN]) != rest[DRAWN]:
        raise NumberInvalid("number_check")
    return complete(year, rest[:DRAWN])


def _check(year: int, drawn: str) -> str:
    """Weighted by place modulo the prime 31: one wrong character, or two that changed places, never pass."""
    digits = [int(digit) for digit in str(year)] + [ALPHABET.index(character) for character in drawn]
    return ALPHABET[sum(place * value for place, value in enumerate(digits, start=2)) % len(ALPHABET)]


def _half_width(text: str) -> str:
    return "".join(chr(ord(each) - 0xFEE0) if 0xFF01 <= ord(each) <= 0xFF5E else each for each in text)
