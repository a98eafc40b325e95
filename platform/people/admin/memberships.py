"""Memberships in the admin: who belongs where, joining, moving on a day, and correcting the record."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.widgets import AdminDateInput

from people import memberships
from people.access import accessible_organisations, accessible_persons
from people.admin.choosers import PersonChooser
from people.admin.columns import DayColumn
from people.admin.organisations import Widget as OrganisationWidget
from people.admin.viewsets import BoundedIndex, DeedForm, PeopleViewSet
from people.models import AuditAct, Membership, Organisation, Person, User

PersonWidget = PersonChooser("person_chooser").widget_class
JOIN, TRANSFER = "join", "transfer"


class OwnOrganisation(DeedForm):
    """A form whose organisation must be the user's own."""

    def clean_organisation(self) -> Organisation:
        organisation: Organisation = self.cleaned_data["organisation"]
        if not accessible_organisations(self.for_user).filter(pk=organisation.pk).exists():
            raise forms.ValidationError(_("Choose an organisation of your own."))
        return organisation


class MembershipForm(OwnOrganisation):
    """Joining, or moving the main membership on one day."""

    logged_as = AuditAct.PERSON_CHANGED

    act = forms.ChoiceField(
        label=_("What happens"),
        choices=[
            (TRANSFER, _("Transfer: leaves the present main organisation on that day")),
            (JOIN, _("Joins: belongs to no other, or this is a second place")),
        ],
        initial=TRANSFER,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Membership
        fields = ("person", "act", "organisation", "position", "is_main", "valid_from")
        widgets = {"person": PersonWidget, "organisation": OrganisationWidget, "valid_from": AdminDateInput}

    def clean_person(self) -> Person:
        person: Person = self.cleaned_data["person"]
        if not accessible_persons(self.for_user).filter(pk=person.pk).exists():
            raise forms.ValidationError(_("Choose a person of your own organisations."))
        return person

    def perform(self, by: User) -> Membership:
        data = self.cleaned_data
        person, organisation, day = data["person"], data["organisation"], data["valid_from"]
        if data["act"] == TRANSFER:
            return memberships.transfer(person, organisation, on=day, position=data["position"])
        return memberships.join(
            person, organisation, on=day, position=data["position"], is_main=data["is_main"]
        )


class MembershipEditForm(OwnOrganisation):
    """What is believed of a membership; the former belief stays on record."""

    logged_as = AuditAct.PERSON_CHANGED

    class Meta:
        model = Membership
        fields = ("organisation", "position", "is_main", "valid_from", "valid_to")
        widgets = {
            "organisation": OrganisationWidget,
            "valid_from": AdminDateInput,
            "valid_to": AdminDateInput,
        }
        help_texts = {"valid_to": _("The first day on which it no longer holds; empty while it holds.")}

    def perform(self, by: User) -> Membership:
        changes: dict[str, Any] = {name: self.cleaned_data[name] for name in self.Meta.fields}
        return memberships.correct(self.instance, **changes)


class MembershipIndex(BoundedIndex):
    """Of everybody whom the user may see, or (?person=) of one person, to whom the list of persons leads."""

    def get_base_queryset(self) -> QuerySet[Membership]:
        held = super().get_base_queryset()
        asked = self.request.GET.get("person", "")
        if not asked:
            return held
        try:
            return held.filter(person__public_id=UUID(asked))
        except ValueError:
            return held.none()


class MembershipViewSet(PeopleViewSet):
    model = Membership
    index_view_class = MembershipIndex
    name = "memberships"
    icon = "link"
    menu_label = _("Memberships")
    ordering = "person__name"
    search_fields = ["person__name", "organisation__name"]
    list_display = [
        "person__name",
        Column("organisation", label=_("Organisation"), accessor="organisation.name"),
        "position",
        BooleanColumn("is_main", label=_("Main membership"), accessor="is_main"),
        DayColumn("valid_from", label=_("Valid from"), accessor="valid_from", sort_key="valid_from"),
        DayColumn("valid_to", label=_("Valid to"), accessor="valid_to", sort_key="valid_to"),
    ]
    list_filter = ["position", "is_main"]
    create_form = MembershipForm
    edit_form = MembershipEditForm

    def visible(self, user: User) -> QuerySet[Membership]:
        held = Membership.objects.current().select_related("person", "organisation")
        if user.is_superuser:
            return held
        return held.filter(organisation__in=accessible_organisations(user).values("pk"))
