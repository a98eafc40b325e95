"""What the forms of lists accept: what a list is about, an attendance file, typed names."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from courses.models import CreditCategory, LearningFormat, RecognitionKind
from courses.views.desk_forms import AmountForm, proof_field
from people.models import Organisation

FORMATS = [
    (value, label)
    for value, label in LearningFormat.choices
    if value
    in {
        LearningFormat.ONSITE,
        LearningFormat.LIVE_ONLINE,
        LearningFormat.TEACHING,
        LearningFormat.SERVICE,
        LearningFormat.EXAMINATION,
        LearningFormat.DECLARED,
    }
]


class RecognitionForm(AmountForm):
    """What a list is about."""

    owner = forms.ChoiceField(label=_("For the people of"))
    kind = forms.ChoiceField(label=_("What kind of list"), choices=RecognitionKind.choices)
    title = forms.CharField(label=pgettext_lazy("of a matter", "Title"), max_length=200)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    format = forms.ChoiceField(
        label=pgettext_lazy("of learning", "Format"),
        choices=FORMATS,
        required=False,
        initial=LearningFormat.ONSITE,
    )
    category = forms.ChoiceField(
        label=_("Credit category"), choices=CreditCategory.choices, initial=CreditCategory.LAW
    )
    course_minutes = forms.IntegerField(
        label=_("Length of the session in minutes"),
        help_text=_("Only where an attendance file says how long each was there."),
        min_value=1,
        max_value=20_000,
        required=False,
    )
    least_share_percent = forms.IntegerField(
        label=_("Share that has to be attended (%)"),
        help_text=_("Whoever was there for less gets nothing."),
        min_value=0,
        max_value=100,
        initial=80,
    )
    note = forms.CharField(
        label=_("Remark"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("owner", "kind", "title", "day", "format", "category", "number", "unit")

    def __init__(self, *args: Any, owners: Sequence[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [(str(each.public_id), each.name) for each in owners]  # type: ignore[attr-defined]

    def clean_format(self) -> str:
        return self.cleaned_data["format"] or LearningFormat.ONSITE


class AttendanceFileForm(forms.Form):
    """An attendance export; the session where the file holds several."""

    attendance = forms.FileField(
        label=_("Attendance file"),
        help_text=_(
            "XLSX or CSV of 腾讯会议, 雨课堂 or 小鹅通, or a list with the heading 姓名; 8 MB at most."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,text/csv"}),
    )
    session = forms.CharField(
        label=pgettext_lazy("of an attendance file", "Session"), max_length=200, required=False
    )
    attendance.widget.template_name = "django/forms/widgets/file.html"


class TypedNamesForm(forms.Form):
    """Names typed or pasted, one a line."""

    names = forms.CharField(
        label=_("Names, one a line"),
        help_text=_("Each with the firm, the phone, the licence number or its last four digits."),
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class SheetForm(forms.Form):
    """The photograph of the signed sheet."""

    proof_files = proof_field(_("Photographs or PDF, up to 6 files of 10 MB: the signed sheet, the notice …"))
