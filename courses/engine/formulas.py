"""Formulas: exact arithmetic over a regulation's names, for amounts and days.

    quantity / 45          round_down(quantity / 30, 0.5)        40 if value.months >= 6 else 20
    months_after(cycle.last, 3)                 16 * fact.share / fact.co_teachers

The syntax is Python's for expressions, read by Python's own parser and compiled from a short list of its nodes:
numbers (exact), text, true, false, none, names, + - * / // %, comparisons, and, or, not, in, … if … else …, and
the functions below. There are no loops, no powers and no attributes but those of the names. Every name is checked
when the formula is read.
"""

import ast
import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from courses.engine import dates, numbers
from courses.engine.errors import FormulaFailed, MissingFact

MAX_LENGTH = 600
MAX_NODES = 120

Value = Any  # int | Fraction | bool | str | dt.date | None | tuple[Value, …]
Run = Callable[[Mapping[str, Any]], Value]

_CONSTANTS = {"true": True, "false": False, "none": None, "null": None}
_DATE_PARTS = {"year", "month", "day"}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class FormulaRefused(ValueError):
    """The text is no formula: a code, and the words in question."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula. `names` are the dotted names that it uses."""

    source: str
    run: Run
    names: frozenset[str]

    def value(self, scope: Mapping[str, Any], rule: str = "") -> Value:
        """Its value in a scope. Raises FormulaFailed or MissingFact, naming the rule."""
        try:
            return self.run(scope)
        except (FormulaFailed, MissingFact) as error:
            error.rule = error.rule or rule
            raise
        except (ZeroDivisionError, ValueError, OverflowError, TypeError) as error:
            raise FormulaFailed(f"{self.source}: {error}", rule) from error


def constant(value: Value) -> Formula:
    """A formula that is always this value."""
    return Formula(str(value), lambda scope: value, frozenset())


def read(text: str, known: Callable[[str], bool]) -> Formula:
    """Compile a formula; `known` says whether a dotted name exists here. Raises FormulaRefused."""
    if len(text) > MAX_LENGTH:
        raise FormulaRefused("formula_too_long", str(len(text)))
    source = text.strip()
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise FormulaRefused("formula_syntax", source[:80]) from error
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise FormulaRefused("formula_too_long", source[:80])
    names: set[str] = set()
    run = _Compiler(source, known, names).compile(tree.body)
    return Formula(source, run, frozenset(names))


def number(value: Value) -> numbers.Number:
    """The value as a number. Raises MissingFact for none, FormulaFailed for anything else."""
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return value
    if value is None:
        raise MissingFact("a number is needed and none is given")
    raise FormulaFailed(f"{value!r} is no number")


def day(value: Value) -> dt.date:
    """The value as a day, ISO text included. Raises MissingFact for none, FormulaFailed for anything else."""
    if isinstance(value, dt.date):
        return value
    if isinstance(value, str) and _ISO_DAY.fullmatch(value):
        return dt.date.fromisoformat(value)
    if value is None:
        raise MissingFact("a day is needed and none is given")
    raise FormulaFailed(f"{value!r} is no day")


def truth(value: Value) -> bool:
    """The value as true or false. Raises MissingFact for none, FormulaFailed for anything else."""
    if isinstance(value, bool):
        return value
    if value is None:
        raise MissingFact("true or false is needed and neither is given")
    raise FormulaFailed(f"{value!r} is neither true nor false")


def _whole(value: Value) -> int:
    found = number(value)
    if isinstance(found, Fraction):
        raise FormulaFailed(f"{found} is no whole number")
    return found


def _days_of(value: Value) -> frozenset[dt.date]:
    if not isinstance(value, tuple):
        raise FormulaFailed(f"{value!r} is no list of days")
    return frozenset(day(each) for each in value)


def _spans(value: Value) -> list[tuple[dt.date, dt.date]]:
    """Stretches of days; none is no stretch."""
    if value is None:
        return []
    if not isinstance(value, tuple) or any(not isinstance(each, tuple) or len(each) != 2 for each in value):
        raise FormulaFailed(f"{value!r} is no list of stretches of days")
    return [(day(first), day(last)) for first, last in value]


def _least(*values: Value) -> Value:
    return min(_comparable(values))


def _most(*values: Value) -> Value:
    return max(_comparable(values))


def _comparable(values: tuple[Value, ...]) -> list[Any]:
    given = list(values[0]) if len(values) == 1 and isinstance(values[0], tuple) else list(values)
    if not given:
        raise FormulaFailed("min and max need something to choose from")
    if any(isinstance(each, dt.date) for each in given):
        return [day(each) for each in given]
    return [number(each) for each in given]


