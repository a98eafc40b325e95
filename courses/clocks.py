"""The clock of a playback session: how much of a recording it may claim in the time that has passed.

A session may claim its head start plus the time since it started, times the highest rate, until it ends.
All claims count against it, new or watched before. The head starts of a person's sessions are one tolerance
passed on: what a session has used of it stays with that session for its late beats, what is left goes to the
next one, and time between sessions fills it up again, never above the tolerance. So all claims of a person
together never exceed the time since the first session, times the rate, plus one tolerance, however many
sessions are opened and in whatever order their beats arrive.
"""

from datetime import datetime, timedelta

# What a session may claim before time has passed: clocks are read in different places, and a beat ends on
# a video frame.
TOLERANCE_MS = 5_000


def elapsed_ms(start: datetime, end: datetime) -> int:
    """Whole milliseconds from one instant to a later one; none when it is not later."""
    return max(0, (end - start) // timedelta(milliseconds=1))


def allowance_ms(*, head_start_ms: int, running_ms: int, rate_percent: int) -> int:
    """How much a session that has been running this long may have claimed in all."""
    return head_start_ms + running_ms * rate_percent // 100


def used_head_start_ms(*, head_start_ms: int, running_ms: int, claimed_ms: int, rate_percent: int) -> int:
    """How much of its head start a session's claims have needed, beyond the time that has passed."""
    return min(head_start_ms, max(0, claimed_ms - running_ms * rate_percent // 100))


def next_head_start_ms(
    *, left_ms: int, idle_ms: int, rate_percent: int, tolerance_ms: int = TOLERANCE_MS
) -> int:
    """The head start of the session after one that left this much, opened this long after that one's end."""
    return min(tolerance_ms, left_ms + idle_ms * rate_percent // 100)
