"""Fields for a place in a recording, written as people write it: 12:30 or 1:02:30."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext as _

from courses import recuts


class ClockField(forms.CharField):
    """Milliseconds of what is typed."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "0:00", "inputmode": "text", "size": "9"})
        super().__init__(**{"max_length": recuts.MAX_CLOCK, "widget": widget, **options})

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text in self.empty_values:
            return None
        milliseconds = recuts.clock_ms(text)
        if milliseconds is None:
            raise forms.ValidationError(_("Write minutes and seconds, such as 12:30."))
        return milliseconds

    def prepare_value(self, value: Any) -> Any:
        return recuts.clock(value) if isinstance(value, int) else value


class SecondClockField(ClockField):
    """Whole seconds of what is typed."""

    def clean(self, value: Any) -> Any:
        milliseconds = super().clean(value)
        return None if milliseconds is None else milliseconds // 1000

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(value * 1000 if isinstance(value, int) else value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class SecondField(models.PositiveIntegerField):
    """A second of a recording; only its form differs from a number's, so migrations know it as one."""

    def formfield(self, **options: Any) -> Any:
        for bound in ("min_value", "max_value"):
            options.pop(bound, None)
        return models.Field.formfield(self, **{"form_class": SecondClockField, **options})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveIntegerField", args, kwargs
