"""Readings: the articles they cite are links in their text, and article pages lead back to them."""

import pytest
from django.test import Client

from search import readings
from search.models import ReadingCitation
from tests.courses.activities import a_course, a_reading
from tests.courses.stage import new_lawyer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]

BODY = (
    "<h3>《民法典》合同编</h3><p>第五百七十七条是总的规定，<b>第五百八十五条</b>讲违约金 &lt;b&gt; &amp; 三条规定。</p>"
    '<p><a href="https://example.org/">第五百七十八条</a>另有链接，第五百七十七条再说一次。</p>'
)


@pytest.fixture
def reading():
    made = a_reading("违约责任导读", body=BODY)
    a_course(made)
    return made


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_article_that_a_reading_cites_is_a_link_and_everything_else_stays_as_it_was() -> None:
    shown = readings.linked(BODY, "违约责任导读")
    assert shown.count('<a class="citation" href="/laws/civil-code/577/">第五百七十七条</a>') == 2
    assert '<b><a class="citation" href="/laws/civil-code/585/">第五百八十五条</a></b>' in shown
    assert "&lt;b&gt; &amp; " in shown
    assert '<a href="https://example.org/">第五百七十八条</a>' in shown, "no link inside a link"


def test_a_text_without_citations_gains_its_paragraphs_names_alone() -> None:
    plain = "<p>今天天气很好 &amp; 没有法条。</p><hr/><ol><li>一</li><li></li><li>二<b>三</b></li></ol>"
    named = (
        '<p id="p1">今天天气很好 &amp; 没有法条。</p><hr/>'
        '<ol><li id="p2">一</li><li></li><li id="p3">二<b>三</b></li></ol>'
    )
    assert readings.linked(plain, "闲谈") == named
    assert readings.linked("", "闲谈") == ""


def test_a_published_reading_stands_on_the_pages_of_its_articles_for_whoever_may_read_it(reading) -> None:
    member = Client()
    member.force_login(new_lawyer().user)
    article = "/laws/civil-code/577/"
    assert "违约责任导读" not in page(Client(), article)
    shown = page(member, article)
    assert "违约责任导读" in shown
    assert "引用 2 次" in shown
    assert f'href="/readings/{reading.public_id}/#p2"' in shown
    assert "<mark>第五百七十七条</mark>是总的规定" in shown
    assert f'href="/readings/{reading.public_id}/#p3"' in shown


def test_a_withdrawn_reading_cites_nothing_and_noting_again_changes_nothing(reading) -> None:
    rows = list(ReadingCitation.objects.values_list("article", "count").order_by("article"))
    assert rows == [(577, 2), (578, 1), (585, 1)]
    readings.note_all()
    assert list(ReadingCitation.objects.values_list("article", "count").order_by("article")) == rows
    reading.unpublish()
    assert not ReadingCitation.objects.exists()
