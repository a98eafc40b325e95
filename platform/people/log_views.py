"""The audit log to auditors, and to everybody what of it is about himself."""

import datetime as dt
from dataclasses import dataclass

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from people import audit_log as log
from people.access import accessible_audit_entries, person_of, reads_audit_log
from people.days import today
from people.licence_numbers import last_four
from people.masking import mask_name
from people.models import AuditAct, AuditEntry, Licence, RoleGrant, User

PAGE_SIZE = 50


class LogFilter(forms.Form):
    """Which lines of the log; a value that means nothing narrows nothing."""

    act = forms.ChoiceField(
        label=gettext_lazy("What"), required=False, choices=[("", gettext_lazy("All")), *AuditAct.choices]
    )
    by = forms.CharField(label=gettext_lazy("By whom (name or user name)"), required=False, max_length=100)
    person = forms.CharField(label=gettext_lazy("About whom (full name)"), required=False, max_length=100)
    since = forms.DateField(
        label=gettext_lazy("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words. `whom` is masked: a name's first character, and the licence's last four digits."""

    entry: AuditEntry
    who: str
    whom: str
    where: str


@never_cache
@login_required
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """/desk/log/: who did what to whom in the auditor's subtree, the latest first."""
    if not reads_audit_log(request.user):
        raise Http404
    form = LogFilter(request.GET)
    form.is_valid()
    asked = form.cleaned_data
    since: dt.date | None = asked.get("since")
    until: dt.date | None = asked.get("until")
    found = log.narrowed(
        accessible_audit_entries(request.user),
        act=asked.get("act", ""),
        by=asked.get("by", ""),
        person=asked.get("person", ""),
        since=since,
        until=until,
    )
    page = Paginator(_with_names(found), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = [Line(each, who(each.by), _whom(each), _where(each)) for each in page]
    return render(request, "people/audit_log.html", {"form": form, "page": page, "lines": lines})


@never_cache
@login_required
@require_safe
def about_me(request: HttpRequest) -> HttpResponse:
    """/my/looked-at/: who read what is held on me, and who changed it."""
    person = person_of(request.user)
    if person is None:
        raise Http404
    page = Paginator(log.about_me(person), PAGE_SIZE).get_page(request.GET.get("page"))
    offices = _offices({each.by_id for each in page if each.by_id is not None})
    lines = [(each, who(each.by), offices.get(each.by_id or 0, "")) for each in page]
    return render(request, "people/looked_at.html", {"page": page, "lines": lines})


def who(user: User | None) -> str:
    """Who acted, by name; the platform's operator has none."""
    return user.get_full_name() if user is not None else _("The platform's operator")


def _with_names(entries: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    licences = Prefetch("person__licences", queryset=Licence.objects.on(today()), to_attr="licences_today")
    return (
        entries.select_related("by__person", "person", "account", "organisation")
        .prefetch_related(licences)
        .order_by("-pk")
    )


def _whom(entry: AuditEntry) -> str:
    if entry.person is not None:
        digits = "".join(last_four(held.number) for held in entry.person.licences_today)  # type: ignore[attr-defined]
        return " · ".join(part for part in (mask_name(entry.person.name), digits) if part)
    return entry.account.get_username() if entry.account is not None else ""


def _where(entry: AuditEntry) -> str:
    return entry.organisation.name if entry.organisation is not None else ""


def _offices(user_ids: set[int]) -> dict[int, str]:
    """The roles that these users hold today, in words: a name alone says little to whom it is told."""
    found: dict[int, list[str]] = {}
    held = RoleGrant.objects.on(today()).filter(user__in=user_ids, revoked_at__isnull=True)
    for grant in held.select_related("organisation").order_by("pk"):
        found.setdefault(grant.user_id, []).append(f"{grant.organisation.name} {grant.get_role_display()}")
    return {key: "、".join(offices[:2]) for key, offices in found.items()}
