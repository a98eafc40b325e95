"""A concordance is read here: a CSV table that says which articles of the present law follow one of a repealed law.

Columns, named in the first line: 原法律 (repealed law), 原条 (its article), 新法律 (successor), 新条 (its articles,
several apart by 、 or a semicolon; empty where nothing follows) and 说明 (a note, which may be left out). Articles are
written 52 or 第五十二条. Pure.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search import numerals

MAX_CHARACTERS, MAX_ROWS, MOST_SUCCESSORS = 2_000_000, 20_000, 60
LONGEST_NOTE = 200
_COLUMNS = {
    "原法律": "law",
    "原条": "article",
    "新法律": "successor",
    "新条": "articles",
    "说明": "note",
    "law": "law",
    "article": "article",
    "successor": "successor",
    "successor_articles": "articles",
    "note": "note",
}
_NEEDED = {"law", "article", "successor", "articles"}
_ARTICLE = re.compile(rf"第?\s*([0-9]{{1,4}}|[{numerals.NUMERAL}]{{1,10}})\s*条?")
_BETWEEN = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a line cannot be read; `words` are those that it is about."""

    line: int
    code: str
    words: str = ""


class UnreadableConcordance(Exception):
    """The file is no concordance; `problems` say where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Row:
    """That an article of a repealed law is followed by one of another; by none where `successor_article` is None."""

    law: str
    article: int
    successor: str
    successor_article: int | None
    note: str = ""


def read(text: str) -> tuple[Row, ...]:
    """The rows, each once, in order. Raises UnreadableConcordance with every problem found."""
    if len(text) > MAX_CHARACTERS:
        raise UnreadableConcordance([Problem(0, "too_long")])
    lines = csv.reader(text.removeprefix("\ufeff").splitlines())
    head = next(lines, [])
    columns = [_COLUMNS.get(name.strip().lower(), "") for name in head]
    if _NEEDED - set(columns):
        raise UnreadableConcordance([Problem(1, "no_columns")])
    rows: dict[tuple[str, int, str, int | None], Row] = {}
    problems: list[Problem] = []
    for number, cells in enumerate(lines, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        facts = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
        try:
            for row in _rows(facts, number):
                rows.setdefault((row.law, row.article, row.successor, row.successor_article), row)
        except UnreadableConcordance as unreadable:
            problems += unreadable.problems
        if len(rows) > MAX_ROWS:
            problems.append(Problem(number, "too_long"))
            break
    if not rows and not problems:
        problems.append(Problem(1, "no_rows"))
    if problems:
        raise UnreadableConcordance(problems)
    return tuple(rows[key] for key in sorted(rows, key=lambda key: (*key[:3], key[3] or 0)))


def _rows(facts: dict[str, str], line: int) -> Iterator[Row]:
    law, successor = (_name(facts.get(column, "")) for column in ("law", "successor"))
    note = facts.get("note", "")
    if not law or not successor:
        raise UnreadableConcordance([Problem(line, "no_law")])
    if len(note) > LONGEST_NOTE:
        raise UnreadableConcordance([Problem(line, "long_note", note)])
    article = _number(facts.get("article", ""), line)
    given = [each for each in _BETWEEN.split(facts.get("articles", "")) if each]
    if len(given) > MOST_SUCCESSORS:
        raise UnreadableConcordance([Problem(line, "many_successors")])
    if not given:
        yield Row(law, article, successor, None, note)
    for each in given:
        yield Row(law, article, successor, _number(each, line), note)


def _name(cell: str) -> str:
    return cell.strip("《》 ").removeprefix("原").removeprefix("中华人民共和国")


def _number(cell: str, line: int) -> int:
    match = _ARTICLE.fullmatch(cell.strip())
    number = numerals.parse(match[1]) if match else None
    if not number or number > 9999:
        raise UnreadableConcordance([Problem(line, "bad_article", cell)])
    return number
