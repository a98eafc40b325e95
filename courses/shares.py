"""Amounts rounded so that their parts add up to the whole that is shown. Pure.

The rule: inside everything is an exact fraction; on a page each part is cut to hundredths, and the hundredths that
are then missing from the shown whole go to the parts that were cut most (the method of the largest remainder).
"""

from collections.abc import Hashable, Mapping
from decimal import ROUND_FLOOR, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import TypeVar

HUNDREDTH = Decimal("0.01")
K = TypeVar("K", bound=Hashable)


def of_whole(parts: Mapping[K, Decimal], whole: Decimal) -> dict[K, Decimal]:
    """The parts to hundredths, adding up to `whole` as near as moving each by less than one of them allows.

    >>> of_whole({"a": Decimal("14.6667"), "b": Decimal("5.3333")}, Decimal(20))
    {'a': Decimal('14.67'), 'b': Decimal('5.33')}
    """
    cut = {key: part.quantize(HUNDREDTH, ROUND_FLOOR) for key, part in parts.items()}
    missing = int((whole - sum(cut.values(), Decimal(0))) / HUNDREDTH)
    most_cut = sorted(parts, key=lambda key: parts[key] - cut[key], reverse=True)
    for key in most_cut[: max(0, missing)]:
        if parts[key] != cut[key]:
            cut[key] += HUNDREDTH
    return cut


def against(got: Decimal, needed: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    """What was got, what is needed and what is lacking, in hundredths, the first and the last adding up to the second.

    Lacking is rounded up: whoever earns as much as it says has enough.

    >>> against(Decimal("14.66667"), Decimal(20))
    (Decimal('14.66'), Decimal('20.00'), Decimal('5.34'))
    """
    shown_needed = needed.quantize(HUNDREDTH, ROUND_HALF_UP)
    if got >= needed:
        return max(got.quantize(HUNDREDTH, ROUND_HALF_UP), shown_needed), shown_needed, Decimal(0)
    lacking = min((needed - got).quantize(HUNDREDTH, ROUND_UP), shown_needed)
    return shown_needed - lacking, shown_needed, lacking
