"""Two texts side by side: both whole, what only one has marked, and no more than a reader needs."""

from hypothesis import given
from hypothesis import strategies as st

from search.differences import Line, Run, compare

_line = st.tuples(st.text("甲乙丙丁。，；a ", max_size=30), st.booleans())
_texts = st.lists(_line, max_size=4)


def words(lines: tuple[Line, ...]) -> list[tuple[str, bool]]:
    return [("".join(run.text for run in line.runs), line.is_item) for line in lines]


def kept(lines: tuple[Line, ...]) -> str:
    return "".join(run.text for line in lines for run in line.runs if not run.is_marked)


@given(_texts, _texts)
def test_both_texts_are_whole(before, after) -> None:
    compared = compare(before, after)
    assert (words(compared.before), words(compared.after)) == (before, after)


@given(_texts, _texts)
def test_what_is_not_marked_is_in_both(before, after) -> None:
    compared = compare(before, after)
    if before and after:
        assert kept(compared.before) == kept(compared.after)


@given(_texts)
def test_nothing_differs_between_a_text_and_itself(text) -> None:
    compared = compare(text, text)
    assert not any(run.is_marked for line in (*compared.before, *compared.after) for run in line.runs)


def test_the_word_that_was_put_in_is_marked_and_not_its_sentence() -> None:
    compared = compare(
        [("当事人一方不履行合同义务的，应当承担违约责任。", False)],
        [("当事人一方不履行主要合同义务的，应当承担违约责任。", False)],
    )
    assert compared.before[0].runs == (Run("当事人一方不履行合同义务的，应当承担违约责任。"),)
    assert [run.text for run in compared.after[0].runs if run.is_marked] == ["主要"]


def test_a_sentence_with_nothing_in_common_is_marked_whole() -> None:
    compared = compare([("甲。同一句。", False)], [("乙丙丁。同一句。", False)])
    assert compared.before[0].runs == (Run("甲。", is_marked=True), Run("同一句。"))


def test_a_text_that_stands_alone_has_no_marks() -> None:
    assert compare([("丙。", False)], []).before == (Line((Run("丙。"),)),)
