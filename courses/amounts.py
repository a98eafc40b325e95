"""Amounts of acts as people write and read them, minutes or half days, to the ledger's integers and back."""

from dataclasses import dataclass
from decimal import Decimal

SECOND = "second"
# What a form offers, and how many seconds one of it is.
SECONDS_OF = {"minute": 60, "hour": 3600}
MILLI = 1000


class NotExact(ValueError):
    """The number is not exact in the ledger's integers, not above zero, or no unit of the ledger."""


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount as the ledger holds it."""

    unit: str
    seconds: int
    quantity_milli: int | None

    @property
    def number(self) -> Decimal:
        """The number as people read it, in minutes for what is time."""
        if self.quantity_milli is None:
            return Decimal(self.seconds) / 60
        return Decimal(self.quantity_milli) / MILLI

    @property
    def written_unit(self) -> str:
        """The unit that belongs to `number`."""
        return "minute" if self.quantity_milli is None else self.unit


def read(number: Decimal, unit: str) -> Amount:
    """The amount of a number in a unit that a form offers. Raises NotExact.

    >>> read(Decimal("1.5"), "hour")
    Amount(unit='second', seconds=5400, quantity_milli=None)
    """
    if not number.is_finite() or number <= 0:
        raise NotExact
    if unit in SECONDS_OF:
        seconds = number * SECONDS_OF[unit]
        if seconds != seconds.to_integral_value():
            raise NotExact
        return Amount(SECOND, int(seconds), None)
    milli = number * MILLI
    if milli != milli.to_integral_value() or not unit or unit == SECOND:
        raise NotExact
    return Amount(unit, 0, int(milli))


def plain(number: Decimal) -> str:
    """The number without zeros that say nothing, to two places at most: 90, 1.5, 0.33."""
    text = f"{number:.2f}"
    return text.rstrip("0").rstrip(".")