_FUNCTIONS: dict[str, tuple[int, int, Callable[..., Value]]] = {
    "min": (1, 20, _least),
    "max": (1, 20, _most),
    "abs": (1, 1, lambda x: abs(number(x))),
    "floor": (1, 1, lambda x: math.floor(number(x))),
    "ceil": (1, 1, lambda x: math.ceil(number(x))),
    "round_down": (2, 2, lambda x, step: numbers.down(number(x), number(step))),
    "round_up": (2, 2, lambda x, step: numbers.up(number(x), number(step))),
    "round_nearest": (2, 2, lambda x, step: numbers.nearest(number(x), number(step))),
    "given": (1, 1, lambda x: x is not None),
    "or_else": (2, 2, lambda x, other: other if x is None else x),
    "age": (2, 2, lambda born, on: dates.age(day(born), day(on))),
    "date": (3, 3, lambda y, m, d: dates.month_day(_whole(y), _whole(m), _whole(d))),
    "days_after": (2, 2, lambda on, n: dates.days_after(day(on), _whole(n))),
    "months_after": (2, 2, lambda on, n: dates.months_after(day(on), _whole(n))),
    "years_after": (2, 2, lambda on, n: dates.months_after(day(on), 12 * _whole(n))),
    "days": (2, 2, lambda first, last: dates.days_from(day(first), day(last))),
    "complete_months": (2, 2, lambda first, last: dates.complete_months(day(first), day(last))),
    "calendar_months": (2, 2, lambda first, last: dates.calendar_months(day(first), day(last))),
    "first_of_month": (1, 1, lambda on: dates.first_of_month(day(on))),
    "last_of_month": (1, 1, lambda on: dates.last_of_month(day(on))),
    "weekday": (1, 1, lambda on: day(on).isoweekday()),
    "workdays_after": (2, 3, lambda on, n, free=(): dates.workdays_after(day(on), _whole(n), _days_of(free))),
    "days_in": (3, 3, lambda spans, first, last: dates.days_in(_spans(spans), day(first), day(last))),
    "months_in": (3, 3, lambda spans, first, last: dates.months_in(_spans(spans), day(first), day(last))),
}
FUNCTIONS = frozenset(_FUNCTIONS)


class _Compiler:
    """Turns a checked tree into closures, once, so that a year of acts costs no parsing."""

    def __init__(self, source: str, known: Callable[[str], bool], names: set[str]) -> None:
        self.source = source
        self.known = known
        self.names = names

    def compile(self, node: ast.expr) -> Run:
        maker = getattr(self, f"_{type(node).__name__.lower()}", None)
        if maker is None:
            raise FormulaRefused("formula_not_allowed", self._words(node))
        made: Run = maker(node)
        return made

    def _words(self, node: ast.AST) -> str:
        return (ast.get_source_segment(self.source, node) or "")[:80]

    def _constant(self, node: ast.Constant) -> Run:
        value = node.value
        if isinstance(value, bool) or value is None or isinstance(value, str):
            is_day = isinstance(value, str) and _ISO_DAY.fullmatch(value)
            found: Value = dt.date.fromisoformat(str(value)) if is_day else value
        elif isinstance(value, int | float):
            try:
                found = numbers.from_text(self._words(node).replace("_", ""))
            except ValueError:
                raise FormulaRefused("formula_number", self._words(node)) from None
            if numbers.is_too_large(found):
                raise FormulaRefused("formula_number", self._words(node))
        else:
            raise FormulaRefused("formula_not_allowed", self._words(node))
        return lambda scope: found

    def _name(self, node: ast.Name) -> Run:
        if node.id in _CONSTANTS:
            value = _CONSTANTS[node.id]
            return lambda scope: value
        return self._lookup((node.id,), node)

    def _attribute(self, node: ast.Attribute) -> Run:
        path = _path(node)
        if path is None:
            raise FormulaRefused("formula_not_allowed", self._words(node))
        dotted = ".".join(path)
        if path[-1] in _DATE_PARTS and not self.known(dotted):
            inner, part = self.compile(node.value), path[-1]
            return lambda scope: getattr(day(inner(scope)), part)
        return self._lookup(path, node)

    def _lookup(self, path: tuple[str, ...], node: ast.expr) -> Run:
        dotted = ".".join(path)
        if not self.known(dotted):
            raise FormulaRefused("unknown_name", dotted)
        self.names.add(dotted)
        if len(path) == 1:
            (root,) = path
            return lambda scope: scope[root]
        if len(path) == 2:
            root, name = path
            return lambda scope: scope[root][name]

        def walk(scope: Mapping[str, Any]) -> Value:
            found: Any = scope
            for step in path:
                found = found[step]
            return found

        return walk

    def _subscript(self, node: ast.Subscript) -> Run:
        """fact['必修'] is fact.必修, as conditions write it."""
        path = _path(node)
        if path is None:
            raise FormulaRefused("formula_not_allowed", self._words(node))
        return self._lookup(path, node)

    def _tuple(self, node: ast.Tuple | ast.List) -> Run:
        made = [self.compile(each) for each in node.elts]
        return lambda scope: tuple(each(scope) for each in made)

    _list = _tuple

    def _unaryop(self, node: ast.UnaryOp) -> Run:
        inner = self.compile(node.operand)
        if isinstance(node.op, ast.USub):
            return lambda scope: -number(inner(scope))
        if isinstance(node.op, ast.Not):
            return lambda scope: not truth(inner(scope))
        raise FormulaRefused("formula_not_allowed", self._words(node))

    def _binop(self, node: ast.BinOp) -> Run:
        left, right = self.compile(node.left), self.compile(node.right)
        operation = _OPERATIONS.get(type(node.op))
        if operation is None:
            raise FormulaRefused("formula_not_allowed", self._words(node))
        return lambda scope: bounded(operation(number(left(scope)), number(right(scope))))

    def _boolop(self, node: ast.BoolOp) -> Run:
        made = [self.compile(each) for each in node.values]
        if isinstance(node.op, ast.And):
            return lambda scope: all(truth(each(scope)) for each in made)
        return lambda scope: any(truth(each(scope)) for each in made)

    def _ifexp(self, node: ast.IfExp) -> Run:
        test, then, other = (self.compile(each) for each in (node.test, node.body, node.orelse))
        return lambda scope: then(scope) if truth(test(scope)) else other(scope)

    def _compare(self, node: ast.Compare) -> Run:
        made = [self.compile(each) for each in (node.left, *node.comparators)]
        comparisons = [_COMPARISONS.get(type(each)) for each in node.ops]
        if None in comparisons:
            raise FormulaRefused("formula_not_allowed", self._words(node))

        def run(scope: Mapping[str, Any]) -> bool:
            left = made[0](scope)
            for compare, right_of in zip(comparisons, made[1:], strict=True):
                right = right_of(scope)
                if not compare(left, right):  # type: ignore[misc]  # None was refused above
                    return False
                left = right
            return True

        return run

    def _call(self, node: ast.Call) -> Run:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if (
            name not in _FUNCTIONS
            or node.keywords
            or any(isinstance(each, ast.Starred) for each in node.args)
        ):
            raise FormulaRefused("unknown_function", self._words(node.func))
        least, most, function = _FUNCTIONS[name]
        if not least <= len(node.args) <= most:
            raise FormulaRefused("function_arguments", self._words(node))
        made = [self.compile(each) for each in node.args]
        return lambda scope: function(*(each(scope) for each in made))


