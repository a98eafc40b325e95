"""Marking: what counts as right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import marking

OPTIONS = [{"id": key, "text": key} for key in ("o1", "o2", "o3", "o4")]
IDS = [option["id"] for option in OPTIONS]


def content(kind, key, options=OPTIONS):
    return {"kind": kind, "key": key, "options": options if kind not in ("short", "true_false") else []}


@given(st.permutations(IDS), st.sets(st.sampled_from(IDS), min_size=1))
def test_several_right_answers_count_in_any_order_and_only_all_of_them(order, key):
    asked = content("multiple", sorted(key))
    given_right = [each for each in order if each in key]
    assert marking.is_right(asked, marking.checked(asked, given_right))
    assert not marking.is_right(asked, marking.checked(asked, given_right[1:]))


@given(st.lists(st.sampled_from(IDS), max_size=6))
def test_an_order_is_an_answer_once_each_item_stands_at_one_place(given_ids):
    asked = content("ordering", IDS)
    answer = marking.checked(asked, given_ids)
    assert marking.is_answered(asked, answer) == (sorted(given_ids[: len(IDS)]) == IDS)


def test_nothing_is_no_answer_and_anything_else_is_one():
    for kind, nothing, something in (
        ("single", None, "o1"),
        ("multiple", [], ["o1"]),
        ("true_false", None, False),
    ):
        assert not marking.is_answered(content(kind, "o1"), nothing)
        assert marking.is_answered(content(kind, "o1"), something)


@given(st.permutations(IDS))
def test_an_order_is_right_only_as_it_is(order):
    asked = content("ordering", IDS)
    assert marking.is_right(asked, marking.checked(asked, order)) == (list(order) == IDS)


@given(st.text(max_size=60))
def test_normalising_twice_is_normalising_once(text):
    assert marking.normalised(marking.normalised(text)) == marking.normalised(text)


def test_width_case_and_punctuation_of_a_short_answer_do_not_matter():
    asked = content("short", [marking.normalised("第563条")])
    assert marking.is_right(asked, "《第５６３条》。")
    assert not marking.is_right(asked, "第562条")
    assert marking.is_right(content("short", []), "随便") is None
    assert marking.is_right(content("short", []), None) is False


@pytest.mark.parametrize(
    ("kind", "given_values"),
    [
        ("single", ["o1", "o2"]),
        ("single", ["o9"]),
        ("multiple", ["o1", "x"]),
        ("true_false", ["maybe"]),
        ("short", ["x" * 501]),
    ],
)
def test_what_no_page_could_send_is_refused(kind, given_values):
    with pytest.raises(marking.BadAnswer):
        marking.checked(content(kind, "o1"), given_values)
