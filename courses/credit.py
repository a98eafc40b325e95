"""From seconds to credit (学时): exact fractions inside, a Decimal at the edge."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

# One class hour where no regulation says otherwise.
SECONDS_PER_CREDIT = 45 * 60


def credit_of(seconds: int, *, seconds_per_credit: int = SECONDS_PER_CREDIT) -> Fraction:
    """The exact credit of one fact; negative for a reversal."""
    return Fraction(seconds, seconds_per_credit)


def credit_of_all(seconds: Iterable[int], *, seconds_per_credit: int = SECONDS_PER_CREDIT) -> Fraction:
    """The exact credit of facts together: nine times 40 minutes are 8, not nine rounded shares."""
    return credit_of(sum(seconds), seconds_per_credit=seconds_per_credit)


def as_decimal(credit: Fraction, places: int = 2) -> Decimal:
    """The credit as people read it, rounded half away from zero at the last place."""
    scaled = credit * 10**places
    whole = Decimal(abs(scaled.numerator)) / Decimal(scaled.denominator)
    return (whole.quantize(Decimal(1), ROUND_HALF_UP) * (1 if scaled >= 0 else -1)).scaleb(-places)
