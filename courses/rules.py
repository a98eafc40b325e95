"""The rules of completion, as data and as the judgement over it.

{"kind": "watched_share", "percent": 90}   an activity: this share of the recording was watched
{"kind": "minimum_time", "seconds": 600}   a reading: its page was open and visible so long
{"kind": "pass_mark", "percent": 60}       an assessment: this share of the points was reached
{"kind": "all_required"}                   a course: all of the version's required activities are complete
{"kind": "any_of", "count": 3}             any three of its activities are
{"kind": "lecture_share", "percent": 80}   this share of its lectures, and everything else that is required
{"kind": "required_and", "count": 2}       everything required, and two of the electives

A completion stores the rule that judged it; a rule of an unknown kind is refused by name, never passed.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
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


def minimum_time(seconds: int) -> Rule:
    return {"kind": "minimum_time", "seconds": seconds}


def is_read(rule: Rule, read_ms: int) -> bool:
    """Whether a reading was read for its minimum time."""
    if rule.get("kind") != "minimum_time":
        raise UnknownRule(str(rule.get("kind")))
    return bool(read_ms >= rule["seconds"] * 1000)


def pass_mark(percent: int) -> Rule:
    return {"kind": "pass_mark", "percent": percent}


def is_passed(rule: Rule, points: int, out_of: int) -> bool:
    """Whether so many points reach the mark, exactly; an empty sheet never does."""
    if rule.get("kind") != "pass_mark":
        raise UnknownRule(str(rule.get("kind")))
    return bool(out_of > 0 and points * 100 >= rule["percent"] * out_of)


@dataclass(frozen=True, slots=True)
class Item:
    """One activity of a course version's outline; `kind` as activities have it."""

    key: int
    kind: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Missing:
    """So many more of these: "lecture", "reading" … (required ones), "any" or "elective"."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a course is complete, and otherwise what it lacks; `done` of the `asked` activities that it needs."""

    is_complete: bool
    missing: tuple[Missing, ...] = ()
    done: int = 0
    asked: int = 0


def judge_course(rule: Rule, items: Sequence[Item], completed: Collection[int]) -> Judgement:
    """Judge completed activities (keys) by a course version's rule; a course that asks for nothing never completes.

    A rule that asks for more than the outline holds asks for all there is.
    """
    kind = rule.get("kind")
    done = set(completed)
    required = [item for item in items if item.is_required]
    if kind == "all_required":
        asked = [(required, len(required), "")]
    elif kind == "any_of":
        asked = [(list(items), min(int(rule["count"]), len(items)), "any")]
    elif kind == "lecture_share":
        lectures = [item for item in items if item.kind == "lecture"]
        others = [item for item in required if item.kind != "lecture"]
        needed = -(-int(rule["percent"]) * len(lectures) // 100)
        asked = [(lectures, needed, "lecture"), (others, len(others), "")]
    elif kind == "required_and":
        electives = [item for item in items if not item.is_required]
        asked = [
            (required, len(required), ""),
            (electives, min(int(rule["count"]), len(electives)), "elective"),
        ]
    else:
        raise UnknownRule(str(kind))
    missing: list[Missing] = []
    met = 0
    for group, needed, what in asked:
        open_items = [item for item in group if item.key not in done]
        lacking = needed - (len(group) - len(open_items))
        met += needed - max(0, lacking)
        if lacking <= 0:
            continue
        if what:
            missing.append(Missing(what, lacking))
        else:
            kinds = Counter(item.kind for item in open_items)
            missing += [Missing(each, count) for each, count in kinds.items()]
    total = sum(needed for _group, needed, _what in asked)
    return Judgement(total > 0 and not missing, tuple(missing), met, total)


def completing_day(rule: Rule, items: Sequence[Item], days: Mapping[int, date]) -> date | None:
    """The day on which the course became complete, given each completed activity's day; None where it is not."""
    for day in sorted(set(days.values())):
        if judge_course(rule, items, [key for key, done_on in days.items() if done_on <= day]).is_complete:
            return day
    return None


def proving(rule: Rule, items: Sequence[Item], days: Mapping[int, date], day: date) -> list[int]:
    """The completed activities that a course's completion names as its evidence, in the outline's order."""
    only_required = rule.get("kind") == "all_required"
    return [
        item.key
        for item in items
        if item.key in days and days[item.key] <= day and (item.is_required or not only_required)
    ]
