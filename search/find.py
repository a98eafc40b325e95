"""`search(text)`: the one way to find something, which the page, the API and the command call.

The first attempt of the plan that finds a lecture or a reading answers, with the law's own text beside it where that
answers as well; where nothing is taught, the law answers alone. The engine sees only what the reader's access tokens
open, and lectures and readings are then taken through their own door besides, because an index may be a moment behind.
"""

import logging
from collections.abc import Mapping, Sequence
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
from search.kinds import LAW_TOKEN, Family, Kind, split
from search.nearest import Nearest
from search.query import Attempt, AttemptKind, Plan
from search.refusals import QuestionTooLong, SearchUnavailable

logger = logging.getLogger(__name__)

MOMENTS = found.MOMENTS
# Who asks for the law's text alone reads more of it; beside what is taught stand so many statutes.
MOST_ARTICLES, LAWS_BESIDE = 20, 2


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
    # The law's own text beside what is taught: the best few statutes, and how many answer.
    law: tuple[Found, ...] = ()
    law_total: int = 0
    # The chosen engine did not answer, and the standby did.
    is_limited: bool = False
    # Where nothing was found: what to ask instead.
    nearest: tuple[Nearest, ...] = ()
    # Statutes and numbers of the articles that follow those cited, where these are repealed.
    led_on: tuple[tuple[str, int], ...] = ()
    # Whether a lecture or a reading answers, and not the law's own text alone.
    is_taught: bool = False
    # Whether the law beside it was found by a better attempt: it has the words, and what is taught only some of them.
    is_law_better: bool = False
    # Names of statutes that are cited and not held here; and articles cited that there are none of.
    unheld: tuple[str, ...] = ()
    beyond: tuple[citations.Citation, ...] = ()

    @property
    def lectures(self) -> list[FoundLecture]:
        """The lectures of this page."""
        return [each for each in self.found if isinstance(each, FoundLecture)]


_NOTHING = Page(0, ())


@dataclass(frozen=True, slots=True)
class _Answer:
    """The attempt that answers with its page, and the law beside it with the attempt that found that."""

    attempt: Attempt | None
    page: Page
    law_attempt: Attempt | None = None
    law: Page = _NOTHING

    def is_law_better(self, attempts: Sequence[Attempt]) -> bool:
        """Whether an earlier one of the attempts found the law."""
        if self.attempt is None or self.law_attempt is None:
            return False
        return attempts.index(self.law_attempt) < attempts.index(self.attempt)


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
    names, lengths = statutes.names(), statutes.lengths()
    narrowing = narrowing or Narrowing()
    try:
        plan = query.plan(text, names=names, lengths=lengths, terms=known_terms.Known())
    except query.QueryTooLong as error:
        raise QuestionTooLong from error
    plan, led_on = _led_on(plan)
    limit = max(1, min(limit, 50))
    offset = max(0, min(offset, DEEPEST_RESULT))
    engine = engines.current()
    ask = partial(_answer, plan=plan, narrowing=narrowing, user=user, part=Part(offset, limit, order))
    try:
        try:
            answer = ask(engine)
        except EngineUnavailable as error:
            beside = engines.standby()
            if beside is None:
                raise
            if not isinstance(error, EngineResting):  # said once, when it began
                logger.warning("%s: %s; the standby answers", error.code, error)
            engine = beside
            answer = ask(engine)
    except EngineUnavailable as error:
        logger.warning("%s: %s", error.code, error)
        raise SearchUnavailable from error
    attempt, page = answer.attempt, answer.page
    return Results(
        text=plan.text,
        attempt=attempt.kind if attempt else None,
        total=page.total,
        found=tuple(found.of(page.groups, attempt, user, names)) if attempt else (),
        law=tuple(found.of(answer.law.groups, answer.law_attempt, user, names)) if answer.law_attempt else (),
        law_total=answer.law.total,
        cited=plan.cited,
        led_on=led_on,
        offset=offset,
        limit=limit,
        order=order,
        facets=facets.of((*page.cards, *answer.law.cards), narrowing.chosen, user),
        is_limited=engine is not engines.current(),
        nearest=() if attempt else _nearest(engine, plan.text, user),
        is_taught=any(split(card)[0] is not Family.STATUTE for card in page.cards),
        is_law_better=answer.is_law_better(plan.attempts),
        unheld=tuple(dict.fromkeys(each.name for each in plan.cited if each.name)),
        beyond=() if plan.cited else _beyond(plan.text, names),
    )


def _beyond(text: str, names: Mapping[str, str]) -> tuple[citations.Citation, ...]:
    """The articles that are named outright and that their statutes do not have: no other number would do."""
    found = citations.find(text, names=names, lengths={})
    return tuple(each for each in found if each.statute and each.confidence == citations.NAMED)


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
    access = access_tokens(user) | {LAW_TOKEN}
    try:
        return nearest.nearest(text, lambda attempt: engine.find(Request(attempt, access, limit=1)).total > 0)
    except EngineUnavailable as error:
        logger.warning("%s: %s", error.code, error)
        return ()


def _answer(
    engine: Engine, plan: Plan, narrowing: Narrowing, user: User | AnonymousUser, part: Part
) -> _Answer:
    """What is taught by the first attempt that finds any, and the law's own text by one as good; where nothing is
    taught, the law alone."""
    filters = Filters(
        course=narrowing.course,
        lecturer=narrowing.lecturer,
        group=f"lecture:{narrowing.lecture}" if narrowing.lecture else "",
        statute=narrowing.statute,
        year=narrowing.year,
        kind=narrowing.kind,
    )
    asks_for_law = narrowing.kind == Kind.ARTICLE
    is_for_teaching = bool(narrowing.course or narrowing.lecturer or narrowing.lecture or narrowing.kind)
    tokens = access_tokens(user)
    for attempt in () if asks_for_law else plan.attempts:
        page = engine.find(Request(attempt, tokens, filters, part.offset, part.limit, MOMENTS, part.order))
        if page.total:
            tried = plan.attempts[: plan.attempts.index(attempt) + 1]
            asked = Request(attempt, frozenset({LAW_TOKEN}), filters, 0, LAWS_BESIDE, MOMENTS)
            law = (None, _NOTHING) if is_for_teaching else _first(engine, _for_law(tried), asked)
            return _Answer(attempt, page, *law)
        if attempt.kind is AttemptKind.CITATION and not is_for_teaching:
            asked = Request(attempt, frozenset({LAW_TOKEN}), filters, part.offset, part.limit, MOMENTS)
            if (page := engine.find(asked)).total:
                return _Answer(attempt, page)
    if (is_for_teaching and not asks_for_law) or not plan.attempts:
        return _Answer(None, _NOTHING)
    moments = MOST_ARTICLES if asks_for_law else MOMENTS
    asked = Request(
        plan.attempts[0], frozenset({LAW_TOKEN}), filters, part.offset, part.limit, moments, part.order
    )
    return _Answer(*_first(engine, _for_law(plan.attempts), asked))


def _for_law(attempts: Sequence[Attempt]) -> list[Attempt]:
    """Those that may be asked of the law's own text: what only names a statute is not answered by another's."""
    return [each for each in attempts if each.kind is not AttemptKind.ANY or each.required_terms]


def _first(engine: Engine, attempts: Sequence[Attempt], asked: Request) -> tuple[Attempt | None, Page]:
    """The first attempt that finds anything of what is asked for, and what it finds."""
    for attempt in attempts:
        page = engine.find(replace(asked, attempt=attempt))
        if page.total:
            return attempt, page
    return None, _NOTHING
