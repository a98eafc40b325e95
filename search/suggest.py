"""What a person may be about to type: courses, lecturers, headings of statutes and terms, by writing or by sound.

Nothing is suggested that the reader may not see. The words are compared in memory and every list is bounded, so that a
keystroke costs the same few statements whatever was typed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from courses.access import accessible_courses
from courses.models import CoursePage, LecturerPage
from people.models import User
from search import sounds, texts
from search.analysis import normalise
from search.models import StatuteDivision
from search.terms import terms

# What is typed beyond this is a question, which no title begins with.
LONGEST_TYPED = 40
MOST_SUGGESTIONS = 8
# Of each kind no more are compared, the newest first.
MOST_COMPARED = 2_000


class SuggestionKind(StrEnum):
    """What a suggestion is, in the order in which equal ones are offered."""

    TERM = "term"
    COURSE = "course"
    HEADING = "heading"
    LECTURER = "lecturer"

    @property
    def label(self) -> str:
        return {
            SuggestionKind.TERM: _("Term"),
            SuggestionKind.COURSE: _("Course"),
            SuggestionKind.HEADING: _("Heading of a statute"),
            SuggestionKind.LECTURER: _("Lecturer"),
        }[self]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggestion; `url` is its own page, or the search for it. `note` says where it belongs."""

    kind: SuggestionKind
    text: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: SuggestionKind
    text: str
    key: int = 0
    # Of a heading: the statute's key, its short name and the first article under it.
    statute: str = ""
    note: str = ""
    article: int = 0


def warm() -> None:
    """Works out beforehand what every suggestion needs and no database: how the house's terms are written and sound."""
    for term in terms():
        _plain(term)
        sounds.of(term)


def suggest(typed: str, *, user: User | AnonymousUser, limit: int = MOST_SUGGESTIONS) -> list[Suggestion]:
    """At most `limit` suggestions, the nearest first: what begins with the words, holds them, or sounds like them."""
    written = "".join(normalise(typed[: LONGEST_TYPED + 1]).text.split())
    if not written or len(written) > LONGEST_TYPED:
        return []
    letters = sounds.typed(typed) if sounds.is_typed(typed) else ""
    ranked: list[tuple[tuple[int, int, int], _Candidate]] = []
    kinds = list(SuggestionKind)
    for candidate in _candidates(user):
        rank = _rank(written, letters, candidate.text)
        if rank is not None:
            ranked.append(((rank, kinds.index(candidate.kind), len(candidate.text)), candidate))
    ranked.sort(key=lambda each: each[0])
    return _with_addresses(_distinct(candidate for _order, candidate in ranked)[: max(1, min(limit, 20))])


def _rank(written: str, letters: str, text: str) -> int | None:
    """0 for what begins with the words, 1 by sound, 2 for what holds them, 3 for what holds the sound."""
    place = _plain(text).find(written)
    if place == 0:
        return 0
    at = sounds.match(letters, sounds.of(text)) if letters else None
    if at == 0:
        return 1
    if place > 0:
        return 2
    return 3 if at is not None else None


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    return "".join(normalise(text).text.split())


def _candidates(user: User | AnonymousUser) -> Iterator[_Candidate]:
    """Everything that may be suggested to the reader."""
    for term in terms():
        yield _Candidate(SuggestionKind.TERM, term)
    courses = accessible_courses(user).filter(page__isnull=False).order_by("-pk")
    for key, title in courses.values_list("page", "title")[:MOST_COMPARED]:
        yield _Candidate(SuggestionKind.COURSE, title, key=key)
    lecturers = LecturerPage.objects.live().order_by("-pk").values_list("pk", "title")
    for key, title in lecturers[:MOST_COMPARED]:
        yield _Candidate(SuggestionKind.LECTURER, title, key=key)
    headings = StatuteDivision.objects.order_by("statute", "position").values_list(
        "title", "statute__key", "statute__short_name", "first_article"
    )
    for title, statute, name, article in headings[:MOST_COMPARED]:
        yield _Candidate(SuggestionKind.HEADING, title, statute=statute, note=name, article=article)


def _distinct(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """One of each writing and kind: 一般规定 heads many chapters of a statute."""
    return list({(each.kind, each.text, each.note): each for each in reversed(list(candidates))}.values())[
        ::-1
    ]


def _with_addresses(candidates: list[_Candidate]) -> list[Suggestion]:
    """The suggestions with the pages' addresses; one statement for each kind of page."""
    urls: dict[tuple[SuggestionKind, int], str] = {}
    for kind, model in ((SuggestionKind.COURSE, CoursePage), (SuggestionKind.LECTURER, LecturerPage)):
        keys = [each.key for each in candidates if each.kind is kind]
        if keys:
            urls |= {(kind, page.pk): page.url or "" for page in model.objects.filter(pk__in=keys)}
    return [
        Suggestion(each.kind, each.text, urls.get((each.kind, each.key)) or _own_address(each), each.note)
        for each in candidates
    ]


def _own_address(candidate: _Candidate) -> str:
    if candidate.kind is SuggestionKind.HEADING:
        return texts.address(candidate.statute, candidate.article)
    return _search_for(candidate.text)


def _search_for(text: str) -> str:
    return f"{reverse('search:search')}?{urlencode({'q': text})}"
