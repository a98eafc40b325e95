"""Coverage of one curriculum: figures, the units below or the persons behind, and the same as a workbook."""

from tempfile import TemporaryFile
from uuid import UUID

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from people import audit_log
from people.days import today
from people.models import AuditAct, OrganisationKind
from reports import access, exports, snapshot_access, units
from reports.chat_text import MAX_NAMES, who_lacks_what
from reports.coverage import Coverage, coverage
from reports.definitions import DEFINITIONS, FILTER_LABELS, PERSON_ORDERS
from reports.figures import Figures, StateFilter
from reports.groups import GROUPING_LABELS, groups, labels
from reports.questions import Question, View
from reports.standings import Lengths, Listing, lecture_lengths, standings
from reports.trend import trend
from reports.views.doors import Reader, for_readers

PAGE_SIZE = 30
# A province's whole list; the country's is made by a worker, in parts.
MAX_EXPORT_ROWS = 50_000


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
        listing = _listing(
            reader, requirement, limit=PAGE_SIZE, offset=(question.page - 1) * PAGE_SIZE, lengths=lengths
        )
        context["listing"] = listing
        context["page"] = Paginator(range(listing.count), PAGE_SIZE).get_page(question.page)
        narrowed = _of_group(reader, requirement)
        shown = counted.whole if narrowed is None else narrowed
        context["filters"] = [(state, label, shown.count(state)) for state, label in FILTER_LABELS.items()]
        context["orders"] = PERSON_ORDERS
        context["group_label"] = _group_label(question)
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
        ).standings
        context["chat_text"] = who_lacks_what(reader.unit.name, lacking, question.day)
    return render(request, "reports/curriculum.html", context)


@for_readers
def curriculum_xlsx(request: HttpRequest, reader: Reader, public_id: UUID) -> HttpResponseBase:
    """The view in force as a workbook, all its pages in one."""
    question = reader.question
    requirement = access.accessible_requirement(reader.scopes, public_id, question.day)
    counted = coverage(requirement, reader.unit, question.day, tree=reader.tree)
    view = _view(reader, counted)
    heading = exports.Heading(
        title=_("Coverage of “%(title)s”") % {"title": requirement.title},
        organisation=reader.unit.name,
        day=question.day,
        exported_by=reader.user.get_full_name(),
        narrowed=_narrowed(reader, view),
    )
    persons = None
    target = TemporaryFile()  # noqa: SIM115 - FileResponse closes it
    if view is not View.PERSONS:
        exports.write_units(target, heading, counted, _lines(reader, counted))
    else:
        listing = _listing(reader, requirement, limit=MAX_EXPORT_ROWS)
        if listing.count > MAX_EXPORT_ROWS:
            refusal = exports.ExportTooLarge(listing.count, MAX_EXPORT_ROWS)
            return render(request, "reports/export_refused.html", {"refusal": refusal}, status=refusal.status)
        exports.write_persons(target, heading, listing.standings)
        persons = listing.count
    audit_log.record(
        AuditAct.EXPORTED, by=reader.user, organisation=reader.unit, about=requirement.title, persons=persons
    )
    target.seek(0)
    name = f"{_('Coverage')}-{requirement.title}-{reader.unit.label}-{question.day.isoformat()}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=exports.XLSX)


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


def _group_label(question: Question) -> str:
    """The group to which the list is narrowed, in words."""
    chosen = question.group
    if chosen is None:
        return ""
    return f"{GROUPING_LABELS[chosen.grouping]}: {dict(labels(chosen.grouping))[chosen.key]}"


def _lines(reader: Reader, counted: Coverage) -> list:
    column, is_descending = reader.question.unit_order
    found = units.found(counted.lines, reader.question.text)
    return units.ordered(found, column, is_descending=is_descending)


def _listing(
    reader: Reader,
    requirement: access.Requirement,
    *,
    limit: int,
    offset: int = 0,
    lengths: Lengths | None = None,
) -> Listing:
    question = reader.question
    return standings(
        [requirement],
        reader.unit,
        question.day,
        state=question.state,
        text=question.text,
        order=question.person_order,
        limit=limit,
        offset=offset,
        lengths=lengths,
        group=question.group,
        tree=reader.tree,
    )


def _narrowed(reader: Reader, view: View) -> str:
    """What of the whole the export leaves out, in words."""
    question = reader.question
    parts = []
    if view is View.PERSONS and question.state is not StateFilter.ALL:
        parts.append(str(FILTER_LABELS[question.state]))
    if view is View.PERSONS and question.group:
        parts.append(_group_label(question))
    if question.text:
        parts.append(_("found by “%(text)s”") % {"text": question.text})
    return _("Only: %(what)s") % {"what": "，".join(parts)} if parts else ""
