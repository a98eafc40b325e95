"""The day of an instant is China's."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.days import local_day, local_year, start_of_day


def test_an_evening_in_utc_is_already_the_next_day_in_china():
    assert local_day(dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)) == dt.date(2026, 11, 24)
    assert local_day(dt.datetime(2026, 11, 23, 15, 59, 59, tzinfo=dt.UTC)) == dt.date(2026, 11, 23)


def test_the_last_eight_hours_of_the_year_in_utc_belong_to_the_next_year():
    assert local_year(dt.datetime(2026, 12, 31, 16, 0, tzinfo=dt.UTC)) == 2027


def test_a_naive_instant_has_no_day():
    with pytest.raises(ValueError, match="naive"):
        local_day(dt.datetime(2026, 11, 23, 12, 0))  # noqa: DTZ001


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2100, 1, 1)))
def test_a_day_begins_with_its_first_instant_and_not_before(day):
    assert local_day(start_of_day(day)) == day
    assert local_day(start_of_day(day) - dt.timedelta(microseconds=1)) == day - dt.timedelta(days=1)
