"""Choosing an organisation or a person in a form, among those that the user may see."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import ChooseResultsView, ChooseView, ChosenMultipleView, ChosenView
from wagtail.admin.viewsets.chooser import ChooserViewSet

from people import search_terms
from people.access import accessible_persons
from people.admin.columns import membership_of, number_ends, with_places
from people.grants import scopes
from people.models import Organisation, Person, Role, User


class ContainsForm(BaseFilterForm):
    """A search field that finds any part of a name: Wagtail's search finds no part of a Chinese word."""

    q = forms.CharField(
        label=_("Search term"),
        required=False,
        widget=forms.TextInput(attrs={"placeholder": _("Part of the name")}),
    )

    def filter(self, objects: QuerySet[Any]) -> QuerySet[Any]:
        wanted = self.cleaned_data.get("q", "").strip()
        if wanted:
            objects = objects.filter(name__icontains=wanted)
            self.is_searching = True
            self.search_query = wanted
        return objects


def organisations_of(user: User) -> QuerySet[Organisation]:
    """The organisations below any role that the user holds: an editor chooses an audience among them."""
    return scopes(user, Role.values)


class Bounded:
    """A chooser's view that knows only what its user may see."""

    request: Any
    filter_form_class = ContainsForm
    ordering: str | tuple[str, ...] = "name"

    def allowed(self) -> QuerySet[Any]:
        raise NotImplementedError

    def get_object_list(self) -> QuerySet[Any]:
        return self.allowed()

    def get_object(self, pk: str) -> Any:
        if not pk.isdigit():
            raise Http404
        return self.allowed().get(pk=pk)

    def get_objects(self, pks: list[str]) -> QuerySet[Any]:
        return self.allowed().filter(pk__in=[pk for pk in pks if pk.isdigit()])


class OfOrganisations(Bounded):
    ordering = ("kind", "name")  # associations first: they are what an audience mostly is

    def allowed(self) -> QuerySet[Organisation]:
        return organisations_of(self.request.user)

    @property
    def columns(self) -> list[Column]:
        return [self.title_column, Column("kind", label=_("Kind"), accessor="get_kind_display")]  # type: ignore[attr-defined]


class OfPersons(Bounded):
    """Its search is posted (templates/assets/scripts/person_search.ts): no name stands in an address."""

    def get_filter_form(self) -> ContainsForm:
        return ContainsForm({"q": search_terms.asked(self.request)})

    def allowed(self) -> QuerySet[Person]:
        return with_places(accessible_persons(self.request.user))

    @property
    def columns(self) -> list[Column]:
        return [
            self.title_column,  # type: ignore[attr-defined]
            Column("organisation", label=_("Organisation"), accessor=membership_of),
            Column("number_ends", label=_("Licence, last digits"), accessor=number_ends),
        ]


class NothingMade:
    """A chooser in which nothing is made: Wagtail's address for that answers with an error where no form is given."""

    def get_urlpatterns(self) -> list[URLPattern]:
        return [each for each in super().get_urlpatterns() if each.name != "create"]  # type: ignore[misc]


class OrganisationChooser(NothingMade, ChooserViewSet):
    model = Organisation
    icon = "group"
    per_page = 15
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    edit_item_text = _("Edit this organisation")
    choose_view_class = type("ChooseOrganisation", (OfOrganisations, ChooseView), {})
    choose_results_view_class = type("FindOrganisation", (OfOrganisations, ChooseResultsView), {})
    chosen_view_class = type("ChosenOrganisation", (OfOrganisations, ChosenView), {})
    chosen_multiple_view_class = type("ChosenOrganisations", (OfOrganisations, ChosenMultipleView), {})


class PersonChooser(NothingMade, ChooserViewSet):
    model = Person
    icon = "user"
    per_page = 15
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    edit_item_text = _("Edit this person")
    choose_view_class = type("ChoosePerson", (OfPersons, ChooseView), {})
    choose_results_view_class = type("FindPerson", (OfPersons, ChooseResultsView), {})
    chosen_view_class = type("ChosenPerson", (OfPersons, ChosenView), {})
    chosen_multiple_view_class = type("ChosenPersons", (OfPersons, ChosenMultipleView), {})
