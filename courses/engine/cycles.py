"""Which cycle of a person holds a day, and the cycles before and after it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from courses.engine import conditions, dates, formulas
from courses.engine.amounts import Either, Frame
from courses.engine.conditions import Condition
from courses.engine.errors import EngineError, NoCycle
from courses.engine.formulas import Value
from courses.engine.language import CycleRule, Regulation
from courses.engine.situations import Cycle, Person


class _PersonFrame:
    """The person and the day alone: a cycle is found before anything else is known."""

    def __init__(self, regulation: Regulation, person: Person, day: dt.date) -> None:
        self.scope: Mapping[str, Any] = {"person": person_scope(regulation, person), "day": day}

    def holds(self, condition: Condition, rule: str) -> bool:
        return condition.holds(conditions.context(self.scope), rule)

    def choose(self, choice: Either, values: list[Value]) -> int:
        return 0


def person_scope(regulation: Regulation, person: Person) -> dict[str, Value]:
    """What `person.…` names: dates, and every declared fact, with its default where it is not given."""
    facts = {
        name: _kept(person.facts.get(name, word.default))
        for name, word in regulation.vocabulary.person.items()
    }
    return {**facts, "born": person.born, "admitted": person.admitted}


def _kept(fact: Any) -> Value:
    """A fact as runs keep it: stretches of days as tuples, which can be compared and remembered."""
    return tuple(tuple(each) for each in fact) if isinstance(fact, list | tuple) else fact


def cycle_of(regulation: Regulation, person: Person, day: dt.date) -> Cycle:
    """The person's cycle that holds the day. Raises NoCycle; MissingFact where a date of the person is needed."""
    rule, frame = _rule(regulation, person, day)
    initial = _initial(rule, frame)
    if initial is None:
        return _regular(formulas.day(rule.anchor.value(frame, rule.head.id)), rule.months, day)
    if day <= initial.last:
        return initial
    return _regular(initial.last + dt.timedelta(days=1), rule.months, day)


def first_cycle(regulation: Regulation, person: Person, day: dt.date) -> Cycle | None:
    """The person's first cycle where the regulation gives it a length of its own; None where not, or not known."""
    try:
        rule, frame = _rule(regulation, person, day)
        return _initial(rule, frame)
    except EngineError:
        return None


def cycle_before(regulation: Regulation, person: Person, cycle: Cycle) -> Cycle | None:
    """The cycle that ended the day before; None where there was none."""
    day = cycle.first - dt.timedelta(days=1)
    found = cycle_of(regulation, person, day)
    return found if found.last == day else None


def cycle_after(regulation: Regulation, person: Person, cycle: Cycle) -> Cycle:
    """The cycle that begins the day after."""
    return cycle_of(regulation, person, cycle.last + dt.timedelta(days=1))


def _rule(regulation: Regulation, person: Person, day: dt.date) -> tuple[CycleRule, Frame]:
    frame = _PersonFrame(regulation, person, day)
    for rule in regulation.cycle:
        if rule.head.period and not rule.head.period.holds(day):
            continue
        if rule.when is None or frame.holds(rule.when, rule.head.id):
            return rule, frame
    raise NoCycle(f"no rule on cycles is about this person on {day}")


def _initial(rule: CycleRule, frame: Frame) -> Cycle | None:
    """The first cycle, which has a length of its own; whoever lacks the dates for it has none."""
    if rule.first is None:
        return None
    found = rule.first.value(frame, rule.head.id)
    if found is None:
        return None
    first = formulas.day(found)
    return Cycle(first, dates.months_after(first, rule.first_months) - dt.timedelta(days=1))


def _regular(anchor: dt.date, months: int, day: dt.date) -> Cycle:
    gone = (day.year - anchor.year) * 12 + day.month - anchor.month
    number = gone // months
    first = dates.months_after(anchor, number * months)
    while first > day:
        number -= 1
        first = dates.months_after(anchor, number * months)
    following = dates.months_after(anchor, (number + 1) * months)
    while following <= day:
        number += 1
        first, following = following, dates.months_after(anchor, (number + 1) * months)
    return Cycle(first, following - dt.timedelta(days=1))
