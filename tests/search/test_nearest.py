"""A question without answer is offered what is near to it and finds something, and is told why."""

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import given
from hypothesis import strategies as st

from courses.models import Access
from search import find
from search.nearest import MOST_TRIED, likeness, nearest
from tests.courses.stage import new_lawyer, published_course
from tests.search.conftest import both_engines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]


@pytest.fixture
def shelf(captioned, indexed):
    public = captioned("彩礼", "先说彩礼返还的规则。", "再说高空抛物。")
    members = captioned("保证", "保证期间怎么算。")
    published_course("公开课", public, access=Access.PUBLIC)
    published_course("会员课", members, access=Access.MEMBERS)
    indexed()


def offered(text, user=None):
    results = find.search(text, user=user or AnonymousUser())
    assert results.total == 0
    return [(each.text, each.sounds_alike) for each in results.nearest]


@both_engines
def test_a_homophone_of_a_known_term_is_offered_as_sounding_the_same(shelf):
    assert offered("才里饭桓") == [("彩礼返还", True)]


def test_pinyin_that_was_sent_off_is_offered_the_term(shelf):
    assert offered("cailifanhuan") == [("彩礼返还", True)]
    assert offered("clfh") == [("彩礼返还", True)]


def test_a_term_that_is_written_nearly_so_is_offered_without_saying_that_it_sounds_alike(captioned, indexed):
    lecture = captioned("监护", "监护人")
    published_course("公开课", lecture, access=Access.PUBLIC)
    indexed()
    assert nearest("监呼人", lambda attempt: True)[0].text == "监护人"
    assert ("监护人", False) in [
        (each.text, each.sounds_alike) for each in nearest("护监人", lambda attempt: True)
    ]


def test_what_the_reader_would_not_find_is_not_offered(shelf):
    assert offered("饱正七间") == []
    assert offered("饱正七间", new_lawyer().user) == [("保证期间", True)]


def test_a_question_that_found_something_is_offered_nothing(shelf):
    assert find.search("彩礼返还", user=AnonymousUser()).nearest == ()


def test_the_longest_question_tries_no_more_than_a_few(shelf):
    tried = []
    nearest("违约金" * 66, lambda attempt: bool(tried.append(attempt)))
    nearest("权" * 200, lambda attempt: bool(tried.append(attempt)))
    assert len(tried) <= 2 * MOST_TRIED


def test_the_page_and_the_api_offer_it(client, shelf):
    page = client.get("/search/", {"q": "才里饭桓"}).content.decode()
    assert "您是不是要找" in page
    assert "读音相同" in page
    assert client.get("/api/v1/search", {"q": "clfh"}).json()["nearest"] == [
        {"text": "彩礼返还", "sounds_alike": True}
    ]


@given(st.text(max_size=12), st.text(max_size=12))
def test_likeness_is_symmetric_and_whole_for_the_same(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1
    assert not one or likeness(one, one) == 1
