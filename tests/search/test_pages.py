"""The pages of search, the API and the commands, through their public doors."""

import io
import json
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from courses.models import Access, Lecture
from search import index, statutes
from search.models import Statute
from tests.courses.stage import new_lawyer, published_course

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]

BREACH = [
    "大家好，今天讲民法典的违约责任。",
    "甲<乙时，第五百七十七条是总的规定 & 核心。",
    "当事人一方不履行合同义务的，应当承担违约责任。",
    "约定的违约金过分高于造成的损失的，可以请求减少。",
]


@pytest.fixture
def public(captioned, indexed):
    lecture = captioned("违约责任精讲", *BREACH)
    published_course("合同编公开课", lecture, access=Access.PUBLIC)
    indexed()
    return lecture


@pytest.fixture
def members(captioned, indexed):
    lecture = captioned("会员专题", "民法典第五百七十七条在实务中怎么用。")
    published_course("会员课", lecture, access=Access.MEMBERS)
    indexed()
    return lecture


def test_a_result_leads_to_the_second_and_is_marked(client, public):
    page = client.get("/search/", {"q": "违约金过分"}).content.decode()
    assert f'href="/lectures/{public.public_id}/?t=12"' in page
    assert "约定的<mark>违约金过分</mark>高于造成的损失的" in page
    assert "原话" in page
    assert "合同编公开课" in page


def test_what_captions_hold_is_escaped(client, public):
    page = client.get("/search/", {"q": "民法典第577条"}).content.decode()
    assert "甲&lt;乙时，<mark>第五百七十七条</mark>是总的规定 &amp; 核心" in page


def test_an_article_that_was_asked_for_is_linked_to_its_page(client, public):
    page = client.get("/search/", {"q": "民法典577"}).content.decode()
    assert 'href="/laws/civil-code/577/"' in page
    assert "民法典第五百七十七条" in page


def test_htmx_gets_the_results_alone(client, public):
    answer = client.get("/search/", {"q": "违约金"}, headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer.headers["Vary"]


def test_an_empty_page_offers_examples_and_a_question_without_answer_helps(client, public):
    assert "例如" in client.get("/search/").content.decode()
    page = client.get("/search/", {"q": "量子力学"}).content.decode()
    assert "没有找到相关讲座" in page
    assert "登录后再搜" in page


def test_a_question_that_is_too_long_is_refused_in_words(client, public):
    answer = client.get("/search/", {"q": "违" * 201})
    assert answer.status_code == 400
    assert "请把问题缩短到 200 个字以内" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "abc", "99999", "２", ""])
def test_a_page_number_that_is_none_is_no_error(client, public, page):
    assert client.get("/search/", {"q": "违约金", "page": page}).status_code == 200


@pytest.mark.parametrize("name", ["course", "lecturer", "lecture", "statute", "year", "kind", "sort"])
def test_a_narrowing_that_names_nothing_finds_nothing(client, public, name):
    assert client.get("/search/", {"q": "违约金", name: "\x00'"}).status_code == 200


def test_a_facet_is_an_address_and_is_taken_away_by_another(client, captioned, indexed):
    old, new = captioned("旧讲座", "违约金怎么算，看民法典第585条"), captioned("新讲座", "违约金怎么算")
    published_course("甲课", old, access=Access.PUBLIC)
    published_course("乙课", new, access=Access.PUBLIC)
    Lecture.objects.filter(pk=old.pk).update(first_published_at="2020-05-01T00:00:00Z")
    indexed()
    page = client.get("/search/", {"q": "违约金", "page": "1"}).content.decode()
    assert "筛选结果" in page
    assert 'href="?q=%E8%BF%9D%E7%BA%A6%E9%87%91&amp;year=2020"' in page
    narrowed = client.get("/search/", {"q": "违约金", "year": "2020", "sort": "date"}).content.decode()
    assert "旧讲座" in narrowed
    assert "新讲座" not in narrowed
    assert 'class="chosen__one" href="?q=%E8%BF%9D%E7%BA%A6%E9%87%91&amp;sort=date"' in narrowed
    assert "2020年" in narrowed


