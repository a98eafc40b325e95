"""The living page shows every component, and no page needs more than the policy allows."""

import re
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "templates" / "assets" / "styles"
PARTIALS = ROOT / "templates" / "components"
# What the frame or another page shows: these stand on the living page without being included by it.
OF_THE_FRAME = {"tools", "theme_choice", "message", "not_found", "password_toggle"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def living_page(client: Client) -> str:
    response = client.get("/design/")
    assert response.status_code == 200
    return response.content.decode()


def test_every_partial_is_on_the_living_page() -> None:
    source = (ROOT / "templates" / "design" / "living_page.html").read_text()
    for partial in sorted(PARTIALS.glob("*.html")):
        if partial.stem not in OF_THE_FRAME:
            assert f"components/{partial.name}" in source, partial.name


@pytest.mark.parametrize(
    "name",
    ["card", "row", "tile", "table", "tabs", "breadcrumbs", "pagination", "badge", "alert", "progress", "empty",
     "skeleton", "dialog", "toast", "timeline", "avatar", "transcript", "cue", "video-frame", "dropzone", "facts",
     "search-box", "choice", "filters", "menu", "button", "statement", "share-bar", "spinner", "hit"],
)  # fmt: skip
def test_every_component_is_on_the_living_page(living_page: str, name: str) -> None:
    assert re.search(rf'class="[^"]*\b{name}\b', living_page)


def test_the_living_page_needs_nothing_inline(living_page: str) -> None:
    assert not re.search(r"<[^>]+\sstyle=", living_page)
    assert not re.search(r"<[^>]+\son[a-z]+=", living_page)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", living_page)


def test_no_template_of_ours_needs_anything_inline() -> None:
    for template in (ROOT / "templates").rglob("*.html"):
        if {"assets", "wagtailadmin"} & set(template.parts):
            continue
        assert not re.search(r"<[^>]+\s(style|on[a-z]+)=\"", template.read_text()), template


SAYS = {
    "alert": r"\b(text|title)=",
    "empty": r"\btitle=",
    "badge": r"\blabel=",
    "tile": r"\blabel=",
    "measure": r"\blabel=",
}


def test_no_component_is_asked_to_say_nothing() -> None:
    """`only` hides what a template set before: what a component says must be handed to it."""
    included = re.compile(r'{% include "components/(\w+)\.html" with ([^%]*?) only %}')
    for template in (ROOT / "templates").rglob("*.html"):
        for component, arguments in included.findall(template.read_text()):
            if component in SAYS:
                assert re.search(SAYS[component], arguments), f"{template}: {component} with {arguments}"


def test_both_dark_themes_have_the_same_values() -> None:
    tokens = (STYLES / "tokens.css").read_text()
    of_the_system, of_the_reader = re.findall(r"color-scheme: dark;([^}]*)}", tokens)
    assert of_the_system.split() == of_the_reader.split()


def test_the_choice_of_a_theme_is_drawn_by_the_server(client: Client) -> None:
    client.cookies["theme"] = "dark"
    assert '<html lang="zh-Hans" data-theme="dark">' in client.get("/design/").content.decode()


def test_a_theme_that_does_not_exist_is_ignored(client: Client) -> None:
    client.cookies["theme"] = '"><script>'
    assert '<html lang="zh-Hans">' in client.get("/design/").content.decode()


def test_forbidden_and_missing_say_the_same() -> None:
    forbidden, missing = ((ROOT / "templates" / f"{code}.html").read_text() for code in (403, 404))
    for page in (forbidden, missing):
        assert "components/not_found.html" in page
    assert re.sub(r"{% comment %}.*", "", forbidden) == re.sub(r"{% comment %}.*", "", missing)


@pytest.mark.parametrize(
    "path",
    ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/",
     "/accounts/inactive/", "/accounts/password/reset/key/0-bad/"],
)  # fmt: skip
def test_account_pages_stand_in_the_products_frame(client: Client, path: str) -> None:
    page = client.get(path, follow=True).content.decode()
    assert 'class="wordmark"' in page
    assert "律学堂" in page


def test_a_wrong_password_is_said_without_telling_who_exists(client: Client) -> None:
    page = client.post("/accounts/login/", {"login": "nobody", "password": "wrong-password"}).content.decode()
    assert 'class="alert alert--refused"' in page
    assert 'aria-invalid="true"' in page
    assert 'value="nobody"' in page
