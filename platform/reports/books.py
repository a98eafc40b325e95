"""From a question of coverage to the book that answers it: what the page shows, all its pages, in one file."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from courses.models import Requirement
from people.days import ZONE
from people.models import Organisation, User
from reports import chart_svg, units
from reports.access import accessible_requirements, tree_of
from reports.book import Book, Chart, Column, Kind, Row, Sheet
from reports.coverage import Line, coverage, coverage_of_each
from reports.definitions import DEFINITIONS, FILTER_LABELS, STATE_LABELS
from reports.export_access import DETAIL_WORDS, Detail
from reports.export_refusals import ExportTooLarge, NothingToExport, PdfTooLong
from reports.figures import Figures, StateFilter, total
from reports.groups import GROUPING_LABELS, groups, labels
from reports.models import ExportFormat
from reports.questions import Question, View
from reports.standings import Standing, standings
from reports.trend import trend
from reports.whole import Step, Whole

# A large province's list; the country's is made in parts.
MAX_ROWS = 120_000
MAX_PDF_ROWS = 3_000
MAX_REQUIREMENTS = 60
# As many lines over time as somebody looks at one after another.
MAX_CHARTS = 12
ROWS_A_STEP = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader may have: `requirement` None means all that were open, `reason` is what he said it is for."""

    reader: User
    unit: Organisation
    requirement: Requirement | None
    question: Question
    file_format: str
    detail: Detail
    reason: str

    @property
    def tree(self) -> str:
        return tree_of(self.unit)


@dataclass(frozen=True, slots=True)
class Answer:
    """The book, and how many persons stand in it by name (None: none, figures alone)."""

    book: Book
    persons: int | None = None


def answer(asked: Asked, step: Step) -> Answer:
    """The book that was asked for. Raises NothingToExport, ExportTooLarge, PdfTooLong."""
    if asked.requirement is None:
        return _whole(asked, step)
    if asked.question.view is View.PERSONS:
        return _persons(asked, asked.requirement, step)
    if asked.question.view is View.GROUPS:
        return Answer(_groups(asked, asked.requirement))
    return Answer(_units(asked, asked.requirement))


def narrowed(question: Question, view: View | None) -> str:
    """What of the whole a file leaves out, in words; nothing where it leaves out nothing."""
    parts = []
    if view is View.PERSONS and question.state is not StateFilter.ALL:
        parts.append(str(FILTER_LABELS[question.state]))
    if view is View.PERSONS and question.group:
        parts.append(group_label(question))
    if question.text and view is not View.GROUPS:
        parts.append(_("found by “%(text)s”") % {"text": question.text})
    return _("Only: %(what)s") % {"what": "，".join(parts)} if parts else ""


def group_label(question: Question) -> str:
    """The group to which a list is narrowed, in words; nothing where it is not."""
    chosen = question.group
    if chosen is None:
        return ""
    return f"{GROUPING_LABELS[chosen.grouping]}: {dict(labels(chosen.grouping))[chosen.key]}"


# --- One curriculum -------------------------------------------------------------------------------------


def _units(asked: Asked, requirement: Requirement) -> Book:
    counted = coverage(requirement, asked.unit, asked.question.day, tree=asked.tree)
    column, is_descending = asked.question.unit_order
    lines = units.ordered(
        units.found(counted.lines, asked.question.text), column, is_descending=is_descending
    )
    if not lines:
        raise NothingToExport
    whole = total([line.figures for line in lines])
    sheet = Sheet(
        _("Coverage"),
        [Column(_("Organisation"), 34, Kind.TEXT), *_figure_columns()],
        lambda: ([_line_name(line, asked.unit), *_figure_cells(line.figures)] for line in lines),
        lambda: [_("Total"), *_figure_cells(whole)],
    )
    return _book(asked, requirement.title, [sheet], [requirement])


def _groups(asked: Asked, requirement: Requirement) -> Book:
    grouping = asked.question.grouping
    found = groups(requirement, asked.unit, asked.question.day, grouping, tree=asked.tree)
    if not found:
        raise NothingToExport
    whole = total([each.figures for each in found])
    sheet = Sheet(
        str(GROUPING_LABELS[grouping]),
        [Column(str(GROUPING_LABELS[grouping]), 24, Kind.TEXT), *_figure_columns()],
        lambda: ([each.label, *_figure_cells(each.figures)] for each in found),
        lambda: [_("Total"), *_figure_cells(whole)],
    )
    return _book(asked, requirement.title, [sheet], [requirement])


