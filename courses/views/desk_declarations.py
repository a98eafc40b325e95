"""The desk of declarations: what waits for a decision, and the page on which one is decided."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses import declarations, desk_access, persons_shown
from courses.amounts import Amount, plain
from courses.desk_access import desk_declarations
from courses.desk_refusals import UnitRefused
from courses.models import Declaration, DeclarationState, DeclaredKind, Unit
from courses.refusals import Refusal
from courses.views.desk_doors import for_desks, page_of, refuse, status_of, user_of
from courses.views.desk_forms import AcceptForm, ReasonForm
from people import audit_log, search_terms
from people.access import is_himself

DECISIONS = ("accept", "refuse", "ask_back")


@for_desks
def index(request: HttpRequest) -> HttpResponse:
    """/desk/declarations/?state=&kind=&q=: the longest waiting first."""
    allowed = desk_declarations(request.user)
    state = request.GET.get("state", DeclarationState.SUBMITTED)
    rows = _filtered(allowed, request).select_related("decider")
    if state in DeclarationState.values:
        rows = rows.filter(state=state)
    order = "submitted_at" if state == DeclarationState.SUBMITTED else "-submitted_at"
    page = page_of(request, rows.order_by(order, "pk"))
    people = persons_shown.shown(each.person_id for each in page)
    counts = dict(allowed.order_by().values_list("state").annotate(n=Count("pk")))
    return render(
        request,
        "courses/desk/declarations.html",
        {
            "page": page,
            "rows": [(each, people[each.person_id]) for each in page],
            "state": state,
            "states": [(value, label, counts.get(value, 0)) for value, label in DeclarationState.choices],
            "kinds": DeclaredKind.choices,
            "kind": request.GET.get("kind", ""),
            "q": search_terms.asked(request),
        },
    )


@for_desks
def declaration(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/declarations/<uuid>/: the proofs beside the claim, and the decision."""
    found = get_object_or_404(
        desk_declarations(request.user).select_related("person", "decider", "entry", "decided_by"),
        public_id=public_id,
    )
    user = user_of(request)
    is_his = not is_himself(user, found.person) and desk_access.is_of(user, found.decider)
    may_decide = is_his and found.state in declarations.UNDECIDED
    if request.method == "POST" and not is_his:
        raise Http404
    accept_form, reason_form = AcceptForm(initial=_initial(found)), ReasonForm(prefix="why")
    if request.method == "POST" and may_decide:
        decision = request.POST.get("decision", "")
        if decision == "accept":
            accept_form = AcceptForm(request.POST)
            form: AcceptForm | ReasonForm = accept_form
        else:
            reason_form = ReasonForm(request.POST, prefix="why")
            form = reason_form
        if decision in DECISIONS and form.is_valid():
            try:
                _decide(found, decision, form, request)
            except Refusal as refusal:
                refuse(form, refusal)
            else:
                messages.success(request, _("Decided; the lawyer has been told."))
                return redirect("courses:desk_declarations")
    elif request.method == "POST":
        messages.error(request, _("This was decided or changed meanwhile. Look at it again."))
        return redirect("courses:desk_declaration", found.public_id)
    audit_log.looked_at(user, found.person, _("Declaration"))
    person = persons_shown.shown([found.person_id])[found.person_id]
    return render(
        request,
        "courses/desk/declaration.html",
        {
            "declaration": found,
            "person": person,
            "proofs": found.proofs.all(),
            "steps": found.steps.select_related("by"),
            "may_decide": may_decide,
            "is_own": is_himself(user, found.person),
            "accept_form": accept_form,
            "reason_form": reason_form,
            "earlier": _earlier(found),
        },
        status=max(status_of(accept_form), status_of(reason_form)),
    )


def _decide(found: Declaration, decision: str, form: AcceptForm | ReasonForm, request: HttpRequest) -> None:
    by, given = user_of(request), form.cleaned_data
    if decision == "refuse":
        declarations.refuse(found, by=by, text=given["text"])
    elif decision == "ask_back":
        declarations.ask_back(found, by=by, text=given["text"])
    else:
        measure: Amount = given["measure"]
        if measure.unit != found.unit:
            raise UnitRefused
        granted = declarations.Grant(
            seconds=measure.seconds if found.unit == Unit.SECOND else None,
            quantity_milli=measure.quantity_milli,
            category=given["category"],
            text=given["text"],
        )
        declarations.accept(found, granted, by=by)


def _initial(found: Declaration) -> dict[str, Any]:
    measure = Amount(found.unit, found.seconds, found.quantity_milli)
    return {"number": plain(measure.number), "unit": measure.written_unit, "category": found.category}


def _earlier(found: Declaration) -> QuerySet[Declaration]:
    """Others of the same person that may be the same act: of the same day, or called the same."""
    return (
        Declaration.objects.filter(person=found.person_id)
        .filter(Q(day=found.day) | Q(title=found.title))
        .exclude(pk=found.pk)[:5]
    )


def _filtered(rows: QuerySet[Declaration], request: HttpRequest) -> QuerySet[Declaration]:
    kind, text = request.GET.get("kind", ""), search_terms.asked(request)
    if kind in DeclaredKind.values:
        rows = rows.filter(kind=kind)
    for word in text.split()[:5]:
        rows = rows.filter(Q(title__icontains=word) | Q(person__name__icontains=word))
    return rows
