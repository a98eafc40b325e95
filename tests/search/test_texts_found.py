"""Readings and the law's own text are found beside lectures: by those who may, at the paragraph, while in force."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import Access
from people.days import today
from search import find, index, text_index
from search.models import LectureIndexing, ReadingCitation, SpokenCitation, TextIndexing
from tests.courses.activities import a_course, a_reading
from tests.courses.stage import new_lawyer, published_course, published_lecture
from tests.search.conftest import both_engines
from tests.search.test_statute_import import imported

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]

LAW = """中华人民共和国试验法
（2020年1月1日通过，自2021年1月1日起施行）
第一章 一般规定
第一条 为了试验，制定本法。
第二条 赠品有瑕疵的，赠与人应当说明。
第三条 依照第二条说明的，不承担责任。
"""
BODY = "<h3>赠与</h3><p>赠品坏了怎么办？</p><p>试验法第二条说得很清楚：赠与人应当说明。</p>"


@pytest.fixture
def shelf(captioned, indexed):
    """A lecture for all, a reading for members and a statute, each of which speaks of gifts."""
    imported(LAW)
    lecture = captioned("赠与合同", "今天讲赠品。", "赠与人应当把瑕疵说明白。")
    published_course("合同课", lecture, access=Access.PUBLIC)
    reading = a_reading("赠与导读", body=BODY)
    a_course(reading, title="导读课")
    indexed()
    return reading


def kinds(text, user=None, **options):
    results = find.search(text, user=user or AnonymousUser(), **options)
    return [each.kind.value for each in (*results.found, *results.law)]


@both_engines
def test_a_member_finds_the_lecture_the_reading_and_the_law_and_a_visitor_not_the_reading(shelf):
    member = new_lawyer().user
    assert sorted(kinds("赠品", member)) == ["article", "reading", "video"]
    assert sorted(kinds("赠品")) == ["article", "video"]
    results = find.search("赠品", user=member)
    offered = next(facet for facet in results.facets if facet.name == "kind")
    assert {(each.value, each.label, each.count) for each in offered.options} == {
        ("video", "视频", 1),
        ("reading", "阅读材料", 1),
        ("article", "法条", 1),
    }
    assert kinds("赠品", member, narrowing=find.Narrowing(kind="reading")) == ["reading"]
    assert index.verify().is_equal


@both_engines
def test_an_article_is_found_by_its_number_with_those_who_cite_it(shelf):
    member = new_lawyer().user
    results = find.search("试验法第2条", user=member)
    ((reading,), (statute,)) = results.found, results.law
    assert (results.attempt, reading.kind, statute.kind) == ("citation", "reading", "article")
    (passage,) = reading.passages
    assert passage.url == f"/readings/{shelf.public_id}/#p3"
    assert [passage.text[start:end] for start, end in passage.marks] == ["试验法第二条"]
    assert [(each.label, each.url) for each in statute.passages] == [
        ("第二条", "/laws/shi-yan-fa/2/"),
        ("第三条", "/laws/shi-yan-fa/3/"),
    ]


def test_the_laws_own_words_do_not_keep_a_lecture_in_other_words_away(shelf):
    """The statute holds the words exactly, the lecture only some of them: it comes first, the law beside it."""
    results = find.search("赠品有瑕疵的", user=AnonymousUser())
    assert (results.attempt, results.total, results.law_total) == ("any", 1, 1)
    assert kinds("赠品有瑕疵的") == ["video", "article"]
    assert kinds("赠品", narrowing=find.Narrowing(kind="article")) == ["article"]
    assert kinds("制定本法") == ["article"]
    assert not find.search("制定本法", user=AnonymousUser()).is_taught
    asked = find.search("试验法第1条", user=AnonymousUser())
    assert (asked.attempt, [each.kind for each in asked.found]) == ("citation", ["article"])


def test_a_withdrawn_reading_is_gone_at_once_and_from_the_index_by_the_sweep(
    shelf, django_capture_on_commit_callbacks
):
    member = new_lawyer().user
    with django_capture_on_commit_callbacks(execute=True):
        shelf.unpublish()
    assert "reading" not in kinds("赠品", member)
    text_index.index_waiting()
    assert find.search("赠品", user=member).total == 1
    assert not TextIndexing.objects.filter(group__startswith="reading:").exists()
    assert index.verify().is_equal


def test_a_course_that_opens_to_all_opens_its_readings_in_the_index(
    shelf, django_capture_on_commit_callbacks
):
    page = shelf.activity.course_versions.get().version.course.page
    page.access = Access.PUBLIC
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    text_index.index_waiting()
    assert "reading" in kinds("赠品坏了怎么办")
    shelf.body += "<p>新写的一段。</p>"
    shelf.save_revision().publish()
    text_index.index_waiting()
    (found,) = find.search("新写的一段", user=AnonymousUser()).found
    assert found.passages[0].url.endswith("#p4")


def test_a_text_is_found_from_the_day_on_which_it_is_in_force(shelf, monkeypatch):
    imported(
        LAW.replace("赠品有瑕疵的", "礼物有毛病的").replace("2021年1月1日起", f"{today().year + 1}年1月1日起")
    )
    text_index.index_waiting()
    assert kinds("礼物有毛病的") == []
    assert text_index.request_turned() == []
    new_year = dt.date(today().year + 1, 1, 1)
    for module in ("text_index", "shelves", "found_texts"):
        monkeypatch.setattr(f"search.{module}.today", lambda: new_year)
    assert text_index.request_turned() == ["statute:shi-yan-fa"]
    assert text_index.index_waiting() == 1
    assert kinds("礼物有毛病的") == ["article"]


def test_a_statute_that_becomes_known_is_found_in_what_was_said_before(captioned, indexed):
    lecture = captioned("先讲后有", "请看试验法第二条。")
    published_course("课", lecture, access=Access.PUBLIC)
    indexed()
    assert not SpokenCitation.objects.exists()
    written = a_reading("先写后有", body="<p>请看试验法第二条。</p>")
    imported("中华人民共和国先法\n第一条 依照试验法第三条处理。\n自2020年1月1日起施行。\n")
    text_index.index_waiting()
    index.index_waiting()
    imported(LAW)
    assert index.index_waiting() == 1
    assert text_index.index_waiting() == 3
    assert index.verify().is_equal
    assert ReadingCitation.objects.get().reading == written
    assert SpokenCitation.objects.get().statute.key == "shi-yan-fa"
    assert not LectureIndexing.objects.filter(indexed_at=None).exists()


def test_a_lecture_of_which_no_word_is_written_is_found_by_its_title(indexed):
    lecture = published_lecture("无字幕讲座")
    published_course("课", lecture, access=Access.PUBLIC)
    indexed()
    (found,) = find.search("无字幕", user=AnonymousUser()).found
    assert (found.lecture, found.moments) == (lecture, ())
    assert index.verify().is_equal


def test_the_page_and_the_api_lead_to_the_paragraph_and_to_the_article(client, shelf):
    client.force_login(new_lawyer().user)
    page = client.get("/search/", {"q": "应当说明"}).content.decode()
    assert f'href="/readings/{shelf.public_id}/#p3"' in page
    assert 'href="/laws/shi-yan-fa/2/"' in page
    assert 'id="p3"' in client.get(f"/readings/{shelf.public_id}/").content.decode()
    hits = client.get("/api/v1/search", {"q": "应当说明", "kind": "article"}).json()["hits"]
    assert [(each["kind"], each["statute"]) for each in hits] == [("article", "shi-yan-fa")]
    (passage,) = hits[0]["passages"]
    assert passage["text"][slice(*passage["marks"][0])] == "应当说明"


def test_a_law_that_is_not_held_is_said_to_be_and_no_other_laws_article_is_shown(captioned, indexed):
    imported(LAW)
    cites = captioned("出资责任", "依照公司法第二条，股东应当出资。")
    speaks = captioned("公司治理", "今天讲公司法的体系。")
    published_course("公司课", cites, access=Access.PUBLIC)
    published_course("治理课", speaks, access=Access.PUBLIC)
    indexed()

    def found(text):
        results = find.search(text, user=AnonymousUser())
        return [each.lecture.title for each in results.lectures], results.law, results.unheld

    assert found("公司法第2条") == (["出资责任"], (), ("公司法",))
    titles, law, unheld = found("公司法第20条")
    assert (sorted(titles), law, unheld) == (["公司治理", "出资责任"], (), ("公司法",))
    assert found("刑法第二条") == ([], (), ("刑法",))
    assert found("中华人民共和国刑法第二条") == ([], (), ("刑法",))


def test_a_law_that_only_names_another_is_no_answer_for_its_article(captioned, indexed):
    imported(LAW.replace("赠品有瑕疵的", "公司法律另有规定的"))
    speaks = captioned("公司治理", "今天讲公司法的体系。")
    published_course("治理课", speaks, access=Access.PUBLIC)
    indexed()
    results = find.search("公司法第20条", user=AnonymousUser())
    assert ([each.lecture.title for each in results.lectures], results.law) == (["公司治理"], ())


def test_what_the_law_has_in_words_comes_before_lectures_that_have_some_of_them(shelf):
    results = find.search("赠与人应当说明赠品瑕疵", user=AnonymousUser())
    assert not results.is_law_better
    results = find.search("赠品有瑕疵的", user=AnonymousUser())
    assert results.is_law_better
    assert [each.kind.value for each in results.law] == ["article"]


def test_an_article_beyond_the_last_one_is_said_to_be_none(client, shelf):
    page = client.get("/search/", {"q": "试验法第99条"}).content.decode()
    assert "《试验法》共 3 条，没有第 99 条" in page