def _persons(asked: Asked, requirement: Requirement, step: Step) -> Answer:
    question = asked.question
    listing = standings(
        [requirement],
        asked.unit,
        question.day,
        state=question.state,
        text=question.text,
        order=question.person_order,
        limit=MAX_ROWS + 1,
        group=question.group,
        tree=asked.tree,
        shown_licence=asked.detail.licence_of,
    )
    _check_size(asked, listing.count)
    step(0, listing.count)

    def rows() -> list[Row]:
        made = []
        for number, each in enumerate(listing.standings, start=1):
            made.append(_person_cells(each, asked.detail))
            if number % ROWS_A_STEP == 0:
                step(number, listing.count)
        return made

    sheet = Sheet(
        _("Lawyers"),
        [
            Column(pgettext("of a person", "Name"), 12, Kind.TEXT),
            Column(_("Organisation"), 30, Kind.TEXT),
            Column(_("Licence number"), 21, Kind.DIGITS),
            Column(_("State"), 12, Kind.TEXT),
            Column(_("Watched"), 10, Kind.SHARE),
            Column(_("Completed on"), 13, Kind.DAY),
            Column(_("Due on"), 13, Kind.DAY),
            Column(pgettext("of a due date", "Extended"), 8, Kind.TEXT),
            Column(_("Overdue"), 8, Kind.TEXT),
        ],
        rows,
    )
    return Answer(_book(asked, requirement.title, [sheet], [requirement]), listing.count)


def _check_size(asked: Asked, persons: int) -> None:
    if not persons:
        raise NothingToExport
    if persons > MAX_ROWS:
        raise ExportTooLarge
    if asked.file_format == ExportFormat.PDF and persons > MAX_PDF_ROWS:
        raise PdfTooLong


# --- All curricula --------------------------------------------------------------------------------------


def _whole(asked: Asked, step: Step) -> Answer:
    day = asked.question.day
    found = accessible_requirements([asked.unit], day).filter(is_open=True).order_by("due_on", "pk")
    requirements = list(found[: MAX_REQUIREMENTS + 1])
    if not requirements:
        raise NothingToExport
    if len(requirements) > MAX_REQUIREMENTS:
        raise ExportTooLarge
    title = _("All curricula")
    if asked.file_format == ExportFormat.PDF:
        figures = coverage_of_each(requirements, asked.unit, day, tree=asked.tree)
        return Answer(_book(asked, title, [_curricula_sheet(lambda: figures)], requirements[:MAX_CHARTS]))
    whole = Whole(
        requirements,
        asked.unit,
        day,
        tree=asked.tree,
        detail=asked.detail,
        limit=MAX_ROWS + 1,
        step=step,
    )
    _check_size(asked, len(whole))
    step(0, len(whole))
    persons = Sheet(
        _("Lawyers"),
        [
            Column(pgettext("of a person", "Name"), 12, Kind.TEXT),
            Column(_("Organisation"), 30, Kind.TEXT),
            Column(_("Licence number"), 21, Kind.DIGITS),
            *(Column(each.title, 14, Kind.TEXT) for each in requirements),
            Column(pgettext("coverage", "Required"), 8),
            Column(_("Completed"), 8),
            Column(_("Overdue"), 8),
            Column(pgettext("of a due date", "Extended"), 8),
        ],
        whole.person_rows,
    )
    by_unit = Sheet(
        _("Organisations"),
        [
            Column(_("Organisation"), 30, Kind.TEXT),
            *(column for each in requirements for column in _short_columns(each.title)),
        ],
        lambda: (
            [_line_name(line, asked.unit), *(cell for each in figures for cell in _short_cells(each))]
            for line, figures in whole.unit_rows()
        ),
        lambda: [_("Total"), *(cell for _each, figures in whole.figures() for cell in _short_cells(figures))],
    )
    sheets = [_curricula_sheet(whole.figures), by_unit, persons]
    return Answer(_book(asked, title, sheets, []), len(whole))


