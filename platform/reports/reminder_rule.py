"""How often somebody may be reminded of one matter: the rule, in this one place. Pure.

At most once a week. In the last fortnight before his due date, that day included, at most every third day.
"""

import datetime as dt

WEEK = dt.timedelta(days=7)
FORTNIGHT = dt.timedelta(days=14)
THIRD_DAY = dt.timedelta(days=3)


def may_remind(day: dt.date, *, told_on: dt.date | None, due_on: dt.date) -> bool:
    """Whether he may be reminded on this day, having been told last on `told_on` (None: never)."""
    if told_on is None or day - told_on >= WEEK:
        return True
    is_close = due_on - FORTNIGHT <= day <= due_on
    return is_close and day - told_on >= THIRD_DAY


def next_day(day: dt.date, *, told_on: dt.date | None, due_on: dt.date) -> dt.date:
    """The first day from this one on, on which he may be reminded."""
    while not may_remind(day, told_on=told_on, due_on=due_on):
        day += dt.timedelta(days=1)
    return day
