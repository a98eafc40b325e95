"""Pages of reminders: who of a list would get what, the deed, how far it is, and what people did after."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.models import Requirement
from courses.refusals import Refusal
from people import search_terms
from people.days import today
from people.models import Organisation, OrganisationKind, User
from reports import access, reminder_access, reminder_reading, reminder_words, reminding, tasks
from reports.models import Reminder, ReminderState, ReminderWay
from reports.questions import Question, read_question
from reports.reminding import Plan
from reports.standings import Standing
from reports.views.fixed_doors import for_reporters, page_of

SHOWN = 12
# As many as a page of the list has, and some more.
MOST_CHOSEN = 200


class RemindForm(forms.Form):
    """How they are told, and what is added in the sender's own words."""

    way = forms.ChoiceField(
        label=gettext_lazy("Who gets it"),
        choices=ReminderWay.choices,
        widget=forms.RadioSelect,
        initial=ReminderWay.PERSONS,
    )
    words = forms.CharField(
        label=gettext_lazy("Words of your own"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Up to 300 characters. They stand below the due date."),
    )


@for_reporters
def remind(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/<uuid>/remind/?org=&state=&q=&by=&group=: what a list would be sent; POST act=send sends it.

    `person` names some of the list; without it everybody in it is meant, but for scope=ticked.
    """
    question = replace(
        read_question(request.GET, text=search_terms.asked(request)), day=today(), was_moved=False
    )
    requirement, unit = _of_question(user, public_id, question)
    if not reminder_access.may_remind(user, unit):
        raise Http404
    is_sent = request.POST.get("act") == "send"
    form = RemindForm(request.POST if "way" in request.POST else None)
    way = _way(form, unit)
    chosen = request.POST.getlist("person")[:MOST_CHOSEN] if request.POST.get("scope") != "all" else []
    if request.POST.get("scope") == "ticked" and not chosen:
        messages.error(request, _("Nobody is ticked. Tick some of the list, or remind all of it."))
        back = reverse("reports:curriculum", args=[public_id])
        return redirect(f"{back}?{request.GET.urlencode()}")
    planned: Plan | None = None
    found: list[Standing] = []
    try:
        found = reminding.listed(
            requirement,
            unit,
            state=question.state,
            text=question.text,
            group=question.group,
            chosen=set(chosen) or None,
        )
        planned = reminding.plan(requirement, found, way, today())
        if is_sent and form.is_valid():
            made = reminding.send(requirement, unit, planned, words=form.cleaned_data["words"], by=user)
            tasks.send_reminder.delay_on_commit(made.pk)
            return redirect("reports:reminder", made.public_id)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    context = {
        "form": form,
        "requirement": requirement,
        "unit": unit,
        "chosen": chosen,
        "way": way,
        "may_choose_way": unit.kind == OrganisationKind.ASSOCIATION,
        "plan": planned,
        "found": found,
    } | _preview(requirement, unit, planned, form)
    return render(
        request, "reports/remind.html", context, status=422 if form.is_bound and form.errors else 200
    )


@for_reporters
def index(request: HttpRequest, user: User) -> HttpResponse:
    """/coverage/reminders/: what was sent, the latest first."""
    rows = reminder_access.accessible_reminders(user).select_related(
        "requirement", "organisation", "made_by__person"
    )
    page = page_of(request, rows.order_by("-pk"))
    counts = reminder_reading.counts(list(page))
    shown = [(each, *counts.get(each.pk, (0, 0))) for each in page]
    return render(request, "reports/reminders.html", {"page": page, "shown": shown})


@for_reporters
def reminder(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/reminders/<uuid>/: how far it is, whom it told, and what they did after."""
    found = _reminder(user, public_id)
    if request.method == "POST":
        return _act(request, user, found)
    page = page_of(request, reminder_reading.lines(found))
    context = {
        "reminder": found,
        "sums": reminder_reading.sums(found),
        "page": page,
        "lines": reminder_reading.shown(list(page)),
        "may_act": reminder_access.may_remind(user, found.organisation),
        "is_sending": found.state == ReminderState.SENDING,
    }
    return render(request, "reports/reminder.html", context)


@for_reporters
def progress(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/reminders/<uuid>/progress/."""
    found = _reminder(user, public_id)
    response = render(
        request,
        "reports/parts/reminder_progress.html",
        {"reminder": found, "sums": reminder_reading.sums(found)},
    )
    if found.state != ReminderState.SENDING:
        response["HX-Refresh"] = "true"
    return response


def _of_question(user: User, public_id: UUID, question: Question) -> tuple[Requirement, Organisation]:
    try:
        scopes = access.report_scopes(user)
        unit = access.accessible_unit(scopes, question.organisation_id, question.day)
        return access.accessible_requirement(scopes, public_id, question.day), unit
    except access.NotReadable as error:
        raise Http404 from error


def _way(form: RemindForm, unit: Organisation) -> ReminderWay:
    """As chosen; a firm's own manager tells his people themselves."""
    chosen = form.data.get("way") if form.is_bound else ReminderWay.PERSONS
    is_by_firm = chosen == ReminderWay.FIRMS and unit.kind == OrganisationKind.ASSOCIATION
    return ReminderWay.FIRMS if is_by_firm else ReminderWay.PERSONS


def _preview(
    requirement: Requirement, unit: Organisation, planned: Plan | None, form: RemindForm
) -> dict[str, Any]:
    """The texts as they would be read, and some of those who get them."""
    if planned is None:
        return {}
    words = " ".join(str(form.data.get("words", "")).split())[:300] if form.is_bound else ""
    told = planned.told
    own = next((each.standing for each in told if not each.is_digest), None)
    firm = _of_one_firm(planned)
    return {
        "sample": told[:SHOWN],
        "more": max(len(told) - SHOWN, 0),
        "left_out": planned.left_out[:SHOWN],
        "own_text": reminder_words.to_person(requirement.title, own.due_on, today(), words, unit.name)
        if own
        else None,
        "firm_text": reminder_words.to_firm(
            requirement.title, [(each.name, each.due_on) for each in firm], words, unit.name
        )
        if firm
        else None,
        "firm_name": firm[0].organisation if firm else "",
    }


def _of_one_firm(planned: Plan) -> Sequence[Standing]:
    first = next((each for each in planned.told if each.is_digest), None)
    if first is None:
        return []
    return [each.standing for each in planned.told if each.is_digest and each.place_id == first.place_id]


def _act(request: HttpRequest, user: User, found: Reminder) -> HttpResponse:
    if not reminder_access.may_remind(user, found.organisation):
        raise Http404
    try:
        if request.POST.get("act") == "cancel":
            reminding.cancel(found, by=user)
            messages.success(request, _("Stopped. Who was told already has been told."))
        elif request.POST.get("act") == "resume":
            reminding.resume(found, by=user)
            tasks.send_reminder.delay_on_commit(found.pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("reports:reminder", found.public_id)


def _reminder(user: User, public_id: UUID) -> Reminder:
    rows = reminder_access.accessible_reminders(user).select_related(
        "requirement", "organisation", "made_by__person"
    )
    return get_object_or_404(rows, public_id=public_id)
