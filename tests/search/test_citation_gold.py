"""Citations are measured on lines that were labelled by hand, and their laws hold for any text."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search import citations, numerals
from search.citations import CIVIL_CODE
from tests.search import citation_gold

pytestmark = pytest.mark.slow

PRECISION, RECALL = 0.98, 0.95

_SAID = (
    "民法典 《 》 第 条 款 项 之 一 二 百 千 五七七 577 12 、 和 至 到 该条 本解释 合同法 公司法 "
    "解释 规定 ( ) （ ） ， 的 原 路 〈 〉 ㈠"
)
WORDS = [*_SAID.split(), " ", "\n"]
NAMES = citation_gold.names()


def test_citations_agree_with_the_labels_of_lectures(capsys: pytest.CaptureFixture[str]) -> None:
    check(citation_gold.lines(None), "lectures", capsys)


def test_citations_agree_with_the_labels_of_interpretations_too(
    shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(citation_gold.lines(shared_data / "law"), "all", capsys)


def test_at_least_three_hundred_lines_are_labelled(shared_data: Path) -> None:
    assert len(citation_gold.lines(shared_data / "law")) >= 300


def check(lines: list[citation_gold.Line], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    for is_held_out in (False, True):
        part = citation_gold.agreement([line for line in lines if line.is_held_out == is_held_out])
        name = "held out" if is_held_out else "developed"
        with capsys.disabled():
            print(
                f"\n{what}, {name}: {part.lines} lines, precision {part.precision:.3f}, recall {part.recall:.3f}"
            )
    found = citation_gold.agreement(lines)
    assert found.precision >= PRECISION, found.disagreements
    assert found.recall >= RECALL, found.disagreements


@given(st.integers(1, 1260), st.none() | st.integers(1, 20), st.none() | st.integers(1, 20), st.booleans())
def test_reading_a_written_citation_gives_it_back(
    article: int, paragraph: int | None, item: int | None, is_arabic: bool
) -> None:
    def number(value: int) -> str:
        return str(value) if is_arabic else numerals.written(value)

    text = f"民法典第{number(article)}条"
    text += f"第{number(paragraph)}款" if paragraph else ""
    text += f"第{number(item)}项" if item else ""
    (found,) = citations.find(f"依照{text}的规定")
    assert (found.statute, found.article, found.paragraph, found.item) == (
        CIVIL_CODE, article, paragraph, item,
    )  # fmt: skip
    assert (found.start, found.end) == (2, 2 + len(text))


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40).map("".join) | st.text(max_size=80))
def test_any_text_is_read_and_every_citation_is_a_part_of_it(text: str) -> None:
    found = citations.find(text, context=CIVIL_CODE, names=NAMES, own="own")
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert 1 <= each.article <= 9999
        assert 0 < each.confidence <= 1
    assert [each.start for each in found] == sorted(each.start for each in found)


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "第",
            "第一",
            "第 ",
            "一",
            "1",
            "条",
            "第1条",
            "第1条、",
            "第1、",
            "民法典",
            "《",
            "《民法典",
            "的",
            "解释",
        ),
        *(
            "合同法第",
            "该条第",
            "第1条第1款、",
            "(",
            "民法典第1条(",
            "第一千、",
            "法",
            "规定第1条",
            " ",
            "民法典1、",
        ),
    ],
)
def test_reading_takes_time_in_proportion_to_the_text(unit: str) -> None:
    def seconds(length: int) -> float:
        text = "民法典第一条" + unit * (length // len(unit))
        best = 10.0
        for _ in range(2):
            started = time.process_time()
            citations.find(text, context=CIVIL_CODE, names=NAMES)
            best = min(best, time.process_time() - started)
        return best

    assert seconds(16_000) < 10 * seconds(4_000) + 0.05
