"""Extensions: a lawyer asks for longer; the committee of whoever set the curriculum decides."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from courses import desk_access, extensions, persons_shown
from courses.access import accessible_curricula
from courses.models import Extension, ExtensionState, Requirement
from courses.refusals import Refusal
from courses.views.desk_doors import (
    for_desks,
    own_person,
    refuse,
    signed_in,
    status_of,
    user_of,
    waiting_list,
)
from people.access import is_himself
from people.days import today

RELATED = ("requirement__curriculum", "requirement__owner", "person")


def _day_field(label: object) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))  # type: ignore[arg-type]


class AskForm(forms.Form):
    """What a lawyer asks for."""

    until = _day_field(gettext_lazy("Until when do you need?"))
    text = forms.CharField(
        label=gettext_lazy("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class DecideForm(forms.Form):
    """What is decided. The day matters to a grant alone."""

    until = _day_field(gettext_lazy("Granted until"))
    text = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@signed_in
def new(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/curricula/<uuid>/extension/."""
    person = own_person(request)
    requirement = get_object_or_404(
        Requirement.objects.select_related("owner"),
        curriculum__in=accessible_curricula(request.user).values("pk"),
        curriculum__public_id=public_id,
    )
    try:
        due_on = extensions.require_askable(person, requirement, today())
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("courses:curriculum", public_id)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            extensions.ask(person, requirement, until=given["until"], reason=given["text"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Your request was sent. You will be told what is decided, and why."))
            return redirect("courses:curriculum", public_id)
    return render(
        request,
        "courses/extension_form.html",
        {
            "form": form,
            "requirement": requirement,
            "curriculum_id": public_id,
            "due_on": due_on,
            "latest": extensions.latest_day(requirement, due_on),
        },
        status=status_of(form),
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/extensions/<uuid>/withdraw/."""
    found = get_object_or_404(
        Extension.objects.filter(person=own_person(request)).select_related(*RELATED), public_id=public_id
    )
    try:
        extensions.withdraw(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    curriculum = found.requirement.curriculum
    if curriculum is None:
        raise Http404
    return redirect("courses:curriculum", curriculum.public_id)


@for_desks
def desk(request: HttpRequest) -> HttpResponse:
    """/desk/extensions/?state=&q=: the longest waiting first."""
    allowed = desk_access.desk_extensions(request.user).select_related(*RELATED)
    context = waiting_list(
        request, allowed, ExtensionState, since="asked_at", searched=("person__name", "requirement__title")
    )
    return render(request, "courses/desk/extensions.html", context)


class RevokeForm(forms.Form):
    """Why a grant is taken back."""

    text = forms.CharField(
        label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@for_desks
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/extensions/<uuid>/."""
    found = get_object_or_404(
        desk_access.desk_extensions(request.user).select_related(*RELATED, "decided_by", "revoked_by"),
        public_id=public_id,
    )
    user = user_of(request)
    is_own = is_himself(user, found.person)
    is_his = not is_own and desk_access.is_of(user, found.requirement.owner, desk_access.APPROVERS)
    if request.method == "POST" and not is_his:
        raise Http404
    if request.method == "POST" and request.POST.get("decision") == "revoke":
        return _revoke(request, found)
    form = DecideForm(request.POST or None, initial={"until": found.asked_until})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if request.POST.get("decision") == "grant":
                extensions.grant(found, until=given["until"], by=user, text=given["text"])
            else:
                extensions.refuse(found, by=user, text=given["text"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Decided; the lawyer has been told."))
            return redirect("courses:desk_extensions")
    return _page(request, found, form=form)


def _revoke(request: HttpRequest, found: Extension) -> HttpResponse:
    form = RevokeForm(request.POST)
    if form.is_valid():
        try:
            extensions.revoke(found, by=user_of(request), text=form.cleaned_data["text"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Taken back; the lawyer has been told."))
            return redirect("courses:desk_extension", found.public_id)
    return _page(request, found, revoke_form=form)


def _page(
    request: HttpRequest,
    found: Extension,
    *,
    form: DecideForm | None = None,
    revoke_form: RevokeForm | None = None,
) -> HttpResponse:
    user = user_of(request)
    is_own = is_himself(user, found.person)
    is_his = not is_own and desk_access.is_of(user, found.requirement.owner, desk_access.APPROVERS)
    form = form or DecideForm(initial={"until": found.asked_until})
    revoke_form = revoke_form or RevokeForm()
    return render(
        request,
        "courses/desk/extension.html",
        {
            "extension": found,
            "person": persons_shown.shown([found.person_id])[found.person_id],
            "person_id": found.person.public_id,
            "may_decide": is_his and found.state == ExtensionState.OPEN,
            "may_revoke": is_his and found.state == ExtensionState.GRANTED,
            "is_own": is_own,
            "form": form,
            "revoke_form": revoke_form,
        },
        status=max(status_of(form), status_of(revoke_form)),
    )
