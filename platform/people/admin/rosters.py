"""Rosters in the admin: hand one in, read its plan, decide doubts, agree, and take it back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets import AdminDateInput

from people import audit_log, roster_applying, roster_imports, roster_sheet, roster_words, table_files, tasks
from people.access import accessible_roster_organisations, accessible_rosters, roster_for
from people.admin.columns import membership_of, number_ends, with_places
from people.admin.organisations import Widget as OrganisationWidget
from people.days import today
from people.guarded import with_permission
from people.licence_numbers import LENGTH, mask
from people.models import AuditAct, Organisation, Person, RosterImport, RosterLine, RosterState, User
from people.refusals import Refused
from people.roster.planning import Decision, Outcome

PERMISSION = "people.add_membership"
LINES_A_PAGE = 50
ROSTERS_A_PAGE = 20
AT_WORK = frozenset({RosterState.WAITING, RosterState.APPLYING, RosterState.UNDOING})
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class RosterForm(forms.Form):
    """The file, whose it is, and of which day."""

    file = forms.FileField(
        label=gettext_lazy("Roster"),
        help_text=gettext_lazy(
            "XLSX or CSV, up to 8 MB and 20,000 rows. Columns may stand in any order; 姓名 and 执业证号 are needed."
        ),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    organisation = forms.ModelChoiceField(
        label=gettext_lazy("Roster of"), queryset=Organisation.objects.none(), widget=OrganisationWidget
    )
    as_of = forms.DateField(
        label=gettext_lazy("As of"),
        widget=AdminDateInput,
        initial=today,
        help_text=gettext_lazy("Changes take effect on this day, unless a row names its own."),
    )
    is_complete = forms.BooleanField(
        label=gettext_lazy("It names everybody of this organisation"),
        required=False,
        help_text=gettext_lazy("Whoever stands in the organisation and not in the roster has then left."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = accessible_roster_organisations(user)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > table_files.MAX_BYTES:
            raise forms.ValidationError(
                _("The file is too large. A roster may have 8 MB; divide it by cities.")
            )
        return file


@with_permission(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """Hand in a roster; those handed in before."""
    user = _user(request)
    form = RosterForm(user, request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            roster = roster_imports.hand_in(
                data["organisation"],
                content=data["file"].read(table_files.MAX_BYTES + 1),
                file_name=data["file"].name,
                as_of=data["as_of"],
                is_complete=data["is_complete"],
                by=user,
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            tasks.plan_roster.delay(roster.pk)
            return redirect("rosters:plan", roster.public_id)
    held = accessible_rosters(user).select_related("organisation", "made_by__person").defer("content")
    page = Paginator(held, ROSTERS_A_PAGE).get_page(request.GET.get("p"))
    return render(request, "people/admin/rosters.html", {"form": form, "page": page})


@with_permission(PERMISSION)
@require_safe
def plan(request: HttpRequest, public_id: Any) -> HttpResponse:
    """What a roster would change, line by line; while it is worked on, how far that is."""
    roster = roster_for(request.user, public_id)
    is_at_work = roster.state in AT_WORK
    shown = request.GET.get("outcome", "")
    tabs = [
        {"code": each.value, "label": roster_words.outcome(each.value), "count": roster.totals[each.value]}
        for each in roster_words.ORDER
        if roster.totals.get(each.value)
    ]
    if shown not in {tab["code"] for tab in tabs}:
        shown = tabs[0]["code"] if tabs else ""
    lines = roster.lines.filter(outcome=shown).exclude(outcome=Outcome.SKIPPED, reason="")
    page = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("p"))
    done, total = roster_imports.progress(roster)
    response = render(
        request,
        "people/admin/roster.html",
        {
            "roster": roster,
            "is_at_work": is_at_work,
            "done": done,
            "total": total,
            "failure": roster_words.failure(roster.failure),
            "tabs": tabs,
            "shown": shown,
            "page": page,
            "rows": _shown(roster, list(page)),
            "is_open": roster.state == RosterState.PLANNED,
            "is_entered": roster.state == RosterState.APPLIED and roster.lines.exists(),
            "changes": roster.lines.exclude(steps={}).count() if roster.state == RosterState.PLANNED else 0,
            "decided": roster.lines.exclude(decision="").count(),
            "kept": roster.lines.filter(is_kept=True).count(),
        },
    )
    if is_at_work:
        response["Refresh"] = "2"
    return response


def _shown(roster: RosterImport, lines: list[RosterLine]) -> list[dict[str, Any]]:
    """Lines in words; numbers masked, candidates told apart by firm and last four digits."""
    keys = {key for line in lines for key in line.candidates}
    persons: dict[int, Person] = {each.pk: each for each in with_places(Person.objects.filter(pk__in=keys))}
    return [
        {
            "line": line,
            "where": f"{line.sheet} {line.number}".strip() if line.number else "",
            "number": next(
                (mask(cell) for cell in line.cells if isinstance(cell, str) and _is_number(cell)), ""
            ),
            "text": roster_words.explained(line),
            "candidates": [
                {
                    "key": key,
                    "name": persons[key].name,
                    "place": membership_of(persons[key]),
                    "ends": number_ends(persons[key]),
                    "is_chosen": line.decided_person_id == key,
                }
                for key in line.candidates
                if key in persons
            ],
        }
        for line in lines
    ]


def _is_number(cell: str) -> bool:
    return len(cell) == LENGTH and cell.isdigit()


@with_permission(PERMISSION)
@require_POST
def decide(request: HttpRequest, public_id: Any, place: int) -> HttpResponse:
    """Who is meant by a doubtful line: "other", a person's key, or nothing yet."""
    roster = roster_for(request.user, public_id)
    line = get_object_or_404(RosterLine, roster=roster, place=place, outcome=Outcome.DOUBTFUL)
    said = request.POST.get("who", "")
    try:
        if said.isdigit():
            roster_imports.decide(line, decision=Decision.SAME, person_id=int(said[:18]))
        else:
            roster_imports.decide(line, decision=Decision.OTHER if said == Decision.OTHER else "")
    except Refused as refused:
        messages.error(request, str(refused))
    except ValueError:
        raise Http404 from None
    back = f"{reverse('rosters:plan', args=[roster.public_id])}?outcome={Outcome.DOUBTFUL}"
    page = request.POST.get("p", "")
    return redirect(f"{back}&p={page}#line-{place}" if page.isdigit() else back)


