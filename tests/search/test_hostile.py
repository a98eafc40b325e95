"""Whatever is typed, search answers: every line of the hostile files, at every door."""

import io
import json
from urllib.parse import quote

import pytest
from django.core.management import call_command

from courses.models import Access
from search.query import LONGEST_QUERY
from tests.courses.stage import published_course

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("engine_in_force")]

OWN = (
    "\x00",
    "\ud800违约",
    "*" * 200,
    "(" * 200,
    "违约" * 100,
    "民法典第" * 50,
    '"' * 199,
    "民法典1-99999999999条",
    "%",
    "_",
)


@pytest.fixture(params=[12, pytest.param(1, marks=pytest.mark.full)])
def lines(request, shared_data):
    """For the number of a door: the breakers and every twelfth of the other lines, at each door others; or all."""
    folder = shared_data / "hostile"
    breakers = (folder / "derived/search-breakers.tsv").read_text(encoding="utf-8").splitlines()
    found = (
        line
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()
    )
    others = list(dict.fromkeys(found))

    def of(door):
        return [
            *OWN,
            *(line.split("\t")[0] for line in breakers),
            *others[door % request.param :: request.param],
        ]

    return of


@pytest.fixture
def shelf(captioned, indexed):
    published_course(
        "公开课",
        captioned("违约责任", "民法典第577条说违约金。", "-1 or 1=1; <script>"),
        access=Access.PUBLIC,
    )
    indexed()


def as_sent(text):
    return quote(text.encode("utf-8", "surrogatepass"))


def test_the_page_answers(shelf, client, lines):
    for text in lines(0):
        answer = client.get(f"/search/?q={as_sent(text)}")
        assert answer.status_code == (200 if len(text.strip()) <= LONGEST_QUERY else 400), text
        if "<script" in text.lower() or "onerror" in text.lower():
            assert text not in answer.content.decode()


def test_each_parameter_of_the_page_takes_anything(shelf, client, lines):
    for place, text in enumerate(lines(1)):
        name = ("course", "lecturer", "lecture", "statute", "year", "kind", "sort", "page")[place % 8]
        assert client.get(f"/search/?q=%E8%BF%9D%E7%BA%A6&{name}={as_sent(text[:90])}").status_code < 500, (
            name,
            text,
        )


def test_the_api_answers(shelf, client, lines):
    for text in lines(2):
        answer = client.get(f"/api/v1/search?q={as_sent(text)}")
        assert answer.status_code == (200 if len(text.strip()) <= LONGEST_QUERY else 400), text
        assert answer.json()


def test_suggestions_answer(shelf, client, lines):
    for text in lines(3):
        assert client.get(f"/api/v1/search/suggestions?q={as_sent(text[:200])}").status_code == 200, text


def test_the_command_answers(shelf, lines, tmp_path):
    for text in lines(4)[:60]:
        if len(text.strip()) <= LONGEST_QUERY and text.strip():
            output = io.StringIO()
            call_command("find", "--", text, stdout=output)
            for line in output.getvalue().splitlines():
                json.loads(line)


def test_bytes_that_are_no_text_are_answered(shelf, client):
    for raw in ("%FF%FE", "%C0%AF", "%ED%A0%80", "%F0%9F", "%00", "%80abc", "+", "%2B%2B"):
        assert client.get(f"/search/?q={raw}").status_code == 200
        assert client.get(f"/api/v1/search?q={raw}").status_code == 200
        assert client.get(f"/api/v1/search/suggestions?q={raw}").status_code == 200
