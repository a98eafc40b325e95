"""Parts that are shown add up to the whole that is shown, and what is lacking is enough."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from courses import shares

HUNDREDTH = shares.HUNDREDTH
AMOUNTS = st.fractions(min_value=0, max_value=200, max_denominator=2700).map(
    lambda each: Decimal(each.numerator) / each.denominator
)


@given(st.lists(AMOUNTS, max_size=12), st.booleans())
def test_parts_add_up_to_the_whole_and_none_is_off_by_a_hundredth(amounts, cut_down):
    whole = sum(amounts, Decimal(0)).quantize(HUNDREDTH, "ROUND_FLOOR" if cut_down else "ROUND_HALF_UP")
    parts = dict(enumerate(amounts))
    shown = shares.of_whole(parts, whole)
    assert abs(sum(shown.values(), Decimal(0)) - whole) < HUNDREDTH
    assert all(abs(shown[key] - part) < HUNDREDTH for key, part in parts.items())


@given(AMOUNTS, AMOUNTS)
def test_got_and_lacking_add_up_to_what_is_needed_and_lacking_is_enough(got, needed):
    shown, shown_needed, lacking = shares.against(got, needed)
    assert shown >= 0
    if got < needed:
        assert shown + lacking == shown_needed
        assert got + lacking >= needed or shown == 0
    else:
        assert (lacking, shown >= shown_needed) == (0, True)
