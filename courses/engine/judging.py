"""What is required and whether it is reached: carried credit, counters, minima, obligations, outcomes, cures."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from courses.engine import counting, crediting, formulas, numbers
from courses.engine.counting import Carried
from courses.engine.formulas import Value
from courses.engine.language import Carry, Minimum, RequirementRow, Selector, heads
from courses.engine.numbers import Number
from courses.engine.results import (
    ActResult,
    Cure,
    MinimumResult,
    ObligationResult,
    Opening,
    Reason,
    Statement,
)
from courses.engine.runs import PlaceFrame, Run


class Judgement:
    """A run's figures, each found when it is first asked for, so that rules may be stated in terms of one another."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.regulation = run.regulation
        self._requirement: tuple[Number | None, RequirementRow | None] | None = None
        self.carried = _carried(run)
        self.credited = crediting.credit(run, lambda: self.required)
        self.own: Number = numbers.exact(sum((each.credit for each in self.credited), start=0))
        self.total = self._rounded(numbers.exact(self.own + self.carried.total))
        self.got = {
            name: counting.count(run, counter, self.credited, self.carried, self._totals)
            for name, counter in self.regulation.counters.items()
        }
        self.minima = list(self._minima())

    @property
    def required(self) -> Number | None:
        if self._requirement is None:
            self._requirement = self._find_requirement()
        return self._requirement[0]

    def _totals(self) -> dict[str, Any]:
        """What came out before anything is counted or judged."""
        return {
            "required": self.required,
            "total": self.total,
            "own": self.own,
            "carried_in": self.carried.total,
        }

    @property
    def shortfall(self) -> Number | None:
        return None if self.required is None else max(0, numbers.exact(self.required - self.total))

    @property
    def excess(self) -> Number | None:
        return None if self.required is None else max(0, numbers.exact(self.total - self.required))

    def _find_requirement(self) -> tuple[Number | None, RequirementRow | None]:
        frame = self.run.person
        for row in self.regulation.requirement:
            head = row.head
            if not self.run.in_force(head) or (row.when is not None and not frame.holds(row.when, head.id)):
                continue
            required = row.credit.value(frame, head.id)
            if required is None:
                return None, row
            return max(0, numbers.exact(formulas.number(required))), row
        return None, None

    def _rounded(self, total: Number) -> Number:
        if self.regulation.round_total is None:
            return total
        step, how = self.regulation.round_total
        rounded: Number = getattr(numbers, how)(total, step)
        return rounded

    def _minima(self) -> Iterator[tuple[Minimum, Number]]:
        """The minima that apply: for each counter the first of its rows that does."""
        frame = self.run.place(**self._totals(), got=self.got)
        seen = set()
        for minimum in self.regulation.minima:
            head = minimum.head
            if minimum.counter in seen or not self.run.in_force(head):
                continue
            if minimum.when is not None and not frame.holds(minimum.when, head.id):
                continue
            seen.add(minimum.counter)
            yield minimum, max(0, numbers.exact(formulas.number(minimum.needed.value(frame, head.id))))

    # --- The whole ------------------------------------------------------------------------------------

    def statement(self) -> Statement:
        scope = self._scope()
        frame = PlaceFrame(self.run, scope)
        obligations = tuple(self._obligations(frame))
        scope["compliant"] = compliant = self._compliant(obligations)
        frame = PlaceFrame(self.run, scope)
        row = self._requirement[1] if self._requirement else None
        minima = {minimum.counter: self._minimum(minimum, needed) for minimum, needed in self.minima}
        return Statement(
            cycle=self.run.cycle,
            day=self.run.situation.day,
            total=numbers.as_decimal(self.total),
            own=numbers.as_decimal(self.own),
            carried_in=numbers.as_decimal(self.carried.total),
            required=None if self.required is None else numbers.as_decimal(self.required),
            required_by=Reason.of(row.head, row.kind) if row else None,
            minima=minima,
            compliant=compliant,
            shortfall=None if self.shortfall is None else numbers.as_decimal(self.shortfall),
            carry_out=self._carry_out(frame),
            acts={
                each.act.id: ActResult(
                    each.act.id,
                    numbers.as_decimal(each.raw),
                    numbers.as_decimal(each.credit),
                    tuple(each.why),
                )
                for each in self.credited
            },
            counters={name: numbers.as_decimal(got) for name, got in self.got.items()},
            obligations=obligations,
            other=dict(self._other(frame)),
            cures=tuple(self._cures(minima, obligations)),
            make_up=tuple(self._make_up()),
            assumptions=tuple(sorted(self.run.choices.assumptions | self._assumed())),
        )

    def _scope(self) -> dict[str, Any]:
        return {
            **self.run.person.scope,
            "total": self.total,
            "own": self.own,
            "required": self.required,
            "shortfall": self.shortfall,
            "excess": self.excess,
            "carried_in": self.carried.total,
            "compliant": None,
            "got": self.got,
            "needed": {
                **dict.fromkeys(self.regulation.counters),
                **{minimum.counter: needed for minimum, needed in self.minima},
            },
            "under": _Under(self.run),
        }

    def _minimum(self, minimum: Minimum, needed: Number) -> MinimumResult:
        counter = self.regulation.counters[minimum.counter]
        return MinimumResult(
            counter=counter.name,
            label=counter.label,
            got=numbers.as_decimal(self.got[counter.name]),
            needed=numbers.as_decimal(needed),
            reason=Reason.of(minimum.head, "minimum"),
        )

    def _obligations(self, frame: PlaceFrame) -> Iterator[ObligationResult]:
        for rule in self.regulation.obligations:
            head = rule.head
            if not self.run.in_force(head) or (rule.when is not None and not frame.holds(rule.when, head.id)):
                continue
            due = rule.due.value(frame, head.id) if rule.due else None
            yield ObligationResult(
                title=rule.title,
                is_met=formulas.truth(rule.met.value(frame, head.id)),
                due=formulas.day(due) if due is not None else None,
                blocks=rule.blocks,
                reason=Reason.of(head, "obligation"),
            )

    def _compliant(self, obligations: Sequence[ObligationResult]) -> bool | None:
        """Whether all that is judged is reached; None where the regulation judges nothing."""
        judged = [self.shortfall == 0] if self.shortfall is not None else []
        judged += [self.got[minimum.counter] >= needed for minimum, needed in self.minima]
        judged += [each.is_met for each in obligations if each.blocks]
        return all(judged) if judged else None

    def _carry_out(self, frame: PlaceFrame) -> Any:
        if self.required is None or self.excess is None:
            return None
        carry = self.regulation.carry
        if carry is None or not self.run.in_force(carry.head):
            return numbers.as_decimal(0)
        amount: Number = self.excess
        if self._used_last(carry, frame):
            amount = max(0, numbers.exact(self.own - self.required))
        amount = min(amount, self.own)
        if carry.out is not None:
            amount = max(0, formulas.number(carry.out.value(frame, carry.head.id)))
        if carry.most is not None:
            amount = min(amount, formulas.number(carry.most.value(frame, carry.head.id)))
        return numbers.as_decimal(numbers.exact(amount))

    def _used_last(self, carry: Carry, frame: PlaceFrame) -> bool:
        return bool(self.carried.total) and carry.used.value(frame, carry.head.id) == "last"

    def _other(self, frame: PlaceFrame) -> Iterator[tuple[str, Any]]:
        """The regulation's own outcomes; one without a value is left out."""
        for outcome in self.regulation.outcomes:
            if self.run.in_force(outcome.head):
                value = outcome.is_.value(frame, outcome.name)
                if value is not None:
                    yield outcome.name, _given(value)

    def _cures(
        self, minima: Mapping[str, MinimumResult], obligations: Sequence[ObligationResult]
    ) -> Iterator[Cure]:
        """What is lacking, and on which days acts of which kind still count towards it."""
        ways = crediting.openings(self.run)
        row = self._requirement[1] if self._requirement else None
        if self.shortfall and row:
            lacking = numbers.as_decimal(self.shortfall)
            yield Cure("", "", lacking, _latest(ways), tuple(ways), Reason.of(row.head, row.kind))
        for result in minima.values():
            if result.lacking:
                of = self.regulation.counters[result.counter].of
                fitting = [way for way in ways if _overlap(way.of, of)]
                yield Cure(
                    result.counter,
                    result.label,
                    result.lacking,
                    _latest(fitting),
                    tuple(fitting),
                    result.reason,
                )
        for each in obligations:
            if not each.is_met and each.blocks:
                yield Cure("", each.title, numbers.as_decimal(0), each.due, (), each.reason)

    def _make_up(self) -> Iterator[tuple[dt.date, Reason]]:
        if self.shortfall or any(self.got[minimum.counter] < needed for minimum, needed in self.minima):
            for rule in self.regulation.make_up:
                if self.run.in_force(rule.head):
                    until = formulas.day(rule.until.value(self.run.person, rule.head.id))
                    yield until, Reason.of(rule.head, "counts" if rule.counts else "does_not_count")

    def _assumed(self) -> set[str]:
        """The assumptions on which rules that were at work rest."""
        used = {reason.rule for each in self.credited for reason in each.why}
        used |= {minimum.head.id for minimum, _needed in self.minima}
        if self._requirement and self._requirement[1]:
            used.add(self._requirement[1].head.id)
        used |= {rule.head.id for rule in self.regulation.cycle}
        return {name for head in heads(self.regulation) if head.id in used for name in head.assumes}


