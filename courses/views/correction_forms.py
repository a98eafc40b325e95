"""What the form of a correction accepts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from courses import amounts
from courses.models import Correction, CorrectionCause, CorrectionKind
from courses.views.desk_forms import AmountForm


class CorrectionForm(AmountForm):
    """What is wrong with the entries of an activity, and what is right."""

    kind = forms.ChoiceField(
        label=_("What to do"),
        choices=[each for each in CorrectionKind.choices if each[0] != CorrectionKind.RESTORE],
        initial=CorrectionKind.AMEND,
    )
    cause = forms.ChoiceField(
        label=_("Cause"),
        choices=[each for each in CorrectionCause.choices if each[0] != CorrectionCause.UNDONE],
    )
    explanation = forms.CharField(
        label=_("In words"),
        help_text=_("Everybody concerned reads it."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("kind", "number", "unit", "cause", "explanation")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].label = _("The right amount")
        self.fields["number"].help_text = _("Not needed where everything is taken back.")

    @staticmethod
    def initial_of(batch: Correction) -> dict[str, Any]:
        """The form's values for a correction that is changed."""
        given = {"kind": batch.kind, "cause": batch.cause, "explanation": batch.explanation}
        if batch.kind != CorrectionKind.AMEND:
            return given
        measure = amounts.Amount(batch.unit, batch.to_seconds, batch.to_quantity_milli)
        return given | {"number": amounts.plain(measure.number), "unit": measure.written_unit}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("kind") == CorrectionKind.AMEND and "measure" not in cleaned:
            self.add_error("number", _("State the right amount."))
        if cleaned.get("kind") == CorrectionKind.TAKE_BACK:
            cleaned.pop("measure", None)
        return cleaned
