"""What the record page shows of a statement: figures, reasons, readings, and courses that would fill the gap."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Sum

from courses import standings_said, statements, wording
from courses.access import accessible_courses
from courses.engine.language import Regulation
from courses.engine.numbers import rounded
from courses.engine.results import Statement
from courses.models import Completion, Course, CourseVersionActivity, CreditCategory
from courses.standings_said import Said
from courses.statements import PersonStatement
from people.models import Person, User

SUGGESTIONS = 4


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure against what is needed of it; `needed` None where nothing is."""

    label: str
    got: str
    needed: str
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
class Suggestion:
    """A course that would fill what is missing."""

    course: Course
    minutes: int
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's year under the regulation, ready for a page."""

    found: PersonStatement
    said: Said
    title: str
    measures: tuple[Measure, ...]
    by_format: tuple[tuple[str, str], ...]
    counted: dict[int, Counted]
    readings: tuple[ReadingShown, ...]
    carried_in: str
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
        return standings_said.figure(self.statement.total if self.statement else None)

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
    return Standing(
        found=found,
        said=standings_said.say(found),
        title=standings_said.label(found),
        measures=tuple(_measures(found)) if statement else (),
        by_format=tuple(_by_format(found)) if statement else (),
        counted=dict(_counted(found)),
        readings=tuple(_reading(each.sentences, each.statement) for each in statement.readings)
        if statement
        else (),
        carried_in=standings_said.figure(statement.carried_in) if statement and statement.carried_in else "",
        suggestions=tuple(_suggestions(user, person, found)) if user and statement else (),
    )


def _measures(found: PersonStatement) -> Iterable[Measure]:
    statement = found.statement
    if statement is None:
        return
    if statement.total is not None and statement.required is not None:
        yield _measure("", statement.total, statement.required)
    for each in statement.minima.values():
        yield _measure(each.label, each.got, each.needed)


def _measure(label: str, got: Decimal, needed: Decimal) -> Measure:
    shown = standings_said.figure
    return Measure(
        label, shown(got), shown(needed), float(min(got, needed)), float(needed), is_enough=got >= needed
    )


def _by_format(found: PersonStatement) -> Iterable[tuple[str, str]]:
    """What each format has brought, by the regulation's own words."""
    statement, words = found.statement, found.regulation.vocabulary.formats
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for key, act in (statement.acts if statement else {}).items():
        if act.credit:
            sums[found.formats[key]] += act.credit
    for name, word in words.items():
        if name in sums:
            yield word.label, standings_said.figure(sums[name])


def _counted(found: PersonStatement) -> Iterable[tuple[int, Counted]]:
    for key, act in (found.statement.acts if found.statement else {}).items():
        yield (
            int(key),
            Counted(
                standings_said.figure(act.raw),
                standings_said.figure(act.credit),
                act.raw != act.credit,
                tuple(standings_said.reasons(act.why)),
            ),
        )
    for each in found.unplaced:
        yield each.key, Counted("—", "0", False, ((standings_said.unplaced(each.what), ""),))


def _reading(sentences: tuple[str, ...], statement: Statement) -> ReadingShown:
    shown = standings_said.figure
    return ReadingShown(sentences, shown(statement.total), shown(statement.required), statement.compliant)


def _suggestions(user: User, person: Person, found: PersonStatement) -> Iterable[Suggestion]:
    """Courses whose lectures are of a category that is lacking, or any where only the total is; the fitting first."""
    statement = found.statement
    if statement is None or statement.compliant is not False or _is_too_late(found):
        return
    ours = _categories_lacking(found.regulation, statement)
    if ours == set():
        return
    lines: Any = CourseVersionActivity.objects.filter(
        version_id__in=_open_courses(user, person).values("current_version_id"),
        activity__lecture__live=True,
    )
    if ours is not None:
        lines = lines.filter(activity__lecture__category__in=sorted(ours))
    totals: dict[int, int] = defaultdict(int)
    categories: dict[int, set[str]] = defaultdict(set)
    for course_id, category, milliseconds in (
        lines.exclude(
            activity__completions__in=Completion.objects.filter(person=person, revoked_at__isnull=True)
        )
        .order_by("version__course_id")
        .values_list("version__course_id", "activity__lecture__category")
        .annotate(total=Sum("activity__lecture__recording__duration_ms"))
    ):
        totals[course_id] += milliseconds or 0
        categories[course_id].add(str(CreditCategory(category).label))
    best = sorted(totals, key=lambda key: (-totals[key], key))[:SUGGESTIONS]
    courses = {each.pk: each for each in Course.objects.filter(pk__in=best).select_related("page")}
    for key in best:
        minutes = int(rounded(Fraction(totals[key], 60_000), 0))
        yield Suggestion(courses[key], minutes, tuple(sorted(categories[key])))


def _open_courses(user: User, person: Person) -> Any:
    completed = Completion.objects.filter(person=person, course=OuterRef("pk"), revoked_at__isnull=True)
    return accessible_courses(user).filter(~Exists(completed), page__isnull=False)


def _is_too_late(found: PersonStatement) -> bool:
    until = standings_said.deadline(found.statement) if found.statement else None
    return until is not None and until < found.as_of


def _categories_lacking(regulation: Regulation, statement: Statement) -> set[str] | None:
    """The product's categories of which something is lacking; None where any would do."""
    found: set[str] = set()
    lacks_a_minimum = False
    for name, minimum in statement.minima.items():
        if minimum.lacking:
            lacks_a_minimum = True
            wanted = regulation.counters[name].of.categories
            if wanted is None:
                return None
            found |= {
                each
                for each in CreditCategory.values
                if wording.word_for(regulation.vocabulary.categories, each) in wanted
            }
    return found if lacks_a_minimum else None
