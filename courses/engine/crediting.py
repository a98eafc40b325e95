"""What each act gives: its raw credit, then what conditions, windows and limits leave of it, with the reasons.

Acts are taken by day, then by id. Their order in the situation does not matter.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from courses.engine import formulas, numbers
from courses.engine.counting import AsTheyStand
from courses.engine.language import Conversion, Limit, Selector, Window
from courses.engine.numbers import Number
from courses.engine.results import Opening, Reason
from courses.engine.runs import PlaceFrame, Run, selects
from courses.engine.situations import Act


@dataclass(slots=True)
class Credited:
    """An act at work. `is_counted`: recognised and inside its window, whatever is left of its credit."""

    act: Act
    frame: PlaceFrame
    raw: Number = 0
    credit: Number = 0
    is_counted: bool = True
    why: list[Reason] = field(default_factory=list)

    def copy(self) -> "Credited":
        """The same act, whose credit may be cut without touching this one's."""
        return Credited(self.act, self.frame, self.raw, self.credit, self.is_counted, [*self.why])

    def drop(self, reason: Reason) -> None:
        self.credit = 0
        self.is_counted = False
        self.why.append(reason)


def credit(run: Run, required: Callable[[], Number | None]) -> list[Credited]:
    """Every act with what it gives. `required` is asked only where a limit is measured by it."""
    credited = run.before_limits(_before_limits)
    if run.regulation.alternatives or run.regulation.keeps_acts:
        credited = [each.copy() for each in credited]
    for limit in run.regulation.limits:
        _limit(run, limit, credited, required)
    return credited


def _before_limits(run: Run) -> list[Credited]:
    acts = sorted(run.situation.acts, key=lambda act: (act.day, act.id))
    occurrences = _occurrences(run, acts)
    credited = [Credited(act, run.act_frame(act, occurrences[place])) for place, act in enumerate(acts)]
    windows = [window for window in run.regulation.windows if run.in_force(window.head)]
    _convert(run, credited)
    for each in credited:
        _recognise(run, each)
        _place(run, each, windows)
    return credited


def openings(run: Run) -> list[Opening]:
    """Every stretch of days in which acts count in the run's cycle: the windows, then the cycle's own days."""
    found = []
    for window in run.regulation.windows:
        if window.never or not run.in_force(window.head):
            continue
        first, last = window_days(run, window)
        if first <= last:
            found.append(Opening(window.of, first, last, window.head.id, window.head.article))
    return [*found, Opening(Selector(), run.cycle.first, run.cycle.last, "", "")]


def window_days(run: Run, window: Window) -> tuple[dt.date, dt.date]:
    """The first and the last day of a window; an end that it does not name is the cycle's."""
    rule = window.head.id
    first = formulas.day(window.first.value(run.person, rule)) if window.first else run.cycle.first
    last = formulas.day(window.last.value(run.person, rule)) if window.last else run.cycle.last
    return first, last


def _occurrences(run: Run, acts: Sequence[Act]) -> list[int]:
    """How many acts like it came before each act, itself counted; 1 for one that no rule on repeats is about."""
    if not run.regulation.repeats:
        return [1] * len(acts)
    seen: dict[tuple[Any, ...], int] = defaultdict(int)
    found = []
    for act in acts:
        frame = run.act_frame(act, 1)
        number = 1
        for place, repeats in enumerate(run.regulation.repeats):
            if not selects(repeats.of, frame, "repeats"):
                continue
            key = tuple(_named(frame, name) for name in repeats.same)
            is_outside = repeats.within_cycle and not run.cycle.first <= act.day <= run.cycle.last
            if None not in key and not is_outside:
                seen[place, *key] += 1
                number = seen[place, *key]
            break
        found.append(number)
    return found


def _named(frame: PlaceFrame, dotted: str) -> Any:
    root, _, name = dotted.partition(".")
    return frame.scope[root][name] if name else frame.scope[root]


def _convert(run: Run, credited: Sequence[Credited]) -> None:
    """Give each act its raw credit: by itself, or by its share of those that are converted as one with it."""
    together: dict[Any, Number] = defaultdict(int)
    found: list[tuple[Credited, Conversion, Any]] = []
    for each in credited:
        conversion = _conversion(run, each)
        if conversion is None:
            each.is_counted = False
            each.why.append(Reason("no_conversion"))
            continue
        key = (conversion.head.id, *(_named(each.frame, name) for name in conversion.together))
        if not conversion.together or None in key:
            key = (conversion.head.id, each.act.id)
        together[key] += each.act.quantity
        found.append((each, conversion, key))
    for each, conversion, key in found:
        _give(each, conversion, together[key])


def _conversion(run: Run, each: Credited) -> Conversion | None:
    for conversion in run.regulation.conversions:
        head = conversion.head
        if run.in_force(head, each.act) and selects(conversion.of, each.frame, head.id):
            return conversion
    return None


