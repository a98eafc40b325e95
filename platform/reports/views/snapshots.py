"""Pages of fixed reports: fixing one, the list, one read unit by unit, two compared, one signed."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from courses.refusals import Refusal
from people import search_terms
from people.models import User
from reports import access, snapshot_access, snapshot_comparing, snapshot_reading, snapshots, units
from reports.coverage import coverage
from reports.definitions import CHANGE_LABELS, DEFINITIONS, FILTER_LABELS, PERSON_ORDERS
from reports.fixed_changes import Change
from reports.models import Snapshot
from reports.questions import View, read_question
from reports.snapshot_reading import FixedUnit, Report
from reports.views.fixed_doors import LINES_A_PAGE, for_reporters, page_of

NOW = "now"


class FixForm(forms.Form):
    """Under which title a report is kept."""

    title = forms.CharField(
        label=gettext_lazy("Title of the report"),
        max_length=snapshots.MAX_TITLE,
        help_text=gettext_lazy("As the office will call it, for instance in the bulletin."),
    )


class SignForm(forms.Form):
    """That somebody vouches for a report, and what he remarks."""

    agreed = forms.BooleanField(
        label=gettext_lazy(
            "I have read the figures and vouch for them as they were known when they were fixed."
        )
    )
    remark = forms.CharField(
        label=pgettext_lazy("under a signature", "Remark"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


@for_reporters
def index(request: HttpRequest, user: User) -> HttpResponse:
    """/coverage/reports/: the fixed reports of what the reader answers for."""
    rows = (
        snapshot_access.accessible_snapshots(user)
        .select_related("organisation")
        .defer("units")
        .annotate(signed=Count("signatures", distinct=True), touched=Count("marks__person", distinct=True))
        .order_by("-pk")
    )
    page = page_of(request, rows)
    shown = [(each, snapshot_reading.figures(each)) for each in page]
    return render(request, "reports/snapshots.html", {"page": page, "shown": shown})


@for_reporters
def fix(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/<uuid>/fix/?org=&on=: what would be fixed, its title, and the deed."""
    question = read_question(request.GET, text=search_terms.asked(request))
    try:
        scopes = access.report_scopes(user)
        unit = access.accessible_unit(scopes, question.organisation_id, question.day)
        requirement = access.accessible_requirement(scopes, public_id, question.day)
    except access.NotReadable as error:
        raise Http404 from error
    if not snapshot_access.may_fix(user, unit):
        raise Http404
    form = FixForm(request.POST or None, initial={"title": _usual_title(question.day)})
    if request.method == "POST" and form.is_valid():
        try:
            made = snapshots.fix(requirement, unit, question.day, title=form.cleaned_data["title"], by=user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Fixed. Whatever is corrected from now on, this report stays."))
            return redirect("reports:snapshot", made.public_id)
    context = {
        "form": form,
        "requirement": requirement,
        "unit": unit,
        "question": question,
        "figures": coverage(requirement, unit, question.day).whole,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/snapshot_fix.html", context, status=status)


@for_reporters
def snapshot(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/reports/<uuid>/?org=&view=&state=&q=&sort=&page=: one report, as it was fixed."""
    found = _snapshot(user, public_id)
    return render(request, "reports/snapshot.html", _page(request, user, found, SignForm()))


@for_reporters
def sign(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """POST /coverage/reports/<uuid>/sign/."""
    found = _snapshot(user, public_id)
    if request.method != "POST":
        return redirect("reports:snapshot", found.public_id)
    if not snapshot_access.may_fix(user, found.organisation):
        raise Http404
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            snapshots.sign(found, by=user, remark=form.cleaned_data["remark"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Signed. Your name stands under the report."))
            return redirect("reports:snapshot", found.public_id)
    return render(request, "reports/snapshot.html", _page(request, user, found, form), status=422)


@for_reporters
def compare(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/reports/<uuid>/compare/?with=<uuid> or now, &change=: what is different, and why."""
    found = _snapshot(user, public_id)
    chosen = request.GET.get("with", NOW)
    others = snapshot_comparing.comparable(found)
    if chosen == NOW:
        comparison = snapshot_comparing.compare_with_now(found)
    else:
        other = next((each for each in others if str(each.public_id) == chosen), None)
        if other is None:
            raise Http404
        comparison = snapshot_comparing.compare(found, _snapshot(user, other.public_id))
    change = request.GET.get("change", "")
    kind = Change(change) if change in set(Change) else None
    page = page_of(request, comparison.of(kind))
    context = {
        "snapshot": found,
        "others": others,
        "chosen": chosen,
        "comparison": comparison,
        "kind": kind,
        "changes": [(each, CHANGE_LABELS[each], count) for each, count in comparison.counts.items()],
        "page": page,
        "shown": snapshot_comparing.shown(comparison, list(page)),
    }
    return render(request, "reports/snapshot_compare.html", context)


def _snapshot(user: User, public_id: UUID) -> Snapshot:
    rows = snapshot_access.accessible_snapshots(user).select_related("requirement__owner", "organisation")
    return get_object_or_404(rows.select_related("made_by__person"), public_id=public_id)


def _page(request: HttpRequest, user: User, found: Snapshot, form: SignForm) -> dict[str, Any]:
    report = snapshot_reading.opened(found)
    question = replace(
        read_question(request.GET, text=search_terms.asked(request)), day=found.day, was_moved=False
    )
    unit = _unit(report, question.organisation_id)
    counted = snapshot_reading.coverage_of(report, unit)
    view = View.UNITS if counted.has_units and question.view is not View.PERSONS else View.PERSONS
    signatures = list(found.signatures.all())
    context: dict[str, Any] = {
        "snapshot": found,
        "requirement": found.requirement,
        "unit": unit,
        "way": report.way_to(unit),
        "question": question,
        "day": found.day,
        "coverage": counted,
        "figures": counted.whole,
        "view": view,
        "definitions": DEFINITIONS,
        "rows": found.figures["required"] + found.figures["exempt"],
        "digest_holds": snapshots.digest_holds(found),
        "signatures": signatures,
        "touched": found.marks.values("person").distinct().count(),
        "may_draft": snapshot_access.may_fix(user, found.organisation),
        "may_sign": snapshot_access.may_fix(user, found.organisation)
        and all(each.signed_by_id != user.pk for each in signatures),
        "sign_form": form,
        "signing_as": snapshots.name_of(user),
        "made_by": snapshots.name_of(found.made_by),
    }
    if view is View.UNITS:
        column, is_descending = question.unit_order
        lines = units.ordered(units.found(counted.lines, question.text), column, is_descending=is_descending)
        return context | {
            "page": page_of(request, lines),
            "sort_column": column,
            "sort_descending": is_descending,
        }
    listing = snapshot_reading.persons(
        report,
        unit,
        state=question.state,
        text=question.text,
        order=question.person_order,
        limit=LINES_A_PAGE,
        offset=(question.page - 1) * LINES_A_PAGE,
    )
    return context | {
        "listing": listing,
        "page": page_of(request, range(listing.count)),
        "filters": [(state, label, counted.whole.count(state)) for state, label in FILTER_LABELS.items()],
        "orders": PERSON_ORDERS,
    }


def _unit(report: Report, asked: UUID | None) -> FixedUnit:
    if asked is None:
        return report.top
    if str(asked) not in report.units:
        raise Http404
    return report.units[str(asked)]


def _usual_title(day: dt.date) -> str:
    """What offices call a report of that day."""
    if (day.month, day.day) == (6, 30):
        return _("Coverage in the first half of %(year)s") % {"year": day.year}
    if (day.month, day.day) == (12, 31):
        return _("Coverage in the year %(year)s") % {"year": day.year}
    return _("Coverage up to %(day)s") % {"day": date_format(day, "DATE_FORMAT")}
