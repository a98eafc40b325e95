"""Evaluating a situation under a regulation: every reading that its words leave open, laid side by side."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from courses.engine import judging
from courses.engine.errors import ActTwice, TooManyReadings, UnknownAssumption
from courses.engine.language import Regulation
from courses.engine.results import Reading, Statement
from courses.engine.runs import Choices, Run, check_words
from courses.engine.situations import Situation

# Six questions of two readings each; a regulation in which more meet over one person has to be clarified first.
MOST_READINGS = 64
_FIGURES = (
    "total", "own", "carried_in", "required", "required_by", "compliant", "shortfall", "carry_out", "obligations",
    "cures", "make_up",
)  # fmt: skip
_MAPPINGS = ("minima", "acts", "counters", "other")


def evaluate(regulation: Regulation, situation: Situation, *, assume: Collection[str] = ()) -> Statement:
    """What the regulation says of the situation, with the rule and article behind each figure.

    `assume` names assumptions to take besides those that the document has decided. Raises an EngineError that is
    named: UnknownWord, MissingFact, NoCycle, FormulaFailed, ConditionFailed, TooManyReadings, UnknownAssumption,
    ActTwice.
    """
    for name in assume:
        if name not in regulation.assumptions:
            raise UnknownAssumption(name)
    check_words(regulation, situation)
    seen: set[str] = set()
    for act in situation.acts:
        if act.id in seen:
            raise ActTwice(f"two acts are called {act.id!r}")
        seen.add(act.id)
    decided = {each.name for each in regulation.assumptions.values() if each.is_decided}
    found = _distinct(_readings(regulation, situation, frozenset(decided | set(assume))))
    if len(found) == 1:
        return found[0].statement
    return _side_by_side(found)


def _readings(regulation: Regulation, situation: Situation, assumed: frozenset[str]) -> Iterator[Reading]:
    """A statement for each way of deciding the questions that this situation raises."""
    waiting: list[Mapping[str, int]] = [{}]
    about: dict[str, dict[str, Any]] = {}
    count = 0
    while waiting:
        count += 1
        if count > MOST_READINGS:
            raise TooManyReadings(f"more than {MOST_READINGS} readings")
        choices = Choices(waiting.pop(), assumed)
        statement = judging.judge(Run(regulation, situation, choices, about))
        yield Reading(tuple(choices.sentences.values()), statement)
        earlier = {key: place for key, place in choices.picks.items() if key not in dict(choices.met)}
        for key, options in choices.met:
            waiting.extend({**earlier, key: place} for place in range(options - 1, 0, -1))
            earlier[key] = 0


def _distinct(readings: Iterator[Reading]) -> list[Reading]:
    """One reading for each answer; reasons and sentences apart, which may differ where the figures agree."""
    found: list[Reading] = []
    seen: list[Any] = []
    for reading in readings:
        answer = _answer(reading.statement)
        if answer not in seen:
            seen.append(answer)
            found.append(reading)
    return found


def _answer(statement: Statement) -> tuple[Any, ...]:
    return (
        statement.total,
        statement.required,
        statement.compliant,
        statement.carry_out,
        {name: (each.got, each.needed) for name, each in statement.minima.items()},
        {name: (each.raw, each.credit) for name, each in statement.acts.items()},
        [(each.title, each.is_met, each.due) for each in statement.obligations],
        statement.other,
        statement.counters,
    )


def _side_by_side(readings: Sequence[Reading]) -> Statement:
    """What all readings agree on, and each of them beside it."""
    statements = [reading.statement for reading in readings]
    first = statements[0]
    changes: dict[str, Any] = {}
    for name in _FIGURES:
        values = [getattr(each, name) for each in statements]
        if any(value != values[0] for value in values[1:]):
            changes[name] = () if isinstance(values[0], tuple) else None
    for name in _MAPPINGS:
        mappings = [getattr(each, name) for each in statements]
        changes[name] = {
            key: value
            for key, value in mappings[0].items()
            if all(key in each and each[key] == value for each in mappings[1:])
        }
    return replace(first, readings=tuple(readings), **changes)
