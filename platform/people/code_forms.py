"""What is typed to sign in by a code: large fields with the keyboard that fits, and one refusal for each."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people import licence_numbers, phones
from people.days import today
from people.phone_codes import DIGITS


class PhoneField(forms.CharField):
    """A mainland mobile in whatever spelling; everything else is no phone."""

    def clean(self, value: Any) -> str:
        phone = phones.normalise(super().clean(value) or "")
        if phone and not phones.is_mobile(phone):
            raise forms.ValidationError(_("A mobile phone has 11 digits."))
        return phone


class PhoneForm(forms.Form):
    """The phone alone."""

    phone = PhoneField(
        label=gettext_lazy("Mobile phone"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "tel-national", "maxlength": 20}
        ),
    )


class FirstForm(PhoneForm):
    """Licence number and phone."""

    number = forms.CharField(
        label=gettext_lazy("Licence number"),
        help_text=gettext_lazy("The 17 digits on your practising certificate."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 30}),
    )
    field_order = ("number", "phone")

    def clean_number(self) -> str:
        digits = "".join(licence_numbers.normalise(self.cleaned_data["number"]).split())
        try:
            return licence_numbers.parse(digits, last_year=today().year).text
        except licence_numbers.LicenceNumberInvalid:
            raise forms.ValidationError(
                _("This is no licence number: compare its 17 digits with the certificate.")
            ) from None


class CodeForm(forms.Form):
    """The six digits from the message."""

    code = forms.CharField(
        label=gettext_lazy("Code from the message"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "maxlength": 12,
                "class": "code-field num",
                "autofocus": True,
            }
        ),
    )

    def clean_code(self) -> str:
        digits = "".join(unicodedata.normalize("NFKC", self.cleaned_data["code"]).split())
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
            raise forms.ValidationError(_("The code has %(digits)d digits.") % {"digits": DIGITS})
        return digits


class NewPasswordForm(forms.Form):
    """One field: it can be made visible, which is better than typing blindly twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least 8 characters, not digits alone."),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "maxlength": 128}),
    )
