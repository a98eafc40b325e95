"""By what the results may be narrowed: courses, lecturers, statutes, years and kinds, each with how many lectures.

The counts are the engine's, over everything that answers and that the reader may find; the names are the database's,
and a course that he may not see is not named to him.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from courses.access import accessible_courses
from courses.models import LecturerPage
from people.models import User
from search import cards
from search.cards import FacetName
from search.kinds import Kind
from search.models import Statute

# More options of one kind than this are a list and no choice; the most frequent stay.
MOST_OPTIONS = 12
_LONGEST_KEY = 18


@dataclass(frozen=True, slots=True)
class Option:
    """A value that may be chosen, as the reader sees it, and how many lectures it leaves."""

    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """One way of narrowing: its options, the most frequent first, or the one that is chosen."""

    name: FacetName
    label: str
    options: tuple[Option, ...]
    chosen: Option | None

    @property
    def is_worth_offering(self) -> bool:
        """Whether choosing would leave something out; one option that all results share does not."""
        return self.chosen is None and len(self.options) > 1


def of(
    found: Iterable[str], chosen: Mapping[FacetName, str], user: User | AnonymousUser
) -> tuple[Facet, ...]:
    """The facets of the cards of everything that answers, in the order in which they are offered."""
    counts = cards.counted(found)
    titles = {
        FacetName.COURSE: _("Course"),
        FacetName.LECTURER: _("Lecturer"),
        FacetName.STATUTE: _("Statute"),
        FacetName.YEAR: _("Year of publication"),
        FacetName.KIND: _("Kind of result"),
    }
    facets = []
    for name, title in titles.items():
        asked = chosen.get(name, "")
        own = counts[name]
        labels = _labels(name, [*(value for value, _count in own), *([asked] if asked else [])], user)
        options = [Option(value, labels[value], count) for value, count in own if value in labels]
        mine = next((option for option in options if option.value == asked), None)
        if asked and mine is None:
            mine = Option(asked, labels.get(asked, asked), 0)
        if name is FacetName.YEAR:
            options.sort(key=lambda option: option.value, reverse=True)
        facets.append(Facet(name, title, tuple(options[:MOST_OPTIONS]), mine))
    return tuple(facets)


def course_title(public_id: str, user: User | AnonymousUser) -> str:
    """The title of a course that the reader may see; empty for any other."""
    return _labels(FacetName.COURSE, [public_id], user).get(public_id, "")


def _labels(name: FacetName, values: list[str], user: User | AnonymousUser) -> dict[str, str]:
    """Each value's name; a value without one is not shown. At most one statement beside the reader's rights."""
    if not values:
        return {}
    if name is FacetName.COURSE:
        courses = accessible_courses(user).filter(public_id__in=[each for each in values if _is_uuid(each)])
        return {str(key): title for key, title in courses.values_list("public_id", "title")}
    if name is FacetName.LECTURER:
        keys = [each for each in values if each.isascii() and each.isdigit() and len(each) <= _LONGEST_KEY]
        pages = LecturerPage.objects.live().filter(pk__in=keys)
        return {str(key): title for key, title in pages.values_list("pk", "title")}
    if name is FacetName.STATUTE:
        return dict(
            Statute.objects.filter(key__in=[each for each in values if "\0" not in each]).values_list(
                "key", "short_name"
            )
        )
    if name is FacetName.YEAR:
        years = [each for each in values if each.isascii() and each.isdigit()]
        return {year: _("Year %(year)s") % {"year": year} for year in years}
    return {kind.value: str(kind.label) for kind in Kind if kind.value in values}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
