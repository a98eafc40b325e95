"""Statutes as they are printed, read into divisions and articles, and refused where one is missing."""

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import numerals, statute_text
from search.statute_text import Number, Paragraph, Problem, UnreadableStatute

SMALL = """中华人民共和国测试法
（2020年5月28日第十三届全国人民代表大会第三次会议通过，自2021年1月1日起施行）

第一编　总 则
第一章　基本规定

第一条　为了测试，制定本法。
第2条 下列人可以测试：
（一）编辑；
（二）审核人。
前款规定适用于第一条。
第二条之一　后来加的。
第二编 分则
第三条 一、这不是标题；
附　则
第四条 本法自2021年1月1日起施行。
"""
COUNTS = {
    "civil-code.md": 1260,
    "侵权责任编的解释（一）": 26,
    "合同编通则若干问题的解释": 69,
    "婚姻家庭编的解释（一）": 91,
    "婚姻家庭编的解释（二）": 23,
    "总则编若干问题的解释": 39,
    "时间效力的若干规定": 28,
    "有关担保制度的解释": 71,
    "物权编的解释（一）": 21,
    "继承编的解释（一）": 45,
}


def problems(text: str) -> list[Problem]:
    with pytest.raises(UnreadableStatute) as refused:
        statute_text.read(text)
    return list(refused.value.problems)


def test_plain_text_is_read_into_divisions_articles_paragraphs_and_items() -> None:
    statute = statute_text.read(SMALL)
    assert statute.name == "中华人民共和国测试法"
    assert (statute.adopted_on, statute.in_force_from) == (dt.date(2020, 5, 28), dt.date(2021, 1, 1))
    assert [str(article.number) for article in statute.articles] == [
        "第一条", "第二条", "第二条之一", "第三条", "第四条",
    ]  # fmt: skip
    assert statute.articles[1].paragraphs == (
        Paragraph("下列人可以测试：", ("（一）编辑；", "（二）审核人。")),
        Paragraph("前款规定适用于第一条。"),
    )
    assert [(each.kind, each.number, each.title, each.first, each.last) for each in statute.divisions] == [
        ("book", 1, "总则", Number(1), Number(2, 1)),
        ("book", 2, "分则", Number(3), Number(3)),
        ("supplement", None, "附则", Number(4), Number(4)),
    ]
    assert [each.title for each in statute.divisions[0].divisions] == ["基本规定"]


def test_markdown_reads_the_same_as_plain_text() -> None:
    marked = "# 中华人民共和国测试法\n\n## 第一章 总则\n\n**第一条** 甲。\n\n乙。\n\n**第二条** 丙。\n"
    plain = marked.replace("#", "").replace("**", "")
    assert statute_text.read(marked) == statute_text.read(plain)


def test_a_missing_a_repeated_and_an_empty_article_are_named_with_their_lines() -> None:
    text = "某法\n第一条 甲。\n第三条 乙。\n第三条 丙。\n第四条\n"
    assert problems(text) == [
        Problem(5, "empty_article", "第四条"),
        Problem(3, "missing_before", "第三条"),
        Problem(4, "out_of_order", "第三条"),
    ]


def test_a_text_without_articles_and_a_division_without_any_are_refused() -> None:
    assert [each.code for each in problems("某法\n一些话。")] == ["no_articles"]
    assert [each.code for each in problems("")] == ["no_articles"]
    text = "某法\n第一章 甲\n第二章 乙\n第一条 丙。"
    assert problems(text) == [Problem(2, "empty_division", "甲")]


def test_an_overlong_text_is_refused_before_it_is_read() -> None:
    assert problems("某" * (statute_text.MAX_CHARACTERS + 1))[0].code == "too_long"


@given(st.text(alphabet="第一二三条章节编款项（）()、。 \n#*<>!-法", max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        statute = statute_text.read(text)
    except UnreadableStatute as refused:
        assert refused.problems
    else:
        assert statute.articles


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30))
def test_a_printed_statute_reads_back_as_its_articles(inserts: list[int]) -> None:
    numbers = [
        Number(article, insert)
        for article, count in enumerate(inserts, start=1)
        for insert in range(count + 1)
    ]
    printed = "某法\n" + "\n".join(f"{number} 第{number.article}款的话。\n又一款。" for number in numbers)
    articles = statute_text.read(printed).articles
    assert [article.number for article in articles] == numbers
    assert all(len(article.paragraphs) == 2 for article in articles)


@pytest.mark.parametrize("name", COUNTS)
def test_each_real_statute_has_all_its_articles(shared_data: Path, name: str) -> None:
    (path,) = [path for path in (shared_data / "law").rglob("*.md") if name in path.name]
    statute = statute_text.read(path.read_text(encoding="utf-8"))
    assert len(statute.articles) == COUNTS[name]
    assert statute.articles[-1].number == Number(COUNTS[name])
    assert statute.in_force_from is not None
    assert statute.is_interpretation is (name != "civil-code.md")


def test_the_civil_code_has_its_official_structure(shared_data: Path) -> None:
    statute = statute_text.read((shared_data / "law" / "civil-code.md").read_text(encoding="utf-8"))
    sizes = [
        each.last.article - each.first.article + 1 for each in statute.divisions if each.first and each.last
    ]
    assert sizes == [204, 258, 526, 51, 79, 45, 95, 2]
    kinds: dict[str, int] = {}
    waiting = list(statute.divisions)
    while waiting:
        division = waiting.pop()
        kinds[division.kind] = kinds.get(division.kind, 0) + 1
        waiting.extend(division.divisions)
    assert kinds == {"book": 7, "supplement": 1, "part": 8, "chapter": 84, "section": 37}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("中华人民共和国民法典", "民法典"),
        ("最高人民法院关于适用《中华人民共和国民法典》合同编通则若干问题的解释", "民法典合同编通则解释"),
        ("最高人民法院关于适用《中华人民共和国民法典》有关担保制度的解释", "民法典担保制度解释"),
        ("最高人民法院关于适用《中华人民共和国民法典》时间效力的若干规定", "民法典时间效力规定"),
        ("最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（二）", "民法典婚姻家庭编解释（二）"),
    ],
)
def test_a_statute_has_the_short_name_that_lawyers_use(name: str, expected: str) -> None:
    assert statute_text.short_name(name) == expected
    assert expected in statute_text.names_of(name)


def test_spoken_names_of_an_interpretation_are_known() -> None:
    names = statute_text.names_of("最高人民法院关于适用《中华人民共和国民法典》婚姻家庭编的解释（一）")
    assert {"婚姻家庭编解释一", "婚姻家庭编司法解释（一）", "民法典婚姻家庭编司法解释一"} <= set(names)


def test_numbers_print_as_statutes_do() -> None:
    assert str(Number(1165)) == "第一千一百六十五条"
    assert str(Number(19, 2)) == f"第十九条之{numerals.written(2)}"
