"""Durations and instants as attendance exports write them, in whole seconds."""

import datetime as dt
import re

CLOCK = re.compile(r"(\d{1,4}):(\d{1,2})(?::(\d{1,2}))?")
WORDS = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|min|m))?\s*(?:(\d+)\s*(?:秒钟|秒|s))?", re.IGNORECASE
)
NUMBER = re.compile(r"\d+(?:\.\d+)?")
FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%dT%H:%M:%S")
MAX_SECONDS = 31 * 24 * 3600


def seconds_of(text: str, *, number_is: int = 1) -> int | None:
    """The length of `0:30:00`, `1小时18分59秒`, `123秒`, `45分钟`, or a bare number; None for anything else.

    A bare number counts units of `number_is` seconds (60 where the heading says minutes).

    >>> seconds_of("1小时18分59秒"), seconds_of("0:30:00"), seconds_of("45", number_is=60), seconds_of("很久")
    (4739, 1800, 2700, None)
    """
    text = text.strip()
    found: int | None = None
    if NUMBER.fullmatch(text):
        found = int(float(text) * number_is)
    elif clock := CLOCK.fullmatch(text):
        # Two parts are hours and minutes, as a spreadsheet shows a time of day.
        hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        found = hours * 3600 + minutes * 60 + seconds if minutes < 60 and seconds < 60 else None
    elif text and (words := WORDS.fullmatch(text)):
        found = int(words[1] or 0) * 3600 + int(words[2] or 0) * 60 + int(words[3] or 0)
    return found if found is not None and found <= MAX_SECONDS else None


def instant_of(text: str) -> dt.datetime | None:
    """The local instant of `2024-01-01 00:30:00` and the like; None for anything else. Files name no zone."""
    for shape in FORMATS:
        try:
            return dt.datetime.strptime(text.strip()[:19], shape)  # noqa: DTZ007 - compared with its like alone
        except ValueError:
            continue
    return None


Stretch = tuple[int, int]


def united(stretches: list[Stretch]) -> list[Stretch]:
    """The union of half-open stretches, sorted and disjoint: two devices at once are one presence."""
    union: list[Stretch] = []
    for start, end in sorted(each for each in stretches if each[1] > each[0]):
        if union and start <= union[-1][1]:
            union[-1] = union[-1][0], max(end, union[-1][1])
        else:
            union.append((start, end))
    return union


def length(union: list[Stretch]) -> int:
    """The seconds that a union covers."""
    return sum(end - start for start, end in union)
