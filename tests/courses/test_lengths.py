"""A length in words never says nothing of what is something."""

import pytest

from courses.lengths import length


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "0秒"),
        (999, "0秒"),
        (47_000, "47秒"),
        (60_000, "1分钟"),
        (725_400, "12分5秒"),
        (3_600_000, "60分钟"),
    ],
)
def test_a_length_is_said_to_the_second(milliseconds, words):
    assert length(milliseconds) == words
