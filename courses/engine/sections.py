"""Reading the parts of a document: each field by its kind, each problem with its line, as many as there are."""

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

from courses.engine import conditions, formulas, names
from courses.engine.amounts import Amount, Band, Bands, Cases, Either, Listed, Option, Plain, Table, Truth
from courses.engine.conditions import Condition
from courses.engine.errors import Problem
from courses.engine.formulas import Formula
from courses.engine.language import Period, Selector, Vocabulary
from courses.engine.names import Declared, Place
from courses.engine.trees import Tree

MAX_TEXT = 2000
_ID = re.compile(r"[\w-]{1,60}")
_PERIODS = ("act", "cycle_first", "cycle_last", "day")
_AMOUNT_KEYS = ("when", "table", "bands", "cases", "either", "list")


class Reader:
    """What is known while a document is read: its words, and the problems so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.declared = Declared(*(frozenset[str]() for _ in range(7)))
        self.vocabulary: Vocabulary | None = None
        self.checkers: dict[Place, Callable[[str], bool]] = {}
        self.conditional: dict[Place, Callable[[str], bool]] = {}

    def declare(self, declared: Declared, vocabulary: Vocabulary) -> None:
        self.declared, self.vocabulary = declared, vocabulary
        self.checkers = {place: names.checker(declared, place) for place in Place}
        self.conditional = {place: names.in_conditions(checker) for place, checker in self.checkers.items()}

    def problem(self, tree: Tree, code: str, **params: Any) -> None:
        self.problems.append(Problem(tree.line, tree.path, code, params))

    def section(self, tree: Tree, allowed: str, required: str = "") -> "Section":
        """A mapping with these fields (words in one text); what is missing, unknown or no mapping is a problem."""
        if not isinstance(tree.value, dict):
            self.problem(tree, "not_a_mapping")
            return Section(self, Tree({}, tree.line, tree.path))
        known = [*allowed.split(), *required.split()]
        for key, part in tree.value.items():
            if key not in known and part.value is None and key.endswith(")"):
                self.problem(part, "unquoted_formula", words=key)
            elif key not in known:
                near = difflib.get_close_matches(key, known, 1)
                self.problem(
                    part, "unknown_field", key=key, near=near[0] if near else "", known=" ".join(known)
                )
        for key in required.split():
            if key not in tree.value:
                self.problem(tree, "missing_field", key=key)
        return Section(self, tree)

    def formula(self, tree: Tree, place: Place) -> Formula:
        """A number, a day, true or false as they stand, or a formula as text."""
        value = tree.value
        if isinstance(value, str):
            try:
                return formulas.read(value, self.checkers[place])
            except formulas.FormulaRefused as refused:
                self._refused(tree, refused.code, refused.words, place)
                return formulas.constant(0)
        if isinstance(value, dict | list) or value is None:
            self.problem(tree, "not_a_formula")
            return formulas.constant(0)
        return formulas.constant(value)

    def condition(self, tree: Tree, place: Place) -> Condition:
        source = tree.value
        if isinstance(source, bool):
            source = "true" if source else "false"
        if not isinstance(source, str):
            self.problem(tree, "not_a_condition")
            source = "true"
        try:
            return conditions.read(source, self.conditional[place])
        except conditions.ConditionRefused as refused:
            self._refused(tree, refused.code, refused.words, place)
            return conditions.read("true", bool)

    def _refused(self, tree: Tree, code: str, words: str, place: Place) -> None:
        params: dict[str, Any] = {"words": words}
        if code == "unknown_name":
            every = sorted(names.at(self.declared, place))
            near = difflib.get_close_matches(words, every, 1)
            params["near"] = near[0] if near else ""
        self.problem(tree, code, **params)

    def amount(self, tree: Tree, place: Place) -> Amount:
        """An amount in any of its shapes (courses.engine.amounts)."""
        if isinstance(tree.value, list):
            return Listed(tuple(self.amount(each, place) for each in tree.value))
        if not isinstance(tree.value, dict):
            return Plain(self.formula(tree, place))
        shapes = [key for key in _AMOUNT_KEYS if key in tree.value]
        if len(shapes) != 1:
            self.problem(tree, "amount_shape", known=" ".join(_AMOUNT_KEYS))
            return Plain(formulas.constant(0))
        read: Callable[[Tree, Place], Amount] = getattr(self, f"_{shapes[0]}")
        return read(tree, place)

    def _when(self, tree: Tree, place: Place) -> Amount:
        return Truth(self.section(tree, "", "when").condition("when", place) or conditions.read("true", bool))

    def _list(self, tree: Tree, place: Place) -> Amount:
        return Listed(
            tuple(self.amount(each, place) for each in self.section(tree, "", "list").parts("list"))
        )

    def _table(self, tree: Tree, place: Place) -> Amount:
        section = self.section(tree, "else", "table rows")
        rows = {key: self.amount(part, place) for key, part in section.entries("rows")}
        return Table(self.formula(section.tree.value["table"], place), rows, section.amount("else", place))

    def _bands(self, tree: Tree, place: Place) -> Amount:
        section = self.section(tree, "else", "bands rows")
        rows = []
        for part in section.parts("rows"):
            row = self.section(part, "from above below to", "is")
            amount = row.amount("is", place) or Plain(formulas.constant(0))
            rows.append(
                Band(row.bound("from"), row.bound("above"), row.bound("below"), row.bound("to"), amount)
            )
        return Bands(
            self.formula(section.tree.value["bands"], place), tuple(rows), section.amount("else", place)
        )

    def _cases(self, tree: Tree, place: Place) -> Amount:
        section = self.section(tree, "else", "cases")
        rows = []
        for part in section.parts("cases"):
            row = self.section(part, "", "when is")
            condition, amount = row.condition("when", place), row.amount("is", place)
            if condition and amount:
                rows.append((condition, amount))
        return Cases(tuple(rows), section.amount("else", place))

    def _either(self, tree: Tree, place: Place) -> Amount:
        section = self.section(tree, "id", "either")
        options = []
        for part in section.parts("either"):
            row = self.section(part, "assume", "if is")
            amount, assumed = row.amount("is", place), row.text("assume")
            if assumed and assumed not in self.declared.assumptions:
                self.problem(part, "unknown_word", word=assumed, kind="assumptions", near="")
            if amount:
                options.append(Option(row.text("if"), assumed, amount))
        if len(options) < 2:
            self.problem(tree, "one_reading")
            options.append(Option("", "", Plain(formulas.constant(0))))
        return Either(section.text("id") or tree.path, tuple(options))


class Section:
    """A mapping of the document. A field that is not there gives nothing; one of the wrong kind is a problem."""

    def __init__(self, reader: Reader, tree: Tree) -> None:
        self.reader = reader
        self.tree = tree

    def part(self, name: str) -> Tree | None:
        found: Tree | None = self.tree.value.get(name)
        return found

    def text(self, name: str, *, most: int = MAX_TEXT) -> str:
        part = self.part(name)
        if part is None or part.value is None:
            return ""
        if isinstance(part.value, int | Fraction | dt.date) and not isinstance(part.value, bool):
            return str(part.value)
        if not isinstance(part.value, str) or len(part.value) > most:
            self.reader.problem(part, "not_a_text", most=most)
            return ""
        return part.value.strip()

    def id(self, name: str = "id") -> str:
        found = self.text(name)
        part = self.part(name)
        if part is not None and not _ID.fullmatch(found):
            self.reader.problem(part, "not_an_id")
        return found

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """One of these words; the first where nothing is said."""
        found = self.text(name)
        part = self.part(name)
        if part is not None and found not in choices:
            self.reader.problem(part, "not_a_choice", value=found, known=" ".join(choices))
            return choices[0]
        return found or choices[0]

    def flag(self, name: str, *, default: bool) -> bool:
        part = self.part(name)
        if part is None:
            return default
        if not isinstance(part.value, bool):
            self.reader.problem(part, "not_true_or_false")
            return default
        return part.value

    def whole(self, name: str, *, least: int, most: int) -> int | None:
        part = self.part(name)
        if part is None:
            return None
        if not isinstance(part.value, int) or isinstance(part.value, bool) or not least <= part.value <= most:
            self.reader.problem(part, "not_a_whole_number", least=least, most=most)
            return None
        return part.value

    def day(self, name: str) -> dt.date | None:
        part = self.part(name)
        if part is None or part.value is None:
            return None
        if not isinstance(part.value, dt.date):
            self.reader.problem(part, "not_a_day")
            return None
        return part.value

    def bound(self, name: str) -> Any:
        """A number or a day that bounds a band; None where there is none."""
        part = self.part(name)
        if part is None:
            return None
        if not isinstance(part.value, int | Fraction | dt.date) or isinstance(part.value, bool):
            self.reader.problem(part, "not_a_number_or_day")
            return None
        return part.value

    def parts(self, name: str) -> list[Tree]:
        part = self.part(name)
        if part is None:
            return []
        if not isinstance(part.value, list):
            self.reader.problem(part, "not_a_list")
            return []
        return part.value

    def entries(self, name: str) -> Iterator[tuple[str, Tree]]:
        part = self.part(name)
        if part is None:
            return
        if not isinstance(part.value, dict):
            self.reader.problem(part, "not_a_mapping")
            return
        yield from part.value.items()

    def words(self, name: str) -> tuple[str, ...]:
        """A text, or a list of texts."""
        part = self.part(name)
        if part is None:
            return ()
        given = part.value if isinstance(part.value, list) else [part]
        found = []
        for each in given:
            if isinstance(each.value, str | int) and not isinstance(each.value, bool):
                found.append(str(each.value))
            else:
                self.reader.problem(each, "not_a_text", most=MAX_TEXT)
        return tuple(found)

    def amount(self, name: str, place: Place) -> Amount | None:
        part = self.part(name)
        return self.reader.amount(part, place) if part is not None else None

    def condition(self, name: str, place: Place) -> Condition | None:
        part = self.part(name)
        return self.reader.condition(part, place) if part is not None else None

    def period(self, name: str, by: str) -> Period | None:
        part = self.part(name)
        if part is None:
            return None
        section = self.reader.section(part, "from to by")
        first, last = section.day("from"), section.day("to")
        if first and last and last < first:
            self.reader.problem(part, "ends_before_it_begins")
        return Period(first, last, section.choice("by", (by, *_PERIODS)))

    def selector(self, name: str, place: Place) -> Selector:
        part = self.part(name)
        if part is None or part.value in (None, "all"):
            return Selector()
        section = self.reader.section(part, "format category unit facts when not")
        facts = []
        for fact, value in section.entries("facts"):
            wanted = value.value if isinstance(value.value, list) else [value]
            if fact not in self.reader.declared.act:
                self.reader.problem(value, "unknown_name", words=f"fact.{fact}", near="")
            facts.append((fact, frozenset(each.value for each in wanted if each.kind == "value")))
        return Selector(
            formats=section._vocabulary("format", "formats"),
            categories=section._vocabulary("category", "categories"),
            units=section._vocabulary("unit", "units"),
            facts=tuple(facts),
            when=section.condition("when", place),
            excepted=section.selector("not", place) if section.part("not") else None,
        )

    def _vocabulary(self, name: str, kind: str) -> frozenset[str] | None:
        part = self.part(name)
        if part is None:
            return None
        words = frozenset(self.words(name))
        known = getattr(self.reader.vocabulary, kind)
        for word in sorted(words - set(known)):
            near = difflib.get_close_matches(word, list(known), 1)
            self.reader.problem(part, "unknown_word", word=word, kind=kind, near=near[0] if near else "")
        return words
