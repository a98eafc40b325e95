"""The forms of the recording pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from media.models import Language, Recording


class TitleForm(forms.ModelForm):
    """A recording's title; everything else about it comes from its file."""

    class Meta:
        model = Recording
        fields = ["title"]


class CaptionsForm(forms.Form):
    """A caption file for one language; what is in it is judged by `media.captions`."""

    file = forms.FileField(
        label=_("Caption file"),
        help_text=_("SRT or WebVTT, in UTF-8 or GBK, up to 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".srt,.vtt,text/vtt"}),
        allow_empty_file=True,
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=Language.choices, initial=Language.SIMPLIFIED_CHINESE
    )
