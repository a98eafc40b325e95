"""What Django's forms say of a field is said in the house's words."""

from pathlib import Path

import django
import polib
from django import forms

from config.form_words import COUNTED, WORDS


class _Slip(forms.Form):
    title = forms.CharField(max_length=3)
    hours = forms.IntegerField(min_value=1)
    kind = forms.ChoiceField(choices=[("a", "A")])


def test_django_still_says_each_of_these_sentences() -> None:
    catalogue = polib.pofile(str(Path(django.__file__).parent / "conf/locale/en/LC_MESSAGES/django.po"))
    assert not set(WORDS) - {entry.msgid for entry in catalogue}
    assert all("字" in str(each % {"limit_value": 3, "show_value": 5}) for each in COUNTED)


def test_an_empty_field_asks_to_be_filled_in() -> None:
    errors = _Slip({}).errors
    assert errors["title"] == ["请填写此项。"]
    assert errors["hours"] == ["请填写此项。"]


def test_a_wrong_value_is_answered_with_what_is_wanted() -> None:
    errors = _Slip({"title": "四个字了", "hours": "0", "kind": "b"}).errors
    assert errors["title"] == ["最多 3 个字，现在有 4 个字。"]
    assert errors["hours"] == ["请填写不小于 1 的数。"]
    assert errors["kind"] == ["请从列出的选项中选择（“b”不在其中）。"]
