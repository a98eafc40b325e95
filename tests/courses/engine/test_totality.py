"""Any text gives a regulation or named problems with lines, any situation a statement or a named error, soon."""

import datetime as dt
import time
from fractions import Fraction
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses import examples
from courses.engine import case_files, cases, documents
from courses.engine.errors import EngineError, InvalidDocument
from courses.engine.evaluation import evaluate
from courses.engine.language import FactType, Regulation
from courses.engine.results import Statement
from courses.engine.situations import Act, BroughtIn, Cycle, Person, Situation

pytestmark = pytest.mark.slow

TEXTS = {example: examples.text(example) for example in examples.ids()}
REGULATIONS = {example: documents.parse(text) for example, text in TEXTS.items()}
PIECES = (
    "0", "-1", "1e9", "9" * 35, "0.0000001", "true", "null", "~", "{}", "[]", "''", "\"'x'\"", "{when: x}",
    "{either: []}",
    "{table: 1, rows: {}}", "{bands: day, rows: [{from: 1, is: 1}]}", "2026-02-30", "2026-02-28", "person.born",
    "1 / 0",
    "&a", "*a", "!!python/object:os.system", "- -", ": ", "{", "\x00", "\u2028", "value.x", "act.day", "9999-12-31",
    "months_after(day, 99999999)", "day.year", "((((((((((", "not not not 1", "fact['", "size(fact)", "a.b.c", "'\\\\'",
)  # fmt: skip
SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def parsed(text: str) -> Regulation | None:
    try:
        return documents.parse(text)
    except InvalidDocument as refused:
        assert refused.problems
        assert all(each.line >= 1 and each.code for each in refused.problems)
        return None


@st.composite
def mutations(draw: st.DrawFn) -> str:
    lines = TEXTS[draw(st.sampled_from(sorted(TEXTS)))].splitlines()
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        match draw(st.integers(0, 4)):
            case 0:
                key, colon, _value = line.partition(": ")
                lines[place] = f"{key}{colon}{draw(st.sampled_from(PIECES))}"
            case 1:
                lines[place] = line[draw(st.integers(0, len(line))) :]
            case 2:
                at = draw(st.integers(0, len(line)))
                lines[place] = line[:at] + draw(st.sampled_from(PIECES) | st.text(max_size=3)) + line[at:]
            case 3:
                del lines[place]
                lines = lines or [""]
            case _:
                lines.insert(place, draw(st.sampled_from(lines)))
    return "\n".join(lines)


def situations(regulation: Regulation) -> st.SearchStrategy[Situation]:
    words = regulation.vocabulary
    days = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31)) | st.dates(
        dt.date(2020, 1, 1), dt.date(2028, 1, 1)
    )
    amounts = st.integers(-(10**20), 10**20) | st.fractions(-1000, 1000) | st.integers(0, 100)
    kinds = {
        FactType.TEXT: st.text(max_size=5),
        FactType.INTEGER: st.integers(-(10**20), 10**20) | st.integers(0, 100),
        FactType.NUMBER: amounts.map(lambda x: x if isinstance(x, int) else Fraction(x)),
        FactType.BOOLEAN: st.booleans(),
        FactType.DAY: days,
        FactType.SPANS: st.lists(st.tuples(days, days), max_size=3),
    }

    def facts(of):
        one = {
            name: st.none() | (st.sampled_from(word.values) if word.values else kinds[word.type])
            for name, word in of.items()
        }
        return st.fixed_dictionaries({}, optional=one)

    acts = st.builds(
        Act,
        st.text("abc", max_size=2),
        days,
        st.sampled_from(sorted(words.formats)),
        amounts,
        st.sampled_from(sorted(words.units)),
        st.sampled_from(["", *words.categories]),
        facts(words.act),
    )
    persons = st.builds(Person, st.none() | days, st.none() | days, facts(words.person))
    cycles = st.tuples(days, days).map(lambda pair: Cycle(min(pair), max(pair)))
    brought = st.builds(BroughtIn, amounts, st.sampled_from(["", "x", *words.categories]), st.integers(-1, 3))
    return st.builds(
        Situation,
        days,
        persons,
        st.lists(acts, max_size=6).map(tuple),
        st.none() | cycles,
        st.lists(brought, max_size=3).map(tuple),
    )


def answered(regulation: Regulation, situation: Situation) -> None:
    try:
        assert isinstance(evaluate(regulation, situation), Statement)
    except EngineError as error:
        assert error.code


