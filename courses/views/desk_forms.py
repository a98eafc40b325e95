"""What the forms of declarations, lists, corrections and disputes accept, before a deed is asked."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses import amounts
from courses.models import CreditCategory, Declaration, DeclaredKind, Unit

WRITTEN_UNITS = [
    ("minute", _("minutes")),
    ("hour", _("hours")),
    (Unit.CREDIT.value, _("credits")),
    (Unit.HALF_DAY.value, _("half days")),
    (Unit.DAY.value, _("days")),
    (Unit.ITEM.value, _("pieces")),
    (Unit.WORD.value, _("words")),
]
PROOF_ACCEPT = "image/jpeg,image/png,image/webp,image/heic,application/pdf,.jpg,.jpeg,.png,.webp,.heic,.pdf"


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """Several files as a list; none is an empty list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(each, initial) for each in given if each]


def proof_field(help_text: Any) -> ManyFilesField:
    return ManyFilesField(
        label=_("Proof"),
        help_text=help_text,
        required=False,
        widget=ManyFilesInput(attrs={"accept": PROOF_ACCEPT}),
    )


class AmountForm(forms.Form):
    """A number and its unit, as `amounts.Amount` in `cleaned_data["measure"]`."""

    number = forms.DecimalField(
        label=_("How much"),
        max_digits=10,
        decimal_places=3,
        min_value=Decimal("0.001"),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "any"}),
    )
    unit = forms.ChoiceField(label=_("Counted in"), choices=WRITTEN_UNITS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number, unit = cleaned.get("number"), cleaned.get("unit")
        if number is not None and unit:
            try:
                cleaned["measure"] = amounts.read(number, unit)
            except amounts.NotExact:
                self.add_error("number", _("This cannot be counted exactly; use minutes instead of hours."))
        return cleaned


class DeclarationForm(AmountForm):
    """What a lawyer declares."""

    kind = forms.ChoiceField(label=_("What was it?"), choices=DeclaredKind.choices)
    title = forms.CharField(
        label=pgettext_lazy("of a matter", "Title"),
        max_length=200,
        help_text=_("As the invitation, the programme or the journal has it."),
    )
    organiser_name = forms.CharField(label=_("Organiser or publisher"), max_length=200, required=False)
    day = forms.DateField(
        label=_("Day"),
        help_text=_("The last day, where it took several."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    category = forms.ChoiceField(
        label=_("Credit category"), choices=CreditCategory.choices, initial=CreditCategory.LAW
    )
    role = forms.ChoiceField(
        label=_("Your part in it"),
        required=False,
        choices=[
            ("", _("Not asked")),
            ("sole", _("Alone")),
            ("first", _("First of several")),
            ("shared", _("One of several")),
        ],
    )
    co_teachers = forms.IntegerField(
        label=_("How many taught or wrote with you"), min_value=0, max_value=99, required=False
    )
    times_taught = forms.IntegerField(
        label=_("How often you had taught it before"), min_value=0, max_value=999, required=False
    )
    course_minutes = forms.IntegerField(
        label=_("Length of the whole course in minutes"), min_value=1, max_value=99999, required=False
    )
    absent_minutes = forms.IntegerField(
        label=_("Minutes that you missed"), min_value=0, max_value=99999, required=False
    )
    note = forms.CharField(
        label=_("Anything else the association should know"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    proof_files = proof_field(
        _("Photographs or PDF, up to 6 files of 10 MB: certificate, programme, first page …")
    )

    FACTS = ("role", "co_teachers", "times_taught", "course_minutes", "absent_minutes")
    field_order = ("kind", "title", "organiser_name", "day", "number", "unit", "category")

    def facts(self) -> dict[str, Any]:
        """The coded facts that were given."""
        given = {name: self.cleaned_data.get(name) for name in self.FACTS}
        return {name: value for name, value in given.items() if value not in {None, ""}}

    @staticmethod
    def initial_of(declared: Declaration) -> dict[str, Any]:
        """The form's values for a declaration that is changed."""
        measure = amounts.Amount(declared.unit, declared.seconds, declared.quantity_milli)
        return {
            "kind": declared.kind,
            "title": declared.title,
            "organiser_name": declared.organiser_name,
            "day": declared.day,
            "category": declared.category,
            "note": declared.note,
            "number": amounts.plain(measure.number),
            "unit": measure.written_unit,
            **declared.facts,
        }


class ReasonForm(forms.Form):
    """The words of whoever decides or disputes."""

    text = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class AcceptForm(AmountForm):
    """An acceptance, with the amount and the category that count."""

    category = forms.ChoiceField(label=_("Credit category"), choices=CreditCategory.choices)
    text = forms.CharField(
        label=_("Remark"),
        help_text=_("Needed where the amount is not the one declared."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DisputeForm(forms.Form):
    """A lawyer's question to the committee."""

    text = forms.CharField(
        label=_("What is wrong, and why?"),
        help_text=_(
            "For instance: the network failed, I answered the check, the certificate was overlooked."
        ),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    proof_files = proof_field(_("If you have any: photographs or PDF, up to 6 files of 10 MB."))
