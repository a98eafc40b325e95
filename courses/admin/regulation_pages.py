"""The pages beside a regulation's form: checking its document, the usual shape as a form, trying it, its history."""

import csv
import difflib
import io
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST, require_safe

from courses import examples, problem_texts, regulating, tasks, trials, usual_shape
from courses.admin.regulation_form import UsualShapeForm
from courses.engine.errors import InvalidDocument
from courses.models import CreditRegulation, RegulationTrial, TrialState
from courses.models.regulations import MAX_DOCUMENT
from people import audit_log
from people.access import accessible_persons
from people.admin.choosers import organisations_of
from people.days import today
from people.guarded import with_permission
from people.models import AuditAct, Organisation, OrganisationKind, User

PERMISSION = "courses.change_creditregulation"
ROWS_SHOWN = 200
PROBLEMS_MARKED = 50
DRAFT = "regulation-document"  # the session's key: what the form wrote, on its way into the editor


@with_permission(PERMISSION)
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """{"problems": [{"line": 3, "text": …}], "title": …} of the posted document."""
    document = request.POST.get("document", "")[: MAX_DOCUMENT + 1].replace("\r\n", "\n")
    if len(document) > MAX_DOCUMENT:
        return JsonResponse({"problems": [{"line": 1, "text": _("The document is too long.")}], "title": ""})
    try:
        found = regulating.read(document)
    except InvalidDocument as error:
        problems = [
            {"line": each.line, "text": problem_texts.text(each), "path": each.path}
            for each in error.problems[:PROBLEMS_MARKED]
        ]
        return JsonResponse({"problems": problems, "title": ""})
    return JsonResponse({"problems": [], "title": found.title})


@with_permission(PERMISSION)
@require_safe
def example(request: HttpRequest, example: str) -> HttpResponse:
    """One of the documents that come with the product, as text."""
    try:
        return HttpResponse(examples.text(example), content_type="text/plain; charset=utf-8")
    except KeyError:
        raise Http404 from None


@lru_cache(maxsize=1)
def example_titles() -> tuple[tuple[str, str], ...]:
    """Each example's id and title."""
    return tuple((each, regulating.documents.parse(examples.text(each)).title) for each in examples.ids())


# --- The form -----------------------------------------------------------------------------------------


@with_permission(PERMISSION)
def new_form(request: HttpRequest) -> HttpResponse:
    """The form for a regulation that is not there yet: what it writes waits in the session for "add"."""
    return _shape_page(request, None)


