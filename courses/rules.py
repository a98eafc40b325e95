"""The rules of completion, as data and as the judgement over it.

{"kind": "watched_share", "percent": 90}   an activity: this share of the recording was watched
{"kind": "all_required"}                   a course: all of the version's required activities are complete

A completion stores the rule that judged it; a rule of an unknown kind is refused by name, never passed.
"""

from collections.abc import Collection, Sequence
from typing import Any

from courses.intervals import Stretch, totals_by_day

Rule = dict[str, Any]


class UnknownRule(Exception):
    """A rule of a kind that this version of the product cannot judge."""

    code = "unknown_rule"


def watched_share(percent: int) -> Rule:
    return {"kind": "watched_share", "percent": percent}


def needed_ms(percent: int, duration_ms: int) -> int:
    """The least number of milliseconds that is this share of the duration."""
    return -(-percent * duration_ms // 100)


def share_percent(watched_ms: int, duration_ms: int) -> int:
    """The share watched in whole percents, rounded down: 100 only when all of it was watched."""
    return min(100, watched_ms * 100 // duration_ms) if duration_ms > 0 else 0


def day_of_share(rule: Rule, intervals: Sequence[Stretch], duration_ms: int) -> str | None:
    """The day of the second that reached the share, or None where it is not reached."""
    if rule.get("kind") != "watched_share":
        raise UnknownRule(str(rule.get("kind")))
    needed = max(1, needed_ms(rule["percent"], duration_ms))
    watched = 0
    for day, milliseconds in totals_by_day(intervals).items():
        watched += milliseconds
        if watched >= needed:
            return day
    return None


def is_course_complete(rule: Rule, required: Collection[int], completed: Collection[int]) -> bool:
    """Whether completed activities (keys) fulfil a course version's rule; one that requires none never is."""
    if rule.get("kind") != "all_required":
        raise UnknownRule(str(rule.get("kind")))
    return bool(required) and set(required) <= set(completed)
