"""What is held on me: shown, taken away, asked to be put right; and the desk at which that is decided."""

import io
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from people import audit_log, personal_copies, rectifying
from people.access import person_of
from people.days import today
from people.models import (
    AuditAct,
    Leave,
    Licence,
    Membership,
    Person,
    Rectification,
    RectificationState,
    RectificationSubject,
    Tree,
    User,
)
from people.refusals import Refused

PAGE_SIZE = 20
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AskForm(forms.Form):
    """What is wrong, and how it is right."""

    subject = forms.ChoiceField(label=gettext_lazy("What is wrong"), choices=RectificationSubject.choices)
    text = forms.CharField(
        label=gettext_lazy("How it is right"),
        max_length=rectifying.MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Your firm and your association read it."),
    )


class DecideForm(forms.Form):
    """What was done, in words to the person."""

    answer = forms.CharField(
        label=gettext_lazy("Answer to the person"),
        max_length=rectifying.MAX_ANSWER,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@never_cache
@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """/my/data/: who I am here, and all that is held, for what and how long."""
    return _my_data(request, AskForm())


def _my_data(request: HttpRequest, form: AskForm) -> HttpResponse:
    person = _person(request)
    day = today()
    return render(
        request,
        "people/my_data.html",
        {
            "person": person,
            "licence": Licence.objects.on(day).filter(person=person).first(),
            "memberships": Membership.objects.on(day).filter(person=person).select_related("organisation"),
            "leaves": Leave.objects.on(day).filter(person=person),
            "parts": personal_copies.parts(person),
            "asked": rectifying.of(person)[:PAGE_SIZE],
            "form": form,
        },
    )


@never_cache
@login_required
@require_safe
def workbook(request: HttpRequest) -> HttpResponse:
    """My own copy to read."""
    person = _person(request)
    content = io.BytesIO()
    personal_copies.write_workbook(content, person)
    _log_copy(request, person)
    answer = HttpResponse(content.getvalue(), content_type=WORKBOOK)
    answer["Content-Disposition"] = f'attachment; filename="{_file_name()}.xlsx"'
    return answer


@never_cache
@login_required
@require_safe
def as_json(request: HttpRequest) -> StreamingHttpResponse:
    """My own copy to take elsewhere."""
    person = _person(request)
    _log_copy(request, person)
    answer = StreamingHttpResponse(personal_copies.as_json(person), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name()}.json"'
    return answer


@never_cache
@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Say what is wrong."""
    person = _person(request)
    form = AskForm(request.POST)
    if form.is_valid():
        try:
            rectifying.ask(person, form.cleaned_data["subject"], form.cleaned_data["text"])
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Sent. You are told in your inbox what became of it."))
            return redirect(f"{reverse('people:my_data')}#asked")
    return _my_data(request, form)


@login_required
@require_POST
def withdraw(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """I no longer want it."""
    asked = rectifying.of(_person(request)).filter(public_id=public_id).first()
    if asked is None:
        raise Http404
    try:
        rectifying.withdraw(asked)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('people:my_data')}#asked")


@never_cache
@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """/desk/data/: what persons of my subtree say is wrong, the open ones first."""
    user = _decider(request)
    found = rectifying.accessible_rectifications(user)
    shown = request.GET.get("state", RectificationState.OPEN)
    if shown in RectificationState.values:
        found = found.filter(state=shown)
    page = Paginator(found.order_by("pk" if shown == RectificationState.OPEN else "-pk"), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    places = _places([each.person_id for each in page])
    rows = [(each, places.get(each.person_id, "")) for each in page]
    context = {"rows": rows, "page": page, "shown": shown, "states": RectificationState.choices}
    return render(request, "people/rectifications.html", context)


@never_cache
@login_required
@require_safe
def matter(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """One of them, beside what is on record; opening it is a look at the person's data."""
    user = _decider(request)
    return _matter(request, user, _one(user, public_id), DecideForm())


def _matter(request: HttpRequest, user: User, asked: Rectification, form: DecideForm) -> HttpResponse:
    person, day = asked.person, today()
    audit_log.looked_at(user, person, _("Correction of data"))
    context = {
        "asked": asked,
        "person": person,
        "licence": Licence.objects.on(day).filter(person=person).first(),
        "memberships": Membership.objects.on(day).filter(person=person).select_related("organisation"),
        "leaves": Leave.objects.on(day).filter(person=person),
        "form": form,
        "decides": rectifying.decides(user),
        "is_own": person.user_id == user.pk,
        "is_open": asked.state == RectificationState.OPEN,
    }
    return render(request, "people/rectification.html", context)


@never_cache
@login_required
@require_POST
def settle(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Confirm it, or decide it."""
    user = _decider(request)
    asked = _one(user, public_id)
    form = DecideForm(request.POST)
    act = request.POST.get("act", "")
    if act != "confirm" and not rectifying.decides(user):
        raise Http404
    if not form.is_valid():
        return _matter(request, user, asked, form)
    try:
        if act == "confirm":
            rectifying.confirm(asked, by=user)
        else:
            rectifying.decide(
                asked, is_corrected=act == "corrected", answer=form.cleaned_data["answer"], by=user
            )
    except rectifying.NothingSaid as refused:
        form.add_error("answer", str(refused))
        return _matter(request, user, asked, form)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("people:rectification", asked.public_id)
    messages.success(request, _("Noted.") if act == "confirm" else _("Decided; the person has been told."))
    return redirect("people:rectifications")


def _person(request: HttpRequest) -> Person:
    person = person_of(request.user)
    if person is None:
        raise Http404
    return person


def _decider(request: HttpRequest) -> User:
    user: Any = request.user
    if not rectifying.is_concerned(user):
        raise Http404
    checked: User = user
    return checked


def _one(user: User, public_id: UUID) -> Rectification:
    found = rectifying.accessible_rectifications(user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _places(person_ids: list[int]) -> dict[int, str]:
    """Where these persons belong today, by the name of their organisation."""
    held = Membership.objects.on(today()).filter(person__in=person_ids, is_main=True, tree=Tree.PROFESSION)
    return dict(held.values_list("person_id", "organisation__name"))


def _log_copy(request: HttpRequest, person: Person) -> None:
    user: Any = request.user
    audit_log.record(AuditAct.COPIED, by=user, person=person)


def _file_name() -> str:
    return f"luxuetang-my-data-{timezone.localdate():%Y%m%d}"