def _curricula_sheet(figures: Callable[[], list[tuple[Requirement, Figures]]]) -> Sheet:
    return Sheet(
        _("Curricula"),
        [
            Column(_("Curriculum"), 30, Kind.TEXT),
            Column(_("Set by"), 20, Kind.TEXT),
            Column(_("Due on"), 13, Kind.DAY),
            *_figure_columns(),
        ],
        lambda: (
            [each.title, each.owner.label, each.due_on, *_figure_cells(found)] for each, found in figures()
        ),
    )


# --- Cells ----------------------------------------------------------------------------------------------


def _figure_columns() -> list[Column]:
    return [
        Column(pgettext("coverage", "Required"), 10),
        Column(_("Completed"), 10),
        Column(_("In time"), 10),
        Column(_("Late"), 10),
        Column(_("Started"), 10),
        Column(_("Not started"), 10),
        Column(_("Overdue"), 10),
        Column(_("Exempt"), 10),
        Column(_("Coverage"), 10, Kind.SHARE),
    ]


def _figure_cells(figures: Figures) -> Row:
    return [
        figures.required,
        figures.completed,
        figures.in_time,
        figures.late,
        figures.started,
        figures.not_started,
        figures.overdue,
        figures.exempt,
        _share(figures.permille),
    ]


def _short_columns(title: str) -> list[Column]:
    return [
        Column(f"{title} · {pgettext('coverage', 'Required')}", 12),
        Column(f"{title} · {_('Completed')}", 12),
        Column(f"{title} · {_('Coverage')}", 12, Kind.SHARE),
    ]


def _short_cells(figures: Figures) -> Row:
    return [figures.required, figures.completed, _share(figures.permille)]


def _person_cells(standing: Standing, detail: Detail) -> Row:
    return [
        detail.name_of(standing.name),
        standing.organisation,
        standing.licence,
        str(STATE_LABELS[standing.state]),
        _share(standing.watched_permille),
        standing.completed_on,
        standing.due_on,
        _("yes") if standing.is_extended else "",
        _("yes") if standing.is_overdue else "",
    ]


def _share(permille: int | None) -> float | None:
    return permille / 1000 if permille is not None else None


def _line_name(line: Line, unit: Organisation) -> str:
    if line.organisation is None:
        return _("Directly under %(organisation)s") % {"organisation": unit.name}
    return line.organisation.name


# --- What stands around the tables ----------------------------------------------------------------------


def _book(asked: Asked, title: str, sheets: Sequence[Sheet], drawn: Sequence[Requirement]) -> Book:
    view = asked.question.view
    heading = [
        _("Coverage of “%(title)s”") % {"title": title}
        if asked.requirement
        else _("Coverage of all curricula"),
        _("%(organisation)s, as of %(day)s")
        % {"organisation": asked.unit.name, "day": date_format(asked.question.day, "DATE_FORMAT")},
        narrowed(asked.question, view) if asked.requirement else "",
        _("Exported by %(who)s at %(when)s, for: %(reason)s")
        % {
            "who": asked.reader.get_full_name() or asked.reader.get_username(),
            "when": timezone.now().astimezone(ZONE).strftime("%Y-%m-%d %H:%M"),
            "reason": asked.reason,
        },
    ]
    is_by_name = any(column.kind is Kind.DIGITS for sheet in sheets for column in sheet.columns)
    notes = [_("%(term)s: %(meaning)s") % {"term": term, "meaning": meaning} for term, meaning in DEFINITIONS]
    if is_by_name:
        notes.append(str(DETAIL_WORDS[asked.detail]))
    name = f"{_('Coverage')}-{title}-{asked.unit.label}-{asked.question.day.isoformat()}"
    return Book(
        file_name=name,
        heading=[line for line in heading if line],
        sheets=sheets,
        notes=notes,
        notes_name=_("How it is counted"),
        charts=_charts(asked, drawn) if asked.file_format == ExportFormat.PDF else (),
    )


def _charts(asked: Asked, requirements: Sequence[Requirement]) -> list[Chart]:
    charts = []
    for each in requirements:
        line = trend(each, asked.unit, asked.question.day, tree=asked.tree)
        picture = chart_svg.drawn(line)
        if picture:
            due = _("Broken line: due %(day)s") % {"day": date_format(each.due_on, "DATE_FORMAT")}
            charts.append(
                Chart(
                    title=each.title if len(requirements) > 1 else "",
                    svg=picture,
                    first=_day(line.points[0].day),
                    last=_day(line.points[-1].day),
                    note=due if line.due_x is not None else "",
                )
            )
    return charts


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")
