"""The day and the year of an instant: every day in the house is a day of Asia/Shanghai."""

import datetime as dt
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def local_day(instant: dt.datetime) -> dt.date:
    """The day on which an aware instant falls in China. Raises ValueError for a naive one."""
    if instant.tzinfo is None:
        raise ValueError("a naive instant has no day")
    return instant.astimezone(ZONE).date()


def local_year(instant: dt.datetime) -> int:
    """The year in which an aware instant falls in China."""
    return local_day(instant).year


def today() -> dt.date:
    """The present day in China."""
    return local_day(dt.datetime.now(dt.UTC))


def start_of_day(day: dt.date) -> dt.datetime:
    """The first instant of a day in China, in UTC; a day's instants are [start(day), start(day + 1))."""
    return dt.datetime.combine(day, dt.time.min, tzinfo=ZONE).astimezone(dt.UTC)