def _path(node: ast.expr) -> tuple[str, ...] | None:
    """The dotted name that nested attributes and text subscripts spell."""
    if isinstance(node, ast.Name):
        return (node.id,)
    if isinstance(node, ast.Attribute):
        before = _path(node.value)
        return (*before, node.attr) if before else None
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        before = _path(node.value)
        return (*before, node.slice.value) if before and isinstance(node.slice.value, str) else None
    return None


def bounded(value: numbers.Number) -> numbers.Number:
    """The value, as an int where it is whole. Raises FormulaFailed where it is larger than any credit."""
    found = numbers.exact(value)
    if numbers.is_too_large(found) or numbers.is_too_large(found.denominator):
        raise FormulaFailed("the number is larger than any credit")
    return found


def divided(left: numbers.Number, right: numbers.Number) -> numbers.Number:
    """The exact quotient. Raises ZeroDivisionError."""
    if isinstance(left, int) and isinstance(right, int):
        return Fraction(left, right) if left % right else left // right
    return Fraction(left) / Fraction(right)


_OPERATIONS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: lambda left, right: left + right,
    ast.Sub: lambda left, right: left - right,
    ast.Mult: lambda left, right: left * right,
    ast.Div: divided,
    ast.FloorDiv: lambda left, right: left // right,
    ast.Mod: lambda left, right: left % right,
}


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Value, Value], bool]:
    def run(left: Value, right: Value) -> bool:
        if isinstance(left, dt.date) or isinstance(right, dt.date):
            return compare(day(left), day(right))
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        return compare(number(left), number(right))

    return run


def _equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dt.date) and isinstance(right, str):
        return left.isoformat() == right
    if isinstance(right, dt.date) and isinstance(left, str):
        return right.isoformat() == left
    return bool(left == right)


def _within(left: Value, right: Value) -> bool:
    if not isinstance(right, tuple):
        raise FormulaFailed(f"{right!r} is no list")
    return any(_equal(left, each) for each in right)


_COMPARISONS: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.Is: _equal,
    ast.IsNot: lambda left, right: not _equal(left, right),
    ast.Lt: _ordered(lambda left, right: left < right),
    ast.LtE: _ordered(lambda left, right: left <= right),
    ast.Gt: _ordered(lambda left, right: left > right),
    ast.GtE: _ordered(lambda left, right: left >= right),
    ast.In: _within,
    ast.NotIn: lambda left, right: not _within(left, right),
}
