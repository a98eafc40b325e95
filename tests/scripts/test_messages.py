"""The translation catalogue's keeper, run on a small checkout of its own."""

import gettext
import json
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.site import ROOT

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("xgettext"), reason="GNU gettext is not installed (Debian: gettext)"),
]
SOURCE = """
from django.utils.translation import gettext, ngettext, pgettext
gettext("Sign in")
gettext("Welcome, %(name)s")
ngettext("%(count)d lecture", "%(count)d lectures", 2)
pgettext("glossary", "lecture")
"""
TEMPLATE = """{% load i18n %}{% translate 'Coverage' %}
{% blocktranslate trimmed %}
  Due {{ day }}
{% endblocktranslate %}
"""


class Checkout:
    """A folder with the script, a module and a template."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("scripts", "platform", "courses", "media", "search", "templates"):
            (root / folder).mkdir()
        shutil.copy(ROOT / "scripts" / "messages.py", root / "scripts")
        (root / "courses" / "words.py").write_text(SOURCE)
        (root / "templates" / "page.html").write_text(TEMPLATE)
        self.catalogue = root / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(self.root / "scripts" / "messages.py"), *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def apply(self, translations: dict[str, object]) -> subprocess.CompletedProcess[str]:
        path = self.root / "words.json"
        path.write_text(json.dumps(translations))
        return self.run("--apply", str(path))


ALL = {
    "Sign in": "登录",
    "Welcome, %(name)s": "%(name)s，欢迎",
    "%(count)d lecture": ["%(count)d 个讲座"],
    "glossary\x04lecture": "讲座",
    "Coverage": "覆盖率",
    "Due %(day)s": "%(day)s截止",
}


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_translations_reach_the_compiled_catalogue(checkout: Checkout) -> None:
    assert checkout.apply(ALL).returncode == 0
    with checkout.catalogue.with_suffix(".mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert words.gettext("Coverage") == "覆盖率"
    assert words.ngettext("%(count)d lecture", "%(count)d lectures", 2) == "%(count)d 个讲座"
    assert words.pgettext("glossary", "lecture") == "讲座"
    assert checkout.run("--check").returncode == 0


def test_the_glossary_comes_first_and_no_line_says_where_or_when(checkout: Checkout) -> None:
    checkout.apply(ALL)
    text = checkout.catalogue.read_text()
    assert text.index('msgctxt "glossary"') < text.index("msgid", text.index("Plural-Forms"))
    assert "words.py" not in text
    assert "Creation-Date" not in text


def test_unknown_words_are_refused_by_name_and_the_others_taken(checkout: Checkout) -> None:
    ran = checkout.apply({**ALL, "Sign out": "退出"})
    assert ran.returncode == 1
    assert "Sign out" in ran.stderr
    assert checkout.run("--check").returncode == 0


@pytest.mark.parametrize("text", ["欢迎", "%(nom)s，欢迎"])
def test_a_lost_or_misspelt_placeholder_is_refused(checkout: Checkout, text: str) -> None:
    assert "placeholder" in checkout.apply({"Welcome, %(name)s": text}).stderr


def test_what_is_missing_is_named_by_the_place_it_occurs(checkout: Checkout) -> None:
    checkout.apply({"Sign in": "登录"})
    everything = json.loads(checkout.run("--missing").stdout)
    assert everything.keys() == ALL.keys() - {"Sign in"}
    assert json.loads(checkout.run("--missing", str(checkout.root / "templates")).stdout) == {
        "Coverage": "",
        "Due %(day)s": "",
    }


def test_the_check_fails_on_what_is_missing_new_or_gone(checkout: Checkout) -> None:
    checkout.apply({name: text for name, text in ALL.items() if name != "Coverage"})
    assert "Coverage" in checkout.run("--check").stdout
    checkout.apply(ALL)
    (checkout.root / "courses" / "words.py").write_text(SOURCE.replace("Sign in", "Log in"))
    ran = checkout.run("--check")
    assert ran.returncode == 1
    assert "Log in" in ran.stdout
    assert "Sign in" in ran.stdout


def test_extracting_twice_changes_nothing(checkout: Checkout) -> None:
    checkout.apply(ALL)
    before = checkout.catalogue.read_bytes()
    assert checkout.run().returncode == 0
    assert checkout.catalogue.read_bytes() == before


def test_a_broken_template_stops_extraction_and_keeps_the_catalogue(checkout: Checkout) -> None:
    checkout.apply(ALL)
    before = checkout.catalogue.read_bytes()
    (checkout.root / "templates" / "broken.html").write_text("{% load i18n %}{% blocktranslate %}{% if x %}")
    assert checkout.run().returncode == 2
    assert checkout.catalogue.read_bytes() == before


def test_the_house_catalogue_starts_with_the_glossary() -> None:
    entries = polib.pofile(str(ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))
    words = {entry.msgid: entry.msgstr for entry in entries if entry.msgctxt == "glossary"}
    assert [entry.msgctxt for entry in entries][: len(words)] == ["glossary"] * len(words)
    assert words["course"] == "课程"
    assert words["presence check"] == "在线确认"