class _Under(dict[str, Any]):
    """The figures under an alternative, judged when first asked for."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run

    def __missing__(self, name: str) -> Mapping[str, Any]:
        run = self.run.under(self.run.regulation.alternatives[name])
        judgement = Judgement(run)
        scope = judgement._scope()
        frame = PlaceFrame(run, scope)
        scope["compliant"] = judgement._compliant(tuple(judgement._obligations(frame)))
        self[name] = scope
        return scope


def _carried(run: Run) -> Carried:
    """What of the credit brought in counts in this cycle."""
    carry = run.regulation.carry
    if carry is None or not run.in_force(carry.head):
        return Carried()
    rule, frame = carry.head.id, run.person
    entries = [each for each in run.situation.brought_in if 1 <= each.cycles_ago <= carry.cycles]
    stated: Number = sum((each.amount for each in entries if not each.category), start=0)
    carried = Carried()
    for each in entries:
        if not each.category:
            continue
        about = carry.by_category.get(each.category)
        amount = each.amount
        if about is not None and about.most is not None:
            amount = min(amount, formulas.number(about.most.value(frame, rule)))
        category = about.becomes if about is not None and about.becomes else each.category
        carried.by_category[category] = carried.by_category.get(category, 0) + amount
    of_category = sum(carried.by_category.values(), start=0)
    # A stated total holds what is of a category; without one the categories are all there is.
    whole = stated if any(not each.category for each in entries) else of_category
    if carry.most is not None:
        whole = min(whole, formulas.number(carry.most.value(frame, rule)))
    carried.total = max(0, numbers.exact(whole))
    left: Number = carried.total
    for category, amount in carried.by_category.items():
        carried.by_category[category] = kept = min(amount, left)
        left -= kept
    return carried


def _overlap(way: Selector, of: Selector) -> bool:
    """Whether acts may exist that both are about, as far as formats and categories tell."""
    for one, other in ((way.formats, of.formats), (way.categories, of.categories), (way.units, of.units)):
        if one is not None and other is not None and not one & other:
            return False
    return True


def _latest(ways: Sequence[Opening]) -> dt.date | None:
    return max((way.last for way in ways), default=None)


def _given(value: Value) -> Any:
    """A value as the edge gives it."""
    if isinstance(value, bool) or not isinstance(value, int | Fraction | tuple):
        return value
    return [_given(each) for each in value] if isinstance(value, tuple) else numbers.as_decimal(value)


def judge(run: Run) -> Statement:
    """The statement of one run."""
    return Judgement(run).statement()