def _give(each: Credited, conversion: Conversion, quantity: Number) -> None:
    """The act's raw credit, where it and those converted with it have so much quantity."""
    head, frame, own = conversion.head, each.frame, each.act.quantity
    if quantity != own:
        frame = PlaceFrame(frame.run, {**frame.scope, "quantity": quantity}, each.act)
    if conversion.at_least is not None:
        least = formulas.number(conversion.at_least.value(frame, head.id))
        if quantity < least:
            each.why.append(Reason.of(head, "too_short", least=numbers.as_decimal(least)))
            each.is_counted = False
            return
    given = formulas.number(conversion.credit.value(frame, head.id))
    if conversion.step is not None:
        given = getattr(numbers, conversion.rounding)(given, conversion.step)
    if quantity != own:
        given = given * Fraction(own) / quantity if quantity else 0
    each.raw = each.credit = max(0, numbers.exact(given))
    each.why.append(Reason.of(head, "converted"))


def _recognise(run: Run, each: Credited) -> None:
    for rule in run.regulation.recognition:
        head = rule.head
        if not run.in_force(head, each.act) or not selects(rule.of, each.frame, head.id):
            continue
        if each.frame.holds(rule.must, head.id):
            continue
        if rule.otherwise is None:
            each.drop(Reason.of(head, "not_recognised"))
            continue
        left = formulas.number(rule.otherwise.value(_with(each), head.id))
        each.credit = min(each.credit, max(0, numbers.exact(left)))
        each.why.append(Reason.of(head, "reduced", to=numbers.as_decimal(each.credit)))


def _with(each: Credited) -> PlaceFrame:
    """The act's frame with what it has given so far."""
    scope = {**each.frame.scope, "raw": each.raw, "credit": each.credit}
    return PlaceFrame(each.frame.run, scope, each.act)


def _place(run: Run, each: Credited, windows: Sequence[Window]) -> None:
    """Whether the act counts in this cycle: the first window that is about it says, else the cycle's own days."""
    day = each.act.day
    if day > run.situation.day:
        each.drop(Reason("not_yet", params={"day": run.situation.day}))
        return
    for window in windows:
        head = window.head
        if not run.in_force(head, each.act) or not selects(window.of, each.frame, head.id):
            continue
        if window.never:
            each.drop(Reason.of(head, "other_cycle"))
            return
        first, last = window_days(run, window)
        if day < first:
            each.drop(Reason.of(head, "before_window", day=first))
        elif day > last:
            each.drop(Reason.of(head, "after_window", day=last))
        return
    if day < run.cycle.first:
        each.drop(Reason("before_cycle", params={"day": run.cycle.first}))
    elif day > run.cycle.last:
        each.drop(Reason("after_cycle", params={"day": run.cycle.last}))


def _limit(
    run: Run, limit: Limit, credited: Sequence[Credited], required: Callable[[], Number | None]
) -> None:
    """Leave of the acts that a limit is about no more than it allows, group by group."""
    head = limit.head
    if not run.in_force(head):
        return
    about = [
        each
        for each in credited
        if each.credit > 0 and run.in_force(head, each.act) and selects(limit.of, each.frame, head.id)
    ]
    if limit.per == "act":
        for each in about:
            most = formulas.number(limit.most.value(_with(each), head.id))
            _cut(each, max(0, most), limit)
        return
    if not about:
        return
    inside = {each.act.id for each in about}
    rest = sum((each.credit for each in credited if each.act.id not in inside), start=0)
    got = AsTheyStand(run, credited, required)
    frame = run.place(rest=rest, required=required(), got=got)
    allowed = max(0, numbers.exact(formulas.number(limit.most.value(frame, head.id))))
    groups: dict[Any, list[Credited]] = defaultdict(list)
    for each in about:
        groups[_group(limit, each)].append(each)
    for members in groups.values():
        left: Number = allowed
        for each in _by_preference(limit, members):
            left -= _cut(each, left, limit)


def _cut(each: Credited, most: Number, limit: Limit) -> Number:
    """Leave the act at most this much; what is left of it."""
    if each.credit > most:
        each.credit = numbers.exact(most)
        each.why.append(Reason.of(limit.head, "limited", to=numbers.as_decimal(each.credit)))
    return each.credit


def _group(limit: Limit, each: Credited) -> Any:
    day = each.act.day
    if limit.per == "same":
        key = tuple(_named(each.frame, name) for name in limit.same)
        return each.act.id if None in key else key
    return {"cycle": "", "day": day, "month": (day.year, day.month), "year": day.year}[limit.per]


def _by_preference(limit: Limit, members: Iterable[Credited]) -> list[Credited]:
    """Which acts are kept first: those that the rule prefers, then the earliest (or as it says)."""
    order = list(members)
    if limit.keep == "latest":
        order.reverse()
    elif limit.keep in {"largest", "smallest"}:
        order.sort(key=lambda each: each.credit, reverse=limit.keep == "largest")

    def rank(each: Credited) -> int:
        for place, selector in enumerate(limit.prefer):
            if selects(selector, each.frame, limit.head.id):
                return place
        return len(limit.prefer)

    return sorted(order, key=rank)
