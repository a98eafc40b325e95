"""`search(text)`: the one way to find something, which the page, the API and the command call.

The first attempt of the plan that finds a lecture or a reading answers; where none does, the first that finds the law's
own text, which says everything in its own words and would keep a lecture in other words away. An article that is asked
for by its number is answered by itself. The engine sees only what
the reader's access tokens open, and lectures and readings are then taken through their own door besides, because an
index may be a moment behind.
"""

import logging
from dataclasses import dataclass, replace
from functools import partial

from django.contrib.auth.models import AnonymousUser

from courses.access import access_tokens
from people.models import User
from search import citations, concordance, engines, facets, found, known_terms, nearest, query, statutes
from search.cards import FacetName
from search.engines.base import (
    DEEPEST_RESULT,
    Engine,
    EngineResting,
    EngineUnavailable,
    Filters,
    Order,
    Page,
    Request,
)
from search.facets import Facet
from search.found import Found, FoundLecture
from search.kinds import Family, Kind, split
from search.nearest import Nearest
from search.query import Attempt, AttemptKind, Plan
from search.refusals import QuestionTooLong, SearchUnavailable

logger = logging.getLogger(__name__)

MOMENTS = found.MOMENTS
# Who asks for the law's text alone reads more of it.
MOST_ARTICLES = 20


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader chose to narrow by: public id of a course or of a lecture, keys of a lecturer and of a statute, a
    year, a kind; empty for all."""

    course: str = ""
    lecturer: str = ""
    lecture: str = ""
    statute: str = ""
    year: str = ""
    kind: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.lecture or any(self.chosen.values()))

    @property
    def chosen(self) -> dict[FacetName, str]:
        """The facets' values; empty where none is chosen."""
        return {name: getattr(self, name.value) for name in FacetName}


@dataclass(frozen=True, slots=True)
class Part:
    """Which of all the answers are asked for, and in what order."""

    offset: int
    limit: int
    order: Order


@dataclass(frozen=True, slots=True)
class Results:
    """The answer: which attempt found it (None when nothing was), how much in all, and this page of it."""

    text: str
    attempt: AttemptKind | None
    total: int
    found: tuple[Found, ...]
    cited: tuple[citations.Citation, ...]
    offset: int
    limit: int
    order: Order
    facets: tuple[Facet, ...]
    # The chosen engine did not answer, and the standby did.
    is_limited: bool = False
    # Where nothing was found: what to ask instead.
    nearest: tuple[Nearest, ...] = ()
    # Statutes and numbers of the articles that follow those cited, where these are repealed.
    led_on: tuple[tuple[str, int], ...] = ()
    # Whether a lecture or a reading answers, and not the law's own text alone.
    is_taught: bool = False

    @property
    def lectures(self) -> list[FoundLecture]:
        """The lectures of this page."""
        return [each for each in self.found if isinstance(each, FoundLecture)]


def search(
    text: str,
    narrowing: Narrowing | None = None,
    limit: int = 10,
    *,
    user: User | AnonymousUser,
    offset: int = 0,
    order: Order = Order.RELEVANCE,
) -> Results:
    """What `user` may find for `text`: results `offset` to `offset + limit` of all that answer.

    Where the engine does not answer, the standby does. Raises QuestionTooLong, and SearchUnavailable when neither can.
    """
    names = statutes.names()
    narrowing = narrowing or Narrowing()
    try:
        plan = query.plan(text, names=names, terms=known_terms.Known())
    except query.QueryTooLong as error:
        raise QuestionTooLong from error
    plan, led_on = _led_on(plan)
    limit = max(1, min(limit, 50))
    offset = max(0, min(offset, DEEPEST_RESULT))
    engine = engines.current()
    ask = partial(_first_answer, plan=plan, narrowing=narrowing, user=user, part=Part(offset, limit, order))
    try:
        try:
            attempt, page = ask(engine)
        except EngineUnavailable as error:
            beside = engines.standby()
            if beside is None:
                raise
            if not isinstance(error, EngineResting):  # said once, when it began
                logger.warning("%s: %s; the standby answers", error.code, error)
            engine = beside
            attempt, page = ask(engine)
    except EngineUnavailable as error:
        logger.warning("%s: %s", error.code, error)
        raise SearchUnavailable from error
    return Results(
        text=plan.text,
        attempt=attempt.kind if attempt else None,
        total=page.total,
        found=tuple(found.of(page.groups, attempt, user, names)) if attempt else (),
        cited=plan.cited,
        led_on=led_on,
        offset=offset,
        limit=limit,
        order=order,
        facets=facets.of(page.cards, narrowing.chosen, user),
        is_limited=engine is not engines.current(),
        nearest=() if attempt else _nearest(engine, plan.text, user),
        is_taught=_is_taught(page),
    )


def _led_on(plan: Plan) -> tuple[Plan, tuple[tuple[str, int], ...]]:
    """The plan by which an article of a repealed law also finds those that follow it; these articles."""
    led_on = concordance.led_on(plan.cited)
    if not led_on:
        return plan, ()
    terms = [f"{key}:{article}" for key, article in led_on]
    attempts = tuple(
        replace(each, citations=tuple(dict.fromkeys([*each.citations, *terms])))
        if each.kind is AttemptKind.CITATION
        else each
        for each in plan.attempts
    )
    return replace(plan, attempts=attempts), led_on


def _nearest(engine: Engine, text: str, user: User | AnonymousUser) -> tuple[Nearest, ...]:
    """What the reader may ask instead, and would find something for; nothing while the engine falters."""
    access = access_tokens(user)
    try:
        return nearest.nearest(text, lambda attempt: engine.find(Request(attempt, access, limit=1)).total > 0)
    except EngineUnavailable as error:
        logger.warning("%s: %s", error.code, error)
        return ()


def _first_answer(
    engine: Engine, plan: Plan, narrowing: Narrowing, user: User | AnonymousUser, part: Part
) -> tuple[Attempt | None, Page]:
    if not plan.attempts:
        return None, Page(0, ())
    filters = Filters(
        course=narrowing.course,
        lecturer=narrowing.lecturer,
        group=f"lecture:{narrowing.lecture}" if narrowing.lecture else "",
        statute=narrowing.statute,
        year=narrowing.year,
        kind=narrowing.kind,
    )
    access = access_tokens(user)
    moments = MOST_ARTICLES if narrowing.kind == Kind.ARTICLE else MOMENTS
    fallback: tuple[Attempt | None, Page] = (None, Page(0, ()))
    for attempt in plan.attempts:
        page = engine.find(Request(attempt, access, filters, part.offset, part.limit, moments, part.order))
        if _is_taught(page) or (page.total and attempt.kind is AttemptKind.CITATION):
            return attempt, page
        if page.total and fallback[0] is None:
            fallback = attempt, page
    return fallback


def _is_taught(page: Page) -> bool:
    """Whether a lecture or a reading is among all that answers."""
    return any(split(card)[0] is not Family.STATUTE for card in page.cards)
