"""What was searched for and not found is counted without persons, bounded, forgotten, and shown to editors alone."""

import datetime as dt

import pytest

from courses.models import Access
from people.days import today
from search import misses, tasks
from search.models import UnansweredSearch
from tests.courses.stage import new_lawyer, published_course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]


def rows(days=30):
    return [
        (row["words"], row["nothing_found"], row["some_found"])
        for row in misses.in_period(misses.last_days(days))
    ]


def test_a_search_that_found_nothing_is_counted_on_its_day_however_it_was_written():
    for text in ("數據出境", "数据出境", " 数据出境 "):
        assert misses.note(text, partly=False)
    misses.note("数据出境", partly=True)
    assert rows() == [("数据出境", 3, 1)]


def test_what_was_asked_only_once_is_not_shown():
    misses.note("某一个人的事", partly=False)
    assert rows() == []
    assert UnansweredSearch.objects.count() == 1


@pytest.mark.parametrize(
    "text", ["", "违" * 41, "13800138000 是谁", "a@b.cn", "430102199001011234", "1" * 16]
)
def test_what_may_name_somebody_or_is_a_sentence_is_not_kept(text):
    assert not misses.note(text, partly=False)
    assert not UnansweredSearch.objects.exists()


@pytest.mark.parametrize(
    "text", ['"', "''", "%d", "%s", "<script>alert(1)</script>", "' or 1=1 --", "a", "12", "？"]
)
def test_slips_and_probes_are_no_question(text):
    assert not misses.note(text, partly=False)


def test_words_in_letters_are_a_question():
    assert misses.note("GDPR", partly=False)
    assert misses.note("P2P 平台", partly=False)
    assert misses.note("non-compete", partly=False)


def test_chinese_comes_first_and_then_what_was_asked_on_most_days():
    for days, words, nothing in ((1, "gdpr", 30), (1, "数据出境", 9), (3, "碳排放", 1)):
        for age in range(days):
            UnansweredSearch.objects.create(
                day=today() - dt.timedelta(days=age), words=words, nothing=nothing
            )
    assert [row[0] for row in rows()] == ["碳排放", "数据出境", "gdpr"]


def test_who_repeats_himself_counts_once_a_day_and_his_session_cannot_tell_what_he_asked(client, public):
    client.force_login(new_lawyer().user)
    for _ in range(3):
        client.get("/search/", {"q": "量子力学"})
    assert UnansweredSearch.objects.get().nothing == 1
    (_day, mark) = client.session["asked_in_vain"]
    assert len(mark) == 4


def test_a_day_keeps_no_more_than_so_many_questions_and_counts_on_those_it_has(monkeypatch):
    monkeypatch.setattr(misses, "MOST_A_DAY", 2)
    assert [misses.note(text, partly=False) for text in ("甲问", "乙问", "丙问", "甲问")] == [
        True,
        True,
        False,
        True,
    ]
    assert UnansweredSearch.objects.count() == 2


def test_old_days_are_forgotten(settings):
    settings.SEARCH_MISSES_KEPT_DAYS = 30
    for age in (30, 31):
        UnansweredSearch.objects.create(day=today() - dt.timedelta(days=age), words="旧问题", nothing=2)
    tasks.forget_misses()
    assert [row.day for row in UnansweredSearch.objects.all()] == [today() - dt.timedelta(days=30)]


@pytest.fixture
def public(captioned, indexed):
    lecture = captioned("违约责任", "违约金怎么算")
    published_course("公开课", lecture, access=Access.PUBLIC)
    indexed()


def test_the_search_page_counts_what_it_did_not_find_and_not_what_it_found(client, public):
    for _ in range(2):
        client.get("/search/", {"q": "量子力学"})
        client.get("/search/", {"q": "违约金怎么算"})
        client.get("/search/", {"q": "量子违约"})
        client.get("/search/", {"q": "量子力学", "year": "2020"})
        client.get("/search/", {"q": "量子力学", "page": "2"})
    assert rows() == [("量子力学", 2, 0), ("量子违约", 0, 2)]


def test_editors_see_the_list_and_nobody_else(client, admin_client):
    for _ in range(2):
        misses.note("<数据>出境", partly=False)
    page = admin_client.get("/admin/unanswered-searches/").content.decode()
    assert "未找到的搜索" in page
    assert "&lt;数据&gt;出境" in page
    assert admin_client.get("/admin/unanswered-searches/", {"days": "x", "p": "99"}).status_code == 200
    assert "没有重复出现而未找到的搜索" not in page
    assert client.get("/admin/unanswered-searches/").status_code == 302
    client.force_login(new_lawyer().user)
    assert client.get("/admin/unanswered-searches/").status_code in {302, 403, 404}


def test_the_list_is_paged_and_its_statements_are_few(admin_client, django_assert_max_num_queries):
    UnansweredSearch.objects.bulk_create(
        UnansweredSearch(day=today(), words=f"问题{number}", nothing=2) for number in range(120)
    )
    admin_client.get("/admin/unanswered-searches/")
    with django_assert_max_num_queries(12):
        page = admin_client.get("/admin/unanswered-searches/").content.decode()
    assert page.count("问题") == 50
    assert "p=2" in page
