"""Case files: worked cases of a regulation, put to the engine and held against their answers.

The schema is that of the acceptance material (inputs: day, cycle, person, acts, brought_in; answers under `answer`).
Nothing under `answer` is ever read as an input.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.engine import trees
from courses.engine.errors import EngineError
from courses.engine.evaluation import evaluate
from courses.engine.language import Regulation
from courses.engine.numbers import Number
from courses.engine.results import Statement
from courses.engine.situations import Act, BroughtIn, Cycle, Person, Situation

_FIGURES = ("total", "required", "compliant", "shortfall", "carry_out")
_ANSWERS = frozenset([*_FIGURES, "minima", "acts", "other"])


class BadCases(ValueError):
    """The text is no case file; the message says why."""

    code = "bad_cases"


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case: the question, the answer as it stands in the file, and the assumptions that it names."""

    id: str
    status: str
    situation: Situation
    assumes: tuple[str, ...]
    answer: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case came out: `differences` is empty where all that it judges agrees."""

    case: Case
    judged: int
    differences: tuple[str, ...]


def read(text: str) -> list[Case]:
    """The cases of a file. Raises BadCases or InvalidDocument (no YAML)."""
    plain = trees.read(text).plain()
    if not isinstance(plain, dict) or not isinstance(plain.get("cases"), list):
        raise BadCases("the file has no list of cases")
    return [_case(each, place) for place, each in enumerate(plain["cases"], start=1)]


def judge(regulation: Regulation, case: Case) -> Verdict:
    """Put a case to the engine and hold the statement against its answer."""
    known = [name for name in case.assumes if name in regulation.assumptions]
    unknown = [name for name in case.assumes if name not in regulation.assumptions]
    differences = [f"the regulation names no assumption {name}" for name in unknown]
    try:
        statement = evaluate(regulation, case.situation, assume=known)
    except EngineError as error:
        return Verdict(case, 1, (*differences, str(error)))
    common = {key: value for key, value in case.answer.items() if key != "either"}
    found, judged = _compare(common, statement)
    differences += [f"no answer is called {name}" for name in common if name not in _ANSWERS] + found
    if "either" in case.answer:
        judged += 1
        differences += _compare_readings(case.answer["either"], common, statement)
    elif statement.is_undetermined and found:
        differences.append(f"undetermined: {_sentences(statement)}")
    return Verdict(case, judged, tuple(differences))


# --- Reading ------------------------------------------------------------------------------------------


def _case(given: Any, place: int) -> Case:
    try:
        return Case(
            id=str(given.get("id", place)),
            status=str(given.get("status", "")),
            situation=_situation(given),
            assumes=_names(given.get("assumes")),
            answer=_answer(given.get("answer")),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise BadCases(f"case {place}: {error!r}") from error


def _names(value: Any) -> tuple[str, ...]:
    given = value or []
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise TypeError(f"{value!r} is no list of names")
    return tuple(given)


def _answer(value: Any) -> dict[str, Any]:
    """An answer, whose parts are mappings where the schema has mappings."""
    answer = value or {}
    either = answer.get("either", [])
    if not isinstance(either, list):
        raise TypeError("either is no list")
    for each in (answer, *either):
        parts = [each, *(each.get(name) or {} for name in ("minima", "acts", "other"))]
        if not all(isinstance(part, dict) for part in parts):
            raise TypeError(f"{each!r} is no answer")
        if not all(isinstance(act, dict) for act in (each.get("acts") or {}).values()):
            raise TypeError("an act's answer is no mapping")
    return dict(answer)


def _situation(given: Mapping[str, Any]) -> Situation:
    person = given.get("person") or {}
    cycle = given.get("cycle")
    brought = given.get("brought_in") or {}
    return Situation(
        day=_day(given["day"]),
        cycle=Cycle(*(_day(each) for each in cycle)) if cycle else None,
        person=Person(
            born=_day(person["born"]) if person.get("born") else None,
            admitted=_day(person["admitted"]) if person.get("admitted") else None,
            facts=_facts(person.get("facts")),
        ),
        acts=tuple(_act(each) for each in given.get("acts") or ()),
        brought_in=tuple(
            BroughtIn(_number(amount), "" if category == "total" else category)
            for category, amount in brought.items()
        ),
    )


def _act(given: Mapping[str, Any]) -> Act:
    return Act(
        id=str(given["id"]),
        day=_day(given["day"]),
        format=str(given.get("format") or ""),
        category=str(given.get("category") or ""),
        quantity=_number(given["quantity"]),
        unit=str(given["unit"]),
        facts=_facts(given.get("facts")),
    )


def _facts(value: Any) -> dict[str, Any]:
    if not isinstance(value or {}, dict):
        raise TypeError(f"{value!r} are no facts")
    return dict(value or {})


def _day(value: Any) -> dt.date:
    if not isinstance(value, dt.date):
        raise TypeError(f"{value!r} is no day")
    return value


def _number(value: Any) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise TypeError(f"{value!r} is no number")
    return value


# --- Comparing ----------------------------------------------------------------------------------------


def _compare(answer: Mapping[str, Any], statement: Statement) -> tuple[list[str], int]:
    """What differs of all that an answer judges, and how many figures that is."""
    pairs = list(_pairs(answer, statement))
    differences = [
        f"{name}: {_shown(got)} instead of {_shown(want)}"
        for name, want, got in pairs
        if not _agree(want, got)
    ]
    return differences, len(pairs)


def _pairs(answer: Mapping[str, Any], statement: Statement) -> Iterator[tuple[str, Any, Any]]:
    for name in _FIGURES:
        if name in answer:
            yield name, answer[name], getattr(statement, name)
    for counter, want in (answer.get("minima") or {}).items():
        minimum = statement.minima.get(counter)
        yield f"minimum {counter}", want, [minimum.got, minimum.needed] if minimum else None
    for act_id, want in (answer.get("acts") or {}).items():
        act = statement.acts.get(act_id)
        for name in ("raw", "credit"):
            if name in want:
                yield f"{name} of {act_id}", want[name], getattr(act, name) if act else None
    for name, want in (answer.get("other") or {}).items():
        yield name, want, statement.other.get(name)


def _compare_readings(
    either: Sequence[Mapping[str, Any]], common: Mapping[str, Any], statement: Statement
) -> list[str]:
    """Each reading of the answer is one of ours and each of ours one of the answer's, by their figures."""
    if not statement.readings:
        return ["determined, where the words leave two readings"]
    wanted = [{key: value for key, value in reading.items() if key != "if"} for reading in either]
    ours = [reading.statement for reading in statement.readings]
    fits = [[not _compare(want, mine)[0] for mine in ours] for want in wanted]
    differences = [
        f"no reading gives {_shown(want)}" for want, row in zip(wanted, fits, strict=True) if not any(row)
    ]
    for place, reading in enumerate(statement.readings):
        if not any(row[place] for row in fits):
            differences.append(f"a reading that the answer lacks: {'; '.join(reading.sentences)}")
    return differences


def _agree(want: Any, got: Any) -> bool:
    if isinstance(want, list):
        return isinstance(got, list) and len(want) == len(got) and all(map(_agree, want, got))
    if isinstance(want, int | Fraction) and not isinstance(want, bool):
        if not isinstance(got, Decimal):
            return False
        # A decimal that the file had to cut off is held against as many places as it has.
        return Fraction(got) == want or (_places(want) > 0 and Fraction(round(got, _places(want))) == want)
    return type(want) is type(got) and bool(want == got)


def _places(value: Number) -> int:
    places, denominator = 0, Fraction(value).denominator
    while 10**places % denominator and places < 12:
        places += 1
    return places


def _shown(value: Any) -> str:
    if isinstance(value, Fraction):
        return str(float(value))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_shown(each)}" for key, each in value.items())
    return str(value)


def _sentences(statement: Statement) -> str:
    return " / ".join("; ".join(reading.sentences) for reading in statement.readings)
