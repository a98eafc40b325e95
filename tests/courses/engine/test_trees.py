"""What is no YAML is refused with the line that is to be mended, not the one where the reader stumbled."""

import pytest

from courses.engine import trees
from courses.engine.errors import InvalidDocument

LINES = ["language: 1", "id: a", "title: 办法", *[f'note{number}: "第{number}条"' for number in range(30)]]


def line_of(lines: list[str]) -> int:
    with pytest.raises(InvalidDocument) as refused:
        trees.read("\n".join(lines))
    [problem] = refused.value.problems
    return problem.line


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("place", [2, 5, 12])
def test_a_quotation_mark_that_is_not_closed_is_named_where_it_was_opened(quote: str, place: int) -> None:
    lines = [line.replace('"', quote) for line in LINES]
    lines[place] = f"note: {quote}没有合上"
    assert line_of(lines) == place + 1


def test_the_next_mark_may_stand_far_below_and_the_last_may_be_missing() -> None:
    far = [*LINES[:3], 'begun: "没有合上', *[f"plain{number}: 值" for number in range(22)], 'unit: "学时"']
    assert line_of(far) == 4
    assert line_of([*LINES, 'last: "没有合上']) == len(LINES) + 1


def test_what_is_wrong_below_a_text_of_several_lines_keeps_its_own_line() -> None:
    assert line_of(['title: "一行', '  又一行"', "a: 1", "\tb: 2"]) == 4
    assert line_of(['title: "一行', '  又一行"', "a: b: c"]) == 3
