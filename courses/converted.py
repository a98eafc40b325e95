"""What entries of the ledger are worth by the regulation in force for their persons, before a year's caps.

A yearly statement says what of it counts in its year; this is the conversion alone, which no later act changes.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from courses import shares, statements
from courses.amounts import plain
from courses.engine.results import ActResult
from courses.models import LedgerEntry
from courses.situating import Fact


@dataclass(frozen=True, slots=True)
class Worth:
    """An entry's credit, with the regulation that converts it, the regulation's unit, and the articles that say so."""

    credit: Decimal
    regulation: str
    unit: str
    articles: tuple[str, ...]

    @property
    def figure(self) -> str:
        """The credit as a page says it: to two places, and said to be about so much where it is not exactly that."""
        rounded = self.credit.quantize(shares.HUNDREDTH, ROUND_HALF_UP)
        shown = plain(rounded)
        if rounded == self.credit:
            return shown
        return _("about %(n)s") % {"n": shown} if rounded else _("less than %(n)s") % {"n": "0.01"}


@dataclass(frozen=True, slots=True)
class Conversions:
    """The worth of entries by key; for `undecided` persons a regulation is in force that converts not all of them."""

    worth: dict[int, Worth]
    undecided: frozenset[int]


def converted(entries: Collection[LedgerEntry], day: dt.date) -> Conversions:
    """The entries' worth as far as is known on that day; what no regulation is in force for is missing.

    Six statements for each year in which the entries lie.
    """
    by_year: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for entry in entries:
        by_year[entry.day.year][entry.person_id].add(entry.pk)
    worth: dict[int, Worth] = {}
    undecided = set()
    for year, by_person in sorted(by_year.items()):
        as_of = statements.day_of(year, day)
        for found in statements.statements(by_person, year=year, as_of=as_of):
            wanted = by_person[found.person_id]
            worths = _worths(found, wanted)
            worth |= worths
            if len(worths) < len(wanted):
                undecided.add(found.person_id)
    return Conversions(worth, frozenset(undecided))


def supposed(person_id: int, fact: Fact) -> Conversions:
    """What a fact would be worth that has not happened yet, on its own day. Six statements."""
    found = next(statements.statements([person_id], as_of=fact.day, supposed={person_id: [fact]}), None)
    if found is None:
        return Conversions({}, frozenset())
    worth = _worths(found, [fact.key])
    return Conversions(worth, frozenset() if worth else frozenset({person_id}))


def _worths(found: statements.PersonStatement, wanted: Collection[int]) -> dict[int, Worth]:
    acts = found.statement.acts if found.statement else {}
    return {
        key: Worth(_recognised(act), found.regulation.title, found.regulation.unit, _articles(act))
        for key in wanted
        if (act := acts.get(str(key)))
    }


def _recognised(act: ActResult) -> Decimal:
    """The act's converted credit as far as the regulation recognises such acts; limits and windows left aside."""
    amount = act.raw
    for reason in act.why:
        if reason.code == "not_recognised":
            return Decimal(0)
        if reason.code == "reduced":
            amount = min(amount, reason.params["to"])
    return amount


def _articles(act: ActResult) -> tuple[str, ...]:
    about = {"converted", "too_short", "not_recognised", "reduced"}
    return tuple(
        dict.fromkeys(reason.article for reason in act.why if reason.code in about and reason.article)
    )
