"""Organisations in the admin: the list, a new one below its parent, its names, and a move on a day."""

from typing import Any

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput

from people import organisations
from people.access import accessible_organisations
from people.admin.choosers import OrganisationChooser, organisations_of
from people.admin.columns import DayColumn
from people.admin.viewsets import DeedForm, PeopleViewSet
from people.days import today
from people.models import AuditAct, Organisation, OrganisationEdge, OrganisationKind, Tree, User

Widget = OrganisationChooser("organisation_chooser").widget_class


class OrganisationForm(DeedForm):
    """Names and codes, and the parent with the day from which it holds."""

    logged_as = AuditAct.ORGANISATION_CHANGED

    parent = forms.ModelChoiceField(
        queryset=Organisation.objects.all(),
        required=False,
        label=pgettext_lazy("of an organisation", "Parent"),
        widget=Widget,
    )

    class Meta:
        model = Organisation
        fields = ("kind", "name", "short_name", "parent", "division_code", "registration_number", "opened_on")

    def clean_parent(self) -> Organisation | None:
        parent: Organisation | None = self.cleaned_data["parent"]
        if parent is not None and not organisations_of(self.for_user).filter(pk=parent.pk).exists():
            raise forms.ValidationError(_("Choose an organisation of your own."))
        return parent

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.for_user.is_superuser and cleaned.get("parent") is None and self.instance.pk is None:
            self.add_error("parent", _("Choose an organisation of your own."))
        return cleaned

    def perform(self, by: User) -> Organisation:
        data = self.cleaned_data
        return organisations.create(
            kind=data["kind"],
            name=data["name"],
            short_name=data["short_name"],
            division_code=data["division_code"],
            registration_number=data["registration_number"],
            opened_on=data["opened_on"],
            parent=data["parent"],
        )


class OrganisationEditForm(OrganisationForm):
    """As the new one's, but kind and first day stand; another parent holds from the day given."""

    logged_as = AuditAct.ORGANISATION_CHANGED

    moved_on = forms.DateField(
        required=False,
        label=_("Parent holds from"),
        widget=AdminDateInput,
        help_text=_("Today unless given."),
    )

    class Meta:
        model = Organisation
        fields = ("name", "short_name", "parent", "moved_on", "division_code", "registration_number")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = organisations.parent_on(self.instance, today(), organisations.tree_of(self.instance.kind))
        self.initial["parent"] = self.held.pk if self.held else None

    def perform(self, by: User) -> Organisation:
        data = self.cleaned_data
        changed = organisations.change(
            self.instance,
            name=data["name"],
            short_name=data["short_name"],
            division_code=data["division_code"],
            registration_number=data["registration_number"],
        )
        parent = data["parent"]
        if parent is not None and (parent != self.held or data["moved_on"]):
            tree = organisations.tree_of(changed.kind)
            organisations.place(changed, parent, on=data["moved_on"] or today(), tree=tree)
        return changed


class OrganisationViewSet(PeopleViewSet):
    model = Organisation
    name = "organisations"
    icon = "group"
    menu_label = _("Organisations")
    ordering = "name"
    search_fields = ["name", "short_name"]
    list_display = [
        "name",
        "kind",
        Column("parent", label=pgettext_lazy("of an organisation", "Parent"), accessor="parent_name"),
        Column("division_code", label=_("Division code"), accessor="division_code"),
        DayColumn("opened_on", label=_("Opened on"), accessor="opened_on", sort_key="opened_on"),
    ]
    list_filter = ["kind"]
    create_form = OrganisationForm
    edit_form = OrganisationEditForm

    def visible(self, user: User) -> QuerySet[Organisation]:
        parent = (
            OrganisationEdge.objects.on(today())
            .filter(child=OuterRef("pk"))
            .exclude(tree=Tree.PARTY, child__kind__in=set(OrganisationKind.values) - {"party_branch"})
            .values("parent__name")[:1]
        )
        return accessible_organisations(user).annotate(parent_name=Subquery(parent))
