"""Reading case files: worked cases of a regulation, each with its question, the assumptions it names and its answer.

The schema is that of the acceptance material (inputs: day, cycle, person, acts, brought_in; answers under `answer`).
Nothing under `answer` is ever read as an input. What cannot be read is named by its line, as in a regulation.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeVar

from courses.engine import trees
from courses.engine.errors import Problem
from courses.engine.numbers import Number
from courses.engine.situations import Act, BroughtIn, Cycle, Person, Situation
from courses.engine.trees import Tree

Read = TypeVar("Read")


class BadCases(ValueError):
    """The text is no case file; `problems` say why, at most one for each case."""

    code = "bad_cases"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(each) for each in self.problems))


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case: the question, the answer as it stands in the file, and the assumptions that it names."""

    id: str
    status: str
    situation: Situation
    assumes: tuple[str, ...]
    answer: Mapping[str, Any]


def read(text: str) -> list[Case]:
    """The cases of a file, one at least, no two of one id. Raises BadCases or InvalidDocument (no YAML)."""
    tree = trees.read(text)
    listed = tree.value.get("cases") if isinstance(tree.value, dict) else None
    if listed is None or not isinstance(listed.value, list) or not listed.value:
        raise BadCases([Problem((listed or tree).line, "cases", "no_cases")])
    found: list[Case] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for place, each in enumerate(listed.value, start=1):
        try:
            case = _case(each, place)
        except _Wrong as wrong:
            problems.append(wrong.problem)
            continue
        if case.id in lines:
            problems.append(
                Problem(each.line, each.path, "id_twice", {"id": case.id, "line": lines[case.id]})
            )
        lines.setdefault(case.id, each.line)
        found.append(case)
    if problems:
        raise BadCases(problems)
    return found


class _Wrong(Exception):
    """One thing that cannot be read, where it stands."""

    def __init__(self, tree: Tree, code: str, **params: Any) -> None:
        super().__init__(code)
        self.problem = Problem(tree.line, tree.path, code, params)


def _case(tree: Tree, place: int) -> Case:
    given = _mapping(tree)
    return Case(
        id=_text(given.get("id")) or str(place),
        status=_text(given.get("status")),
        situation=_situation(tree),
        assumes=tuple(_name(each) for each in _list(given.get("assumes"))),
        answer=_answer(given.get("answer")),
    )


def _situation(tree: Tree) -> Situation:
    given = _mapping(tree)
    person = _mapping(given.get("person"))
    return Situation(
        day=_day(_need(tree, "day")),
        cycle=_cycle(given.get("cycle")),
        person=Person(
            born=_optional(person.get("born"), _day),
            admitted=_optional(person.get("admitted"), _day),
            facts=_facts(person.get("facts")),
        ),
        acts=tuple(_acts(_list(given.get("acts")))),
        brought_in=tuple(
            BroughtIn(_number(amount), "" if category == "total" else category)
            for category, amount in _mapping(given.get("brought_in")).items()
        ),
    )


def _cycle(tree: Tree | None) -> Cycle | None:
    days = _list(tree)
    if tree is None or not days:
        return None
    if len(days) != 2:
        raise _Wrong(tree, "not_two_days")
    first, last = map(_day, days)
    if last < first:
        raise _Wrong(tree, "ends_before_it_begins")
    return Cycle(first, last)


def _acts(given: Iterable[Tree]) -> Iterator[Act]:
    """Each act; one id for two of them would let the second hide the first from its answer."""
    lines: dict[str, int] = {}
    for tree in given:
        parts = _mapping(tree)
        act = Act(
            id=_text(_need(tree, "id")),
            day=_day(_need(tree, "day")),
            format=_text(parts.get("format")),
            category=_text(parts.get("category")),
            quantity=_number(_need(tree, "quantity")),
            unit=_text(_need(tree, "unit")),
            facts=_facts(parts.get("facts")),
        )
        if act.id in lines:
            raise _Wrong(tree, "id_twice", id=act.id, line=lines[act.id])
        lines[act.id] = tree.line
        yield act


def _answer(tree: Tree | None) -> dict[str, Any]:
    """An answer, whose parts are mappings where the schema has mappings."""
    given = _mapping(tree)
    for each in (given, *map(_mapping, _list(given.get("either")))):
        for name in ("minima", "other"):
            _mapping(each.get(name))
        for act in _mapping(each.get("acts")).values():
            _mapping(act, is_needed=True)
    return {name: each.plain() for name, each in given.items()}


# --- The parts of a tree ------------------------------------------------------------------------------


def _need(tree: Tree, key: str) -> Tree:
    found: Tree | None = tree.value.get(key)
    if found is None or found.value is None:
        raise _Wrong(tree, "missing_field", key=key)
    return found


def _mapping(tree: Tree | None, *, is_needed: bool = False) -> dict[str, Tree]:
    if tree is None or (not tree.value and not is_needed and not isinstance(tree.value, bool)):
        return {}
    if not isinstance(tree.value, dict):
        raise _Wrong(tree, "not_a_mapping")
    return tree.value


def _list(tree: Tree | None) -> list[Tree]:
    if tree is None or tree.value is None:
        return []
    if not isinstance(tree.value, list):
        raise _Wrong(tree, "not_a_list")
    return tree.value


def _facts(tree: Tree | None) -> dict[str, Any]:
    return {name: each.plain() for name, each in _mapping(tree).items()}


def _optional(tree: Tree | None, read_it: Callable[[Tree], Read]) -> Read | None:
    return None if tree is None or tree.value is None else read_it(tree)


def _text(tree: Tree | None) -> str:
    """A word or a number as text; nothing for nothing."""
    if tree is None or tree.value is None:
        return ""
    if isinstance(tree.value, dict | list):
        raise _Wrong(tree, "not_a_text")
    return str(tree.value)


def _name(tree: Tree) -> str:
    if not isinstance(tree.value, str):
        raise _Wrong(tree, "not_a_text")
    return tree.value


def _day(tree: Tree) -> dt.date:
    if not isinstance(tree.value, dt.date):
        raise _Wrong(tree, "not_a_day")
    return tree.value


def _number(tree: Tree) -> Number:
    if isinstance(tree.value, bool) or not isinstance(tree.value, int | Fraction):
        raise _Wrong(tree, "not_a_number")
    return tree.value
