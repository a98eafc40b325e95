"""Collected files: one name for each, and forever kept by browsers where the name says the content."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from config.static_files import StaticStorage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def storage(tmp_path: Path) -> StaticStorage:
    return StaticStorage(location=tmp_path)


@pytest.mark.parametrize("name", ["assets/site-Drf-T1xU.js", "assets/site-CTDbtbYa.css"])
def test_what_vite_built_keeps_its_name(storage: StaticStorage, name: str) -> None:
    assert storage.hashed_name(name, ContentFile(b"x")) == name


@pytest.mark.parametrize("name", ["icons.svg", "wagtailadmin/js/core-components.js", "assets/plain.js"])
def test_everything_else_gets_djangos_hash(storage: StaticStorage, name: str) -> None:
    assert re.search(r"\.[0-9a-f]{12}\.\w+$", storage.hashed_name(name, ContentFile(b"x")))


def test_names_that_say_their_content_are_kept_forever() -> None:
    lasting = re.compile(settings.WHITENOISE_IMMUTABLE_FILE_TEST)
    assert lasting.search("/static/assets/site-Drf-T1xU.js")
    assert lasting.search("/static/icons.0123456789ab.svg")
    assert not lasting.search("/static/icons.svg")
    assert not lasting.search("/static/error.css")


def test_every_module_is_found_under_the_name_that_imports_it() -> None:
    manifest = json.loads((ROOT / "build" / "assets" / "manifest.json").read_text())
    for entry in manifest.values():
        if not entry["file"].endswith(".js"):
            continue
        source = (ROOT / "build" / "assets" / entry["file"]).read_text()
        for imported in re.findall(r'(?:from|import)\s*\(?\s*"\./([^"]+)"', source):
            assert (ROOT / "build" / "assets" / "assets" / imported).exists(), imported