@with_permission(PERMISSION)
def form(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a regulation's latest draft, where that has the usual shape."""
    return _shape_page(request, _latest(pk))


def _shape_page(request: HttpRequest, regulation: CreditRegulation | None) -> HttpResponse:
    shape = usual_shape.read(regulation.document) if regulation else None
    if request.method == "POST":
        filled = UsualShapeForm(request.POST)
        if filled.is_valid():
            document = usual_shape.write(filled.shape())
            if regulation is None:
                request.session[DRAFT] = document
                return redirect(reverse("wagtailsnippets_courses_creditregulation:add"))
            lock = regulation.get_lock()
            if lock is not None and lock.for_user(_user(request)):
                messages.error(request, _("It is locked or under review; you cannot change it now."))
                return redirect(
                    reverse("wagtailsnippets_courses_creditregulation:edit", args=[regulation.pk])
                )
            regulation.document = document
            regulation.save_revision(user=request.user)
            messages.success(request, _("The document was written from the form and saved as a draft."))
            return redirect(reverse("wagtailsnippets_courses_creditregulation:edit", args=[regulation.pk]))
    else:
        filled = UsualShapeForm.of(shape)
    return render(
        request,
        "courses/admin/regulation_form.html",
        {
            "regulation": regulation,
            "form": filled,
            "is_of_other_shape": regulation is not None and shape is None,
        },
    )


# --- Trying -------------------------------------------------------------------------------------------


class TrialForm(forms.Form):
    """On whom, how many of them, and for which year."""

    organisation: forms.ModelChoiceField = forms.ModelChoiceField(
        label=gettext_lazy("Lawyers of"), queryset=Organisation.objects.none(), empty_label=None
    )
    most = forms.TypedChoiceField(
        label=gettext_lazy("How many"),
        coerce=int,
        choices=[
            (trials.SAMPLES[0], gettext_lazy("100 lawyers, evenly chosen")),
            (trials.SAMPLES[1], gettext_lazy("1,000 lawyers, evenly chosen")),
            (trials.SAMPLES[2], gettext_lazy("All lawyers")),
        ],
    )
    year = forms.IntegerField(label=gettext_lazy("Year"), min_value=2000, max_value=2999)
    licences = forms.CharField(
        label=gettext_lazy("Only these lawyers"),
        help_text=gettext_lazy("Licence numbers, one a line; empty for lawyers evenly chosen."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=3000,
        required=False,
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Firms are many: whoever wants one narrows the trial to its city.
        own = organisations_of(user).filter(kind=OrganisationKind.ASSOCIATION).order_by("pk")
        self.fields["organisation"].queryset = own  # type: ignore[attr-defined]
        if not accessible_persons(user).exclude(user=user).exists():
            # Who answers for texts and not for people tries on figures without names.
            del self.fields["licences"]


@with_permission(PERMISSION)
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose on whom to try the latest draft; earlier trials below."""
    regulation, user = _latest(pk), _user(request)
    filled = TrialForm(user, request.POST or None, initial={"year": today().year, "most": trials.AT_ONCE})
    if request.method == "POST" and filled.is_valid():
        asked = filled.cleaned_data
        try:
            started = trials.start(
                regulation,
                regulation.document.replace("\r\n", "\n"),
                asked["organisation"],
                most=asked["most"],
                year=asked["year"],
                by=user,
                licences=asked.get("licences", "").split(),
            )
        except trials.TrialRefused as refused:
            filled.add_error(None, str(refused))
        else:
            if started.people <= trials.AT_ONCE:
                trials.run(started.pk)
            else:
                tasks.try_regulation.delay(started.pk)
            return redirect(_trial_url("trial_result", started))
    earlier = regulation.trials.select_related("organisation", "started_by")[:10]
    return render(
        request,
        "courses/admin/regulation_trial.html",
        {"regulation": regulation, "form": filled, "earlier": earlier},
    )


@with_permission(PERMISSION)
@require_safe
def trial_result(request: HttpRequest, pk: int, public_id: Any) -> HttpResponse:
    """What would change; while it is judged, how far that is."""
    found = _trial(request, pk, public_id)
    counts = found.result.get("counts", {})
    outcomes = [
        (label, counts.get(f"before:{name}", 0), counts.get(f"after:{name}", 0))
        for name, label in OUTCOMES.items()
        if counts.get(f"before:{name}") or counts.get(f"after:{name}")
    ]
    rows = _named_rows(request, found, ROWS_SHOWN)
    is_under_way = found.state in {TrialState.WAITING, TrialState.RUNNING}
    response = render(
        request,
        "courses/admin/regulation_trial_result.html",
        {
            "trial": found,
            "regulation": found.regulation,
            "is_under_way": is_under_way,
            "is_done": found.state == TrialState.DONE,
            "outcomes": outcomes,
            "rows": rows,
            "has_more": found.changed > len(rows),
        },
    )
    if is_under_way:
        response["Refresh"] = "2"
    return response


@with_permission(PERMISSION)
@require_POST
def trial_cancel(request: HttpRequest, pk: int, public_id: Any) -> HttpResponse:
    found = _trial(request, pk, public_id)
    trials.cancel(found)
    return redirect(_trial_url("trial_result", found))


@with_permission(PERMISSION)
@require_safe
def trial_table(request: HttpRequest, pk: int, public_id: Any) -> HttpResponse:
    """The changed persons as a table for a spreadsheet."""
    found = _trial(request, pk, public_id)
    text = io.StringIO()
    writer = csv.writer(text)
    head = (
        pgettext("of a person", "Name"),
        _("Firm"),
        _("Before"),
        _("Credits"),
        _("Credits required"),
        _("After"),
        _("Credits"),
        _("Credits required"),
    )
    writer.writerow(head)
    for row in _named_rows(request, found, trials.MOST_ROWS):
        cells = [row["name"], row["place"]]
        for figures in (row["before"], row["after"]):
            cells += [str(figures["label"]), figures.get("total") or "", figures.get("required") or ""]
        writer.writerow([_as_text(each) for each in cells])
    audit_log.record(
        AuditAct.EXPORTED,
        by=_user(request),
        organisation=found.organisation,
        about=f"{_('Trial of a regulation')} · {found.regulation.title}",
        persons=len(found.result.get("rows", [])),
    )
    # Spreadsheets take the text for Chinese only with the mark in front.
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="trial-{found.year}.csv"'
    return response


OUTCOMES = {
    "enough": gettext_lazy("Enough"),
    "short": gettext_lazy("Not enough"),
    "undetermined": gettext_lazy("Undetermined"),
    "free": gettext_lazy("Nothing required"),
    "refused": gettext_lazy("Cannot be judged"),
    "none": gettext_lazy("No regulation"),
}


def _named_rows(request: HttpRequest, found: RegulationTrial, most: int) -> list[dict[str, Any]]:
    """The changed persons; named are only those whom the user may see."""
    rows = found.result.get("rows", [])[:most]
    named = {
        person.pk: person
        for person in accessible_persons(_user(request)).filter(pk__in=[key for key, *_rest in rows])
    }
    places = trials.places_of(list(named))
    return [
        {
            "name": named[key].name if key in named else _("(name not shown)"),
            "place": places.get(key, ""),
            "before": {**before, "label": OUTCOMES[before["outcome"]]},
            "after": {**after, "label": OUTCOMES[after["outcome"]]},
        }
        for key, before, after in rows
    ]


def _as_text(cell: str) -> str:
    """A spreadsheet takes what begins like a formula for one."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@"} else cell


# --- History ------------------------------------------------------------------------------------------


@with_permission(PERMISSION)
@require_safe
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """The published versions, and what each changed against the one before (or the draft against the last)."""
    regulation = _latest(pk)
    published = list(regulation.versions.select_related("published_by__person")[:50])
    shown: list[dict[str, Any]] = []
    newest = published[0].document if published else ""
    if published and regulation.document != newest:
        shown.append({"version": None, "diff": _diff(newest, regulation.document)})
    for place, version in enumerate(published):
        before = published[place + 1].document if place + 1 < len(published) else ""
        shown.append({"version": version, "diff": _diff(before, version.document) if before else []})
    return render(
        request,
        "courses/admin/regulation_versions.html",
        {"regulation": regulation, "shown": shown, "periods": regulating.periods_of(regulation.owner_id)},
    )


def _diff(before: str, after: str) -> list[tuple[str, str]]:
    """Lines with "added", "removed", "place" or "" for unchanged ones around them."""
    kinds = {"+": "added", "-": "removed", "@": "place"}
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2)
    return [(kinds.get(line[:1], ""), line) for line in list(lines)[2:2000]]


# --- Doors --------------------------------------------------------------------------------------------


def _latest(pk: int) -> CreditRegulation:
    """The regulation as its latest draft has it."""
    found: CreditRegulation = get_object_or_404(CreditRegulation, pk=pk).get_latest_revision_as_object()
    return found


def _trial(request: HttpRequest, pk: int, public_id: Any) -> RegulationTrial:
    trials_ = RegulationTrial.objects.select_related("regulation", "organisation")
    allowed = organisations_of(_user(request)).values("pk")
    return get_object_or_404(trials_, regulation_id=pk, public_id=public_id, organisation__in=allowed)


def _trial_url(name: str, found: RegulationTrial) -> str:
    return reverse(
        f"wagtailsnippets_courses_creditregulation:{name}", args=[found.regulation_id, found.public_id]
    )


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user
