"""docs/regulations.md is true: every snippet in it is a document that the engine reads."""

import datetime as dt
import re
from pathlib import Path

import pytest

from courses.engine import documents, errors, formulas
from courses.engine.errors import EngineError, InvalidDocument
from courses.engine.evaluation import evaluate
from courses.engine.situations import Act, Person, Situation

REFERENCE = Path(__file__).parents[3] / "docs" / "regulations.md"
TEXT = REFERENCE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.S | re.M)
WHOLE = BLOCKS[0]
_SECTION = re.compile(r"^(?=\w+:)", re.M)


def _sections(text: str) -> dict[str, str]:
    parts = [part for part in _SECTION.split(text) if re.match(r"\w+:", part)]
    return {part.partition(":")[0]: part for part in parts}


def _document(snippet: str) -> str:
    """The snippet's sections in the place of the whole document's; its vocabulary is added to."""
    given = _sections(snippet)
    sections = _sections(WHOLE) | given
    if "carry" not in given:
        sections.pop("carry")
    if "counters" in given and "minima" not in given:
        sections.pop("minima")
    return "\n".join(sections.values())


@pytest.mark.parametrize("place", range(len(BLOCKS)))
def test_every_snippet_of_the_reference_is_a_document_and_evaluates(place: int):
    regulation = documents.parse(_document(BLOCKS[place]))
    words = regulation.vocabulary
    acts = tuple(
        Act(f"{format}-{unit}", dt.date(2026, 5, 1), format, 3, unit, next(iter(words.categories), ""))
        for format in words.formats
        for unit in words.units
    )
    person = Person(dt.date(1980, 5, 17), dt.date(2015, 3, 2), {})
    try:
        evaluate(regulation, Situation(dt.date(2026, 12, 31), person, acts))
    except EngineError as error:
        pytest.fail(f"{BLOCKS[place]}\n{error}")


def test_the_reference_names_every_function_and_every_error():
    for function in formulas.FUNCTIONS:
        assert re.search(rf"`[^`]*\b{function}\(", TEXT), function
    for kind in vars(errors).values():
        if (
            isinstance(kind, type)
            and issubclass(kind, EngineError | InvalidDocument)
            and kind is not EngineError
        ):
            assert f"`{kind.code}`" in TEXT, kind.code


def test_the_reference_names_every_problem_of_a_document():
    engine = REFERENCE.parent.parent / "courses" / "engine"
    source = "\n".join(path.read_text(encoding="utf-8") for path in engine.glob("*.py"))
    codes = set(re.findall(r'problem\(\s*[\w.]+,\s*"(\w+)"', source))
    codes |= set(re.findall(r'Problem\([\w.]+, [\w"]+, "(\w+)"', source))
    codes |= set(re.findall(r'Refused\("(\w+)"', source))
    assert len(codes) > 30
    assert {code for code in codes if f"`{code}`" not in TEXT} == set()
