"""The facts of an act are codes, whole numbers and booleans, and come back the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses import act_facts

NAMES = st.from_regex(act_facts.NAME, fullmatch=True)
VALUES = (
    st.booleans()
    | st.integers(-act_facts.MAX_NUMBER, act_facts.MAX_NUMBER)
    | st.from_regex(act_facts.CODE, fullmatch=True)
)


@given(st.dictionaries(NAMES, VALUES, max_size=act_facts.MAX_FACTS))
def test_checked_facts_are_the_same_facts_and_checking_again_changes_nothing(facts):
    once = act_facts.checked(facts)
    assert once == facts
    assert act_facts.checked(once) == once
    assert list(once) == sorted(facts)


@pytest.mark.parametrize(
    "facts",
    [
        {"note": "张三讲得很好"},
        {"Role": "sole"},
        {"share": 0.5},
        {"big": 10**12},
        {"nested": {"a": 1}},
        {"nothing": None},
        {f"f{number}": 1 for number in range(act_facts.MAX_FACTS + 1)},
    ],
)
def test_text_fractions_and_floods_are_refused(facts):
    with pytest.raises(act_facts.FactsRefused):
        act_facts.checked(facts)
