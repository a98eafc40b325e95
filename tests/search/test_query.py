"""What a person typed becomes attempts, and the text that answers is marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import analysis, citations, highlight, query, transcript


def kinds(text):
    return [attempt.kind.value for attempt in query.plan(text).attempts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("民法典第577条", ["citation", "exact"]),
        ("民法典第577条第1款", ["citation", "citation", "exact"]),
        ("民法典第577条 违约金", ["citation", "exact", "all", "any"]),
        ("公司法第20条", ["citation", "exact", "any"]),
        ("违约金", ["exact", "any"]),
        ("违约金 过高", ["exact", "all", "any"]),
        ("“让与担保” 效力", ["exact", "any"]),
        ("“让与担保”", ["exact"]),
        ("😀 ，。", []),
        ("", []),
    ],
)
def test_a_query_is_tried_as_citation_then_exact_then_all_then_any(text, expected):
    assert kinds(text) == expected


def test_a_query_of_more_than_two_hundred_characters_is_refused():
    query.plan(" " + "违" * 200 + " ")
    with pytest.raises(query.QueryTooLong):
        query.plan("违" * 201)


def test_a_gap_between_han_characters_does_not_break_the_exact_phrase():
    assert query.plan("违约金 过高").attempts[0] == query.plan("违约金过高").attempts[0]


def test_single_characters_alone_do_not_answer_a_question():
    attempt = query.plan("怎么办").attempts[-1]
    assert attempt.required_terms == ("怎么", "么办")
    assert "办" in attempt.terms


def test_an_article_of_a_law_that_is_not_held_is_no_other_laws_article():
    cited, _exact, last = query.plan("公司法第20条").attempts
    assert cited.citations == ("公司法:20",)
    assert last.phrases == (query.phrase_of("公司法"),)


@pytest.mark.parametrize("text", ["577条", "五七七条", "五百七十七条", " 第577条"])
def test_a_bare_number_of_an_article_is_a_citation(text):
    assert query.plan(text).attempts[0].citations == ("any:577",)


def test_what_only_asks_is_not_looked_for_where_words_remain():
    attempt = query.plan("违约金过高怎么办").attempts[-1]
    assert attempt.required_terms == ("违约", "约金", "金过", "过高")


@given(st.text(max_size=200))
def test_any_text_has_a_plan_and_every_attempt_asks_for_something(text):
    for attempt in query.plan(text).attempts:
        assert attempt.phrases or attempt.citations or attempt.required_terms
        assert all(phrase and all(token.split() == [token] for token in phrase) for phrase in attempt.phrases)


def marked(text, typed, kind="exact"):
    attempt = next(attempt for attempt in query.plan(typed).attempts if attempt.kind.value == kind)
    pieces = highlight.segments(text, highlight.spans(text, attempt, cited=citations.find(text)))
    assert "".join(piece.text for piece in pieces) == text
    return [piece.text for piece in pieces if piece.is_marked]


def test_the_original_characters_are_marked():
    assert marked("約定的違約金過高，違約金", "违约金") == ["違約金", "違約金"]
    assert marked("见ＧＢ１８０３０标准", "gb18030") == ["ＧＢ１８０３０"]


def test_a_question_marks_its_words_and_not_its_single_characters():
    assert marked("彩礼要不要返还，礼貌地问", "彩礼怎么返还", "any") == ["彩礼", "返还"]


def test_a_citation_marks_the_article_however_it_is_written():
    assert marked("依《民法典》第五百七十七条处理", "民法典577", "citation") == ["《民法典》第五百七十七条"]


@given(st.lists(st.text(alphabet="合同违约 abc，", max_size=8), max_size=8))
def test_each_cue_keeps_its_text_in_the_joined_transcript(cues):
    joined = transcript.join(cues)
    assert [joined.text[start:end] for start, end in joined.ranges] == [" ".join(cue.split()) for cue in cues]


def test_han_meets_han_without_a_gap_and_latin_with_one():
    assert transcript.join(["合同", "违约", "in", "bad faith"]).text == "合同违约 in bad faith"


def test_a_bridge_holds_the_words_on_both_sides_of_a_cues_end_and_where_they_meet():
    joined = transcript.join(["占有人因使用占有的不", "动产受到损害"])
    bridge = joined.bridge(0).split()
    assert {"的不", "不动", "动产", "不|动"} <= set(bridge)
    assert joined.bridge(1) == ""


@given(st.text(alphabet="合同违约a1 ，", min_size=2, max_size=20), st.data())
def test_a_phrase_is_known_in_the_bridge_wherever_a_cue_ends_inside_it(words, data):
    """Wherever spoken words are cut into two cues, the bridge has all that the phrase asks of one."""
    cut = data.draw(st.integers(1, len(words) - 1))
    joined = transcript.join([words[:cut], words[cut:]])
    phrase = query.phrase_of(joined.text)
    crossing = query.crossing_of(phrase)
    before, after = joined.text[: joined.ranges[0][1]], joined.text[joined.ranges[0][1] :]
    if crossing is None or len(before) > transcript.REACH or len(after) > transcript.REACH:
        return
    bridge = set(joined.bridge(0).split())
    if bridge:
        assert bridge & set(crossing.seams)
        assert bridge >= set(crossing.terms)


@given(
    st.text(alphabet="合同违约a1 ，", min_size=1, max_size=12), st.text(alphabet="合同违约a1 ，", max_size=24)
)
def test_the_sparse_tokens_of_a_phrase_stand_only_where_the_phrase_stands(words, text):
    phrase, stream = query.phrase_of(words), analysis.token_texts(text)
    if not phrase:
        return
    tokens = query.sparse(phrase)
    for start in range(len(stream) - len(phrase) + 1):
        here = stream[start : start + len(phrase)]
        assert all(here[place] == token for place, token in tokens) == (tuple(here) == phrase)


def test_a_character_is_left_out_of_a_phrase_where_a_bigram_implies_it():
    assert query.sparse(query.phrase_of("人民法院")) == ((0, "人民"), (2, "民法"), (4, "法院"))
    assert query.sparse(query.phrase_of("税")) == ((0, "税"),)
    assert query.sparse(query.phrase_of("第577条")) == ((0, "第"), (1, "577"), (2, "条"))


def test_in_a_heading_single_characters_score_only_where_there_is_nothing_longer():
    assert query.plan("彩礼退不退").attempts[-1].heading_terms == ("彩礼", "礼退", "退不", "不退")
    assert query.plan("税 法").attempts[-1].heading_terms == ("税", "法")


def test_a_phrase_within_one_cue_does_not_cross_into_it():
    joined = transcript.join(["先讲定义", "违约金过高怎么办"])
    crossing = query.crossing_of(query.phrase_of("违约金过高"))
    assert crossing is not None
    assert set(crossing.seams).isdisjoint(joined.bridge(0).split())
    assert query.crossing_of(query.phrase_of("577条")) is None
