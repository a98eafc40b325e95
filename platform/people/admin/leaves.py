"""Leave and exemptions in the admin: who need not do what is asked of others, on which days, and why."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput

from people import leaves
from people.access import accessible_persons
from people.admin.columns import DayColumn
from people.admin.memberships import PersonWidget
from people.admin.viewsets import DeedForm, PeopleViewSet
from people.models import AuditAct, Leave, Person, User


class LeaveEditForm(DeedForm):
    """What is believed of a leave; the former belief stays on record."""

    logged_as = AuditAct.PERSON_CHANGED

    is_error = forms.BooleanField(
        label=_("Recorded in error"), required=False, help_text=_("It never held, and counts no longer.")
    )

    class Meta:
        model = Leave
        fields = ("kind", "valid_from", "valid_to", "reason")
        widgets = {"valid_from": AdminDateInput, "valid_to": AdminDateInput}
        help_texts = {"valid_to": _("The first day on which it no longer holds; empty while it holds.")}

    def perform(self, by: User) -> Leave:
        data: dict[str, Any] = self.cleaned_data
        if data["is_error"]:
            leaves.withdraw(self.instance)
            return self.instance
        return leaves.correct(
            self.instance,
            kind=data["kind"],
            on=data["valid_from"],
            until=data["valid_to"],
            reason=data["reason"],
            by=by,
        )


class LeaveForm(DeedForm):
    """A new leave or exemption."""

    logged_as = AuditAct.PERSON_CHANGED

    class Meta:
        model = Leave
        fields = ("person", "kind", "valid_from", "valid_to", "reason")
        widgets = {"person": PersonWidget, "valid_from": AdminDateInput, "valid_to": AdminDateInput}
        help_texts = {"valid_to": _("The first day on which it no longer holds; empty while it holds.")}

    def clean_person(self) -> Person:
        person: Person = self.cleaned_data["person"]
        if not accessible_persons(self.for_user).filter(pk=person.pk).exists():
            raise forms.ValidationError(_("Choose a person of your own organisations."))
        return person

    def perform(self, by: User) -> Leave:
        data: dict[str, Any] = self.cleaned_data
        return leaves.record(
            data["person"],
            data["kind"],
            on=data["valid_from"],
            until=data["valid_to"],
            reason=data["reason"],
            by=by,
        )


class LeaveViewSet(PeopleViewSet):
    model = Leave
    name = "leaves"
    icon = "calendar-alt"
    menu_label = _("Leave and exemptions")
    ordering = "-valid_from"
    search_fields = ["person__name", "reason"]
    list_display = [
        "person__name",
        "kind",
        DayColumn("valid_from", label=_("Valid from"), accessor="valid_from", sort_key="valid_from"),
        DayColumn("valid_to", label=_("Valid to"), accessor="valid_to", sort_key="valid_to"),
        Column("reason", label=_("Reason"), accessor="reason"),
    ]
    list_filter = ["kind"]
    create_form = LeaveForm
    edit_form = LeaveEditForm

    def visible(self, user: User) -> QuerySet[Leave]:
        held = Leave.objects.current().select_related("person")
        return held if user.is_superuser else held.filter(person__in=accessible_persons(user).values("pk"))
