"""A regulation's document read into a Regulation, or refused with every problem and its line.

docs/regulations.md is the reference of the language; the order of the functions here is that of a document.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from courses.engine import alternatives, formulas, language, trees, vocabularies
from courses.engine.amounts import Plain
from courses.engine.errors import InvalidDocument
from courses.engine.language import Head, Period, Regulation, Selector, Vocabulary
from courses.engine.names import Declared, Place
from courses.engine.numbers import LARGEST
from courses.engine.sections import Reader, Section
from courses.engine.trees import Tree

LANGUAGE = 1
_HEAD = "id article says in_force assumes"
_TOP = (
    "about issuer sources vocabulary assumptions tests cycle values repeats recognition windows limits counters carry"
    " requirement minima obligations outcomes alternatives make_up round_total verification notes in_force conversions"
    " decided_by"
)
_NOTHING = Plain(formulas.constant(0))
_NO = Plain(formulas.constant(False))

T = TypeVar("T")


def parse(text: str) -> Regulation:
    """The regulation that a document writes down. Raises InvalidDocument with all problems, by line."""
    tree = trees.read(text)
    regulation = _Document(tree).read()
    digest = hashlib.sha256(text.encode()).hexdigest()
    return replace(regulation, digest=digest)


class _Document:
    def __init__(self, tree: Tree, *, is_alternative: bool = False) -> None:
        self.reader = Reader()
        self.tree = tree
        self.is_alternative = is_alternative
        self.ids: dict[tuple[str, str], int] = {}  # of a section, with their lines

    def read(self) -> Regulation:
        top = self.reader.section(self.tree, _TOP, "language id title unit")
        version = top.whole("language", least=1, most=1000)
        if version is not None and version != LANGUAGE:
            self.reader.problem(top.tree, "language_version", known=LANGUAGE)
        vocabulary = vocabularies.read(self.reader, top)
        self._declare(top, vocabulary)
        regulation = self._regulation(top, vocabulary)
        self._check(regulation)
        if not self.is_alternative and not self.reader.problems:
            regulation = replace(regulation, alternatives=dict(self._alternatives(top)))
        if self.reader.problems:
            raise InvalidDocument(self.reader.problems)
        return regulation

    # --- Words ----------------------------------------------------------------------------------------

    def _declare(self, top: Section, vocabulary: Vocabulary) -> None:
        keys = {
            name: frozenset(key for key, _part in top.entries(name))
            for name in ("values", "tests", "counters", "alternatives", "assumptions")
        }
        if self.is_alternative:
            keys["alternatives"] = frozenset()
        self.reader.declare(
            Declared(frozenset(vocabulary.person), frozenset(vocabulary.act), *keys.values()), vocabulary
        )

    # --- Rules ----------------------------------------------------------------------------------------

    def _head(self, section: Section, *, by: str, id_: str = "") -> Head:
        """What every rule has. `by` is the day that its `in_force` asks where it does not say."""
        own = section.id() or id_
        key = (section.tree.path.partition("[")[0], own)
        if key in self.ids:
            self.reader.problem(section.tree, "id_twice", id=own, line=self.ids[key])
        elif own:
            self.ids[key] = section.tree.line
        for name in section.words("assumes"):
            if name not in self.reader.declared.assumptions:
                self.reader.problem(section.tree, "unknown_word", word=name, kind="assumptions", near="")
        return Head(
            id=own,
            article=section.text("article"),
            says=section.text("says"),
            period=section.period("in_force", by),
            assumes=section.words("assumes"),
            line=section.tree.line,
        )

    def _rules(
        self, top: Section, name: str, fields: str, required: str, make: Callable[[Section], T]
    ) -> tuple[T, ...]:
        return tuple(
            make(self.reader.section(part, f"{_HEAD} {fields}", f"id {required}".strip()))
            for part in top.parts(name)
        )

    def _regulation(self, top: Section, vocabulary: Vocabulary) -> Regulation:
        return Regulation(
            id=top.id(),
            title=top.text("title"),
            issuer=top.text("issuer"),
            unit=top.text("unit", most=60),
            about=top.text("about", most=20_000),
            in_force=top.period("in_force", "day") or Period(None, None, "day"),
            sources=tuple(self._sources(top)),
            vocabulary=vocabulary,
            assumptions=dict(self._assumptions(top)),
            tests={name: self.reader.condition(part, Place.TEST) for name, part in top.entries("tests")},
            cycle=self._rules(top, "cycle", "when first first_months", "anchor months", self._cycle),
            values={name: self.reader.amount(part, Place.PERSON) for name, part in top.entries("values")},
            repeats=tuple(self._repeats(top)),
            conversions=self._rules(
                top, "conversions", "of credit per round at_least together", "", self._conversion
            ),
            recognition=self._rules(top, "recognition", "of otherwise", "must", self._recognition),
            windows=self._rules(top, "windows", "of from to never", "", self._window),
            limits=self._rules(top, "limits", "of per keep prefer", "most", self._limit),
            counters=dict(self._counters(top)),
            carry=self._carry(top),
            requirement=self._rules(top, "requirement", "when kind", "credit", self._requirement),
            minima=self._rules(top, "minima", "when", "counter needed", self._minimum),
            obligations=self._rules(top, "obligations", "when due blocks", "title met", self._obligation),
            outcomes=tuple(self._outcomes(top)),
            make_up=self._rules(top, "make_up", "of counts", "until", self._make_up),
            round_total=self._rounding(top, "round_total"),
            verification=self._verification(top),
            decided_by=dict(self._decided_by(top)),
            notes=self._rules(top, "notes", "", "", lambda section: self._head(section, by="day")),
        )

    def _sources(self, top: Section) -> Iterator[dict[str, str]]:
        for part in top.parts("sources"):
            section = self.reader.section(part, "title url note date")
            yield {
                name: section.text(name) for name in ("title", "url", "note", "date") if section.part(name)
            }

    def _assumptions(self, top: Section) -> Iterator[tuple[str, language.Assumption]]:
        for name, part in top.entries("assumptions"):
            if isinstance(part.value, str):
                yield name, language.Assumption(name, part.value, is_decided=True)
                continue
            section = self.reader.section(part, "decided", "says")
            decided = section.flag("decided", default=True)
            yield name, language.Assumption(name, section.text("says"), is_decided=decided)

    def _cycle(self, section: Section) -> language.CycleRule:
        months = section.whole("months", least=1, most=240) or 12
        return language.CycleRule(
            head=self._head(section, by="day"),
            when=section.condition("when", Place.CYCLE_RULE),
            anchor=section.amount("anchor", Place.CYCLE_RULE) or _NOTHING,
            months=months,
            first=section.amount("first", Place.CYCLE_RULE),
            first_months=section.whole("first_months", least=1, most=240) or months,
        )

    def _repeats(self, top: Section) -> Iterator[language.Repeats]:
        for part in top.parts("repeats"):
            section = self.reader.section(part, "of within", "same")
            self._check_names(section, "same")
            within = section.choice("within", ("all", "cycle"))
            yield language.Repeats(
                section.selector("of", Place.TEST), section.words("same"), within == "cycle"
            )

    def _check_names(self, section: Section, name: str) -> None:
        known = self.reader.checkers[Place.TEST]
        part = section.part(name)
        for word in section.words(name):
            if part is not None and not known(word):
                self.reader.problem(part, "unknown_name", words=word, near="")

    def _conversion(self, section: Section) -> language.Conversion:
        per, credit = section.part("per"), section.amount("credit", Place.ACT)
        if (per is None) is (credit is None):
            self.reader.problem(section.tree, "credit_or_per")
        if per is not None:
            unit = self.reader.formula(per, Place.ACT)
            credit = Plain(
                formulas.Formula(
                    f"quantity / ({unit.source})",
                    lambda scope: formulas.bounded(
                        formulas.divided(formulas.number(scope["quantity"]), formulas.number(unit.run(scope)))
                    ),
                    unit.names | {"quantity"},
                )
            )
        step, how = self._rounding(section, "round") or (None, "")
        self._check_names(section, "together")
        return language.Conversion(
            head=self._head(section, by="act"),
            of=section.selector("of", Place.ACT),
            credit=credit or _NOTHING,
            step=step,
            rounding=how,
            at_least=section.amount("at_least", Place.ACT),
            together=section.words("together"),
        )

    def _rounding(self, section: Section, name: str) -> tuple[Any, str] | None:
        part = section.part(name)
        if part is None:
            return None
        about = self.reader.section(part, "", "to how")
        step = about.bound("to")
        if isinstance(step, bool) or not isinstance(step, int | formulas.Fraction) or not 0 < step <= LARGEST:
            self.reader.problem(part, "not_a_step")
            step = 1
        return step, about.choice("how", ("down", "up", "nearest"))

    def _recognition(self, section: Section) -> language.Recognition:
        part = section.part("must")
        return language.Recognition(
            head=self._head(section, by="act"),
            of=section.selector("of", Place.ACT),
            must=self.reader.condition(part or Tree("true", section.tree.line, section.tree.path), Place.ACT),
            otherwise=section.amount("otherwise", Place.RECOGNISED),
        )

    def _window(self, section: Section) -> language.Window:
        first, last = section.amount("from", Place.PERSON), section.amount("to", Place.PERSON)
        never = section.flag("never", default=False)
        if not never and first is None and last is None:
            self.reader.problem(section.tree, "window_without_days")
        return language.Window(
            head=self._head(section, by="act"),
            of=section.selector("of", Place.ACT),
            first=first,
            last=last,
            never=never,
        )

    def _limit(self, section: Section) -> language.Limit:
        per = section.part("per")
        same: tuple[str, ...] = ()
        if per is not None and isinstance(per.value, dict):
            grouped = self.reader.section(per, "", "same")
            self._check_names(grouped, "same")
            kind, same = "same", grouped.words("same")
        else:
            kind = section.choice("per", ("cycle", "act", "day", "month", "year"))
        place = Place.RECOGNISED if kind == "act" else Place.LIMIT
        return language.Limit(
            head=self._head(section, by="cycle_first" if kind != "act" else "act"),
            of=section.selector("of", Place.ACT),
            most=section.amount("most", place) or _NOTHING,
            per=kind,
            same=same,
            keep=section.choice("keep", ("earliest", "latest", "largest", "smallest")),
            prefer=tuple(self._prefer(section)),
        )

    def _prefer(self, section: Section) -> Iterator[Selector]:
        for part in section.parts("prefer"):
            yield Section(self.reader, Tree({"of": part}, part.line, part.path)).selector("of", Place.ACT)

    def _counters(self, top: Section) -> Iterator[tuple[str, language.Counter]]:
        for name, part in top.entries("counters"):
            section = self.reader.section(part, "label of measure over carried plus")
            yield (
                name,
                language.Counter(
                    name=name,
                    label=section.text("label") or name,
                    of=section.selector("of", Place.ACT),
                    measure=section.choice("measure", ("credit", "raw", "quantity", "acts")),
                    over_all=section.choice("over", ("counted", "all")) == "all",
                    carried=section.flag("carried", default=True),
                    plus=tuple(self._plus(section)),
                ),
            )

    def _plus(self, section: Section) -> Iterator[language.CounterPart]:
        for part in section.parts("plus"):
            about = self.reader.section(part, "most", "of")
            yield language.CounterPart(about.selector("of", Place.ACT), about.amount("most", Place.COUNTER))

    def _carry(self, top: Section) -> language.Carry | None:
        part = top.part("carry")
        if part is None or part.value in (None, "none"):
            return None
        section = self.reader.section(part, f"{_HEAD} most of cycles used out", "id")
        categories = {}
        for name, each in section.entries("of"):
            about = self.reader.section(each, "most as")
            becomes = about.text("as")
            if becomes and becomes not in self.reader.vocabulary.categories:  # type: ignore[union-attr]
                self.reader.problem(each, "unknown_word", word=becomes, kind="categories", near="")
            categories[name] = language.CarriedCategory(about.amount("most", Place.PERSON), becomes)
        return language.Carry(
            head=self._head(section, by="cycle_first"),
            most=section.amount("most", Place.PERSON),
            by_category=categories,
            cycles=section.whole("cycles", least=1, most=20) or 1,
            used=section.amount("used", Place.PERSON) or Plain(formulas.constant("first")),
            out=section.amount("out", Place.TOTAL),
        )

    def _requirement(self, section: Section) -> language.RequirementRow:
        return language.RequirementRow(
            head=self._head(section, by="cycle_first"),
            when=section.condition("when", Place.PERSON),
            credit=section.amount("credit", Place.PERSON) or _NOTHING,
            kind=section.choice("kind", ("base", "reduction", "increase", "exemption", "deferral")),
        )

    def _minimum(self, section: Section) -> language.Minimum:
        counter = section.text("counter")
        part = section.part("counter")
        if part is not None and counter not in self.reader.declared.counters:
            self.reader.problem(part, "unknown_word", word=counter, kind="counters", near="")
        return language.Minimum(
            head=self._head(section, by="cycle_first"),
            counter=counter,
            needed=section.amount("needed", Place.MINIMUM) or _NOTHING,
            when=section.condition("when", Place.MINIMUM),
        )

    def _obligation(self, section: Section) -> language.Obligation:
        return language.Obligation(
            head=self._head(section, by="cycle_first"),
            title=section.text("title"),
            when=section.condition("when", Place.PERSON),
            met=section.amount("met", Place.TOTAL) or _NO,
            due=section.amount("due", Place.PERSON),
            blocks=section.flag("blocks", default=True),
        )

    def _outcomes(self, top: Section) -> Iterator[language.Outcome]:
        for name, part in top.entries("outcomes"):
            if isinstance(part.value, dict) and "is" in part.value:
                section = self.reader.section(part, _HEAD, "is")
                head, amount = (
                    self._head(section, by="cycle_first", id_=name),
                    section.amount("is", Place.TOTAL),
                )
            else:
                head, amount = Head(id=name, line=part.line), self.reader.amount(part, Place.TOTAL)
            yield language.Outcome(head, name, amount or _NO)

    def _make_up(self, section: Section) -> language.MakeUp:
        return language.MakeUp(
            head=self._head(section, by="cycle_first"),
            until=section.amount("until", Place.PERSON) or _NOTHING,
            of=section.selector("of", Place.ACT),
            counts=section.flag("counts", default=True),
        )

    def _verification(self, top: Section) -> language.Verification | None:
        part = top.part("verification")
        if part is None:
            return None
        section = self.reader.section(part, "article spacing_minutes kind before_end_minutes")
        placed = [each.value for each in section.parts("before_end_minutes")]
        is_placed = len(placed) == 2 and all(isinstance(each, int) and each >= 0 for each in placed)
        if placed and not is_placed:
            self.reader.problem(part, "not_two_minutes")
        return language.Verification(
            spacing_minutes=section.whole("spacing_minutes", least=1, most=600),
            kind=section.choice("kind", ("confirm", "code")),
            before_end_minutes=(min(placed), max(placed)) if is_placed else None,
            article=section.text("article"),
        )

    def _decided_by(self, top: Section) -> Iterator[tuple[str, str]]:
        for kind, part in top.entries("decided_by"):
            if part.value not in language.DECIDERS:
                self.reader.problem(part, "not_a_choice", value=part.value, known=" ".join(language.DECIDERS))
            yield kind, str(part.value)

    # --- The whole ------------------------------------------------------------------------------------

    def _check(self, regulation: Regulation) -> None:
        if not regulation.cycle:
            self.reader.problem(self.tree, "missing_field", key="cycle")

    def _alternatives(self, top: Section) -> Iterator[tuple[str, Regulation]]:
        for name, part in top.entries("alternatives"):
            try:
                changed = alternatives.changed(self.reader, self.tree, part)
                keeps_acts = alternatives.keeps_acts(self.tree, changed)
                yield name, replace(_Document(changed, is_alternative=True).read(), keeps_acts=keeps_acts)
            except InvalidDocument as error:
                self.reader.problems.extend(error.problems)
