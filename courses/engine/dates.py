"""The arithmetic of days that regulations speak in: ages, months of practice, ends of months."""

import calendar
import datetime as dt
from collections.abc import Collection, Iterable


def age(born: dt.date, on: dt.date) -> int:
    """Whole years of life on a day; who was born on 29 February grows older on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day of a later (or earlier) month; the month's last day where it has no such day."""
    place = day.year * 12 + day.month - 1 + months
    year, month = divmod(place, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def days_after(day: dt.date, days: int) -> dt.date:
    return day + dt.timedelta(days=days)


def days_from(first: dt.date, last: dt.date) -> int:
    """How many days from the first to the last, both counted; none where the last is earlier."""
    return max(0, (last - first).days + 1)


def complete_months(first: dt.date, last: dt.date) -> int:
    """Whole months from the first day to the last, both counted: 15 September to 31 December are 3."""
    if last < first:
        return 0
    end = last + dt.timedelta(days=1)
    months = (end.year - first.year) * 12 + end.month - first.month
    return months if months_after(first, months) <= end else months - 1


def calendar_months(first: dt.date, last: dt.date) -> int:
    """How many calendar months hold a day from the first to the last: 15 September to 1 December are 4."""
    if last < first:
        return 0
    return (last.year - first.year) * 12 + last.month - first.month + 1


MOST_WORKDAYS = 1000
_SATURDAY = 6


def workdays_after(day: dt.date, number: int, free: Collection[dt.date] = ()) -> dt.date:
    """So many working days (Monday to Friday, without the free days) after a day, or before it where negative.

    With none it is the day itself, or the next working day where it is none. Raises ValueError beyond MOST_WORKDAYS.
    """
    if abs(number) > MOST_WORKDAYS:
        raise ValueError(f"{number} working days are too many")
    step = dt.timedelta(days=-1 if number < 0 else 1)
    left = abs(number)
    while left or _is_free(day, free):
        day += step
        left -= bool(left) and not _is_free(day, free)
    return day


def _is_free(day: dt.date, free: Collection[dt.date]) -> bool:
    return day.isoweekday() >= _SATURDAY or day in free


def days_in(spans: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date) -> int:
    """How many days from the first to the last, both counted, lie in any of the stretches."""
    return sum(days_from(begin, end) for begin, end in _joined(spans, first, last))


def months_in(spans: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date) -> int:
    """How many calendar months from the first to the last day lie whole in the stretches."""
    whole = 0
    for begin, end in _joined(spans, first, last):
        start = begin if begin.day == 1 else months_after(first_of_month(begin), 1)
        whole += complete_months(start, end)
    return whole


def _joined(
    spans: Iterable[tuple[dt.date, dt.date]], first: dt.date, last: dt.date
) -> list[tuple[dt.date, dt.date]]:
    """The stretches cut to the days asked about, each day once: those that touch are one."""
    joined: list[tuple[dt.date, dt.date]] = []
    for begin, end in sorted((max(begin, first), min(end, last)) for begin, end in spans):
        if end < begin:
            continue
        if joined and (begin - joined[-1][1]).days <= 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((begin, end))
    return joined


def first_of_month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def last_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_day(year: int, month: int, day: int) -> dt.date:
    """A day of a year; the month's last day where it has no such day (29 February)."""
    if not (1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= 31):
        raise ValueError(f"{year}-{month}-{day} is no day")
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
