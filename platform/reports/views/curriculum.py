"""Coverage of one curriculum: figures, and the units below or the persons behind."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from people.days import today
from people.models import OrganisationKind
from reports import access, books, reminder_access, reminder_reading, reminding, snapshot_access, units
from reports.chat_text import MAX_NAMES, who_lacks_what
from reports.coverage import Coverage, coverage
from reports.definitions import DEFINITIONS, FILTER_LABELS, PERSON_ORDERS
from reports.figures import Figures, StateFilter
from reports.groups import GROUPING_LABELS, groups
from reports.questions import View
from reports.standings import Lengths, Listing, lecture_lengths, standings
from reports.trend import trend
from reports.views.doors import Reader, for_readers

PAGE_SIZE = 30


@for_readers
def curriculum(request: HttpRequest, reader: Reader, public_id: UUID) -> HttpResponse:
    """The unit's figures and one page of its units or persons."""
    question = reader.question
    requirement = access.accessible_requirement(reader.scopes, public_id, question.day)
    counted = coverage(requirement, reader.unit, question.day, tree=reader.tree)
    view = _view(reader, counted)
    context = {
        "reader": reader,
        "question": question,
        "unit": reader.unit,
        "crumbs": reader.crumbs(),
        "today": today(),
        "requirement": requirement,
        "coverage": counted,
        "figures": counted.whole,
        "view": view,
        # A list of persons has its statements for itself.
        "trend": None
        if view is View.PERSONS
        else trend(requirement, reader.unit, question.day, tree=reader.tree),
        "definitions": DEFINITIONS,
        "may_fix": snapshot_access.is_fixer(reader.user),
    }
    lengths = lecture_lengths([requirement]) if view is View.PERSONS else None
    if view is View.GROUPS:
        context["groupings"] = GROUPING_LABELS
        context["groups"] = groups(
            requirement, reader.unit, question.day, question.grouping, tree=reader.tree
        )
    elif view is View.UNITS:
        context["page"] = Paginator(_lines(reader, counted), PAGE_SIZE).get_page(question.page)
        context["sort_column"], context["sort_descending"] = question.unit_order
    else:
        narrowed = _of_group(reader, requirement)
        shown = counted.whole if narrowed is None else narrowed
        listing = _listing(reader, requirement, shown, lengths)
        context["listing"] = listing
        context["page"] = Paginator(range(listing.count), PAGE_SIZE).get_page(question.page)
        context["filters"] = [(state, label, shown.count(state)) for state, label in FILTER_LABELS.items()]
        context["orders"] = PERSON_ORDERS
        context["group_label"] = books.group_label(question)
        context["may_remind"] = reminder_access.is_reminder(reader.user) and question.day == today()
        context["reminded"] = reminder_reading.told_on(
            requirement, [each.person_id for each in listing.standings]
        )
        context["lacking_count"] = shown.count(
            question.state if question.state in reminding.LACKING else StateFilter.LACKING
        )
    if reader.unit.kind != OrganisationKind.ASSOCIATION:
        lacking = standings(
            [requirement],
            reader.unit,
            question.day,
            state=StateFilter.LACKING,
            order="person",
            limit=MAX_NAMES + 1,
            lengths=lengths,
            tree=reader.tree,
            count=0,
        ).standings
        context["chat_text"] = who_lacks_what(reader.unit.name, lacking, question.day)
    return render(request, "reports/curriculum.html", context)


def _view(reader: Reader, counted: Coverage) -> View:
    """What is listed: units where there are any and nothing else was asked for."""
    asked = reader.question.view
    if asked is View.GROUPS:
        return asked
    return View.UNITS if counted.has_units and asked is not View.PERSONS else View.PERSONS


def _of_group(reader: Reader, requirement: access.Requirement) -> Figures | None:
    """The figures of the group to which the list is narrowed."""
    chosen = reader.question.group
    if chosen is None:
        return None
    lines = groups(requirement, reader.unit, reader.question.day, chosen.grouping, tree=reader.tree)
    return next((each.figures for each in lines if each.key == chosen.key), Figures())


def _lines(reader: Reader, counted: Coverage) -> list:
    column, is_descending = reader.question.unit_order
    found = units.found(counted.lines, reader.question.text)
    return units.ordered(found, column, is_descending=is_descending)


def _listing(
    reader: Reader, requirement: access.Requirement, shown: Figures, lengths: Lengths | None
) -> Listing:
    question = reader.question
    return standings(
        [requirement],
        reader.unit,
        question.day,
        state=question.state,
        text=question.text,
        order=question.person_order,
        limit=PAGE_SIZE,
        offset=(question.page - 1) * PAGE_SIZE,
        lengths=lengths,
        group=question.group,
        tree=reader.tree,
        count=None if question.text else shown.count(question.state),
    )