@with_permission(PERMISSION)
@require_POST
def agree(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The plan has been read and is to be entered."""
    return _further(request, public_id, roster_applying.agree, tasks.apply_roster)


@with_permission(PERMISSION)
@require_POST
def undo(request: HttpRequest, public_id: Any) -> HttpResponse:
    """What was entered is to be taken back."""
    return _further(request, public_id, roster_applying.ask_back, tasks.undo_roster)


def _further(request: HttpRequest, public_id: Any, deed: Callable[..., Any], task: Any) -> HttpResponse:
    roster = roster_for(request.user, public_id)
    try:
        deed(roster, by=_user(request))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        task.delay(roster.pk)
    return redirect("rosters:plan", roster.public_id)


@with_permission(PERMISSION)
@require_POST
def discard(request: HttpRequest, public_id: Any) -> HttpResponse:
    roster = roster_for(request.user, public_id)
    try:
        roster_imports.discard(roster)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("rosters:plan", roster.public_id)
    messages.success(request, _("The plan was discarded; nothing had been entered."))
    return redirect("rosters:index")


@with_permission(PERMISSION)
@require_safe
def sheet(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The roster as it was handed in, with the results beside each row."""
    roster = roster_for(request.user, public_id)
    if not roster.lines.exists():
        raise Http404
    audit_log.record(
        AuditAct.EXPORTED,
        by=_user(request),
        organisation=roster.organisation,
        about=_("Annotated roster"),
        persons=roster.lines.filter(person__isnull=False).count(),
    )
    response = HttpResponse(roster_sheet.annotated(roster), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="roster-{roster.as_of:%Y%m%d}.xlsx"'
    response["Cache-Control"] = "private, no-store"
    return response


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin's door has seen to it
    return request.user


class KeepersMenuItem(MenuItem):
    """Seen by those who may enter memberships; editors share the admin and not its people."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(PERMISSION))


class RosterViewSet(ViewSet):
    """The pages' addresses and their entry in the menu."""

    name = "rosters"
    icon = "table"
    menu_label = gettext_lazy("Roster import")
    menu_item_class = KeepersMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("<uuid:public_id>/", plan, name="plan"),
            path("<uuid:public_id>/lines/<int:place>/", decide, name="decide"),
            path("<uuid:public_id>/agree/", agree, name="agree"),
            path("<uuid:public_id>/undo/", undo, name="undo"),
            path("<uuid:public_id>/discard/", discard, name="discard"),
            path("<uuid:public_id>/sheet/", sheet, name="sheet"),
        ]
