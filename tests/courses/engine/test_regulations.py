"""Regulations of other places, written from the reference alone, with cases whose answers were worked out by hand."""

from pathlib import Path

import pytest

from courses.engine import case_files, cases, documents

FOLDER = Path(__file__).parent / "regulations"
IDS = sorted(path.name.removesuffix(".cases.yaml") for path in FOLDER.glob("*.cases.yaml"))


def test_every_regulation_here_has_cases():
    assert len(IDS) >= 10
    assert {path.stem for path in FOLDER.glob("*.yaml") if ".cases" not in path.name} == set(IDS)


@pytest.mark.parametrize("regulation", IDS)
def test_a_regulation_that_the_examples_do_not_have_comes_out_as_by_hand(regulation: str):
    found = documents.parse((FOLDER / f"{regulation}.yaml").read_text(encoding="utf-8"))
    for case in case_files.read((FOLDER / f"{regulation}.cases.yaml").read_text(encoding="utf-8")):
        verdict = cases.judge(found, case)
        assert verdict.judged, case.id
        assert not verdict.differences, f"{case.id}: {verdict.differences}"
