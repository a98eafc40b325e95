"""Disputes: a lawyer asks and follows his question; the committee sees the evidence and decides."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses import changes, contested, desk_access, disputes, evidence, persons_shown
from courses.access import accessible_lectures
from courses.desk_access import desk_disputes
from courses.disputes import Question
from courses.models import Declaration, Dispute, DisputeState, LedgerEntry
from courses.refusals import Refusal
from courses.views.desk_doors import (
    for_desks,
    own_person,
    page_of,
    refuse,
    signed_in,
    status_of,
    user_of,
    waiting_list,
)
from courses.views.desk_forms import DisputeForm, ReasonForm
from people import audit_log
from people.access import is_himself
from people.models import Person

RELATED = (
    "lecture__recording",
    "lecture__activity",
    "declaration__entry",
    "entry__activity",
    "person",
    "decider",
)


@signed_in
def index(request: HttpRequest) -> HttpResponse:
    """/my/disputes/."""
    mine = Dispute.objects.filter(person=own_person(request)).select_related(*RELATED)
    return render(request, "courses/desk/my_disputes.html", {"page": page_of(request, mine)})


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """/my/disputes/new/?lecture= | ?declaration= | ?entry=: what it is about stands in the address."""
    person = own_person(request)
    question = _question(request, person)
    form = DisputeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = disputes.open_dispute(
                person, question, given["text"], given["proof_files"], by=user_of(request)
            )
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Asked. You will be told what is decided, and why."))
            return redirect("courses:dispute", made.public_id)
    return render(
        request,
        "courses/desk/dispute_form.html",
        {
            "form": form,
            "subject": _subject(question),
            "entry": question.entry,
            **_at_stake(question.entry),
        },
        status=status_of(form),
    )


@signed_in
def one(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/disputes/<uuid>/."""
    found = _own(request, public_id)
    return render(
        request,
        "courses/desk/my_dispute.html",
        {"dispute": found, "proofs": found.proofs.all(), "steps": found.steps.all()},
    )


@signed_in
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/my/disputes/<uuid>/withdraw/."""
    found = _own(request, public_id)
    try:
        disputes.withdraw(found, by=user_of(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("courses:dispute", found.public_id)


@for_desks
def desk(request: HttpRequest) -> HttpResponse:
    """/desk/disputes/?state=&q=: the longest waiting first."""
    allowed = desk_disputes(request.user).select_related(*RELATED)
    context = waiting_list(
        request, allowed, DisputeState, since="opened_at", searched=("person__name", "statement")
    )
    return render(request, "courses/desk/disputes.html", context)


@for_desks
def decide(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/disputes/<uuid>/: the evidence as a timeline, and the decision."""
    found = get_object_or_404(
        desk_disputes(request.user).select_related(*RELATED, "decided_by"), public_id=public_id
    )
    user = user_of(request)
    is_own = is_himself(user, found.person)
    is_his = not is_own and desk_access.is_of(user, found.decider, desk_access.APPROVERS)
    is_open = found.state == DisputeState.OPEN
    is_own_decision = is_his and is_open and user.pk in contested.deciders(found)
    if request.method == "POST" and not is_his:
        raise Http404
    if request.method != "POST":
        audit_log.looked_at(user, found.person, _("Dispute"))
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        deed = disputes.grant if request.POST.get("decision") == "grant" else disputes.refuse
        try:
            deed(found, by=user, text=form.cleaned_data["text"])
        except Refusal as refusal:
            refuse(form, refusal)
        else:
            messages.success(request, _("Decided; the lawyer has been told."))
            return redirect("courses:desk_disputes")
    return render(
        request,
        "courses/desk/dispute.html",
        {
            "dispute": found,
            "person": persons_shown.shown([found.person_id])[found.person_id],
            "proofs": found.proofs.all(),
            "events": evidence.of_dispute(found),
            "may_decide": is_his and is_open and not is_own_decision,
            "is_own_decision": is_own_decision,
            "is_own": is_own,
            **_at_stake(found.entry if is_open else None),
            "form": form,
        },
        status=status_of(form),
    )


def _own(request: HttpRequest, public_id: UUID) -> Dispute:
    mine = Dispute.objects.filter(person=own_person(request)).select_related(*RELATED)
    return get_object_or_404(mine, public_id=public_id)


def _question(request: HttpRequest, person: Person) -> Question:
    """What the address names, if it is the person's own; 404 otherwise."""
    given = request.GET
    if "lecture" in given:
        lectures = accessible_lectures(request.user).select_related("activity", "recording").distinct()
        return Question(lecture=get_object_or_404(lectures, public_id=_uuid(given["lecture"])))
    if "declaration" in given:
        declared = Declaration.objects.filter(person=person).select_related("person")
        return Question(declaration=get_object_or_404(declared, public_id=_uuid(given["declaration"])))
    entries = LedgerEntry.objects.filter(person=person).select_related("activity")
    return Question(entry=get_object_or_404(entries, public_id=_uuid(given.get("entry", ""))))


def _at_stake(entry: LedgerEntry | None) -> dict[str, Any]:
    """What granting a dispute about an entry gives back: what was corrected, or what was taken."""
    if entry is None:
        return {}
    taken_back = disputes.taken_back_of(entry)
    return {
        "given_back": None if taken_back else disputes.given_back_by(entry),
        "taken_back": taken_back,
        "change": changes.of_taking_back(entry) if taken_back else None,
    }


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404 from error


def _subject(question: Question) -> str:
    if question.lecture is not None:
        return question.lecture.title
    if question.declaration is not None:
        return question.declaration.title
    return question.entry.activity.title if question.entry is not None else ""
