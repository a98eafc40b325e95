"""What would fill a year's gap: how long each kind of learning still counts, and courses that bring what is lacking."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from django.db.models import Exists, OuterRef, Sum
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses import standings_said, wording
from courses.access import accessible_courses
from courses.engine.language import Regulation, Selector
from courses.engine.numbers import rounded
from courses.engine.results import Statement
from courses.models import Completion, Course, CourseVersionActivity, CreditCategory
from courses.statements import PersonStatement
from people.models import Person, User

MOST = 4
ALSO_SHOWN = 1  # besides those of a category that is lacking, so that the whole can be filled too


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A course that would fill what is missing; `fills` are the categories of it that are lacking."""

    course: Course
    minutes: int
    categories: tuple[str, ...]
    fills: tuple[str, ...]


@dataclass(slots=True)
class _Found:
    """What is left of a course for the person: its milliseconds by category."""

    by_category: dict[str, int] = field(default_factory=dict)

    def milliseconds(self, wanted: frozenset[str]) -> int:
        return sum(each for category, each in self.by_category.items() if category in wanted)

    @property
    def total(self) -> int:
        return sum(self.by_category.values())


def ways(found: PersonStatement) -> list[str]:
    """A sentence for each kind of learning that still counts for what is lacking, and until when; none where
    nothing is lacking, or where one day holds for all kinds (the first sentence has it)."""
    statement = found.statement
    if statement is None:
        return []
    days: dict[str, dt.date] = {}
    for cure in statement.cures:
        for opening in cure.openings:
            if opening.last >= found.as_of and (
                kind := _kind(opening.of, found.regulation, is_rest=bool(days))
            ):
                days[kind] = max(opening.last, days.get(kind, opening.last))
    if len(set(days.values())) < 2:
        return []
    return [
        _("%(kinds)s: until %(day)s") % {"kinds": kind, "day": standings_said.day(until)}
        for kind, until in days.items()
    ]


def suggestions(user: User, person: Person, found: PersonStatement) -> Iterator[Suggestion]:
    """Courses that the user may open and has not completed; those of a category that is lacking come first, and
    others only where the whole lacks more than the categories."""
    statement = found.statement
    if statement is None or statement.compliant is not False or _is_too_late(found):
        return
    wanted = _categories_lacking(found.regulation, statement)
    most = max((each.lacking for each in statement.minima.values()), default=0)
    takes_any = not wanted or (statement.shortfall or 0) > most
    left = _left(user, person)
    fitting = sorted(
        (key for key in left if wanted & left[key].by_category.keys()),
        key=lambda key: (-left[key].milliseconds(wanted), key),
    )
    others = sorted(set(left) - set(fitting), key=lambda key: (-left[key].total, key)) if takes_any else []
    chosen = [*fitting[: MOST - ALSO_SHOWN], *others][:MOST] if others else fitting[:MOST]
    courses = {each.pk: each for each in Course.objects.filter(pk__in=chosen).select_related("page")}
    for key in chosen:
        categories = left[key].by_category
        yield Suggestion(
            courses[key],
            int(rounded(Fraction(left[key].total, 60_000), 0)),
            _labels(categories),
            _labels(each for each in categories if each in wanted),
        )


# --- Reading the regulation ---------------------------------------------------------------------------


def _kind(of: Selector, regulation: Regulation, *, is_rest: bool) -> str:
    """The acts that a selector means, where words can say it; empty where they cannot."""
    if of.units is not None or of.facts or of.when is not None or of.excepted is not None:
        return ""
    words = regulation.vocabulary
    between = pgettext("between items of a list", ", ")
    labels = [word.label for name, word in words.formats.items() if of.formats and name in of.formats]
    labels += [
        word.label for name, word in words.categories.items() if of.categories and name in of.categories
    ]
    if labels:
        return between.join(labels)
    return _("Other ways of learning") if is_rest else _("All ways of learning")


def _categories_lacking(regulation: Regulation, statement: Statement) -> frozenset[str]:
    """The product's categories of which something is lacking; none where any would do."""
    found: set[str] = set()
    for name, minimum in statement.minima.items():
        wanted = regulation.counters[name].of.categories
        if minimum.lacking and wanted is not None:
            found |= {
                each
                for each in CreditCategory.values
                if wording.word_for(regulation.vocabulary.categories, each) in wanted
            }
    return frozenset(found)


def _is_too_late(found: PersonStatement) -> bool:
    until = standings_said.deadline(found.statement) if found.statement else None
    return until is not None and until < found.as_of


# --- Looking for courses ------------------------------------------------------------------------------


def _left(user: User, person: Person) -> dict[int, _Found]:
    """What the person has not completed of each course that he may open, by the course's key."""
    completed = Completion.objects.filter(person=person, course=OuterRef("pk"), revoked_at__isnull=True)
    courses: Any = accessible_courses(user).filter(~Exists(completed), page__isnull=False)
    lines = (
        CourseVersionActivity.objects.filter(
            version_id__in=courses.values("current_version_id"), activity__lecture__live=True
        )
        .exclude(activity__completions__in=Completion.objects.filter(person=person, revoked_at__isnull=True))
        .order_by("version__course_id")
        .values_list("version__course_id", "activity__lecture__category")
        .annotate(total=Sum("activity__lecture__recording__duration_ms"))
    )
    found: dict[int, _Found] = defaultdict(_Found)
    for course_id, category, milliseconds in lines:
        found[course_id].by_category[category] = milliseconds or 0
    return found


def _labels(categories: Any) -> tuple[str, ...]:
    return tuple(sorted(str(CreditCategory(each).label) for each in categories))
