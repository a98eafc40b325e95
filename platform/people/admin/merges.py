"""Merging two records in the admin: find them, read what would happen, say why, and take it back."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet

from people import licence_numbers, merging, phones, search_terms
from people.access import accessible_merges, mergeable_persons
from people.admin.columns import account_name, membership_of, number_ends, with_places
from people.admin.rosters import PERMISSION, KeepersMenuItem
from people.guarded import with_permission
from people.models import Person, User
from people.refusals import Refused

MERGES_A_PAGE = 20
MOST_FOUND = 20


class MergeForm(forms.Form):
    """Why, and (where their memberships clash) that the kept record is right."""

    is_resolved = forms.BooleanField(
        label=gettext_lazy("The kept record's memberships are right; the other's on those days were not."),
        required=False,
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("How you know that both are one human being. It stands in the audit log."),
    )


class UndoForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


@with_permission(PERMISSION)
def index(request: HttpRequest) -> HttpResponse:
    """Find the first of the two; what was merged before."""
    user = _user(request)
    term = search_terms.asked(request)
    context = {
        "term": term,
        "found": [_shown(each) for each in _found(user, term)],
        "page": Paginator(_merges(user), MERGES_A_PAGE).get_page(request.GET.get("p")),
    }
    return render(request, "people/admin/merges.html", context)


@with_permission(PERMISSION)
def first(request: HttpRequest, public_id: Any) -> HttpResponse:
    """The first is chosen: who else may be he? Those of his name, or who is searched for."""
    user = _user(request)
    person = _person(user, public_id)
    term = search_terms.asked(request) or person.name
    found = [each for each in _found(user, term) if each.pk != person.pk]
    context = {"person": _shown(person), "term": term, "found": [_shown(each) for each in found]}
    return render(request, "people/admin/merge_first.html", context)


@with_permission(PERMISSION)
def pair(request: HttpRequest, kept_id: Any, merged_id: Any) -> HttpResponse:
    """What merging these two would do; POST does it."""
    user = _user(request)
    kept, merged = _person(user, kept_id), _person(user, merged_id)
    form = MergeForm(request.POST or None)
    is_resolved = bool(form.is_bound and form.data.get("is_resolved"))
    if request.method == "POST" and form.is_valid():
        try:
            made = merging.merge(
                kept, merged, reason=form.cleaned_data["reason"], by=user, is_resolved=is_resolved
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Merged. It can be taken back here."))
            return redirect("merges:one", made.public_id)
    preview = merging.preview(kept, merged, is_resolved=True)
    context = {
        "form": form,
        "kept": _shown(kept),
        "merged": _shown(merged),
        "preview": preview,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "people/admin/merge_pair.html", context, status=status)


@with_permission(PERMISSION)
def one(request: HttpRequest, public_id: Any) -> HttpResponse:
    """A merge that was made; POST takes it back."""
    user = _user(request)
    found = get_object_or_404(_merges(user), public_id=public_id)
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            merging.undo(found, reason=form.cleaned_data["reason"], by=user)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Taken back: both records stand as they did."))
            return redirect("merges:one", found.public_id)
    persons = with_places(Person.objects.filter(pk__in=[found.kept_id, found.merged_id])).in_bulk()
    context = {
        "merge": found,
        "form": form,
        "kept": _shown(persons[found.kept_id]),
        "merged": _shown(persons[found.merged_id]),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "people/admin/merge.html", context, status=status)


def _merges(user: User) -> Any:
    return accessible_merges(user).select_related("kept", "merged", "merged_by__person", "undone_by__person")


def _found(user: User, term: str) -> list[Person]:
    """Who has this name, or (typed whole) this licence number or phone."""
    wanted = licence_numbers.normalise(term)
    if len(wanted) < 2:
        return []
    persons = mergeable_persons(user)
    if wanted.isdigit():
        persons = persons.filter(pk__in=merging.holders_of(wanted))
    else:
        persons = persons.filter(name__icontains=wanted)
    return list(with_places(persons).order_by("name", "pk")[:MOST_FOUND])


def _person(user: User, public_id: Any) -> Person:
    found: Person = get_object_or_404(with_places(mergeable_persons(user)), public_id=public_id)
    return found


def _shown(person: Person) -> dict[str, Any]:
    return {
        "public_id": person.public_id,
        "name": person.name,
        "place": membership_of(person),
        "ends": number_ends(person),
        "phone": phones.mask(phones.normalise(person.phone)) if person.phone else "",
        "account": account_name(person),
        "born": person.birth_date,
    }


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin's door has seen to it
    return request.user


class MergeViewSet(ViewSet):
    """The pages' addresses and their entry in the menu."""

    name = "merges"
    icon = "resubmit"
    menu_label = gettext_lazy("Merge records")
    menu_item_class = KeepersMenuItem

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("with/<uuid:public_id>/", first, name="first"),
            path("<uuid:kept_id>/<uuid:merged_id>/", pair, name="pair"),
            path("<uuid:public_id>/", one, name="one"),
        ]
