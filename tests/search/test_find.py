"""From a question to the second of a lecture: one function, and who may find what."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone

from courses.models import Access, Lecture
from media.captions import attach, publish
from people import memberships
from people.days import today
from search import engines, find, index, tasks
from search.engines.base import Order
from search.models import LectureIndexing, SpokenCitation
from search.refusals import QuestionTooLong, SearchUnavailable
from tests.courses.stage import firm, new_lawyer, published_course
from tests.search.conftest import both_engines, caption, srt

pytestmark = [pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]

BREACH = [
    "大家好，今天讲民法典的违约责任。",
    "第五百七十七条是总的规定。",
    "当事人一方不履行合同义务的，应当承担违约责任。",
    "约定的违约金过分高于造成的损失的，可以请求减少。",
]
LOAN = [
    "借条没写还款日期怎么办？",
    "出借人可以催告借款人在合理期限内返还。",
    "逾期利息另算，违约金不能重复。",
]


@pytest.fixture
def shelf(captioned, indexed):
    """One public lecture and one for members, indexed."""
    public, members = captioned("违约责任", *BREACH), captioned("民间借贷", *LOAN)
    published_course("合同编公开课", public, access=Access.PUBLIC)
    published_course("民间借贷课", members, access=Access.MEMBERS)
    indexed()
    return {"public": public, "members": members}


def titles(text, user=None, **options):
    results = find.search(text, user=user or AnonymousUser(), **options)
    assert results.total >= len(results.lectures)
    return [found.lecture.title for found in results.lectures]


@pytest.mark.parametrize(
    "text", ["民法典第577条", "《民法典》第五百七十七条", "民法典577", "民法典第577条第1款", "第577條"]
)
def test_an_article_is_found_however_it_is_written_in_query_and_captions(shelf, text):
    results = find.search(text, user=AnonymousUser())
    (found,) = results.lectures
    (moment,) = found.moments
    assert (results.attempt, found.lecture, moment.seconds) == ("citation", shelf["public"], 4)
    assert moment.text[slice(*moment.marks[0])] == "第五百七十七条"


@both_engines
def test_a_phrase_gives_its_second_and_is_marked_in_the_original_words(shelf):
    (found,) = find.search("違約金過分", user=AnonymousUser()).lectures
    (moment,) = found.moments
    assert (moment.clock, moment.text) == ("0:12", BREACH[3])
    assert [moment.text[start:end] for start, end in moment.marks] == ["违约金过分"]
    assert found.url == f"/lectures/{shelf['public'].public_id}/"


def test_a_visitor_does_not_find_what_is_for_members(shelf):
    assert titles("借条没写还款日期") == []
    assert find.search("违约金", user=AnonymousUser()).total == 1


@both_engines
def test_a_member_finds_it(shelf):
    lawyer = new_lawyer().user
    assert titles("借条没写还款日期", lawyer) == ["民间借贷"]
    assert find.search("违约金", user=lawyer).total == 2


@both_engines
def test_an_audience_lecture_is_found_by_its_audience_alone(captioned, indexed):
    lawyer, outsider = new_lawyer("甲试").user, new_lawyer("乙试").user
    lecture = captioned("内部培训", "只给本所的一句话。")
    page = published_course("本所课", lecture, access=Access.PUBLIC).page
    page.access, page.audience_organisation = Access.AUDIENCE, firm()
    page.save_revision().publish()
    memberships.leave(outsider.person.memberships.get(), on=today())
    indexed()
    assert titles("只给本所的一句话", lawyer) == ["内部培训"]
    assert titles("只给本所的一句话", outsider) == []
    assert titles("只给本所的一句话") == []


def test_a_withdrawn_course_is_no_longer_found_even_before_the_index_knows(shelf):
    page = shelf["public"].activity.course_versions.get().version.course.page
    page.unpublish()
    assert titles("违约金过分") == []


@both_engines
def test_the_index_follows_a_course_that_changes_its_access(shelf, django_capture_on_commit_callbacks):
    page = shelf["members"].activity.course_versions.get().version.course.page
    page.access = Access.PUBLIC
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert index.index_waiting() == 1
    assert titles("借条没写还款日期") == ["民间借贷"]


@both_engines
def test_published_captions_ask_to_be_indexed_and_drafts_do_not(shelf, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        track = attach(shelf["public"].recording, srt([*BREACH, "新加的一句话。"]), "zh-Hans")
    index.index_waiting()
    assert titles("新加的一句话") == []
    with django_capture_on_commit_callbacks(execute=True):
        publish(track)
    assert index.index_waiting() == 1
    assert titles("新加的一句话") == ["违约责任"]


def test_the_same_words_in_traditional_captions_do_not_count_twice(shelf, indexed):
    caption(shelf["public"], ["違約金過分高於損失。"], "zh-Hant")
    indexed()
    (found,) = find.search("违约金过分", user=AnonymousUser()).lectures
    assert len(found.moments) == 1


@both_engines
def test_a_phrase_across_two_cues_is_shown_with_both(captioned, indexed):
    lecture = captioned("占有", "占有人因使用占有的不", "动产致使受到损害")
    published_course("物权", lecture, access=Access.PUBLIC)
    indexed()
    (found,) = find.search("占有的不动产", user=AnonymousUser()).lectures
    (moment,) = found.moments
    assert (moment.seconds, moment.text) == (0, "占有人因使用占有的不动产致使受到损害")


def test_a_word_at_the_start_of_a_cue_is_one_moment(captioned, indexed):
    lecture = captioned("过错", "今天讲到这里", "过错责任原则的适用")
    published_course("侵权", lecture, access=Access.PUBLIC)
    indexed()
    (found,) = find.search("过错责任原则", user=AnonymousUser()).lectures
    assert [moment.text for moment in found.moments] == ["过错责任原则的适用"]


def test_a_title_that_answers_is_marked_and_needs_no_moment(captioned, indexed):
    lecture = captioned("彩礼返还规则", "今天讲一个常见的问题")
    published_course("婚姻家庭", lecture, access=Access.PUBLIC)
    indexed()
    (found,) = find.search("彩礼返还", user=AnonymousUser()).lectures
    assert [segment.text for segment in found.title if segment.is_marked] == ["彩礼返还"]
    assert found.moments == ()


def test_a_lecturer_and_a_course_can_be_chosen(shelf):
    lawyer = new_lawyer().user
    course = shelf["members"].activity.course_versions.get().version.course
    only = find.Narrowing(course=str(course.public_id))
    assert titles("违约金", lawyer, narrowing=only) == ["民间借贷"]
    only = find.Narrowing(lecture=str(shelf["public"].public_id))
    assert titles("违约金", lawyer, narrowing=only) == ["违约责任"]


@both_engines
def test_facets_name_what_the_reader_may_see_and_count_what_he_may_find(shelf):
    results = find.search("违约金", user=AnonymousUser())
    offered = {facet.name: [(each.label, each.count) for each in facet.options] for facet in results.facets}
    year = today().year
    assert offered == {
        "course": [("合同编公开课", 1)],
        "lecturer": [],
        "statute": [("民法典", 1)],
        "year": [(f"{year}年", 1)],
        "kind": [("视频", 1)],
    }
    lawyer = new_lawyer().user
    results = find.search("违约金", find.Narrowing(statute="civil-code"), user=lawyer)
    courses = next(facet for facet in results.facets if facet.name == "course")
    assert [(each.label, each.count) for each in courses.options] == [("合同编公开课", 1)]
    assert [found.lecture for found in results.lectures] == [shelf["public"]]


def test_a_course_that_the_reader_may_not_see_is_not_named_among_the_facets(shelf, indexed):
    """The lecture is open to all through one course, and stands in another for members too."""
    published_course("内部名称", shelf["public"], access=Access.MEMBERS)
    indexed()
    named = [
        option.label
        for facet in find.search("违约金", user=AnonymousUser()).facets
        for option in facet.options
    ]
    assert "合同编公开课" in named
    assert "内部名称" not in named


def test_lectures_may_be_sorted_by_the_day_of_their_publication(shelf, indexed):
    lawyer = new_lawyer().user
    for days, lecture in enumerate(shelf.values()):
        when = timezone.now() - dt.timedelta(days=400 * days)
        Lecture.objects.filter(pk=lecture.pk).update(first_published_at=when)
    indexed()
    assert titles("违约金", lawyer, order=Order.DATE) == ["违约责任", "民间借贷"]
    Lecture.objects.filter(pk=shelf["members"].pk).update(
        first_published_at=timezone.now() + dt.timedelta(days=1)
    )
    indexed()
    assert titles("违约金", lawyer, order=Order.DATE) == ["民间借贷", "违约责任"]


def test_two_lectures_of_one_recording_are_both_found(captioned, indexed, db):
    first = captioned("上半场", "同一段录像里的话")
    second = Lecture.objects.create(title="合集", live=False, recording=first.recording)
    second.save_revision().publish()
    published_course("两讲", first, second, access=Access.PUBLIC)
    indexed()
    assert sorted(titles("同一段录像里的话")) == ["上半场", "合集"]
    assert index.verify().is_equal


def test_a_lecture_that_loses_its_recording_is_found_no_more(shelf, indexed):
    Lecture.objects.filter(pk=shelf["public"].pk).update(recording=None)
    indexed()
    assert titles("违约金过分") == []


def test_a_question_beyond_two_hundred_characters_is_refused(shelf):
    with pytest.raises(QuestionTooLong):
        find.search("违" * 201, user=AnonymousUser())


@both_engines
def test_verifying_finds_what_is_missing_different_and_left_over(shelf, captioned):
    assert index.verify().is_equal
    captioned("没有进索引", "这句话还没有进索引")
    Lecture.objects.filter(pk=shelf["public"].pk).update(title="改了题目")
    Lecture.objects.filter(pk=shelf["members"].pk).update(recording=None)
    found = index.verify()
    assert (len(found.missing), len(found.different), len(found.extra)) == (1, 4, 3)
    index.rebuild()
    assert index.verify().is_equal


def test_the_standby_answers_and_follows_while_elasticsearch_does_not(shelf, settings, client):
    settings.SEARCH_ENGINE, settings.SEARCH_STANDBY = "elasticsearch", True
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    found = find.search("违约金过分", user=AnonymousUser())
    assert found.is_limited
    assert [each.lecture.title for each in found.lectures] == ["违约责任"]
    assert "搜索暂时受限" in client.get("/search/?q=违约金过分").content.decode()
    assert client.get("/api/v1/search?q=违约金过分").json()["is_limited"]
    Lecture.objects.filter(pk=shelf["public"].pk).update(title="改了题目")
    index.request([shelf["public"].pk])
    tasks.index_lecture(shelf["public"].pk)
    assert LectureIndexing.objects.filter(indexed_at__lt=F("requested_at")).count() == 1, (
        "Elasticsearch waits"
    )
    assert titles("改了题目") == ["改了题目"]


@both_engines
def test_with_a_standby_both_indexes_hold_the_same(shelf, settings, tmp_path, engine_in_force):
    settings.SEARCH_STANDBY = True
    settings.SEARCH_INDEX_DIR = tmp_path / "beside"
    if engine_in_force == "elasticsearch":
        tasks.sweep()
        assert dict(engines.standby().fingerprints()) == dict(engines.current().fingerprints())
        index.rebuild()
        Lecture.objects.filter(pk=shelf["public"].pk).update(recording=None)
        index.request([shelf["public"].pk])
        tasks.index_lecture(shelf["public"].pk)
        assert dict(engines.standby().fingerprints()) == dict(engines.current().fingerprints())
    else:
        assert engines.standby() is None
        assert len(engines.kept()) == 1


def test_an_index_that_is_lost_is_rebuilt_from_the_database(shelf):
    engines.current().rebuild([], lambda count: None)
    assert titles("违约金过分") == []
    assert index.rebuild() == 7
    assert titles("违约金过分") == ["违约责任"]


def test_the_sweep_makes_an_index_where_there_is_none(shelf, settings, tmp_path):
    settings.SEARCH_INDEX_DIR = tmp_path / "lost"
    with pytest.raises(SearchUnavailable):
        titles("违约金过分")
    tasks.sweep()
    assert titles("违约金过分") == ["违约责任"]


@both_engines
def test_what_was_asked_for_during_a_rebuild_is_indexed_after_it(shelf):
    def meanwhile(count: int) -> None:
        Lecture.objects.filter(pk=shelf["public"].pk).update(title="重建时改了题目")
        index.request([shelf["public"].pk])

    index.rebuild(meanwhile)
    assert titles("重建时改了题目") == ["重建时改了题目"]
    assert index.index_waiting() == 0


def test_an_engine_that_is_down_leaves_the_request_waiting(
    shelf, settings, tmp_path, django_capture_on_commit_callbacks
):
    good = (settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL)
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = "elasticsearch", "http://127.0.0.1:9"
    index.request([shelf["public"].pk])
    tasks.index_lecture(shelf["public"].pk)
    tasks.sweep()
    with pytest.raises(SearchUnavailable):
        titles("违约金过分")
    settings.SEARCH_ENGINE, settings.ELASTICSEARCH_URL = good
    assert index.index_waiting() == 1
    assert titles("违约金过分") == ["违约责任"]


def test_indexing_twice_changes_nothing(shelf):
    before = list(SpokenCitation.objects.values_list("article", "position"))
    index.index_lecture(shelf["public"].pk)
    index.index_lecture(shelf["public"].pk)
    assert list(SpokenCitation.objects.values_list("article", "position")) == before == [(577, 1)]
    assert LectureIndexing.objects.get(lecture=shelf["public"]).documents == 4
    assert find.search("违约金过分", user=AnonymousUser()).total == 1
