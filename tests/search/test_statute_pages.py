"""A statute's pages: what an article says on any day, who interprets it, and what the page refuses in words."""

from pathlib import Path

import pytest

from courses.models import Access
from search import citations, statute_import
from search.cited_articles import cited_in
from search.models import Statute
from tests.courses.stage import published_course
from tests.search.test_statute_import import FIRST, SECOND

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]


@pytest.fixture
def amended():
    for text in (FIRST, SECOND):
        statute_import.apply(statute_import.plan(text))


def page(client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_article_shows_the_text_in_force_on_the_day_asked_for(client, amended):
    assert "<p>丁。</p>" in page(client, "/laws/ce-shi-fa/3/?on=2026-01-01")
    former = page(client, "/laws/ce-shi-fa/3/?on=2025-12-31")
    assert "<p>丙。</p>" in former
    assert "施行期间：2021年1月1日至2025年12月31日。" in former
    assert "在当日尚未施行" in page(client, "/laws/ce-shi-fa/3/?on=2001-01-01")


@pytest.mark.parametrize("day", ["2026-13-40", "abc", "１２", "0000-00-00"])
def test_a_day_that_is_none_is_said_and_today_is_shown(client, amended, day):
    shown = page(client, f"/laws/ce-shi-fa/3/?on={day}")
    assert "日期无效" in shown
    assert "<p>丁。</p>" in shown


def test_an_article_that_was_put_in_has_a_page_that_its_neighbour_leads_to(client, amended):
    assert 'href="/laws/ce-shi-fa/3-1/"' in page(client, "/laws/ce-shi-fa/3/")
    inserted = page(client, "/laws/ce-shi-fa/3-1/")
    assert "第三条之一</h1>" in inserted
    assert "<p>戊。</p>" in inserted
    assert client.get("/laws/ce-shi-fa/2-1/").status_code == 404


def test_a_cited_article_is_a_link_and_knows_who_cites_it(client, amended):
    citing = page(client, "/laws/ce-shi-fa/2/")
    assert '依照<a class="citation" href="/laws/civil-code/577/">民法典第五百七十七条</a>处理。' in citing
    assert "测试法第二条" in page(client, "/laws/civil-code/577/")


def test_a_sentence_that_may_cite_something_else_is_shown_as_probable(client, captioned, indexed):
    lecture = captioned(
        "违约金", "民法典第五百八十五条讲违约金", "这就是一千一百六十五条", "再看五百八十五条"
    )
    published_course("合同编公开课", lecture, access=Access.PUBLIC)
    indexed()
    said = page(client, "/laws/civil-code/585/")
    first, second = said.split('<a class="cue"')[1:]
    assert "<mark>民法典第五百八十五条</mark>" in first
    assert "可能" not in first
    assert "<mark>五百八十五条</mark>" in second
    assert "可能" in second.split("</a>")[0]
    assert "可能" in page(client, "/laws/civil-code/1165/")


def test_a_lectures_page_names_the_articles_it_cites_beside_the_lines_that_cite_them(
    client, captioned, indexed, django_assert_num_queries
):
    lecture = captioned("违约金", "民法典第五百八十五条讲违约金", "再看五百八十五条", "这一句没有法条")
    published_course("合同编公开课", lecture, access=Access.PUBLIC)
    indexed()
    shown = page(client, f"/lectures/{lecture.public_id}/")
    listed, transcript = shown.split('id="transcript"')
    assert "本讲引用的法条" in listed
    assert listed.count('href="/laws/civil-code/585/"') == 1
    first, second, third = transcript.split('<button class="cue"')[1:4]
    assert '<a class="cited" href="/laws/civil-code/585/">民法典第585条</a>' in first
    assert "可能" in second
    assert "cited" not in third
    with django_assert_num_queries(1):
        assert [each.count for each in cited_in(lecture).all] == [2]


def test_a_lecture_that_cites_nothing_has_no_list_of_articles(client, captioned, indexed):
    lecture = captioned("闲谈", "今天天气很好")
    published_course("公开课", lecture, access=Access.PUBLIC)
    indexed()
    assert "本讲引用的法条" not in page(client, f"/lectures/{lecture.public_id}/")


def test_an_interpretations_article_is_marked_where_it_is_named(client, captioned, indexed):
    name = "最高人民法院关于适用《中华人民共和国民法典》合同编通则若干问题的解释"
    statute_import.apply(statute_import.plan(f"{name}\n自2023年12月5日起施行\n第一条 甲。\n第二条 乙。"))
    lecture = captioned("通则", "民法典之外，合同编通则解释第2条也要看")
    published_course("合同编公开课", lecture, access=Access.PUBLIC)
    indexed()
    (statute,) = Statute.objects.exclude(key=citations.CIVIL_CODE)
    assert "<mark>合同编通则解释第2条</mark>" in page(client, f"/laws/{statute.key}/2/")


def test_a_statute_whose_text_is_missing_says_so(client):
    assert "条文尚未导入" in page(client, f"/laws/{citations.CIVIL_CODE}/1/")


def test_a_statute_without_divisions_lists_its_articles(client):
    statute_import.apply(statute_import.plan("某某办法\n自2020年1月1日起施行\n第一条 甲。\n第二条 乙。"))
    assert 'href="/laws/mou-mou-ban-fa/2/"' in page(client, "/laws/mou-mou-ban-fa/")


def test_an_articles_page_costs_as_many_statements_however_long_its_history(
    client, amended, django_assert_max_num_queries
):
    client.get("/laws/ce-shi-fa/3/")
    with django_assert_max_num_queries(16):
        client.get("/laws/ce-shi-fa/3/")


def test_the_real_code_and_an_interpretation_link_to_each_other(client, shared_data: Path):
    for name in ("civil-code.md", "interpretations/*合同编通则*.md"):
        (path,) = (shared_data / "law").glob(name)
        statute_import.apply(statute_import.plan(path.read_text(encoding="utf-8")))
    code = page(client, "/laws/civil-code/584/")
    assert "民法典合同编通则解释第六十五条" in code
    assert "因违约所造成的损失" in code
