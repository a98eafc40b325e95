"""Notes as Markdown, to keep or to print. Pure: what they say stays what they say, whatever characters they hold."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# What would begin a heading, a list, a quotation or a rule, or start a link, code or HTML.
_MARKS = re.compile(r"([\\`*_\[\]<>#|~])")
_AT_START = re.compile(r"^(\s*)([-+=>]|\d+[.)])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Line:
    """One note: the second it is bound to as people read it, an address that leads there, and its words."""

    place: str
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """A lecture's notes, in order, under the course that holds it."""

    course: str
    lecture: str
    lines: list[Line]


def as_markdown(title: str, sections: Iterable[Section]) -> str:
    """A document of headings for courses and lectures, and an item for each note."""
    parts = [f"# {escape(title)}\n"]
    course = None
    for section in sections:
        if section.course and section.course != course:
            parts.append(f"## {escape(section.course)}\n")
        course = section.course
        parts.append(f"### {escape(section.lecture)}\n")
        for line in section.lines:
            words = "\n  ".join(escape(line.text).split("\n"))
            parts.append(f"- [{line.place}]({line.url})\n\n  {words}\n")
    return "\n".join(parts)


def escape(text: str) -> str:
    """The text so that Markdown shows it as it was written."""
    marked = _MARKS.sub(r"\\\1", text)
    return _AT_START.sub(lambda found: f"{found[1]}{_escaped(found[2])}", marked)


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return re.sub(r"\\([^\w\s]|_)", r"\1", text)


def _escaped(mark: str) -> str:
    return f"{mark[:-1]}\\{mark[-1]}"
