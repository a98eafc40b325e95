"""The ladder: which renditions a picture of a given size is packaged into, never larger than the picture itself."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

# Short sides of the rungs and the highest video bit rate of each. 720 is the top one: slides are legible at it,
# while 1080 would more than double the processor time of a lecture (the original is kept, so a later
# generation may still have it: docs/decisions/0011-packaging.md).
RUNGS: tuple[tuple[int, int], ...] = ((360, 600_000), (480, 1_000_000), (720, 2_000_000), (1080, 4_000_000))
TOP_SHORT_SIDE = 720
# A rung within a tenth of the picture's own size shows nothing that the picture does not.
WORTHWHILE = Fraction(9, 10)
SEGMENT_SECONDS = 4
FASTEST_FRAME_RATE = Fraction(30)
SLOWEST_FRAME_RATE = Fraction(1)


@dataclass(frozen=True)
class Rendition:
    """One rung: even width and height in square pixels, the most bits a second, and the name of its files."""

    name: str
    width: int
    height: int
    max_bits_per_second: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def displayed_size(width: int, height: int, sample_aspect: Fraction, rotation: int) -> tuple[int, int]:
    """The size at which a picture is seen: pixels made square by changing the width alone, then turned.

    `rotation` is in degrees; a quarter turn swaps the sides. An absent aspect (0) counts as square.
    """
    aspect = sample_aspect if sample_aspect > 0 else Fraction(1)
    seen_width = max(1, round(width * aspect))
    if rotation % 180 == 90:
        return height, seen_width
    return seen_width, height


def renditions(width: int, height: int, *, top_short_side: int = TOP_SHORT_SIDE) -> tuple[Rendition, ...]:
    """The ladder of a picture displayed at `width` x `height`, smallest first, at least one rung.

    The topmost rung is the picture's own size or `top_short_side`, whichever is less; below it stand the
    fixed rungs that are worth switching to. Sides are even, because 4:2:0 has no odd ones.
    """
    if width < 1 or height < 1:
        raise ValueError("a picture has at least one pixel")
    short = min(width, height)
    top = min(short, top_short_side)
    sides = [(side, rate) for side, rate in RUNGS if side <= top * WORTHWHILE]
    sides.append((top, _rate_at(top)))
    ladder = []
    for side, rate in sides:
        scale = Fraction(side, short)
        size = (_even(width * scale, width), _even(height * scale, height))
        ladder.append(Rendition(f"v{_even(Fraction(side), side)}", size[0], size[1], rate))
    return tuple(ladder)


def frame_rate(average: Fraction, nominal: Fraction) -> Fraction:
    """The steady rate of the packaged picture, in frames a second.

    A nominal rate up to 60 is believed, except that rates over 30 are halved; one above (containers that
    count milliseconds) or far above the average (a screen recording that idles) gives way to the average.
    """
    believable = SLOWEST_FRAME_RATE <= nominal <= 60 and (average <= 0 or nominal <= average * 2)
    rate = nominal if believable else Fraction(round(average))
    while rate > FASTEST_FRAME_RATE and rate / 2 >= 20:
        rate /= 2
    return max(SLOWEST_FRAME_RATE, min(FASTEST_FRAME_RATE, rate))


def _even(side: Fraction | int, limit: int) -> int:
    """The nearest even number, not above the even part of `limit`, at least 2."""
    return max(2, min(round(Fraction(side) / 2) * 2, limit - limit % 2))


def _rate_at(side: int) -> int:
    """The bit rate of the first fixed rung at least as large, in proportion to the side below the first."""
    for rung, rate in RUNGS:
        if side <= rung:
            return max(150_000, rate * side // rung)
    return RUNGS[-1][1]
