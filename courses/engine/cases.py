"""Worked cases of a regulation, put to the engine and held against their answers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.engine.case_files import Case
from courses.engine.errors import EngineError
from courses.engine.evaluation import evaluate
from courses.engine.language import Regulation
from courses.engine.numbers import Number
from courses.engine.results import Statement

_FIGURES = ("total", "required", "compliant", "shortfall", "carry_out")
_ANSWERS = frozenset([*_FIGURES, "minima", "acts", "other"])


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case came out: `differences` is empty where all that it judges agrees."""

    case: Case
    judged: int
    differences: tuple[str, ...]


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
