"""Persons in the admin: the list with masked numbers, a new lawyer in his firm, corrections, a first sign-in."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput

from people import accounts, audit_log, licence_numbers, licences, memberships, persons
from people.access import accessible_organisations, accessible_persons
from people.admin.columns import account_name, masked_number, membership_of, practice_of, with_places
from people.admin.organisations import Widget as OrganisationWidget
from people.admin.viewsets import BoundedIndex, DeedEdit, DeedForm, PeopleViewSet
from people.days import today
from people.models import AuditAct, Licence, Organisation, Person, Position, PracticeType, User

WRONG_PARTS = {
    "digits": _("A licence number has digits alone; a number that Excel has shortened is lost."),
    "length": _("A licence number has 17 digits."),
    "certificate": _("A lawyer's licence number begins with 1."),
    "province": _("Digits 2 and 3 name no province."),
    "prefecture": _("Digits 4 and 5 name no prefecture."),
    "year": _("Digits 6 to 9 are no year of admission."),
    "practice_kind": _("Digit 10 names no kind of practice."),
    "sex": _("Digit 11 is 0 or 1."),
}


class AccountFields(forms.Form):
    """A first sign-in, for whoever is to have one now."""

    username = forms.CharField(
        max_length=150, required=False, label=_("User name"), help_text=_("Leave empty for no account.")
    )
    password = forms.CharField(
        required=False,
        strip=False,
        label=_("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if bool(cleaned.get("username")) != bool(cleaned.get("password")):
            self.add_error("password", _("An account needs both a user name and a first password."))
        return cleaned

    def open_account(self, person: Person, by: User) -> None:
        data = self.cleaned_data
        if data.get("username"):
            accounts.open_for(person, username=data["username"], password=data["password"], by=by)


class PersonForm(AccountFields, DeedForm):
    """A person with his place and, for a lawyer, his licence."""

    logged_as = AuditAct.PERSON_CHANGED

    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.all(), label=_("Organisation"), widget=OrganisationWidget
    )
    position = forms.ChoiceField(choices=Position, label=_("Position"))
    joined_on = forms.DateField(label=_("Joined on"), widget=AdminDateInput, initial=today)
    number = forms.CharField(
        max_length=40,
        required=False,
        label=_("Licence number"),
        help_text=_("17 digits; empty for whoever has none."),
    )
    practice_type = forms.ChoiceField(
        choices=[("", "—"), *PracticeType.choices], required=False, label=_("Practice type")
    )

    class Meta:
        model = Person
        fields = (
            "name",
            "phone",
            "birth_date",
            "organisation",
            "position",
            "joined_on",
            "number",
            "practice_type",
            "username",
            "password",
        )
        widgets = {"birth_date": AdminDateInput}

    def clean_organisation(self) -> Organisation:
        organisation: Organisation = self.cleaned_data["organisation"]
        if not accessible_organisations(self.for_user).filter(pk=organisation.pk).exists():
            raise forms.ValidationError(_("Choose an organisation of your own."))
        return organisation

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if not number.strip():
            return ""
        try:
            return licence_numbers.parse(number, last_year=today().year).text
        except licence_numbers.LicenceNumberInvalid as error:
            raise forms.ValidationError(WRONG_PARTS[error.part]) from error

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        number = cleaned.get("number")
        if number and not cleaned.get("practice_type"):
            cleaned["practice_type"] = licence_numbers.parse(number, last_year=today().year).practice_type
        return cleaned

    def perform(self, by: User) -> Person:
        data = self.cleaned_data
        person = persons.create(name=data["name"], phone=data["phone"], birth_date=data["birth_date"])
        memberships.join(person, data["organisation"], on=data["joined_on"], position=data["position"])
        if data["number"]:
            licences.issue(
                person, number=data["number"], practice_type=data["practice_type"], on=data["joined_on"]
            )
        self.open_account(person, by)
        return person


class PersonEditForm(AccountFields, DeedForm):
    """What is held on the person himself; his places are memberships."""

    logged_as = AuditAct.PERSON_CHANGED

    class Meta:
        model = Person
        fields = ("name", "phone", "birth_date", "username", "password")
        widgets = {"birth_date": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.user_id is not None:
            del self.fields["username"], self.fields["password"]

    def perform(self, by: User) -> Person:
        data = self.cleaned_data
        person = persons.change(
            self.instance, name=data["name"], phone=data["phone"], birth_date=data["birth_date"]
        )
        self.open_account(person, by)
        return person


class PersonEdit(DeedEdit):
    """Shows phone and birth date, so opening it is written down."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer: HttpResponse = super().get(request, *args, **kwargs)
        by: Any = request.user
        audit_log.looked_at(by, self.object, gettext("Person's page"))
        return answer


class PersonIndex(BoundedIndex):
    """Found by any part of the name, or by a licence number ever held; one row a person either way."""

    def search_queryset(self, queryset: QuerySet[Person]) -> QuerySet[Person]:
        if not self.is_searching:
            return queryset
        wanted = licence_numbers.normalise(self.search_query)
        holders = Licence.objects.filter(number__contains=wanted).values("person_id")
        found = Q(name__icontains=wanted)
        return queryset.filter(found | Q(pk__in=holders) if wanted.isdigit() else found)

    def get_list_more_buttons(self, instance: Person) -> list[Any]:
        places = f"{reverse('memberships:index')}?{urlencode({'person': instance.public_id})}"
        shown = MenuItem(_("Memberships"), url=places, icon_name="link", priority=20)
        return [*super().get_list_more_buttons(instance), shown]


class PersonViewSet(PeopleViewSet):
    model = Person
    index_view_class = PersonIndex
    edit_view_class = PersonEdit
    name = "persons"
    icon = "user"
    menu_label = _("Persons")
    ordering = "name"
    search_fields = ["name"]
    list_display = [
        "name",
        Column("organisation", label=_("Organisation"), accessor=membership_of),
        Column("practice_type", label=_("Practice type"), accessor=practice_of),
        Column("number", label=_("Licence number"), accessor=masked_number),
        Column("account", label=_("Account"), accessor=account_name),
    ]
    create_form = PersonForm
    edit_form = PersonEditForm

    def visible(self, user: User) -> QuerySet[Person]:
        return with_places(accessible_persons(user))
