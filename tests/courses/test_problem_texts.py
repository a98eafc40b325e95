"""What a broken regulation is told to be: the line, and what is wrong there, in Chinese alone."""

import re

import pytest

from courses import problem_texts
from courses.engine import trees
from courses.engine.errors import InvalidDocument

GENERAL = "此处不符合 YAML 格式"


@pytest.mark.parametrize(
    ("document", "line", "said"),
    [
        ("a: 1\nb: c: d\n", 2, "加引号"),
        ("a:\n\tb: 1\n", 2, "制表符"),
        ("a: @b\n", 1, "加引号"),
        ('a: "b\nc: d\n', 1, "没有结束"),
        ("a: [1, 2\nb: 3\n", 2, "右方括号"),
        ("a: {b: 1\nc: 2\n", 2, "右花括号"),
        ("a: 1\n  b\nc: 2\nd\n", 4, "缺少冒号"),
        ("a:\n  - 1\n b: 2\n", 3, "缩进"),
        ("a: ]\n", 1, "右括号"),
        ('a: "\\q"\n', 1, "反斜杠"),
        ("a: 1\nb: \x07\n", 2, "控制字符"),
        ("a: - b\n", 1, "短横线"),
        ("a: 1\nb: * c\n", 2, "加引号"),
        ("%BAD 1 2 3\n", 2, GENERAL),
    ],
)
def test_a_syntax_error_is_said_in_chinese_with_its_line(document, line, said):
    with pytest.raises(InvalidDocument) as refused:
        trees.read(document)
    [problem] = refused.value.problems
    text = problem_texts.with_line(problem)
    assert f"第 {line} 行" in text or f"第{line}行" in text, text
    assert said in text, text
    assert not re.search(r"[a-z]{3}", text), text
