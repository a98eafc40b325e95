"""The examples that come with the product reproduce every worked case of the acceptance material."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from courses import examples
from courses.engine import case_files, cases, documents

IDS = examples.ids()


def test_there_are_fourteen_examples_and_each_is_valid():
    assert len(IDS) == 14
    for example in IDS:
        assert documents.parse(examples.text(example)).id == example


@pytest.mark.parametrize("example", IDS)
def test_every_worked_case_is_reproduced(shared_data: Path, example: str):
    regulation = documents.parse(examples.text(example))
    worked = case_files.read((shared_data / "regulations" / f"{example}.yaml").read_text(encoding="utf-8"))
    assert worked
    for case in worked:
        verdict = cases.judge(regulation, case)
        assert verdict.judged, case.id
        assert not verdict.differences, f"{case.id}: {verdict.differences}"


def test_an_answer_is_never_an_input(shared_data: Path):
    for example in IDS:
        text = (shared_data / "regulations" / f"{example}.yaml").read_text(encoding="utf-8")
        kept = [case.situation for case in case_files.read(text)]
        without = [line for line in text.splitlines() if line.strip()]
        emptied = _without_answers("\n".join(without))
        assert [case.situation for case in case_files.read(emptied)] == kept


def _without_answers(text: str) -> str:
    lines, depth = [], None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if depth is not None and indent > depth:
            continue
        depth = None
        if line.strip().startswith("answer:"):
            depth = indent
            continue
        lines.append(line)
    return "\n".join(lines)


def test_the_command_prints_a_line_a_case_and_a_summary(shared_data: Path, capsys):
    call_command("regulation", "evaluate", "hk-cpd", str(shared_data / "regulations" / "hk-cpd.yaml"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 7
    assert lines[0] == "HK-1 agreed (strict)"
    assert lines[-1] == "6 agreed, 0 differed, 0 not judged"


def test_the_command_fails_on_a_difference_and_says_which(tmp_path: Path, capsys):
    file = tmp_path / "cases.yaml"
    file.write_text(
        """
cases:
  - id: ONE
    day: 2014-12-31
    cycle: [2014-01-01, 2014-12-31]
    person: {}
    acts: [{id: a, day: 2014-05-05, format: online, quantity: 20, unit: credit}]
    answer: {total: 21, acts: {a: {credit: 20}}}
  - {id: TWO, day: 2014-12-31, acts: [{id: a, day: 2014-05-05, format: dancing, quantity: 20, unit: credit}]}
  - {id: THREE, day: 2014-12-31, person: {}, acts: []}
""",
        encoding="utf-8",
    )
    with pytest.raises(CommandError, match="2 of 3 cases differed"):
        call_command("regulation", "evaluate", "cn-shandong-online-2013", str(file))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ONE differed (no status): total: 20 instead of 21"
    assert "unknown_word: format 'dancing'" in lines[1]
    assert lines[2] == "THREE not judged (no status)"
    assert lines[3] == "0 agreed, 2 differed, 1 not judged"


def test_the_command_checks_a_document_and_names_the_lines(tmp_path: Path, capsys):
    call_command("regulation", "check", "us-tx")
    assert capsys.readouterr().out.startswith("us-tx: ")
    file = tmp_path / "r.yaml"
    file.write_text(examples.text("us-tx").replace("per: 60", "pre: 60"), encoding="utf-8")
    with pytest.raises(
        CommandError, match=r"第 \d+ 行（conversions\[0\].pre）：此处没有“pre”这一项。是不是“per”？"
    ):
        call_command("regulation", "check", str(file))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("regulation", "check", str(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    "text", ["", "cases: 3", "cases: [1]", "- a", "cases: [{id: x}]", "cases: [{day: 1}]"]
)
def test_a_text_that_holds_no_cases_is_refused(tmp_path: Path, text: str):
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("regulation", "evaluate", "us-tx", str(file))


_CASE = "{id: A, day: 2014-12-31, person: {}, acts: [%s]}"
_ACT = "{id: a, day: 2014-05-05, format: online, quantity: %s, unit: credit}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("cases: []", "第 1 行（cases）：文件中没有案例清单，或者清单是空的。"),
        ("cases: [\n" + _CASE % "" + ",\n" + _CASE % "" + "]", "第 3 行（cases[1]）：标识“A”已用在第 2 行。"),
        (
            "cases: [" + _CASE % (_ACT % 1 + ",\n" + _ACT % 2) + "]",
            "第 2 行（cases[0].acts[1]）：标识“a”已用在第 1 行。",
        ),
        ("cases: [" + _CASE % (_ACT % ".nan") + "]", "第 1 行（cases[0].acts[0].quantity）：此处应为数字。"),
        ("cases: [{id: A}]", "第 1 行（cases[0]）：缺少“day”。"),
        ("cases: [{id: A, day: 2014-12-31, cycle: [2014-01-01]}]", "此处应为两个日期：起始日和截止日。"),
    ],
)
def test_a_case_file_that_would_hide_something_is_refused_in_a_sentence_with_its_line(
    tmp_path: Path, text: str, sentence: str
):
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError) as refused:
        call_command("regulation", "evaluate", "cn-shandong-online-2013", str(file))
    assert sentence in str(refused.value)
    assert "Error(" not in str(refused.value)


def test_an_answer_that_the_schema_does_not_know_is_a_difference(tmp_path: Path, capsys):
    file = tmp_path / "cases.yaml"
    file.write_text("cases: [{id: A, day: 2014-12-31, person: {}, answer: {totl: 0}}]", encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("regulation", "evaluate", "cn-shandong-online-2013", str(file))
    assert "no answer is called totl" in capsys.readouterr().out
