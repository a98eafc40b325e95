"""Citations of statutes in text, and the numerals they are written with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import citations, numerals
from search.citations import CIVIL_CODE


def read(text, **options):
    return [
        (found.statute, found.article, found.paragraph, found.item)
        for found in citations.find(text, **options)
    ]


@given(st.integers(1, 9999))
def test_reading_a_written_numeral_gives_the_number(number):
    assert numerals.parse(numerals.written(number)) == number


@given(st.integers(1, 9999))
def test_a_number_read_digit_by_digit_is_the_number(number):
    digits = "".join(numerals.DIGITS[int(digit)] for digit in str(number))
    assert numerals.parse(digits) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [(10, "十"), (19, "十九"), (110, "一百一十"), (1005, "一千零五"), (1165, "一千一百六十五")],
)
def test_numerals_are_written_as_statutes_print_them(number, text):
    assert numerals.written(number) == text


@pytest.mark.parametrize("text", ["", "十百", "一二百", "百", "五十零", "abc", "五577"])
def test_what_says_no_number_is_none(text):
    assert numerals.parse(text) is None


@given(st.text(alphabet=numerals.NUMERAL, max_size=8))
def test_any_string_of_numeral_characters_is_a_number_or_none(text):
    number = numerals.parse(text)
    assert number is None or number >= 0


@pytest.mark.parametrize(
    "text",
    [
        "民法典第577条",
        "民法典第５７７条",
        "《民法典》第五百七十七条",
        "《中华人民共和国民法典》第五百七十七条",
        "根据我国民法典的第五百七十七条",
        "民法典合同编第五百七十七条",
        "合同编第577条",
        "民法典 第 577 条",
        "民法典第五七七条",
        "民法典577",
        "民法典五百七十七条",
        "民法典第五百七十七條",
    ],
)
def test_every_way_of_writing_an_article_is_the_same_citation(text):
    assert read(text) == [(CIVIL_CODE, 577, None, None)]


def test_paragraph_and_item_are_read():
    assert read("《民法典》第五百七十七条第一款第二项") == [(CIVIL_CODE, 577, 1, 2)]
    assert read("民法典第1064条第2款第（三）项") == [(CIVIL_CODE, 1064, 2, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "第三人",
        "有第一条路可走",
        "三条规定",
        "五百八十五万元",
        "民法典2021",
        "民法典2020年",
        "民法典有1260条",
        "民法典第1261条",
    ],
)
def test_what_only_looks_like_a_citation_is_none(text):
    assert read(text, context=CIVIL_CODE) == []


def test_the_statute_is_carried_to_later_articles():
    text = "先看民法典第五百七十七条，再看第五百八十五条。"
    assert [found[:2] for found in read(text)] == [(CIVIL_CODE, 577), (CIVIL_CODE, 585)]
    assert citations.find(text)[1].confidence < citations.find(text)[0].confidence


def test_another_statute_ends_the_carrying():
    text = "民法典第五百七十七条取代了原合同法第一百零七条，即第一百零七条。"
    assert [found[:2] for found in read(text)] == [(CIVIL_CODE, 577), (None, 107), (None, 107)]


@pytest.mark.parametrize("text", ["合同编通则解释第26条", "《公司法》第二十六条", "民事诉讼法第二十六条"])
def test_an_article_of_an_unknown_statute_is_not_the_codes(text):
    assert read(text, context=CIVIL_CODE) == [(None, 26, None, None)]


def test_a_small_number_without_its_statute_beside_it_is_doubtful():
    (first, second) = citations.find("第一条，要看合同；第五百条，要看过错。", context=CIVIL_CODE)
    assert (first.is_doubtful, second.is_doubtful) == (True, False)


def test_an_article_is_filed_under_its_statute_and_under_any():
    (found,) = citations.find("民法典第577条第1款")
    assert found.terms == ("civil-code:577", "civil-code:577:1", "any:577", "any:577:1")
    assert citations.find("第577条")[0].terms == ("any:577",)


def test_a_citation_that_crosses_two_cues_is_filed_under_the_first():
    text = "根据民法典第五百七十七条"
    filed = citations.find_in_passages([(0, 7), (7, len(text))], text)
    assert [[found.article for found in cue] for cue in filed] == [[577], []]


@given(st.text(alphabet="《民法典合同编》第五百七十零条款项之一23（）、的解释 ", max_size=60))
def test_a_citation_is_a_part_of_its_text(text):
    for found in citations.find(text):
        assert 0 <= found.start < found.end <= len(text)
        assert found.article >= 1


def test_every_article_of_the_code_is_read_however_it_is_written():
    for number in range(1, 1261):
        for text in (f"民法典第{number}条", f"《民法典》第{numerals.written(number)}条", f"民法典{number}"):
            assert read(text) == [(CIVIL_CODE, number, None, None)]


def test_this_statute_read_aloud_is_the_one_under_discussion():
    assert read("依据本法第五百一十条的规定", context=CIVIL_CODE) == [(CIVIL_CODE, 510, None, None)]
    assert read("依照本解释第五条的规定", context=CIVIL_CODE) == [(None, 5, None, None)]


def test_each_article_of_a_spoken_range_is_cited_once():
    text = "就是四百九十六条到四百九十八条"
    assert [found[1] for found in read(text, context=CIVIL_CODE)] == [496, 497, 498]


@pytest.mark.parametrize(
    "text", ["民法典100问", "民法典5周年", "整部民法典一千二百六十条", "合同一共写了一百二十条"]
)
def test_numbers_of_other_things_beside_the_codes_name_are_no_articles(text):
    assert read(text, context=CIVIL_CODE) == []
