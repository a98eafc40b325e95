"""YAML read into trees whose every part knows its line, with YAML's traps left out.

Numbers keep their digits (exact), days are days, and everything else is text, true, false or nothing: no yes and no,
no base sixty, no anchors, no tags, no key twice.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from courses.engine import numbers
from courses.engine.errors import InvalidDocument, Problem

MAX_CHARACTERS = 200_000
MAX_DEPTH = 40
MAX_PARTS = 20_000


@dataclass(slots=True)
class Tree:
    """A part of a document: a mapping (dict), a list, or a plain value, with its line and the path that leads to it."""

    value: Any  # dict[str, Tree] | list[Tree] | int | Fraction | bool | str | dt.date | None
    line: int
    path: str

    @property
    def kind(self) -> str:
        if isinstance(self.value, dict):
            return "mapping"
        if isinstance(self.value, list):
            return "list"
        return "value"

    def plain(self) -> Any:
        """The part without lines: dictionaries, lists and values."""
        if isinstance(self.value, dict):
            return {key: each.plain() for key, each in self.value.items()}
        if isinstance(self.value, list):
            return [each.plain() for each in self.value]
        return self.value


class _Loader(yaml.SafeLoader):
    """Only the scalars that the module's opening names."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?\d{1,40}", "-+0123456789"),
    ("float", r"[-+]?\d{1,40}\.\d{1,40}", "-+0123456789"),
    ("timestamp", r"\d{4}-\d{2}-\d{2}", "0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def read(text: str) -> Tree:
    """The document as a tree. Raises InvalidDocument for what is no YAML, or more of it than a regulation needs."""
    if len(text) > MAX_CHARACTERS:
        raise InvalidDocument([Problem(1, "", "document_too_long", {"most": MAX_CHARACTERS})])
    try:
        _refuse_references(text)
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise InvalidDocument([Problem(1, "", "document_empty")])
        return _Builder().build(node, "", 0)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InvalidDocument([Problem(line, "", "yaml", {"about": error.reason})]) from error
    except yaml.YAMLError as error:
        line = _line_of(error)
        opened = _quote_opened(text, line)
        if opened != line:
            about = {"about": "found unexpected end of stream"}
            raise InvalidDocument([Problem(opened, "", "yaml", about)]) from error
        raise InvalidDocument(
            [Problem(line, "", "yaml", {"about": getattr(error, "problem", None) or ""})]
        ) from error
    except RecursionError as error:
        raise InvalidDocument([Problem(1, "", "document_too_deep", {"most": MAX_DEPTH})]) from error


# Of what was begun and not ended, the line where it was begun is the one to mend.
_BEGUN = ("while scanning a simple key", "while scanning a quoted scalar")


def _line_of(error: yaml.YAMLError) -> int:
    is_begun = getattr(error, "context", None) in _BEGUN
    mark = (is_begun and getattr(error, "context_mark", None)) or getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else 1


def _quote_opened(text: str, line: int) -> int:
    """Where the quotation mark was opened that another one, lines below, closed against its writer's mind.

    From there on all quotation marks are turned round, so that the reader stumbles only at the end of such a text:
    whoever looks for his slip finds it where the first of them begins. The line itself where there is none.
    """
    opened: dict[int, int] = {}
    try:
        for token in yaml.scan(text, Loader=_Loader):
            if isinstance(token, yaml.ScalarToken) and token.style in {"'", '"'}:
                opened.setdefault(token.end_mark.line + 1, token.start_mark.line + 1)
    except yaml.YAMLError:
        pass
    while opened.get(line, line) < line:
        line = opened[line]
    return line


def _refuse_references(text: str) -> None:
    """Anchors and aliases let a small text grow without bound; tags name other types; depth makes the parser slow."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            mark = event.start_mark
            line = mark.line + 1 if mark else 1
            raise InvalidDocument([Problem(line, "", "document_too_deep", {"most": MAX_DEPTH})])
        refused = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
        if refused or (getattr(event, "tag", None) or "!").lstrip("!"):
            mark = event.start_mark
            raise InvalidDocument([Problem(mark.line + 1 if mark else 1, "", "yaml_reference")])


class _Builder:
    def __init__(self) -> None:
        self.parts = 0

    def build(self, node: yaml.Node, path: str, depth: int) -> Tree:
        line = node.start_mark.line + 1
        self.parts += 1
        if depth > MAX_DEPTH:
            raise InvalidDocument([Problem(line, path, "document_too_deep", {"most": MAX_DEPTH})])
        if self.parts > MAX_PARTS:
            raise InvalidDocument([Problem(line, path, "document_too_long", {"most": MAX_PARTS})])
        if isinstance(node, yaml.MappingNode):
            return Tree(dict(self._pairs(node, path, depth)), line, path)
        if isinstance(node, yaml.SequenceNode):
            parts = [self.build(each, f"{path}[{place}]", depth + 1) for place, each in enumerate(node.value)]
            return Tree(parts, line, path)
        return Tree(_scalar(node, line, path), line, path)

    def _pairs(self, node: yaml.MappingNode, path: str, depth: int) -> Iterator[tuple[str, Tree]]:
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise InvalidDocument([Problem(line, path, "key_not_text")])
            if key.value in seen:
                raise InvalidDocument([Problem(line, path, "key_twice", {"key": key.value})])
            seen.add(key.value)
            yield key.value, self.build(value, f"{path}.{key.value}" if path else key.value, depth + 1)


def _scalar(node: yaml.Node, line: int, path: str) -> Any:
    kind, text = node.tag.rsplit(":", 1)[-1], node.value
    if kind in {"int", "float"}:
        found = numbers.from_text(text)
        if numbers.is_too_large(found):
            raise InvalidDocument([Problem(line, path, "number_too_large")])
        return found
    if kind == "timestamp":
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise InvalidDocument([Problem(line, path, "no_day", {"value": text})]) from None
    return {"bool": text == "true", "null": None}.get(kind, text) if kind in {"bool", "null"} else text