@SLOW
@given(mutations(), st.data())
def test_a_changed_document_is_read_or_refused_with_lines_and_never_breaks(text: str, data: st.DataObject):
    began = time.process_time()
    found = parsed(text)
    assert time.process_time() - began < 5
    if found is not None and found.vocabulary.formats and found.vocabulary.units:
        answered(found, data.draw(situations(found)))


@pytest.mark.parametrize("example", sorted(REGULATIONS))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_situation_gives_a_statement_or_a_named_error(example: str, data: st.DataObject):
    answered(REGULATIONS[example], data.draw(situations(REGULATIONS[example])))


@pytest.mark.parametrize(
    "text",
    [
        "[" * 10_000,
        "{a: " * 3_000,
        "a: " + "(" * 5000,
        "a:\n" * 50_000,
        "language: 1\nid: x\ntitle: x\nunit: x\nvalues: {a: '" + "(" * 500 + "'}",
        "language: 1\nid: x\ntitle: x\nunit: x\nvalues: {a: '" + "not " * 140 + "1'}",
        "language: 1\nid: x\ntitle: x\nunit: x\nvalues: {a: '" + "-" * 590 + "1'}",
        "language: 1\nid: x\ntitle: x\nunit: x\ntests: {a: '" + "!" * 590 + "true'}",
        "language: 1\nid: x\ntitle: x\nunit: x\ntests: {a: '" + "(" * 590 + "'}",
        "language: 1\nid: x\ntitle: x\nunit: x\ntests: {a: '" + "[" * 250 + "]" * 250 + "'}",
        "x" * 300_000,
        "a: &a [b]\nc: *a",
        "? {a: b}\n: c",
        "\ufeffa: 1",
        "--- 1\n--- 2",
    ],
    ids=range(15),
)
def test_deep_and_long_texts_are_refused_soon(text: str):
    began = time.process_time()
    with pytest.raises(InvalidDocument):
        documents.parse(text)
    assert time.process_time() - began < 5


def test_hostile_files_are_refused_as_documents_and_as_cases(shared_data: Path):
    files = [path for path in (shared_data / "hostile").rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        for words in (("check", str(path)), ("evaluate", "us-tx", str(path))):
            with pytest.raises(CommandError):
                call_command("regulation", *words)


def test_a_case_file_with_odd_contents_gives_differences_or_a_refusal(shared_data: Path):
    text = (shared_data / "regulations" / "sg-cpd-2025.yaml").read_text(encoding="utf-8")
    for old, new in [
        ("pc_months: 12", "pc_months: [1, [2]]"),
        ("pc_months: 12", "pc_months: {a: 1}"),
        ("quantity: 8", "quantity: " + "9" * 29),
        ("quantity: 8", "quantity: -5"),
        ("format: accredited", "format: [1]"),
        ("category: public_general", "category: {a: b}"),
        ("answer:", "assumes: 5\n    answer:"),
        ("answer:", "assumes: [[1]]\n    answer:"),
        ("total: 16", "either: 3"),
        ("total: 16", "either: [3]"),
        ("total: 16", "acts: 3"),
        ("minima: {", "minima: 3\n      x: {"),
        ("facts: {used_for: 2025}", "facts: [3]"),
        ("person: {", "person: 3\n    x: {"),
        ("brought_in", "x"),
        ("cycle: [2025-01-01, 2025-12-31]", "cycle: [2025-12-31, 2025-01-01]"),
        ("cycle: [2025-01-01, 2025-12-31]", "cycle: 3"),
        ("acts:", "brought_in: [1]\n    acts:"),
        ("acts:", "brought_in: {total: x}\n    acts:"),
    ]:
        changed = text.replace(old, new, 1)
        try:
            for case in case_files.read(changed):
                cases.judge(REGULATIONS["sg-cpd-2025"], case)
        except (case_files.BadCases, InvalidDocument):
            pass


def test_ten_thousand_acts_are_judged_in_bounded_time():
    acts = tuple(
        Act(str(number), dt.date(2018, 6, 1), "onsite", 45 + number % 90, "minute")
        for number in range(10_000)
    )
    began = time.process_time()
    person = Person(dt.date(1980, 1, 1), dt.date(2010, 1, 1), {})
    evaluate(REGULATIONS["cn-shanghai-2018"], Situation(dt.date(2018, 12, 31), person, acts))
    assert time.process_time() - began < 10