def test_a_course_is_searched_alone_from_its_page_and_the_box_keeps_to_it(client, captioned, indexed):
    own, other = captioned("本课讲座", "违约金怎么算"), captioned("别课讲座", "违约金怎么算")
    page = published_course("甲课", own, access=Access.PUBLIC).page
    published_course("乙课", other, access=Access.PUBLIC)
    indexed()
    key = own.activity.course_versions.get().version.course.public_id
    assert f'<input type="hidden" name="course" value="{key}">' in client.get(page.url).content.decode()
    found = client.get("/search/", {"q": "违约金", "course": str(key)}).content.decode()
    assert "仅在课程《甲课》中搜索" in client.get("/search/", {"course": str(key)}).content.decode()
    assert f'<input type="hidden" name="course" value="{key}">' in found
    assert "本课讲座" in found
    assert "别课讲座" not in found


def test_the_latest_come_first_when_asked_for_and_the_address_says_so(client, captioned, indexed):
    old, new = captioned("旧讲座", "违约金违约金"), captioned("新讲座", "说到违约金的一段很长的话在这里")
    published_course("甲课", old, new, access=Access.PUBLIC)
    Lecture.objects.filter(pk=old.pk).update(first_published_at="2020-05-01T00:00:00Z")
    indexed()
    page = client.get("/search/", {"q": "违约金", "sort": "date"}).content.decode()
    assert page.index("新讲座") < page.index("旧讲座")
    assert 'aria-current="true">最新优先' in page
    hits = client.get("/api/v1/search", {"q": "违约金", "sort": "date"}).json()["hits"]
    assert [hit["title"] for hit in hits] == ["新讲座", "旧讲座"]


def test_the_api_counts_facets_and_narrows_by_them(client, public):
    answer = client.get("/api/v1/search", {"q": "违约责任"}).json()
    assert answer["facets"]["statute"] == [{"value": "civil-code", "label": "民法典", "count": 1}]
    assert answer["facets"]["kind"] == [{"value": "video", "label": "视频", "count": 1}]
    assert client.get("/api/v1/search", {"q": "违约责任", "kind": "audio"}).json()["total"] == 0
    assert client.get("/api/v1/search", {"q": "违约责任", "sort": "size"}).status_code == 422


def test_an_engine_that_is_down_is_said_and_the_rest_goes_on(client, public, settings):
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", "http://127.0.0.1:9"
    answer = client.get("/search/", {"q": "违约金"})
    assert answer.status_code == 503
    assert "搜索暂时不可用" in answer.content.decode()
    fragment = client.get("/search/", {"q": "违约金"}, headers={"HX-Request": "true"})
    assert (fragment.status_code, "搜索暂时不可用" in fragment.content.decode()) == (200, True)
    assert client.get("/laws/civil-code/577/").status_code == 200
    answer = client.get("/api/v1/search", {"q": "违约金"})
    assert (answer.status_code, answer.json()["code"]) == (503, "search_unavailable")


