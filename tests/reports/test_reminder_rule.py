"""The rule of reminders: once a week, and every third day in the last fortnight."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import reminder_rule

DUE = dt.date(2026, 6, 30)
DAYS = st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    ("told_on", "day", "may"),
    [
        (dt.date(2026, 5, 1), dt.date(2026, 5, 7), False),
        (dt.date(2026, 5, 1), dt.date(2026, 5, 8), True),
        # The fortnight begins on 16 June.
        (dt.date(2026, 6, 12), dt.date(2026, 6, 15), False),
        (dt.date(2026, 6, 13), dt.date(2026, 6, 16), True),
        (dt.date(2026, 6, 28), dt.date(2026, 6, 30), False),
        (dt.date(2026, 6, 27), dt.date(2026, 6, 30), True),
        # Once it is overdue, a week again.
        (dt.date(2026, 6, 27), dt.date(2026, 7, 1), False),
        (dt.date(2026, 6, 27), dt.date(2026, 7, 4), True),
    ],
)
def test_a_week_lies_between_two_reminders_and_two_days_in_the_last_fortnight(told_on, day, may):
    assert reminder_rule.may_remind(day, told_on=told_on, due_on=DUE) is may


def test_whoever_was_never_told_may_be_told():
    assert reminder_rule.may_remind(DUE, told_on=None, due_on=DUE)


@given(told_on=DAYS, day=DAYS, due_on=DAYS)
def test_the_next_day_is_the_first_allowed_one_and_never_a_week_away(told_on, day, due_on):
    day = max(day, told_on)
    again = reminder_rule.next_day(day, told_on=told_on, due_on=due_on)
    assert day <= again <= max(day, told_on + dt.timedelta(days=7))
    assert reminder_rule.may_remind(again, told_on=told_on, due_on=due_on)
    between = (again - day).days
    assert not any(
        reminder_rule.may_remind(day + dt.timedelta(days=n), told_on=told_on, due_on=due_on)
        for n in range(between)
    )
