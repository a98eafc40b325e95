"""Small regulations that tests change one thing of."""

import datetime as dt
from fractions import Fraction

from courses.engine import documents
from courses.engine.evaluation import evaluate
from courses.engine.language import Regulation
from courses.engine.results import Statement
from courses.engine.situations import Act, BroughtIn, Person, Situation

YEAR_END = dt.date(2026, 12, 31)
HEAD = """
language: 1
id: test
title: 测试规定
unit: 学时
vocabulary:
  formats: [online, onsite]
  categories: [law, ethics]
  units: [minute, credit, item]
  person:
    practice: {type: text, default: full_time}
    weekly_hours: {type: number}
    leave: {type: spans}
  act:
    organiser: {type: text}
    course: {type: text}
    role: {type: text}
    is_proved: {type: boolean, default: false}
    teachers: {type: integer, default: 1}
cycle:
  - {id: year, anchor: 2026-01-01, months: 12}
"""
CONVERSIONS = """
conversions:
  - {id: minutes, article: 第二条, of: {unit: minute}, per: 45}
  - {id: credits, of: {unit: credit}, credit: quantity}
"""


def regulation(*sections: str, conversions: str = CONVERSIONS) -> Regulation:
    return documents.parse("\n".join([HEAD, conversions, *sections]))


def act(
    quantity: float | str,
    unit: str = "credit",
    *,
    id: str = "",
    day: str = "2026-06-01",
    format: str = "online",
    category: str = "law",
    **facts: object,
) -> Act:
    exact = Fraction(str(quantity))
    whole = exact.numerator if exact.denominator == 1 else exact
    return Act(id or f"a{act.counter()}", dt.date.fromisoformat(day), format, whole, unit, category, facts)  # type: ignore[attr-defined]


def _counting() -> object:
    count = 0

    def following() -> int:
        nonlocal count
        count += 1
        return count

    return following


act.counter = _counting()  # type: ignore[attr-defined]


def judged(
    found: Regulation,
    *acts: Act,
    day: dt.date = YEAR_END,
    born: str = "",
    admitted: str = "",
    brought: dict[str, int] | None = None,
    assume: tuple[str, ...] = (),
    **facts: object,
) -> Statement:
    person = Person(
        dt.date.fromisoformat(born) if born else None,
        dt.date.fromisoformat(admitted) if admitted else None,
        facts,
    )
    carried = tuple(
        BroughtIn(amount, "" if name == "total" else name) for name, amount in (brought or {}).items()
    )
    return evaluate(found, Situation(day, person, acts, brought_in=carried), assume=assume)
