"""The support desk: find a person, see what went wrong, reset a sign-in, change a phone, see the site as he does."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from courses import persons_shown, support
from courses.views.desk_doors import signed_in, status_of, user_of
from people import accounts, audit_log, seeing_as, sign_ins
from people.access import accessible_supported_persons, is_support
from people.licence_numbers import mask
from people.models import Licence, Person
from people.refusals import Refused


class FindForm(forms.Form):
    """Sent in a request's body: a phone or a licence number never stands in an address."""

    q = forms.CharField(label=gettext_lazy("Name, phone or licence number"), max_length=40)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Reason, as the person reads it"), max_length=300)


class PhoneForm(ReasonForm):
    phone = forms.RegexField(r"^\+?[0-9][0-9 -]{4,18}$", label=gettext_lazy("New phone"), max_length=20)
    field_order = ("phone", "reason")


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """/desk/support/: whom is it about?"""
    user = user_of(request)
    if not is_support(user):
        raise Http404
    form = FindForm(request.POST or None)
    found: list[Any] = []
    if request.method == "POST" and form.is_valid():
        keys = [each.pk for each in support.found_by(user, form.cleaned_data["q"])]
        shown = persons_shown.shown(keys)
        found = [shown[key] for key in keys]
    context = {"form": form, "found": found, "most": support.MOST_FOUND}
    return render(request, "courses/desk/support.html", context, status=status_of(form))


@signed_in
def person(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/support/<person>/: what went wrong, and what helps."""
    found = _person(request, public_id)
    audit_log.looked_at(user_of(request), found, _("Support desk"))
    return _page(request, found)


@require_POST
@signed_in
def reset(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The new first password is shown once, in this answer alone."""
    found, form = _person(request, public_id), ReasonForm(request.POST, auto_id="reset_%s")
    if form.is_valid():
        try:
            password = accounts.reset_sign_in(found, by=user_of(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _page(request, found, password=password)
    return _page(request, found, reset_form=form)


@require_POST
@signed_in
def phone(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Another phone on the roster; the person is told."""
    found, form = _person(request, public_id), PhoneForm(request.POST, auto_id="phone_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            accounts.change_phone(found, given["phone"], by=user_of(request), reason=given["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error("phone", error.messages)
        else:
            messages.success(request, _("The phone was changed; the person has been told."))
            return redirect("courses:support_person", found.public_id)
    return _page(request, found, phone_form=form)


@require_POST
@signed_in
def see(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """From here on the site as the person sees it, for a quarter of an hour."""
    found, form = _person(request, public_id), ReasonForm(request.POST, auto_id="see_%s")
    if form.is_valid():
        try:
            seeing_as.begin(request.session, found, by=user_of(request), reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("courses:my")
    return _page(request, found, see_form=form)


def _person(request: HttpRequest, public_id: UUID) -> Person:
    allowed = accessible_supported_persons(request.user).select_related("user")
    found: Person = get_object_or_404(allowed.distinct(), public_id=public_id)
    return found


def _page(
    request: HttpRequest,
    found: Person,
    *,
    password: str = "",
    reset_form: forms.Form | None = None,
    phone_form: forms.Form | None = None,
    see_form: forms.Form | None = None,
) -> HttpResponse:
    given = [form for form in (reset_form, phone_form, see_form) if form is not None]
    number = Licence.objects.current().filter(person=found).order_by("-valid_from").first()
    return render(
        request,
        "courses/desk/support_person.html",
        {
            "found": found,
            "person": persons_shown.shown([found.pk])[found.pk],
            "number": mask(number.number) if number else "",
            "phone_end": found.phone[-4:],
            "sittings": support.sittings(found),
            "attempts": sign_ins.latest(found),
            "may_reset": accounts.may_be_reset(found),
            "may_see": seeing_as.may_be_seen_as(found),
            "password": password,
            "reset_form": reset_form or ReasonForm(auto_id="reset_%s"),
            "phone_form": phone_form or PhoneForm(auto_id="phone_%s"),
            "see_form": see_form or ReasonForm(auto_id="see_%s"),
        },
        status=422 if given else 200,
    )
