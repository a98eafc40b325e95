"""Alternatives: the same document with some fields of its rules set otherwise, and some rules left out."""

from collections.abc import Iterator
from copy import deepcopy

from courses.engine.sections import Reader
from courses.engine.trees import Tree

# An alternative has none of its own, and what it gives is asked by the document's outcomes.
_LEFT_OUT = ("alternatives", "outcomes")


def changed(reader: Reader, document: Tree, part: Tree) -> Tree:
    """The document as an alternative has it: {set: {rule id: {field: value}}, without: [rule ids]}."""
    section = reader.section(part, "set without")
    tree = deepcopy(document)
    rules = {rule.value["id"].value: (rule, rows) for rule, rows in _rules(tree)}
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


def _rules(tree: Tree) -> Iterator[tuple[Tree, list[Tree]]]:
    """Every rule of the document that has an id, with the list that it stands in."""
    for part in tree.value.values():
        rows = part.value if isinstance(part.value, list) else []
        for rule in rows:
            if isinstance(rule.value, dict) and "id" in rule.value:
                yield rule, rows