def test_an_index_that_was_never_built_is_said(client, public, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "nothing"
    assert client.get("/search/", {"q": "违约金"}).status_code == 503


def test_pages_of_results_follow_one_another(client, captioned, indexed):
    lectures = [captioned(f"讲座{number}", "同一句话在很多讲座里") for number in range(12)]
    published_course("很多讲座", *lectures, access=Access.PUBLIC)
    indexed()
    first = client.get("/search/", {"q": "同一句话"}).content.decode()
    second = client.get("/search/", {"q": "同一句话", "page": "2"}).content.decode()
    assert (first.count('class="hit"'), second.count('class="hit"')) == (10, 2)
    assert "page=2" in first


def test_the_search_page_costs_the_same_queries_however_much_is_found(
    client, captioned, indexed, django_assert_max_num_queries
):
    client.force_login(new_lawyer().user)
    lectures = [captioned(f"讲座{number}", *["违约金过高怎么办"] * 5) for number in range(12)]
    published_course("很多讲座", *lectures)
    indexed()
    client.get("/search/", {"q": "违约金"})
    with django_assert_max_num_queries(25):
        client.get("/search/", {"q": "违约金"})


def test_the_statute_shows_its_structure_and_what_is_explained(client, public):
    page = client.get("/laws/civil-code/").content.decode()
    assert "第三编 合同" in page
    assert "第一分编 通则" in page
    assert "第八章 违约责任" in page
    assert page.count('class="article-number"') + page.count("article-number--explained") == 1260
    assert page.count("article-number--explained") == 1
    assert "中华人民共和国民法典" in client.get("/laws/").content.decode()


def test_an_article_names_its_lectures_and_quotes_to_those_who_may_watch(client, public, members):
    page = client.get("/laws/civil-code/577/").content.decode()
    assert "第三编 合同" in page
    assert "违约责任精讲" in page
    assert f"/lectures/{public.public_id}/?t=4" in page
    assert "会员专题" in page
    assert "在实务中怎么用" not in page
    assert str(members.public_id) not in page
    client.force_login(new_lawyer().user)
    page = client.get("/laws/civil-code/577/").content.decode()
    assert "<mark>民法典第五百七十七条</mark>在实务中怎么用" in page


def test_an_audience_lecture_is_not_even_named_to_others(client, captioned, indexed):
    from tests.courses.stage import firm

    lecture = captioned("内部讲座", "民法典第五百条")
    page = published_course("内部课", lecture, access=Access.PUBLIC).page
    page.access, page.audience_organisation = Access.AUDIENCE, firm()
    page.save_revision().publish()
    indexed()
    others = client.get("/laws/civil-code/500/").content.decode()
    assert "内部讲座" not in others
    assert "您可以看的讲座中，还没有引用该条的" in others
    client.force_login(new_lawyer().user)
    assert "内部讲座" in client.get("/laws/civil-code/500/").content.decode()


def test_an_article_that_nobody_explains_says_so(client):
    assert "您可以看的讲座中，还没有引用该条的" in client.get("/laws/civil-code/1/").content.decode()


@pytest.mark.parametrize("path", ["civil-code/0/", "civil-code/1261/", "nothing/", "nothing/1/"])
def test_an_article_or_statute_that_is_not_there_is_missing(client, path):
    assert client.get(f"/laws/{path}").status_code == 404


def test_loading_the_structure_twice_changes_nothing():
    statute = Statute.objects.get(key="civil-code")
    before = list(statute.divisions.values_list("kind", "title", "first_article", "last_article"))
    statutes.load_structure()
    assert list(statute.divisions.values_list("kind", "title", "first_article", "last_article")) == before
    kinds = Counter(statute.divisions.values_list("kind", flat=True))
    assert kinds == {"book": 7, "supplement": 1, "part": 8, "chapter": 84, "section": 37}


def test_the_structure_has_every_article_once():
    statute = Statute.objects.get(key="civil-code")
    leaves = [division for division in statute.divisions.all() if not division.divisions.exists()]
    numbers = [n for leaf in leaves for n in range(leaf.first_article, leaf.last_article + 1)]
    assert sorted(numbers) == list(range(1, 1261))
    labels = [division.label for division in statutes.place_of(statute, 577)]
    assert labels == ["第三编 合同", "第一分编 通则", "第八章 违约责任"]


def test_the_names_that_the_house_knows_by_heart_are_those_of_the_file():
    from search.citations import KNOWN_NAMES

    assert set(Statute.objects.get(key="civil-code").names.values_list("name", flat=True)) == set(KNOWN_NAMES)


def test_the_api_gives_the_seconds(client, public):
    answer = client.get("/api/v1/search", {"q": "民法典第577条"}).json()
    (hit,) = answer["hits"]
    (moment,) = hit["moments"]
    assert (answer["attempt"], answer["total"], hit["lecture"]) == ("citation", 1, str(public.public_id))
    assert (moment["start_ms"], moment["url"]) == (4000, f"/lectures/{public.public_id}/?t=4")
    assert [moment["text"][start:end] for start, end in moment["marks"]] == ["第五百七十七条"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"q": "违" * 201}, 400, "query_too_long"),
        ({"q": "违", "limit": 500}, 422, "invalid"),
    ],
)
def test_the_api_refuses_with_a_code(client, asked, status, code):
    answer = client.get("/api/v1/search", asked)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def run(*arguments):
    out = io.StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_a_json_line_for_each_lecture(public, members):
    (line,) = run("find", "违约金过分").splitlines()
    found = json.loads(line)
    assert (found["title"], found["attempt"], found["moments"][0]["start_ms"]) == (
        "违约责任精讲",
        "exact",
        12000,
    )
    assert run("find", "实务中怎么用") == ""
    lawyer = new_lawyer().user
    assert len(run("find", "实务中怎么用", "--user", lawyer.username).splitlines()) == 1
    with pytest.raises(CommandError):
        run("find", "x", "--user", "nobody")


def test_reindexing_builds_and_verifies(public):
    Lecture.objects.filter(pk=public.pk).update(title="改了题目")
    with pytest.raises(CommandError, match="differ"):
        run("reindex", "--verify")
    assert "Indexed 4 documents" in run("reindex")
    assert "agree: 4 documents" in run("reindex", "--verify")
    assert index.verify().is_equal


def test_every_page_of_search_has_an_address():
    assert reverse("search:search") == "/search/"
    assert reverse("search:article", args=["civil-code", 577]) == "/laws/civil-code/577/"
