"""Presence checks as a rule: when one falls due, and what may count without one. Pure.

What is newly watched of a recording is provisional until a check is answered. A check falls due at a secret
amount of provisional watching, drawn between the quiet time and the spacing, so that no two are further apart
than the spacing; another may stand at a secret place before the end. What reaches the share needed for completion
is confirmed by a check too, unless no more than the quiet time is provisional: short lectures are left in peace.
Once a lecture's share is confirmed, nothing more depends on its minutes and no check comes.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

# A check is issued when a beat has come; the longest beat must still lie inside the spacing.
LONGEST_BEAT_MS = 60_000
SHORTEST_SPACING_MS = 2 * LONGEST_BEAT_MS
# Nobody reads a question and answers it sooner; its page keeps the button still until then.
SOONEST_ANSWER_MS = 700
# A check's place in the recording once it has been answered, or where there is none.
NO_PLACE = 0
BACKGROUND = ("picture_in_picture", "audio_only")
KINDS = ("confirm", "code")

Choose = Callable[[int], int]


class Step(StrEnum):
    """What a person's standing with a recording calls for."""

    NOTHING = "nothing"
    CONFIRM = "confirm"
    SPACING = "spacing"
    BEFORE_END = "before_end"
    CLOSING = "closing"


class PolicyRefused(ValueError):
    """A policy that cannot be kept; the message names the entry."""

    code = "policy"


@dataclass(frozen=True, slots=True)
class WatchPolicy:
    """What proves watching. A spacing of 0 asks for no checks; an answer time of 0 waits as long as the session.

    `before_end_ms` is the nearest and the farthest place before the end for one more check, (0, 0) for none.
    New York's rule is WatchPolicy(spacing_ms=50 minutes, kind="code", before_end_ms=(5 minutes, 10 minutes)).
    """

    max_rate_percent: int = 150
    tolerance_ms: int = 5_000
    spacing_ms: int = 600_000
    quiet_ms: int = 120_000
    kind: str = "confirm"
    before_end_ms: tuple[int, int] = (0, 0)
    answer_ms: int = 0
    background: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        nearest, farthest = self.before_end_ms
        for name, holds in {
            "max_rate_percent": 25 <= self.max_rate_percent <= 400,
            "tolerance_ms": 0 <= self.tolerance_ms <= 60_000,
            "spacing_ms": self.spacing_ms == 0 or SHORTEST_SPACING_MS <= self.spacing_ms <= 24 * 3_600_000,
            "quiet_ms": 0 <= self.quiet_ms <= 3_600_000,
            "kind": self.kind in KINDS,
            "before_end_ms": 0 <= nearest <= farthest,
            "answer_ms": self.answer_ms == 0 or self.answer_ms >= 10_000,
            "background": set(self.background) <= set(BACKGROUND),
        }.items():
            if not holds:
                raise PolicyRefused(name)

    @property
    def has_checks(self) -> bool:
        return self.spacing_ms > 0 or self.before_end_ms != (0, 0)

    def as_json(self) -> dict[str, Any]:
        """As a session keeps it."""
        return asdict(self)


def from_json(given: Mapping[str, Any]) -> WatchPolicy:
    """The policy that a session keeps; what it does not name is as by default. PolicyRefused."""
    known = {field.name for field in fields(WatchPolicy)}
    if unknown := set(given) - known:
        raise PolicyRefused(", ".join(sorted(unknown)))
    values = dict(given)
    for name in ("before_end_ms", "background"):
        if name in values:
            values[name] = tuple(values[name])
    return WatchPolicy(**values)


def draw_due_ms(policy: WatchPolicy, choose: Choose = secrets.randbelow) -> int | None:
    """At how much provisional watching the next check falls due; `choose(n)` is one of 0 … n-1, at random."""
    if not policy.spacing_ms:
        return None
    soonest = min(policy.quiet_ms, policy.spacing_ms // 2)
    latest = policy.spacing_ms - LONGEST_BEAT_MS
    return soonest + choose(max(1, latest - soonest + 1))


def latest_due_ms(policy: WatchPolicy) -> int | None:
    """The last moment that the spacing allows: after the check before the end none is wanted until the end."""
    return policy.spacing_ms - LONGEST_BEAT_MS if policy.spacing_ms else None


def draw_place_ms(policy: WatchPolicy, duration_ms: int, choose: Choose = secrets.randbelow) -> int:
    """Where in the recording the check before its end stands; NO_PLACE where there is none.

    A recording too short to hold it beyond the quiet time has none.
    """
    nearest, farthest = policy.before_end_ms
    first, last = max(policy.quiet_ms, duration_ms - farthest), duration_ms - nearest
    if farthest == 0 or last <= policy.quiet_ms:
        return NO_PLACE
    return first + choose(last - first + 1)


def step(
    policy: WatchPolicy,
    *,
    confirmed_ms: int,
    provisional_ms: int,
    needed_ms: int,
    due_ms: int | None,
    place_ms: int | None,
    reached_ms: int,
) -> Step:
    """What follows when no check waits. `reached_ms` is how far in the recording watching has just come."""
    if not policy.has_checks:
        return Step.CONFIRM if provisional_ms else Step.NOTHING
    if confirmed_ms >= needed_ms or not provisional_ms:
        return Step.NOTHING
    if place_ms and reached_ms >= place_ms:
        return Step.BEFORE_END
    if due_ms is not None and provisional_ms >= due_ms:
        return Step.SPACING
    if confirmed_ms + provisional_ms < needed_ms or place_ms:
        return Step.NOTHING
    # After the check before the end nothing more is asked for until the end.
    free_ms = max(policy.quiet_ms, policy.before_end_ms[1])
    return Step.CONFIRM if provisional_ms <= free_ms else Step.CLOSING


def most_provisional_ms(policy: WatchPolicy, due_ms: int | None) -> int | None:
    """How much may wait for a check in all: a network that was away for one spacing loses nothing."""
    return None if due_ms is None else due_ms + policy.spacing_ms
