"""Coverage through the API: the figures of the pages, their lines, their line over time and the persons behind them.

Every question stands in the address: a matter (the public id of a curriculum or of its requirement), an organisation,
a day, by what to count, a state. Readers and masking are the pages' own; what is not the reader's is not found. Answers
carry an ETag: who asks again with If-None-Match is answered 304 while nothing has changed.
"""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from ninja.security import django_auth
from pydantic import Field

from people import audit_log
from people.days import today
from people.models import AuditAct
from reports import access, api_answers, keeping, overview, trend, units
from reports.coverage import Coverage, coverage
from reports.figures import StateFilter
from reports.groups import Chosen, Grouping, groups, labels
from reports.questions import EARLIEST, Question
from reports.standings import standings
from reports.views.doors import Reader, reader_of

router = Router(tags=["coverage"], auth=django_auth)

MAX_LIMIT = 200


class By(StrEnum):
    """By what the lines of an answer bring persons together: the units below, or what persons are."""

    UNITS = "units"
    PRACTICE = "practice"
    AGE = "age"
    YEARS = "years"
    PARTY = "party"


class PersonOrder(StrEnum):
    ATTENTION = "attention"
    PERSON = "person"
    UNIT = "unit"
    DUE = "due"
    COMPLETED = "completed"


class Where(Schema):
    """Of which organisation (public id; the reader's own top if it is left out), as of which day (today)."""

    org: UUID | None = None
    on: dt.date | None = None


class Paged(Where):
    page: Annotated[int, Field(ge=1, le=100_000)] = 1
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50


class LinesAsked(Paged):
    """By what the lines are: "units" (what stands below), "practice", "age", "years" or "party"."""

    by: By = By.UNITS


class PersonsAsked(Paged):
    """Which persons: those in a state, in one line of a grouping (`by` with `group`, the key of the line).

    They are not looked for by name or licence here: neither belongs in an address.
    """

    state: StateFilter = StateFilter.ALL
    by: Grouping | None = None
    group: Annotated[str, Field(max_length=20)] = ""
    sort: PersonOrder = PersonOrder.ATTENTION


@router.get("")
def matters(request: HttpRequest, asked: Query[Where]) -> HttpResponseBase:
    """The open curricula that ask somebody in the organisation, each with its figures, the most urgent first."""
    reader = _reader(request, asked)
    with keeping.reading():
        found = overview.matters(reader.unit, reader.question.day)
    return api_answers.answer(
        request,
        {
            **api_answers.where(reader.unit, reader.question.day),
            "matters": [
                {
                    **api_answers.matter(each.requirement),
                    "urgency": each.urgency.name.lower(),
                    "figures": api_answers.figures(each.figures),
                }
                for each in found
            ],
        },
    )


@router.get("/{uuid:matter}")
def lines(request: HttpRequest, matter: UUID, asked: Query[LinesAsked]) -> HttpResponseBase:
    """The organisation's figures for a curriculum, and a page of the lines of which they are the sum.

    A line without organisation is of the persons directly under it.
    """
    reader = _reader(request, asked)
    with keeping.reading():
        requirement = access.accessible_requirement(reader.scopes, matter, reader.question.day)
        counted = coverage(requirement, reader.unit, reader.question.day, tree=reader.tree)
        found = _lines(reader, counted, asked.by)
    return api_answers.answer(
        request,
        {
            "matter": api_answers.matter(requirement),
            **api_answers.where(reader.unit, reader.question.day),
            "by": asked.by,
            "figures": api_answers.figures(counted.whole),
            **api_answers.page("lines", found, len(found), asked.page, asked.limit, is_cut=False),
        },
    )


@router.get("/{uuid:matter}/trend")
def over_time(request: HttpRequest, matter: UUID, asked: Query[Where]) -> HttpResponseBase:
    """The organisation's figures at the ends of at most forty days from the opening to the asked day."""
    reader = _reader(request, asked)
    with keeping.reading():
        requirement = access.accessible_requirement(reader.scopes, matter, reader.question.day)
        found = trend.trend(requirement, reader.unit, reader.question.day, tree=reader.tree)
    return api_answers.answer(
        request,
        {
            "matter": api_answers.matter(requirement),
            **api_answers.where(reader.unit, reader.question.day),
            "points": [
                {"day": each.day.isoformat(), "figures": api_answers.figures(each.figures)}
                for each in found.points
            ],
        },
    )


@router.get("/{uuid:matter}/persons")
def persons(request: HttpRequest, matter: UUID, asked: Query[PersonsAsked]) -> HttpResponseBase:
    """The persons behind a number, a page at a time; licence numbers are masked. Each page handed out is logged."""
    group = _group(asked)
    reader = _reader(request, asked)
    with keeping.reading():
        requirement = access.accessible_requirement(reader.scopes, matter, reader.question.day)
        found = standings(
            [requirement],
            reader.unit,
            reader.question.day,
            state=asked.state,
            order=asked.sort,
            offset=(asked.page - 1) * asked.limit,
            limit=asked.limit,
            tree=reader.tree,
            group=group,
        )
    answer = api_answers.answer(
        request,
        {
            "matter": api_answers.matter(requirement),
            **api_answers.where(reader.unit, reader.question.day),
            "state": asked.state,
            **api_answers.page(
                "persons",
                [api_answers.person(each) for each in found.standings],
                found.count,
                asked.page,
                asked.limit,
                is_cut=True,
            ),
        },
    )
    if answer.status_code == 200:
        audit_log.record(
            AuditAct.EXPORTED,
            by=reader.user,
            organisation=reader.unit,
            about=requirement.title,
            persons=len(found.standings),
        )
    return answer


def _reader(request: HttpRequest, asked: Where) -> Reader:
    day = asked.on or today()
    if not EARLIEST <= day <= today():
        raise HttpError(422, str(api_answers.NO_SUCH_DAY))
    return reader_of(request.user, Question(organisation_id=asked.org, day=day))


def _group(asked: PersonsAsked) -> Chosen | None:
    if asked.by is None and not asked.group:
        return None
    if asked.by is None or asked.group not in dict(labels(asked.by)):
        raise HttpError(422, str(api_answers.NO_SUCH_GROUP))
    return Chosen(asked.by, asked.group)


def _lines(reader: Reader, counted: Coverage, by: By) -> list[dict[str, Any]]:
    if by is By.UNITS:
        return [
            {
                "organisation": api_answers.organisation(each.organisation) if each.organisation else None,
                "figures": api_answers.figures(each.figures),
            }
            for each in units.ordered(counted.lines, "name", is_descending=False)
        ]
    return [
        {"group": each.key, "label": each.label, "figures": api_answers.figures(each.figures)}
        for each in groups(
            counted.requirement, reader.unit, reader.question.day, Grouping(by), tree=reader.tree
        )
    ]
