"""The inbox, and how its owner wants to be told; each view is about the signed-in person alone."""

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from people import notice_mail, notices, sms
from people.access import person_of
from people.mail_times import Hours
from people.models import NoticeKind, Person
from people.notices import Wishes

PAGE_SIZE = 20


class WishesForm(forms.Form):
    """Which kinds also come by e-mail or short message, and between which hours."""

    mail_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Also by e-mail"),
        choices=NoticeKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Everything is in the inbox in any case."),
    )
    sms_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Also by short message"),
        choices=[(kind.value, kind.label) for kind in notices.TEXTABLE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first = forms.TypedChoiceField(
        label=gettext_lazy("Not before"), coerce=int, choices=[(hour, f"{hour}:00") for hour in range(24)]
    )
    until = forms.TypedChoiceField(
        label=gettext_lazy("Not after"), coerce=int, choices=[(hour, f"{hour}:00") for hour in range(1, 25)]
    )
    is_digest = forms.BooleanField(
        label=gettext_lazy("At most one e-mail a day"),
        required=False,
        help_text=gettext_lazy("Everything of a day together, at the first of these hours."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not sms.takes_notices():
            del self.fields["sms_kinds"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "first" in given and "until" in given and given["until"] <= given["first"]:
            self.add_error(
                "until", _("The hour after which no e-mail comes lies after the one before which none does.")
            )
        return given

    def wishes(self, before: Wishes) -> Wishes:
        """As chosen; what the form does not offer here stays as it was."""
        given = self.cleaned_data
        return Wishes(
            frozenset(given["mail_kinds"]),
            Hours(given["first"], given["until"], given["is_digest"]),
            frozenset(given["sms_kinds"]) if "sms_kinds" in given else before.sms_kinds,
        )

    @classmethod
    def of(cls, wishes: Wishes) -> "WishesForm":
        hours = wishes.hours
        return cls(
            initial={
                "mail_kinds": sorted(wishes.mail_kinds),
                "sms_kinds": sorted(wishes.sms_kinds),
                "first": hours.first,
                "until": hours.until,
                "is_digest": hours.is_digest,
            }
        )


@never_cache
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    """What the person was told, the latest first."""
    person = _person(request)
    page = Paginator(notices.inbox(person), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "unread": notices.unread_count(person)}
    return render(request, "people/inbox.html", context)


@never_cache
@login_required
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Read a notice: on to what it is about, or back to the inbox where it is about no page."""
    found = notices.read(_person(request), public_id)
    if found is None:
        raise Http404
    is_ours = found.path.startswith("/") and url_has_allowed_host_and_scheme(found.path, allowed_hosts=None)
    return redirect(found.path if is_ours else "people:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read; the answer says how to take that back."""
    read_at = notices.read_all(_person(request))
    return redirect(f"{reverse('people:inbox')}?undo={read_at.timestamp():.6f}")


@login_required
@require_POST
def unread_again(request: HttpRequest) -> HttpResponse:
    """Take "all read" back."""
    try:
        read_at = dt.datetime.fromtimestamp(float(request.POST.get("undo", "")), dt.UTC)
    except (ValueError, OverflowError, OSError):
        raise Http404 from None
    notices.unread_again(_person(request), read_at)
    return redirect("people:inbox")


@never_cache
@login_required
def wishes(request: HttpRequest) -> HttpResponse:
    """How the person wants to be told."""
    return _wishes_page(request, _person(request), "people:wishes", ())


@never_cache
@csrf_exempt  # a mail program's one-click request carries no cookie; the signed link is its authority
def mail_wishes(request: HttpRequest, token: str) -> HttpResponse:
    """The same from a message's link, without signing in; one click leaves no e-mail but what is asked for again."""
    person = notice_mail.person_of_token(token)
    if person is None:
        raise Http404
    if request.method == "POST" and request.POST.get("List-Unsubscribe") == "One-Click":
        before = notices.wishes_of(person)
        notices.save_wishes(person, replace(before, mail_kinds=frozenset()))
        return HttpResponse(status=204)
    return _wishes_page(request, person, "people:mail_wishes", (token,))


def _wishes_page(request: HttpRequest, person: Person, name: str, args: tuple[str, ...]) -> HttpResponse:
    if request.method == "POST":
        form = WishesForm(request.POST)
        if form.is_valid():
            notices.save_wishes(person, form.wishes(notices.wishes_of(person)))
            messages.success(request, _("Saved. You will be told as you wish."))
            return redirect(name, *args)
    else:
        form = WishesForm.of(notices.wishes_of(person))
    has_address = bool(notice_mail.address_of(person))
    return render(request, "people/notice_wishes.html", {"form": form, "has_address": has_address})


def _person(request: HttpRequest) -> Person:
    person = person_of(request.user)
    if person is None:
        raise Http404
    return person
