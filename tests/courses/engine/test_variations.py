"""Variations of the examples: the day before and after each boundary, and each question that their words leave open."""

from pathlib import Path

import pytest

from courses import examples
from courses.engine import case_files, cases, documents

FILES = sorted((Path(__file__).parent / "variations").glob("*.yaml"))


def test_every_example_has_variations():
    assert [path.stem for path in FILES] == examples.ids()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_variation_comes_out_as_the_words_say(path: Path):
    regulation = documents.parse(examples.text(path.stem))
    for case in case_files.read(path.read_text(encoding="utf-8")):
        verdict = cases.judge(regulation, case)
        assert verdict.judged, case.id
        assert not verdict.differences, f"{case.id}: {verdict.differences}"
