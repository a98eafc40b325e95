"""Pages of exports: asking for one, the reader's own list, one with its progress, and its file."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from courses.models import Requirement
from courses.refusals import Refusal
from people import search_terms
from people.models import Organisation, User
from reports import access, books, export_access, tasks
from reports import exports as deeds
from reports.coverage import coverage
from reports.export_access import DETAIL_WORDS
from reports.export_refusals import ERROR_TEXTS, UNKNOWN_ERROR
from reports.groups import GROUPING_LABELS
from reports.models import Export, ExportFormat
from reports.questions import Question, View, read_kept, read_question
from reports.views.fixed_doors import for_reporters, page_of

CONTENTS = {
    View.UNITS: gettext_lazy("Organisations with their figures"),
    View.PERSONS: gettext_lazy("Lawyers by name"),
    View.GROUPS: gettext_lazy("Groups with their figures"),
}
# What of an address belongs to the question that an export keeps.
MAX_PARAMETER = 60
KEPT_PARAMETERS = ("state", "sort", "by", "group")


class ExportForm(forms.Form):
    """What is taken away, in which form, and what for."""

    contents = forms.ChoiceField(label=gettext_lazy("What the file holds"), widget=forms.RadioSelect)
    file_format = forms.ChoiceField(
        label=pgettext_lazy("of a file", "Format"), choices=ExportFormat.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("What it is for"),
        max_length=deeds.MAX_REASON,
        help_text=gettext_lazy(
            "Stands in the file and in the audit log, which the persons in the list can read too."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, offered: list[View], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if offered:
            field = self.fields["contents"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [(each.value, CONTENTS[each]) for each in offered]
        else:
            del self.fields["contents"]


@for_reporters
def exports(request: HttpRequest, user: User) -> HttpResponse:
    """/coverage/exports/: the reader's own."""
    rows = (
        export_access.accessible_exports(user).select_related("organisation", "requirement").order_by("-pk")
    )
    page = page_of(request, rows)
    shown = [(each, deeds.kept_until(each)) for each in page]
    return render(request, "reports/exports.html", {"page": page, "shown": shown, "days": deeds.KEPT.days})


@for_reporters
def export_new(request: HttpRequest, user: User) -> HttpResponse:
    """/coverage/exports/new/?of=<curriculum>&org=&on=&view=…: what would be in the file; POST asks for it."""
    question = read_question(request.GET, text=search_terms.asked(request))
    unit, requirement = _asked(user, question, request.GET.get("of", ""))
    offered = _offered(requirement, unit, question)
    initial = {
        "contents": question.view or (offered[0] if offered else None),
        "file_format": ExportFormat.XLSX,
    }
    form = ExportForm(request.POST or None, offered=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _start(user, unit, requirement, _kept(request, question, unit), form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("reports:export", made.public_id)
    context = {
        "form": form,
        "unit": unit,
        "requirement": requirement,
        "question": question,
        "narrowed": books.narrowed(question, View.PERSONS) if requirement else "",
        "detail": DETAIL_WORDS[export_access.detail_for(user, unit)],
        "days": deeds.KEPT.days,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/export_new.html", context, status=status)


@for_reporters
def export(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/exports/<uuid>/; POST act=cancel or retry."""
    found = _export(user, public_id)
    problem = ""
    if request.method == "POST":
        try:
            _act(request, found)
            return redirect("reports:export", found.public_id)
        except Refusal as refusal:
            problem = str(refusal)
    question = read_kept(found.question)
    context = {
        "export": found,
        "question": question,
        "contents": _contents(question) if found.requirement else _("Lawyers by name, in all curricula"),
        "narrowed": books.narrowed(question, question.view) if found.requirement else "",
        "problem": problem,
        "error": ERROR_TEXTS.get(found.error_code, UNKNOWN_ERROR) if found.error_code else "",
        "kept_until": deeds.kept_until(found),
    }
    return render(request, "reports/export.html", context, status=409 if problem else 200)


@for_reporters
def export_progress(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """The part of the export's page that asks again while it is under way."""
    found = _export(user, public_id)
    if not found.is_active:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "reports/parts/export_progress.html", {"export": found})


@for_reporters
def export_file(request: HttpRequest, user: User, public_id: UUID) -> HttpResponseBase:
    """The file itself, streamed."""
    found = _export(user, public_id)
    content = deeds.open_file(found)
    if content is None:
        raise Http404
    what = found.requirement.title if found.requirement else _("All curricula")
    name = f"{_('Coverage')}-{what}-{found.organisation.label}-{found.question['on']}.{found.file_format}"
    return FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type=deeds.MEDIA_TYPES[ExportFormat(found.file_format)],
    )


def _asked(user: User, question: Question, of: str) -> tuple[Organisation, Requirement | None]:
    """The organisation and the curriculum that an address names; 404 for what is not the reader's."""
    try:
        scopes = access.report_scopes(user)
        unit = access.accessible_unit(scopes, question.organisation_id, question.day)
        if not of:
            return unit, None
        return unit, access.accessible_requirement(scopes, UUID(of), question.day)
    except (access.NotReadable, ValueError) as error:
        raise Http404 from error


def _offered(requirement: Requirement | None, unit: Organisation, question: Question) -> list[View]:
    """What a file about a curriculum can hold; nothing to choose where it is about all of them."""
    if requirement is None:
        return []
    counted = coverage(requirement, unit, question.day, tree=access.tree_of(unit))
    return [View.UNITS, View.PERSONS, View.GROUPS] if counted.has_units else [View.PERSONS, View.GROUPS]


def _kept(request: HttpRequest, question: Question, unit: Organisation) -> dict[str, str]:
    """The parameters of the address that an export keeps as its question."""
    kept = {name: request.GET[name][:MAX_PARAMETER] for name in KEPT_PARAMETERS if request.GET.get(name)}
    if question.text:
        kept["q"] = question.text
    return kept | {"on": question.day.isoformat(), "tree": str(access.tree_of(unit))}


def _start(
    user: User,
    unit: Organisation,
    requirement: Requirement | None,
    kept: dict[str, str],
    given: dict[str, Any],
) -> Export:
    if requirement is not None:
        kept["view"] = given["contents"]
    with transaction.atomic():
        made = deeds.start(
            user,
            unit,
            requirement=requirement,
            question=kept,
            file_format=ExportFormat(given["file_format"]),
            reason=given["reason"],
        )
        transaction.on_commit(lambda: tasks.make_export.delay(made.pk))
    return made


def _export(user: User, public_id: UUID) -> Export:
    rows = export_access.accessible_exports(user).select_related("organisation", "requirement")
    return get_object_or_404(rows, public_id=public_id)


def _act(request: HttpRequest, found: Export) -> None:
    if request.POST.get("act") == "cancel":
        deeds.cancel(found)
        messages.success(request, _("Stopped. Nothing was kept."))
    elif request.POST.get("act") == "retry":
        with transaction.atomic():
            deeds.retry(found)
            transaction.on_commit(lambda: tasks.make_export.delay(found.pk))


def _contents(question: Question) -> str:
    view = question.view or View.UNITS
    if view is View.GROUPS:
        return f"{CONTENTS[view]} · {GROUPING_LABELS[question.grouping]}"
    return str(CONTENTS[view])
