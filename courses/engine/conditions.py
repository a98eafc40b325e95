"""Conditions: which rule applies, in CEL (Common Expression Language), over booleans, whole numbers, text and days.

    person.practice == 'part_time' && value.age >= 60        act.day < '2008-11-01'        fact['必修'] == true

CEL chooses, it does not count: arithmetic, numbers with a fraction, regular expressions and loops are refused when
the document is read. A fact that is a number with a fraction may be compared; it reaches CEL as a double, which
orders decimals of six places below a thousand million exactly. A day is ISO text, so that days compare as they
stand in the calendar. A fact that is not given is null.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import cel

from courses.engine.errors import ConditionFailed
from courses.engine.numbers import as_decimal

MAX_LENGTH = 600
# Comparing a double is exact up to here (see the module's opening); a larger or finer number is not compared.
LARGEST_COMPARED, PLACES_COMPARED = 10**9, 6

_OPERATORS = "_&&_ _||_ !_ _==_ _!=_ _<_ _<=_ _>_ _>=_ _?_:_ _[_] @in -_"
_ALLOWED = frozenset([*_OPERATORS.split(), "size", "startsWith", "endsWith", "contains"])
_TEXT = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"")
_DOUBLE = re.compile(r"(?<![\w\])])(?:\d+\.\d*|\.\d+|\d+[eE][+-]?\d+)")
_DOTTED = re.compile(r"(?<![\w.\]])([a-z_]+)((?:\.[A-Za-z_]\w*|\[\s*(?:'[^'\\]*'|\"[^\"\\]*\")\s*\])*)")
_STEP = re.compile(r"\.([A-Za-z_]\w*)|\[\s*['\"]([^'\"\\]*)['\"]\s*\]")
_WORDS = frozenset(["true", "false", "null", "in", "has", "size"])


class ConditionRefused(ValueError):
    """The text is no condition: a code, and the words in question."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition. `names` are what it uses, each as its root and what it names there, if anything."""

    source: str
    program: cel.Program
    names: tuple[tuple[str, str], ...]

    def holds(self, context: cel.Context, rule: str = "") -> bool:
        """Whether it holds. Raises ConditionFailed, naming the rule."""
        try:
            found = self.program.execute(context)
        except (TypeError, ValueError, KeyError, RuntimeError, IndexError) as error:
            raise ConditionFailed(f"{self.source}: {str(error)[:120]}", rule) from error
        if not isinstance(found, bool):
            raise ConditionFailed(f"{self.source} is neither true nor false", rule)
        return found


def read(text: str, known: Callable[[str], bool]) -> Condition:
    """Compile a condition; `known` says whether a dotted name exists here. Raises ConditionRefused."""
    if len(text) > MAX_LENGTH:
        raise ConditionRefused("condition_too_long", str(len(text)))
    source = text.strip()
    if match := _DOUBLE.search(_TEXT.sub("''", source)):
        raise ConditionRefused("condition_fraction", match[0])
    try:
        program = cel.compile(source)
    except (ValueError, TypeError, RuntimeError, RecursionError) as error:
        raise ConditionRefused("condition_syntax", source[:80]) from error
    for function in program.functions():
        if function not in _ALLOWED:
            raise ConditionRefused("condition_not_allowed", function.strip("_@"))
    names = _names(source)
    for name in sorted(names):
        if not known(name):
            raise ConditionRefused("unknown_name", name)
    return Condition(
        source,
        program,
        tuple((root, own) for root, _, own in (name.partition(".") for name in sorted(names))),
    )


def context(scope: Mapping[str, Any]) -> cel.Context:
    """What conditions see of a scope: dictionaries of plain values."""
    return cel.Context({root: _plain(value) for root, value in scope.items()})


def _names(source: str) -> set[str]:
    """The dotted names, subscripts with text included. Text outside of them is passed over."""
    found = set()
    place = 0
    while place < len(source):
        if (text := _TEXT.match(source, place)) is not None:
            place = text.end()
        elif (match := _DOTTED.match(source, place)) is not None and match[1]:
            place = match.end()
            steps = [dotted or quoted for dotted, quoted in _STEP.findall(match[2])]
            if source[place : place + 1] == "(" and steps:
                steps.pop()  # a method of what stands before it
            if match[1] not in _WORDS or steps:
                found.add(".".join([match[1], *steps]))
        else:
            place += 1
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**63 else None
    if isinstance(value, Fraction):
        return _double(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value]


def _double(value: Fraction) -> float:
    places = -int(as_decimal(value).as_tuple().exponent)
    if abs(value) >= LARGEST_COMPARED or places > PLACES_COMPARED or Fraction(as_decimal(value)) != value:
        raise ConditionFailed(f"{value} is too fine or too large to compare in a condition; use a formula")
    return float(value)
