"""The token stream that index and query share."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search import analysis

texts = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="民法典第五百七十七条違約責任，。 ABab12３㈠é́ﾊﾞ\u200b㍿ß", max_size=40),
)
han_texts = st.text(alphabet="民法典合同违约金责任侵权物权人格", min_size=1, max_size=30)


def test_a_han_run_becomes_characters_and_bigrams_in_one_stream():
    assert analysis.token_texts("违约金") == ["违", "违约", "约", "约金", "金"]


def test_latin_and_digit_runs_stay_whole_and_lower():
    assert analysis.token_texts("第577条 GB50016 Ｏne") == ["第", "577", "条", "gb50016", "one"]


def test_traditional_characters_match_simplified_ones():
    assert analysis.token_texts("違約責任") == analysis.token_texts("违约责任")


def test_full_width_and_half_width_are_the_same():
    assert analysis.token_texts("ＡＢＣ１２３") == ["abc123"]


def test_decomposed_letters_equal_composed_ones():
    assert analysis.token_texts("café") == analysis.token_texts(unicodedata.normalize("NFD", "café"))


def test_zero_width_characters_do_not_break_a_word():
    assert analysis.token_texts("违\u200b约") == analysis.token_texts("违约")


def test_a_lone_surrogate_and_controls_are_no_tokens():
    assert analysis.token_texts("\ud800\x00\x07") == []


def test_a_very_long_run_is_cut_the_same_way_for_every_engine():
    assert [len(token) for token in analysis.token_texts("a" * 150)] == [64, 64, 22]


def test_offsets_point_into_the_original_where_one_character_becomes_several():
    text = "见㈠违约"
    spans = [(token.text, text[token.start : token.end]) for token in analysis.tokens(text)]
    assert ("违约", "违约") in spans
    assert ("一", "㈠") in spans


@given(texts)
@example("İ")
@example("ﾊﾞ")
@example("e\u200d\u0301")
@example("Σ")
def test_normalising_twice_is_normalising_once(text):
    once = analysis.normalise(text).text
    assert analysis.normalise(once).text == once


@given(texts)
def test_offsets_lie_inside_the_text_and_never_go_back(text):
    found = analysis.tokens(text)
    for token in found:
        assert 0 <= token.start < token.end <= len(text)
    assert [token.start for token in found] == sorted(token.start for token in found)


@given(texts)
def test_the_fast_texts_are_the_texts_of_the_tokens(text):
    assert analysis.token_texts(text) == [token.text for token in analysis.tokens(text)]


@given(texts)
def test_no_token_holds_white_space(text):
    assert analysis.stream(text).split() == analysis.token_texts(text)


@given(han_texts, han_texts, han_texts)
def test_a_part_of_a_text_is_a_run_of_its_tokens(before, phrase, after):
    whole = " " + " ".join(analysis.token_texts(before + phrase + after)) + " "
    assert f" {analysis.stream(phrase)} " in whole


@given(han_texts, han_texts)
def test_a_run_of_tokens_is_a_part_of_the_text(text, phrase):
    is_phrase = f" {analysis.stream(phrase)} " in f" {analysis.stream(text)} "
    assert is_phrase == (phrase in text)


@pytest.mark.parametrize("text", ["", " ", "，。！", "😀😀"])
def test_text_without_letters_has_no_tokens(text):
    assert analysis.tokens(text) == []
