"""Alternatives: the same document with some fields of its rules set otherwise, and some rules left out."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from courses.engine.sections import Reader
from courses.engine.trees import Tree

# An alternative has none of its own, and what it gives is asked by the document's outcomes.
_LEFT_OUT = ("alternatives", "outcomes")
# What an act's credit before limits comes from.
_ACT_SECTIONS = (
    "vocabulary", "assumptions", "tests", "cycle", "values", "repeats", "conversions", "recognition", "windows",
)  # fmt: skip


def changed(reader: Reader, document: Tree, part: Tree) -> Tree:
    """The document as an alternative has it: {set: {rule id: {field: value}}, without: [rule ids]}."""
    section = reader.section(part, "set without")
    tree = deepcopy(document)
    rules = _named(tree)
    for rule_id, fields in section.entries("set"):
        if rule_id not in rules or not isinstance(fields.value, dict):
            reader.problem(fields, "unknown_rule", id=rule_id)
        else:
            rules[rule_id][0].value.update(fields.value)
    for rule_id in section.words("without"):
        if rule_id not in rules:
            reader.problem(part, "unknown_rule", id=rule_id)
        else:
            rule, rows = rules[rule_id]
            rows.remove(rule)
    for key in _LEFT_OUT:
        tree.value.pop(key, None)
    return tree


def keeps_acts(document: Tree, changed: Tree) -> bool:
    """Whether every act comes to the same credit before limits in both."""
    return all(_plain(document, name) == _plain(changed, name) for name in _ACT_SECTIONS)


def _plain(document: Tree, section: str) -> Any:
    part = document.value.get(section)
    return part.plain() if part is not None else None


def _named(tree: Tree) -> dict[str, tuple[Tree, list[Tree]]]:
    """Every rule with the list that it stands in, by its id where no other section has it too, and by SECTION.ID."""
    found: dict[str, tuple[Tree, list[Tree]]] = {}
    twice = set()
    for section, rule, rows in _rules(tree):
        name = str(rule.value["id"].value)
        if name in found:
            twice.add(name)
        found[name] = found[f"{section}.{name}"] = (rule, rows)
    return {name: place for name, place in found.items() if name not in twice}


def _rules(tree: Tree) -> Iterator[tuple[str, Tree, list[Tree]]]:
    """Every rule of the document that has an id, with its section and the list that it stands in."""
    for section, part in tree.value.items():
        rows = part.value if isinstance(part.value, list) else []
        for rule in rows:
            if isinstance(rule.value, dict) and "id" in rule.value:
                yield section, rule, rows
