"""Credit is exact until it is shown."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from courses import credit


def test_forty_five_minutes_are_one_credit():
    assert credit.as_decimal(credit.credit_of(45 * 60)) == Decimal("1.00")


def test_nine_acts_of_forty_minutes_are_eight_exactly():
    assert credit.credit_of_all([40 * 60] * 9) == 8
    assert str(credit.as_decimal(credit.credit_of(40 * 60))) == "0.89"


def test_half_a_hundredth_rounds_away_from_zero_on_both_sides():
    assert credit.as_decimal(Fraction(1, 200)) == Decimal("0.01")
    assert credit.as_decimal(Fraction(-1, 200)) == Decimal("-0.01")


@given(st.lists(st.integers(0, 20_000)))
def test_a_reversal_takes_back_exactly_what_was_given(seconds):
    assert credit.credit_of_all([*seconds, *(-each for each in seconds)]) == 0


@given(st.fractions(min_value=-1000, max_value=1000))
def test_what_is_shown_is_within_half_a_hundredth(value):
    assert abs(Fraction(credit.as_decimal(value)) - value) <= Fraction(1, 200)
