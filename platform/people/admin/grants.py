"""Role grants in the admin: the list, giving a role with a reason, taking it back with one."""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets import AdminDateInput

from people import grants
from people.access import accessible_organisations
from people.admin.columns import DayColumn
from people.admin.organisations import Widget as OrganisationWidget
from people.admin.viewsets import BoundedIndex, DeedEdit, DeedForm, PeopleViewSet
from people.models import Role, RoleGrant, User


def giver(grant: RoleGrant) -> str:
    """Who gave the role, by name."""
    return grant.granted_by.get_full_name() if grant.granted_by else gettext("Console")


class GrantForm(DeedForm):
    """Who gets which role where, for how long and why."""

    login = forms.CharField(label=_("User name or e-mail"), max_length=254)

    class Meta:
        model = RoleGrant
        fields = ("login", "role", "organisation", "valid_from", "valid_to", "reason")
        widgets = {
            "organisation": OrganisationWidget,
            "valid_from": AdminDateInput,
            "valid_to": AdminDateInput,
        }
        help_texts = {"valid_to": _("The first day on which it no longer holds; empty while it holds.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = grants.roles_grantable_by(self.for_user)
        self.fields["role"].choices = [choice for choice in Role.choices if choice[0] in mine]

    def clean_login(self) -> User:
        login: str = self.cleaned_data["login"].strip()
        user = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login), is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("No account has this user name or e-mail."))
        return user

    def perform(self, by: User) -> RoleGrant:
        data = self.cleaned_data
        return grants.grant(
            data["login"],
            data["role"],
            data["organisation"],
            by=by,
            reason=data["reason"],
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
        )


class RevokeForm(DeedForm):
    """Why the role is taken back."""

    revoke_reason = forms.CharField(max_length=300, label=_("Reason of the revocation"))

    class Meta:
        model = RoleGrant
        fields = ("revoke_reason",)

    def perform(self, by: User) -> RoleGrant:
        return grants.revoke(self.instance, by=by, reason=self.cleaned_data["revoke_reason"])


class RevokeView(DeedEdit):
    """A grant is never rewritten: what can be done to it is taking it back."""

    page_title = _("Take a role back")
    submit_button_label = _("Take back")
    submit_button_active_label = _("Taking back…")
    success_message = _("The role was taken back.")

    def get_page_subtitle(self) -> str:
        grant = self.object
        return f"{grant.user.get_full_name()} · {grant.get_role_display()} · {grant.organisation.name}"

    def get_success_buttons(self) -> list[Any]:
        return []


class RoleGrantIndex(BoundedIndex):
    """Leads from the holder's name to taking the role back."""

    @cached_property
    def columns(self) -> list[Any]:
        title = self._get_title_column_class(TitleColumn)
        by_name = title(
            "user",
            label=_("User"),
            accessor=lambda grant: grant.user.get_full_name(),
            get_url=self.get_edit_url,
        )
        return [
            by_name,
            *(self._get_custom_column(each) if isinstance(each, str) else each for each in self.list_display),
        ]


class RoleGrantViewSet(PeopleViewSet):
    model = RoleGrant
    index_view_class = RoleGrantIndex
    name = "role_grants"
    icon = "key"
    menu_label = _("Role grants")
    ordering = "-recorded_at"
    edit_view_class = RevokeView
    search_fields = ["user__username", "user__person__name", "organisation__name"]
    list_display = [
        "role",
        Column("organisation", label=_("Organisation"), accessor="organisation.name"),
        DayColumn("valid_from", label=_("Valid from"), accessor="valid_from", sort_key="valid_from"),
        DayColumn("valid_to", label=_("Valid to"), accessor="valid_to", sort_key="valid_to"),
        "reason",
        Column("granted_by", label=_("Granted by"), accessor=giver),
    ]
    list_filter = ["role"]
    create_form = GrantForm
    edit_form = RevokeForm

    def visible(self, user: User) -> QuerySet[RoleGrant]:
        return RoleGrant.objects.filter(
            revoked_at__isnull=True, organisation__in=accessible_organisations(user).values("pk")
        ).select_related("user__person", "organisation", "granted_by__person")
