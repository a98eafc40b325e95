"""The Chinese that we add to Wagtail's admin is still asked for, and stands where editors look."""

import json
import re
from pathlib import Path

import polib
import pytest
import wagtail
from django.test import Client
from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import override

from config.admin_words import COUNTED, WORDS
from people.models import User


def _sentences_of_wagtail() -> set[str]:
    catalogues = Path(wagtail.__file__).parent.rglob("locale/en/LC_MESSAGES/django.po")
    return {entry.msgid for catalogue in catalogues for entry in polib.pofile(str(catalogue))}


def test_wagtail_still_says_each_of_these_sentences() -> None:
    assert not set(WORDS) - _sentences_of_wagtail()


def test_each_of_them_is_chinese() -> None:
    with override("zh-hans"):
        english = [word for word in WORDS if translate(word) == word]
    assert not english
    assert all(isinstance(words, Promise) for words in COUNTED)


@pytest.mark.django_db
def test_the_admin_says_its_name_in_chinese(client: Client) -> None:
    client.force_login(
        User.objects.create_superuser("chief", "chief@example.org", "x"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = client.get("/admin/").content.decode()
    assert "律学堂 管理后台" in page
    assert "搜索全部页面" in page
    assert "logo.svg" in page


@pytest.mark.django_db
def test_the_admins_menus_lead_to_no_foreign_site(client: Client) -> None:
    client.force_login(
        User.objects.create_superuser("chief", "chief@example.org", "x"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    page = client.get("/admin/").content.decode()
    assert "wagtail.org" not in page


@pytest.mark.django_db
def test_what_the_admins_scripts_say_is_chinese(client: Client) -> None:
    client.force_login(
        User.objects.create_superuser("chief", "chief@example.org", "x"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    script = client.get("/admin/jsi18n/").content.decode()
    found = re.search(r"const newcatalog = (\{.*?\n  \});", script, re.DOTALL)
    assert found
    said = json.loads(found[1])
    english = Path(wagtail.__file__).parent / "admin/locale/en/LC_MESSAGES/djangojs.po"
    assert {entry.msgid for entry in polib.pofile(str(english))} <= said.keys()
    assert said["Insert a block"] == "插入内容块"


@pytest.mark.parametrize(
    "word", ["Approve", "Approved", "Continue", "Choose", "Choose another", "Pages", "Name", "Title", "To"]
)
def test_words_that_our_pages_use_in_another_sense_are_left_to_wagtail(word: str) -> None:
    ours = polib.pofile(str(Path(__file__).parents[2] / "locale/zh_Hans/LC_MESSAGES/django.po"))
    assert not [entry for entry in ours if entry.msgid == word and not entry.msgctxt]
