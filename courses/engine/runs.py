"""One run of a regulation over a situation: its frames of names, its lazily found values, its choices of readings."""

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeVar

from courses.engine import conditions, cycles
from courses.engine.amounts import Either
from courses.engine.conditions import Condition
from courses.engine.errors import ConditionFailed, FormulaFailed, MissingFact, UnknownWord
from courses.engine.formulas import Value
from courses.engine.language import FactType, FactWord, Head, Regulation, Selector
from courses.engine.situations import Act, Cycle, Situation

_TYPES: dict[FactType, Any] = {
    FactType.TEXT: str,
    FactType.INTEGER: int,
    FactType.NUMBER: (int, Fraction),
    FactType.BOOLEAN: bool,
    FactType.DAY: dt.date,
    FactType.SPANS: list | tuple,
}

Acts = TypeVar("Acts")


class Choices:
    """Which reading each open question takes in this run, and which questions were met for the first time."""

    def __init__(self, picks: Mapping[str, int], assumed: frozenset[str]) -> None:
        self.picks = dict(picks)
        self.assumed = assumed
        self.met: list[tuple[str, int]] = []
        self.sentences: dict[str, str] = {}
        self.assumptions: set[str] = set()

    def choose(self, choice: Either, values: list[Value]) -> int:
        for place, option in enumerate(choice.options):
            if option.assumption in self.assumed:
                self.assumptions.add(option.assumption)
                return place
        if all(_same(each, values[0]) for each in values[1:]):
            return 0
        if choice.id not in self.picks:
            self.picks[choice.id] = 0
            self.met.append((choice.id, len(choice.options)))
        place = self.picks[choice.id]
        self.sentences[choice.id] = choice.options[place].reading
        return place


class _Values(dict[str, Value]):
    """The regulation's named values, each found when it is first asked for."""

    def __init__(self, run: "Run") -> None:
        super().__init__()
        self.run = run
        self.under_way: list[str] = []

    def __missing__(self, name: str) -> Value:
        if name in self.under_way:
            raise FormulaFailed(f"the values {' and '.join(self.under_way)} need one another", name)
        self.under_way.append(name)
        try:
            self[name] = self.run.regulation.values[name].value(self.run.person, name)
        finally:
            self.under_way.pop()
        return self[name]


class PlaceFrame:
    """The names of one place of a run."""

    def __init__(self, run: "Run", scope: dict[str, Any], act: Act | None = None) -> None:
        self.run = run
        self._scope = scope
        self.act = act
        self._tests: dict[str, bool] = {}

    @property
    def scope(self) -> dict[str, Any]:
        return self._scope

    def holds(self, condition: Condition, rule: str) -> bool:
        """Whether a condition holds here. What it says of the same values is remembered: most acts share them."""
        scope, missing = self._scope, None
        try:
            values = [scope[root][own] if own else scope[root] for root, own in condition.names]
        except MissingFact as error:
            # The condition may ask for the fact before it uses the value: to it, the value is null.
            missing = error
            values = [self._or_null(root, own) for root, own in condition.names]
        key = (condition.source, *values)
        found = self.run.decided.get(key)
        if found is None:
            roots: dict[str, Any] = {}
            for (root, own), value in zip(condition.names, values, strict=True):
                if own:
                    roots.setdefault(root, {})[own] = value
                else:
                    roots[root] = value
            try:
                found = condition.holds(conditions.context(roots), rule)
            except ConditionFailed:
                if missing is not None:
                    raise missing from None
                raise
            self.run.decided[key] = found
        return found

    def _or_null(self, root: str, own: str) -> Value:
        try:
            return self._scope[root][own] if own else self._scope[root]
        except MissingFact:
            return None

    def choose(self, choice: Either, values: list[Value]) -> int:
        return self.run.choices.choose(choice, values)

    def test(self, name: str) -> bool:
        """Whether a named test holds on this frame's act."""
        if name not in self._tests:
            self._tests[name] = self.holds(self.run.regulation.tests[name], name)
        return self._tests[name]


class _Tests(dict[str, bool]):
    """The named tests of an act's frame, for formulas."""

    def __init__(self, frame: PlaceFrame) -> None:
        super().__init__()
        self.frame = frame

    def __missing__(self, name: str) -> bool:
        return self.frame.test(name)


