"""What the record page shows of a statement: figures against the requirement, reasons, readings, what fills the gap."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from courses import filling, shares, standings_said, statements
from courses.engine.language import Word
from courses.engine.results import Statement
from courses.filling import Suggestion
from courses.models import EntryKind, LearningFormat, LedgerEntry
from courses.standings_said import Said
from courses.statements import PersonStatement
from people.models import Person, User

# Stands among the acts' keys for what an earlier cycle left.
CARRIED_IN = "carried in"


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure against what is needed of it; `lacking` is empty where nothing is."""

    label: str
    got: str
    needed: str
    lacking: str
    value: float
    most: float
    is_enough: bool


@dataclass(frozen=True, slots=True)
class Counted:
    """What an entry counts under the regulation. `reasons` are (sentence, article)."""

    raw: str
    credit: str
    is_changed: bool
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """One reading that the regulation leaves open."""

    sentences: tuple[str, ...]
    total: str
    required: str
    is_enough: bool | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's year under the regulation, ready for a page."""

    found: PersonStatement
    said: Said
    title: str
    measures: tuple[Measure, ...]
    by_category: tuple[tuple[str, str], ...]
    by_format: tuple[tuple[str, str], ...]
    counted: dict[int, Counted]
    readings: tuple[ReadingShown, ...]
    carried_in: str
    is_unknown: bool = False  # a past year of which only a withdrawn opening balance spoke
    ways: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def statement(self) -> Statement | None:
        return self.found.statement

    @property
    def keys_that_count(self) -> list[int]:
        """The ledger entries that give credit in this cycle, on whatever day they were."""
        acts = self.statement.acts if self.statement else {}
        return [int(key) for key, act in acts.items() if act.credit]

    @property
    def total(self) -> str:
        return standings_said.figure(standings_said.total(self.statement) if self.statement else None)

    @property
    def unit(self) -> str:
        return self.found.regulation.unit


def standing_of(
    person: Person, *, year: int | None = None, user: User | None = None, as_of: dt.date | None = None
) -> Standing | None:
    """The person's year as pages show it; None where no regulation is in force for him.

    With a user, courses that he may open and has not completed are suggested where something is lacking.
    """
    found = statements.statement_for(person, year=year, as_of=as_of)
    if found is None:
        return None
    statement = found.statement
    shown = _shown(found)
    is_unknown = _is_unknown(found)
    return Standing(
        found=found,
        said=standings_said.unknown(found) if is_unknown else standings_said.say(found),
        is_unknown=is_unknown,
        title=standings_said.label(found),
        measures=tuple(_measures(found)) if statement and not is_unknown else (),
        by_category=tuple(_sums(shown, found.categories, found.regulation.vocabulary.categories)),
        by_format=tuple(_sums(shown, found.formats, found.regulation.vocabulary.formats)),
        counted=dict(_counted(found, shown)),
        readings=tuple(_reading(each.sentences, each.statement) for each in statement.readings)
        if statement
        else (),
        carried_in=standings_said.figure(shown[CARRIED_IN]) if CARRIED_IN in shown else "",
        ways=() if is_unknown else tuple(filling.ways(found)),
        suggestions=tuple(filling.suggestions(user, person, found)) if user and not is_unknown else (),
    )


def _is_unknown(found: PersonStatement) -> bool:
    """Whether all that was ever known of a past year is an opening balance that does not stand any more.

    What was learnt before the platform began came with that balance: without it a shortfall would be a guess.
    """
    statement = found.statement
    if statement is None or statement.cycle.last >= found.as_of:
        return False
    if any(act.credit for act in statement.acts.values()):
        return False
    of_year = LedgerEntry.objects.filter(
        person=found.person_id, day__gte=statement.cycle.first, day__lte=statement.cycle.last
    )
    formats = set(of_year.order_by().values_list("format", flat=True))
    stands = of_year.filter(kind=EntryKind.AWARD, reversal__isnull=True)
    return formats == {LearningFormat.OPENING} and not stands.exists()


def _measures(found: PersonStatement) -> Iterable[Measure]:
    statement = found.statement
    if statement is None:
        return
    if statement.total is not None and statement.required is not None:
        yield _measure("", statement.total, statement.required)
    for each in statement.minima.values():
        yield _measure(each.label, each.got, each.needed)


def _measure(label: str, got: Decimal, needed: Decimal) -> Measure:
    got_shown, needed_shown, lacking = shares.against(got, needed)
    return Measure(
        label,
        standings_said.figure(got_shown),
        standings_said.figure(needed_shown),
        standings_said.figure(lacking) if lacking else "",
        float(min(got, needed)),
        float(needed),
        is_enough=got >= needed,
    )


def _shown(found: PersonStatement) -> dict[str, Decimal]:
    """What each act and what was carried over count, as shown: they add up to the shown whole (courses.shares).

    Categories are given their hundredths first, then the acts of each, so that these add up to it as well.
    """
    statement = found.statement
    if statement is None:
        return {}
    parts = {key: act.credit for key, act in statement.acts.items()}
    if statement.carried_in:
        parts[CARRIED_IN] = statement.carried_in
    whole = sum(parts.values(), Decimal(0))
    if found.regulation.round_total is None and statement.total is not None:
        whole = standings_said.total(statement) or whole
    groups: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for key, part in parts.items():
        groups[CARRIED_IN if key == CARRIED_IN else found.categories[key]][key] = part
    sums = {name: sum(group.values(), Decimal(0)) for name, group in groups.items()}
    of_groups = shares.of_whole(sums, whole.quantize(shares.HUNDREDTH, ROUND_HALF_UP))
    shown: dict[str, Decimal] = {}
    for name, group in groups.items():
        shown |= shares.of_whole(group, of_groups[name])
    return shown


def _sums(
    shown: Mapping[str, Decimal], words_of: Mapping[str, str], words: Mapping[str, Word]
) -> Iterable[tuple[str, str]]:
    """What each format or category has brought, by the regulation's own words and in its order."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for key, amount in shown.items():
        if key != CARRIED_IN and amount:
            sums[words_of[key]] += amount
    for name, word in words.items():
        if name in sums:
            yield word.label, standings_said.figure(sums[name])


def _counted(found: PersonStatement, shown: Mapping[str, Decimal]) -> Iterable[tuple[int, Counted]]:
    for key, act in (found.statement.acts if found.statement else {}).items():
        yield (
            int(key),
            Counted(
                standings_said.figure(act.raw),
                standings_said.figure(shown[key]),
                act.raw != act.credit,
                tuple(standings_said.reasons(act.why)),
            ),
        )
    for each in found.unplaced:
        yield each.key, Counted("—", "0", False, ((standings_said.unplaced(each.what), ""),))


def _reading(sentences: tuple[str, ...], statement: Statement) -> ReadingShown:
    shown = standings_said.figure
    whole = standings_said.total(statement)
    return ReadingShown(sentences, shown(whole), shown(statement.required), statement.compliant)
