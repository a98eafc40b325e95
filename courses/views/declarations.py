"""The lawyer's own declarations: the list, a new one, its state, correcting it, withdrawing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import declarations
from courses.declarations import UNDECIDED, Claim
from courses.models import Declaration, DeclarationState
from courses.refusals import Refusal
from courses.views.desk_doors import own_person, page_of, refuse, signed_in, status_of, user_of
from courses.views.desk_forms import DeclarationForm


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """/my/declarations/: what I have declared, the latest first."""
    person = own_person(request)
    mine = Declaration.objects.filter(person=person).select_related("decider", "entry")
    return render(request, "courses/desk/my_declarations.html", {"page": page_of(request, mine)})


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """/my/declarations/new/."""
    person = own_person(request)
    form = DeclarationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = declarations.submit(
                person, _claim(form), form.cleaned_data["proof_files"], by=user_of(request)
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(
                request, _("Declared. %(decider)s decides on it.") % {"decider": made.decider.name}
            )
            return redirect("courses:declaration", made.public_id)
    return render(request, "courses/desk/declaration_form.html", {"form": form}, status=status_of(form))


@signed_in
def declaration(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/declarations/<uuid>/: what became of it."""
    found = _own(request, public_id)
    return render(
        request,
        "courses/desk/my_declaration.html",
        {
            "declaration": found,
            "proofs": found.proofs.all(),
            "steps": found.steps.all(),
            "is_open": found.state in UNDECIDED,
            "is_disputable": found.state == DeclarationState.REFUSED,
            "disputes": found.disputes.all(),
        },
    )


@signed_in
def change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/declarations/<uuid>/change/."""
    found = _own(request, public_id)
    form = DeclarationForm(
        request.POST or None, request.FILES or None, initial=DeclarationForm.initial_of(found)
    )
    if request.method == "POST" and form.is_valid():
        try:
            declarations.change(found, _claim(form), form.cleaned_data["proof_files"], by=user_of(request))
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Submitted again."))
            return redirect("courses:declaration", found.public_id)
    return render(
        request,
        "courses/desk/declaration_form.html",
        {"form": form, "declaration": found, "proofs": found.proofs.all()},
        status=status_of(form),
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/declarations/<uuid>/withdraw/."""
    found = _own(request, public_id)
    try:
        declarations.withdraw(found, by=user_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Withdrawn. It stays in your list."))
    return redirect("courses:declaration", found.public_id)


def _own(request: HttpRequest, public_id: UUID) -> Declaration:
    mine = Declaration.objects.filter(person=own_person(request)).select_related("decider", "entry", "person")
    return get_object_or_404(mine, public_id=public_id)


def _claim(form: DeclarationForm) -> Claim:
    given = form.cleaned_data
    measure = given["measure"]
    return Claim(
        kind=given["kind"],
        title=given["title"],
        day=given["day"],
        category=given["category"],
        unit=measure.unit,
        seconds=measure.seconds,
        quantity_milli=measure.quantity_milli,
        organiser_name=given["organiser_name"],
        note=given["note"],
        facts=form.facts(),
    )
