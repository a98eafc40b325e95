"""The arithmetic of days that regulations speak in: ages, months of practice, ends of months."""

import calendar
import datetime as dt


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


def first_of_month(day: dt.date) -> dt.date:
    return day.replace(day=1)


def last_of_month(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def month_day(year: int, month: int, day: int) -> dt.date:
    """A day of a year; the month's last day where it has no such day (29 February)."""
    if not (1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= 31):
        raise ValueError(f"{year}-{month}-{day} is no day")
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
