"""The regulation as people read it: what it asks, by which article, from when, and what it said before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from courses import regulating, standings_said
from courses.engine import numbers
from courses.engine.amounts import Amount, Plain
from courses.engine.language import Head, Regulation
from courses.models import RegulationVersion
from people.days import today


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table of requirements: whom or what, how much, by which article."""

    says: str
    amount: str
    article: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """Rules of one kind, each a sentence with its article."""

    title: str
    rules: Sequence[Head]


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """/regulation/: what holds for the reader today."""
    return _page(request, regulating.version_for_visitor(request.user, today()))


@require_safe
def version(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/regulation/<version>/: a version that a statement or a certificate names."""
    return _page(request, get_object_or_404(RegulationVersion, public_id=public_id))


def _page(request: HttpRequest, found: RegulationVersion | None) -> HttpResponse:
    if found is None:
        return render(request, "courses/regulation/none.html")
    regulation = regulating.read(found.document)
    periods = regulating.periods_of(found.regulation.owner_id)
    own = [each for each in periods if each.version_id == found.pk]
    day = today()
    return render(
        request,
        "courses/regulation/regulation.html",
        {
            "version": found,
            "regulation": regulation,
            "requirements": list(_requirements(regulation)),
            "chapters": [each for each in _chapters(regulation) if each.rules],
            "periods": periods,
            "own": own,
            "is_in_force": any(
                each.valid_from <= day and (each.valid_to is None or day < each.valid_to) for each in own
            ),
        },
    )


def _requirements(regulation: Regulation) -> Iterator[Row]:
    for row in regulation.requirement:
        yield Row(row.head.says or row.head.id, _constant(row.credit), row.head.article)
    for minimum in regulation.minima:
        label = regulation.counters[minimum.counter].label
        yield Row(minimum.head.says or label, _constant(minimum.needed), minimum.head.article)


def _constant(amount: Amount) -> str:
    """The amount where it is the same for everybody; empty where it depends."""
    if not isinstance(amount, Plain) or amount.formula.names:
        return ""
    value: Any = amount.formula.value({})
    return standings_said.figure(numbers.as_decimal(value)) if not isinstance(value, bool | str) else ""


def _chapters(regulation: Regulation) -> Iterator[Chapter]:
    yield Chapter(_("The year"), _said(regulation.cycle))
    yield Chapter(_("What a credit is"), _said(regulation.conversions))
    yield Chapter(_("When acts count"), _said(regulation.windows))
    yield Chapter(_("What is recognised"), _said(regulation.recognition))
    yield Chapter(_("At most"), _said(regulation.limits))
    yield Chapter(
        _("Carrying over"), [regulation.carry.head] if regulation.carry and regulation.carry.head.says else []
    )
    yield Chapter(_("Making up"), _said(regulation.make_up))
    yield Chapter(_("What else is due"), _said(regulation.obligations))
    yield Chapter(_("What follows"), _said(regulation.outcomes))
    yield Chapter(_("Notes"), [each for each in regulation.notes if each.says])


def _said(rules: Sequence[Any]) -> list[Head]:
    """The heads of rules that have a sentence for people; one without it is a matter of its neighbours."""
    return [rule.head for rule in rules if rule.head.says]