class Run:
    """A regulation over a situation, with the open readings decided one way."""

    def __init__(
        self,
        regulation: Regulation,
        situation: Situation,
        choices: Choices,
        about: dict[str, dict[str, Any]] | None = None,
    ) -> None:
        """`about` keeps what is named of each act, which every reading of a situation shares."""
        self.about = {} if about is None else about
        self.regulation = regulation
        self.situation = situation
        self.choices = choices
        self.decided: dict[tuple[Any, ...], bool] = {}
        self._acts: Any = None
        self.cycle = situation.cycle or cycles.cycle_of(regulation, situation.person, situation.day)
        initial = cycles.first_cycle(regulation, situation.person, situation.day)
        scope: dict[str, Any] = {
            "person": cycles.person_scope(regulation, situation.person),
            "cycle": _days(self.cycle),
            "first_cycle": _days(initial),
            "day": situation.day,
        }
        self.person = PlaceFrame(self, scope)
        scope["value"] = _Values(self)

    def under(self, regulation: Regulation) -> "Run":
        """The same situation and choices under an alternative, with what its acts have in common with this run's."""
        run = Run(regulation, self.situation, self.choices, self.about)
        if regulation.keeps_acts:
            run._acts = self._acts
        return run

    def before_limits(self, find: Callable[["Run"], Acts]) -> Acts:
        """What `find` gives for this run, found once for it and the alternatives that keep its acts."""
        if self._acts is None:
            self._acts = find(self)
        found: Acts = self._acts
        return found

    def place(self, **more: Any) -> PlaceFrame:
        """The person's names and some more."""
        return PlaceFrame(self, {**self.person.scope, **more})

    def act_frame(self, act: Act, occurrence: int) -> PlaceFrame:
        """The person's names and those of one act."""
        about = self.about.get(act.id)
        if about is None:
            about = self.about[act.id] = self._about(act)
        frame = PlaceFrame(self, {**self.person.scope, **about, "occurrence": occurrence}, act)
        frame.scope["test"] = _Tests(frame)
        return frame

    def _about(self, act: Act) -> dict[str, Any]:
        words = self.regulation.vocabulary.act
        return {
            "act": {
                "id": act.id,
                "day": act.day,
                "format": act.format,
                "category": act.category,
                "unit": act.unit,
                "quantity": act.quantity,
            },
            "fact": {name: act.facts.get(name, word.default) for name, word in words.items()},
            "quantity": act.quantity,
        }

    def in_force(self, head: Head, act: Act | None = None) -> bool:
        """Whether a rule is in force on the day that it asks about."""
        if head.period is None:
            return True
        by = head.period.by
        if by == "act":
            return act is None or head.period.holds(act.day)
        days = {"cycle_first": self.cycle.first, "cycle_last": self.cycle.last, "day": self.situation.day}
        return head.period.holds(days[by])


def selects(selector: Selector, frame: PlaceFrame, rule: str) -> bool:
    """Whether a selector is about the frame's act."""
    act = frame.act
    if act is None or not _names_it(selector, act):
        return False
    if selector.facts:
        facts = frame.scope["fact"]
        if any(facts.get(name) not in wanted for name, wanted in selector.facts):
            return False
    if selector.when is not None and not frame.holds(selector.when, rule):
        return False
    return selector.excepted is None or not selects(selector.excepted, frame, rule)


def _names_it(selector: Selector, act: Act) -> bool:
    return (
        (selector.formats is None or act.format in selector.formats)
        and (selector.categories is None or act.category in selector.categories)
        and (selector.units is None or act.unit in selector.units)
    )


def check_words(regulation: Regulation, situation: Situation) -> None:
    """Refuse, as UnknownWord, words that the vocabulary does not have and facts of another type than it says."""
    words = regulation.vocabulary
    _check_facts(words.person, situation.person.facts, "person")
    for act in situation.acts:
        if act.format not in words.formats:
            raise UnknownWord(f"format {act.format!r} of act {act.id}")
        if act.unit not in words.units:
            raise UnknownWord(f"unit {act.unit!r} of act {act.id}")
        if act.category and words.categories and act.category not in words.categories:
            raise UnknownWord(f"category {act.category!r} of act {act.id}")
        _check_facts(words.act, act.facts, f"act {act.id}")


def _check_facts(words: Mapping[str, FactWord], facts: Mapping[str, Any], whose: str) -> None:
    for name, value in facts.items():
        word = words.get(name)
        if word is None or value is None:
            continue
        is_bool = isinstance(value, bool)
        if not isinstance(value, _TYPES[word.type]) or is_bool is not (word.type is FactType.BOOLEAN):
            raise UnknownWord(f"fact {name} of {whose} is no {word.type}: {value!r}")
        if word.type is FactType.SPANS and not all(_is_span(each) for each in value):
            raise UnknownWord(f"fact {name} of {whose} is no list of [first day, last day]: {value!r}")
        if word.values and value not in word.values:
            raise UnknownWord(f"fact {name} of {whose} is none of {', '.join(word.values)}: {value!r}")


def _is_span(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) == 2
        and all(isinstance(each, dt.date) for each in value)
    )


def _days(cycle: Cycle | None) -> dict[str, dt.date | None]:
    return {"first": cycle.first, "last": cycle.last} if cycle else {"first": None, "last": None}


def _same(one: Value, other: Value) -> bool:
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
