"""The lines whose citations were labelled by hand, and how well a reader of citations agrees with them.

Half are lines in the manner of lectures, kept here; half are lines of the interpretations, which are referred to by
file, line and digest and read where the data are. Every second line is held out: rules are made with the others.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from search import citations, statute_text
from search.analysis import normalise

GOLD = Path(__file__).parent / "gold"
TITLES = {
    "qq": "侵权责任编的解释（一）",
    "ht": "合同编通则若干问题的解释",
    "hj1": "婚姻家庭编的解释（一）",
    "hj2": "婚姻家庭编的解释（二）",
    "zz": "总则编若干问题的解释",
    "sj": "时间效力的若干规定",
    "db": "有关担保制度的解释",
    "wq": "物权编的解释（一）",
    "jc": "继承编的解释（一）",
}
KEYS = {"cc": citations.CIVIL_CODE, "-": ""}
_ARTICLE_HEAD = re.compile(r"^第[^\s　]{1,10}条[\s　]+")

Label = tuple[str, int, int | None, int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A line, what it cites, and what may be reported of it without being right or wrong."""

    source: str
    text: str
    context: str | None
    own: str | None
    expected: tuple[Label, ...]
    allowed: tuple[Label, ...]
    is_held_out: bool


@dataclass(slots=True)
class Agreement:
    """Counts of what is found rightly, wrongly and not at all, with the lines that disagree."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    lines: int = 0
    disagreements: list[str] | None = None

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


def names() -> dict[str, str]:
    """Every known name: the Code's, and the nine interpretations' as their import makes them."""
    found = dict(citations.KNOWN_NAMES)
    for key, title in TITLES.items():
        full = f"最高人民法院关于适用《中华人民共和国民法典》{title}"
        found |= {normalise(name).text: key for name in statute_text.names_of(full)}
    return found


def lines(law: Path | None) -> list[Line]:
    """The labelled lines; those of the interpretations where their folder is given."""
    found = list(_lectures())
    if law is not None:
        found += _interpretations(law)
    return found


def agreement(over: Iterable[Line]) -> Agreement:
    """How well the citations that are found agree with the labels."""
    known = names()
    result = Agreement(disagreements=[])
    for line in over:
        result.lines += 1
        found = Counter(
            (each.statute or each.name, each.article, each.paragraph, each.item)
            for each in citations.find(line.text, context=line.context, names=known, own=line.own)
        )
        expected = Counter(line.expected)
        missed, wrong = expected - found, found - expected - Counter(line.allowed)
        result.right += (expected & found).total()
        result.missed += missed.total()
        result.wrong += wrong.total()
        if missed or wrong:
            assert result.disagreements is not None
            result.disagreements.append(
                f"{line.source} {line.text}: missed {list(missed)}, wrong {list(wrong)}"
            )
    return result


def _lectures() -> Iterator[Line]:
    rows = (GOLD / "lectures.tsv").read_text(encoding="utf-8").splitlines()
    for place, row in enumerate(rows, start=1):
        if row.startswith("#"):
            continue
        context, text, labels = row.split("\t")
        expected, allowed = _labels(labels)
        yield Line(
            f"lectures:{place}", text, KEYS.get(context) or None, None, expected, allowed, place % 2 == 0
        )


def _interpretations(law: Path) -> Iterator[Line]:
    files = {
        key: next(path for path in (law / "interpretations").glob("*.md") if f"》{title}" in path.name)
        for key, title in TITLES.items()
    }
    texts = {key: path.read_text(encoding="utf-8").splitlines() for key, path in files.items()}
    rows = (GOLD / "interpretations.tsv").read_text(encoding="utf-8").splitlines()
    for place, row in enumerate(rows):
        if row.startswith("#"):
            continue
        key, number, digest, labels = row.split("\t")
        text = texts[key][int(number) - 1]
        if digest != digest_of(text):
            raise ValueError(f"{key}:{number} is not the line that was labelled")
        expected, allowed = _labels(labels)
        words = _ARTICLE_HEAD.sub("", text)
        yield Line(f"{key}:{number}", words, None, key, expected, allowed, place % 2 == 0)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:8]


def _labels(written: str) -> tuple[tuple[Label, ...], tuple[Label, ...]]:
    expected: list[Label] = []
    allowed: list[Label] = []
    for label in written.split():
        if label == "-":
            continue
        key, article, *parts = label.removeprefix("?").split(":")
        first, _dots, last = article.partition("..")
        paragraph, item = (int(part) if part else None for part in (*parts, "", "")[:2])
        for number in range(int(first), int(last or first) + 1):
            (allowed if label.startswith("?") else expected).append(
                (KEYS.get(key, key), number, paragraph, item)
            )
    return tuple(expected), tuple(allowed)
