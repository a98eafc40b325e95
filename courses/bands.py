"""Bands of completed years: the days on which somebody's age, or his years of practice, lie within one."""

import datetime as dt

from courses.spans import Span


def completed_on(start: dt.date, years: int) -> dt.date:
    """The day on which so many years are complete; who was born on 29 February completes one on 1 March."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return dt.date(start.year + years, 3, 1)


def band(start: dt.date, at_least: int | None, at_most: int | None) -> Span:
    """The days on which between `at_least` and `at_most` years are complete, both included; None is no bound."""
    return (
        completed_on(start, at_least or 0),
        None if at_most is None else completed_on(start, at_most + 1),
    )
