"""Exact numbers: int where whole, Fraction where not, read from decimal text and given back as Decimal."""

import math
from decimal import Context, Decimal
from fractions import Fraction

Number = int | Fraction

# More digits than any credit, and room for products of them; a formula beyond it is an accident or an attack.
LARGEST: int = 10**30
# What a fraction without end is written with; sums are made before, so that nothing is lost by it.
PLACES = 6
_CONTEXT = Context(prec=60)


def exact(value: Fraction | int) -> Number:
    """A whole fraction as an int, which is faster to count with."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def is_too_large(value: Number) -> bool:
    return not -LARGEST <= value <= LARGEST


def from_text(text: str) -> Number:
    """The number that decimal text says. Raises ValueError."""
    return exact(Fraction(text))


def as_decimal(value: Number) -> Decimal:
    """The number as a Decimal: exact where it ends, else rounded half up at PLACES."""
    if isinstance(value, int):
        return Decimal(value)
    twos, rest = 0, value.denominator
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    fives = 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    places = max(twos, fives) if rest == 1 else PLACES
    scaled = value * 10**places
    whole = scaled.numerator if scaled.denominator == 1 else _half_up(scaled)
    return _CONTEXT.create_decimal(whole).scaleb(-places, _CONTEXT)


def rounded(value: Number, places: int) -> Decimal:
    """The number as a Decimal with so many places, half away from zero."""
    return _CONTEXT.create_decimal(_half_up(Fraction(value) * 10**places)).scaleb(-places, _CONTEXT)


def down(value: Number, step: Number) -> Number:
    """The greatest multiple of a step that is not above the value."""
    steps, one = _steps(value, step)
    return _times(steps // one, step)


def up(value: Number, step: Number) -> Number:
    """The least multiple of a step that is not below the value."""
    steps, one = _steps(value, step)
    return _times(-(-steps // one), step)


def nearest(value: Number, step: Number) -> Number:
    """The nearest multiple of a step; from halfway on the one away from zero."""
    steps, one = _steps(value, step)
    count = (2 * abs(steps) + one) // (2 * one)
    return _times(count if steps >= 0 else -count, step)


def _steps(value: Number, step: Number) -> tuple[int, int]:
    """How many steps a value has, as a numerator and a denominator: whole numbers are faster than fractions."""
    if step <= 0:
        raise ValueError("a step must be above zero")
    return value.numerator * step.denominator, value.denominator * step.numerator


def _times(count: int, step: Number) -> Number:
    whole, rest = divmod(count * step.numerator, step.denominator)
    return Fraction(count * step.numerator, step.denominator) if rest else whole


def _half_up(value: Fraction) -> int:
    whole = math.floor(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole
