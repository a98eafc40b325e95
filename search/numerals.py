"""Chinese numerals of articles: 五百七十七 ↔ 577, for 1 to 9,999; digit by digit (五七七) is read too."""

DIGITS = "零一二三四五六七八九"
_VALUES = {character: value for value, character in enumerate(DIGITS)} | {"〇": 0, "两": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = "零〇一二三四五六七八九十百千两幺"


def parse(text: str) -> int | None:
    """The number that a numeral says, or None when it says none (十百, 一二百, an empty text).

    Arabic digits are read as such; two or more Chinese digits without a unit are read one by one.
    """
    if text.isascii() and text.isdigit():
        return int(text)
    if not text or any(character not in NUMERAL for character in text):
        return None
    if not any(character in _UNITS for character in text):
        return int("".join(str(_VALUES[character]) for character in text))
    return _parse_with_units(text)


def _parse_with_units(text: str) -> int | None:
    total, digit, last_unit = 0, None, 10_000
    for character in text:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last_unit or digit == 0 or (digit is None and unit != 10):
                return None
            total += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        else:
            if digit:  # a digit may follow only a zero or a unit
                return None
            digit = _VALUES[character]
    if digit == 0:
        return None
    return total + (digit or 0)


def written(number: int) -> str:
    """The numeral as statutes print it: 10 → 十, 110 → 一百一十, 1005 → 一千零五. Raises ValueError outside 1..9999."""
    if not 1 <= number <= 9999:
        raise ValueError(number)
    parts: list[str] = []
    gap = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            if gap and parts:
                parts.append("零")
            parts.append(DIGITS[digit] + name)
        gap = digit == 0
    text = "".join(parts)
    return text.removeprefix("一") if 10 <= number <= 19 else text
