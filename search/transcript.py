"""A transcript's cues as one text, so that what a speaker says across two cues is found as he said it.

Cues are joined without a gap where Han characters meet and with a space elsewhere. Each cue keeps its range in the
joined text; its bridge is the last words of it with the first words of what follows, which the index searches for
phrases alone. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from search.analysis import is_han, long_stream, seam_of

# Characters on each side of a cue's end that a phrase may use to cross it.
REACH = 8


@dataclass(frozen=True, slots=True)
class Transcript:
    """The joined text and the half-open range of each cue in it."""

    text: str
    ranges: Sequence[tuple[int, int]]

    def bridge(self, place: int) -> str:
        """The tokens around the end of cue `place`: the long ones of its last and the next words, and their seam.

        Empty where nothing follows: no phrase crosses there.
        """
        start, end = self.ranges[place]
        start = max(start, end - REACH)
        joint = seam_of(self.text[start:end], self.text[end : end + REACH])
        return f"{long_stream(self.text[start : end + REACH])} {joint}" if joint else ""

    def passage(self, first: int, last: int) -> str:
        """The text from cue `first` to cue `last`, both included."""
        return self.text[self.ranges[first][0] : self.ranges[last][1]]


def join(cues: Sequence[str]) -> Transcript:
    """The transcript of cue texts in order; line breaks inside a cue become spaces."""
    parts: list[str] = []
    ranges: list[tuple[int, int]] = []
    length = 0
    previous = ""
    for cue in cues:
        text = " ".join(cue.split())
        if previous and text and not (is_han(previous) and is_han(text[0])):
            parts.append(" ")
            length += 1
        ranges.append((length, length + len(text)))
        parts.append(text)
        length += len(text)
        previous = text[-1] if text else previous
    return Transcript("".join(parts), ranges)
