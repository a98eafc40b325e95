"""The amendment radar: what cites a changed article is asked about, shown meanwhile, decided, and told of once."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from courses.models import Access
from people.days import today
from people.models import Notice, Role
from search import amendment_news, amendments, refusals, statute_import, tasks
from search.models import AmendmentReview, ReviewState, Statute
from tests.courses.activities import (
    Reader,
    a_course,
    a_question,
    a_reading,
    all_right,
    an_assessment,
    begin,
    signed_in,
)
from tests.courses.conftest import curriculum
from tests.courses.stage import Watcher, firm, new_lawyer, published_course, published_lecture
from tests.provinces import account, province
from tests.search.test_statute_import import FIRST, SECOND, imported

__all__ = ["account", "curriculum", "province"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine_in_force"), pytest.mark.slow]


@pytest.fixture
def desk(account, province) -> Client:
    client = Client()
    client.force_login(account("bianji", Role.EDITOR, province.province))
    return client


@pytest.fixture
def cited(captioned, indexed):
    """A lecture, a reading and a question that cite the third article, and a lecture that cites the first alone."""
    imported(FIRST)
    lecture = captioned("分则怎么用", "先看测试法第三条。", "再看测试法第一条。")
    published_course("公开课", lecture, captioned("总则", "测试法第一条说了什么。"), access=Access.PUBLIC)
    reading = a_reading("测试法导读", body="<p>依照第三条办理。</p>")
    a_course(reading)
    a_question("测试法第三条怎么说？")
    indexed()
    return lecture, reading


def asked() -> set[tuple[str, str]]:
    return {
        (str(each.article), str(amendments.subject_of(each)))
        for each in AmendmentReview.objects.select_related("article")
    }


def test_an_amendment_asks_about_everything_that_cites_a_changed_article_and_nothing_else(cited) -> None:
    assert not asked(), "the first text of a statute changes nothing"
    imported(SECOND)
    assert asked() == {("第三条", "分则怎么用"), ("第三条", "测试法导读"), ("第三条", "测试法第三条怎么说？")}
    imported(SECOND)
    assert AmendmentReview.objects.count() == 3


def test_a_repealed_article_is_asked_about_too(cited) -> None:
    shorter = FIRST.replace("第三条 丙。\n", "").replace("第二章 分则\n", "").replace("自2021年", "自2027年")
    imported(shorter)
    assert {each.kind for each in AmendmentReview.objects.all()} == {"repealed"}
    assert len(asked()) == 3


def test_its_page_says_so_until_an_editor_found_it_right(cited, desk) -> None:
    lecture, reading = cited
    imported(SECOND)
    address = f"/lectures/{lecture.public_id}/"
    assert "尚待编辑核对" in Client().get(address).content.decode()
    listed = desk.get("/admin/statutes/changes/").content.decode()
    assert "<del>丙</del>" in listed
    assert "<ins>丁</ins>" in listed
    assert "先看测试法第三条。" in listed
    assert "依照第三条办理。" in listed
    review = AmendmentReview.objects.get(lecture=lecture)
    decide = f"/admin/statutes/changes/{review.pk}/"
    desk.post(decide, {"verdict": "revise", "note": "重录第一分钟", "state": "open"})
    assert "正在修订" in Client().get(address).content.decode()
    desk.post(decide, {"verdict": "still_right", "state": "revise"})
    assert "法条已有变动" not in Client().get(address).content.decode()
    lawyer = Client()
    lawyer.force_login(new_lawyer().user)
    assert "尚待编辑核对" in lawyer.get(f"/readings/{reading.public_id}/").content.decode()


def test_whoever_completed_what_is_to_be_revised_is_told_once(cited, desk) -> None:
    lecture, reading = cited
    watcher, idle = Watcher(new_lawyer()), new_lawyer("闲试")
    watcher.open(lecture)
    watcher.watch(0, 600_000)
    reader = Reader(watcher.person, reading)
    reader.open()
    reader.read(120)
    Notice.objects.all().delete()
    imported(SECOND)
    tasks.tell_of_amendments()
    assert not Notice.objects.exists(), "nobody is alarmed before an editor has looked"
    for review in AmendmentReview.objects.all():
        desk.post(f"/admin/statutes/changes/{review.pk}/", {"verdict": "revise", "note": "第一分钟已重录"})
    for _twice in range(2):
        tasks.tell_of_amendments()
    told = Notice.objects.order_by("title")
    assert [each.title for each in told] == [
        "您学过的内容引用的法条已修改：分则怎么用",
        "您学过的内容引用的法条已修改：测试法导读",
    ]
    assert {each.person_id for each in told} == {watcher.person.pk} != {idle.pk}
    assert told[0].text == (
        "测试法第三条自2026年1月1日起有新的条文，课程中的相应内容正在修订。\n编辑说明：第一分钟已重录"
    )
    page = watcher_sees(told[0], watcher)
    assert "<del>丙</del>" in page
    assert "<ins>丁</ins>" in page
    assert "正在修订" in page, "the article's page says it of the lecture too"


def watcher_sees(notice: Notice, watcher: Watcher) -> str:
    client = Client()
    client.force_login(watcher.person.user)
    return client.get(reverse("people:notice", args=[notice.public_id]), follow=True).content.decode()


def test_several_articles_of_one_import_are_one_notice_with_every_remark(cited, desk) -> None:
    watcher = Watcher(new_lawyer())
    watcher.open(cited[0])
    watcher.watch(0, 600_000)
    Notice.objects.all().delete()
    imported(SECOND.replace("甲。", "己。"))
    for review in AmendmentReview.objects.filter(lecture=cited[0]):
        desk.post(
            f"/admin/statutes/changes/{review.pk}/",
            {"verdict": "revise", "note": f"{review.article}已改"},
        )
    tasks.tell_of_amendments()
    (notice,) = Notice.objects.all()
    assert "第一条已改" in notice.text
    assert "第三条已改" in notice.text


def test_an_assessment_says_it_of_its_questions_before_during_and_after_an_attempt(cited) -> None:
    a_question("测试法第三条再问一次？", topic="别处")
    sitting = an_assessment(count=1)
    a_course(sitting, title="测验课")
    imported(SECOND)
    client = signed_in(new_lawyer())
    address = f"/assessments/{sitting.public_id}/"
    said = client.get(address).content.decode()
    assert said.count("尚待编辑核对") == 1
    assert "题：" not in said, "which question it is stays in the bank"
    attempt = begin(client, sitting)
    open_sheet = client.get(f"/attempts/{attempt.public_id}/").content.decode()
    assert "第 1 题：" in open_sheet
    assert "尚待编辑核对" in open_sheet
    client.post(f"/attempts/{attempt.public_id}/", all_right(attempt))
    assert "第 1 题：" in client.get(f"/attempts/{attempt.public_id}/").content.decode()
    AmendmentReview.objects.update(state=ReviewState.STILL_RIGHT)
    assert "第三条" not in client.get(address).content.decode()


def test_what_an_assessment_says_costs_one_statement_however_many_questions_it_draws(
    cited, django_assert_num_queries
) -> None:
    for number in range(5):
        a_question(f"测试法第三条，第{number}问？")
    sitting = an_assessment(count=6)
    a_course(sitting, title="测验课")
    imported(SECOND)
    attempt = begin(signed_in(new_lawyer()), sitting)
    for subject in (sitting, attempt):
        with django_assert_num_queries(1):
            lines = amendment_news.pending(subject).lines
        assert [str(each.article) for each in lines] == ["第三条"]
    assert lines[0].questions == (1, 2, 3, 4, 5, 6)


def test_a_change_that_takes_effect_later_is_announced_as_such(cited) -> None:
    later = (today() + dt.timedelta(days=60)).strftime("%Y年%m月%d日")
    imported(FIRST.replace("丙", "丁").replace("2021年1月1日", later))
    page = Client().get(f"/lectures/{cited[0].public_id}/").content.decode()
    assert "此处引用的法条将有变动" in page
    assert "的新条文将于" in page
    assert "已有变动" not in page
    article = Client().get("/laws/ce-shi-fa/3/").content.decode()
    assert "与将于" in article


def test_assessments_and_curricula_that_cite_it_are_asked_about_and_say_so(cited, desk, curriculum) -> None:
    """By their own words; a question names the assessments that draw it."""
    sitting = an_assessment(count=1, summary="以测试法第三条为准。")
    a_course(sitting, title="测验课")
    done, other = Watcher(new_lawyer()), new_lawyer("闲试")
    course = published_course("轮训课", lecture := published_lecture())
    asked_of_all = curriculum("测试法轮训", firm(), course, summary="学习测试法第三条。")
    done.open(lecture)
    done.watch(0, 100_000)
    Notice.objects.all().delete()
    imported(SECOND)
    assert {name for _article, name in asked()} >= {sitting.title, "测试法轮训"}
    listed = desk.get("/admin/statutes/changes/").content.decode()
    assert "以测试法第三条为准。" in listed
    assert "学习测试法第三条。" in listed
    assert f"用于测验：{sitting.title}" in listed
    lawyer = Client()
    lawyer.force_login(done.person.user)
    for address in (f"/assessments/{sitting.public_id}/", f"/curricula/{asked_of_all.public_id}/"):
        assert "尚待编辑核对" in lawyer.get(address).content.decode()
    for review in AmendmentReview.objects.filter(curriculum=asked_of_all):
        desk.post(f"/admin/statutes/changes/{review.pk}/", {"verdict": "revise"})
    tasks.tell_of_amendments()
    assert {each.person_id for each in Notice.objects.all()} == {done.person.pk} != {other.pk}


def test_a_finding_is_taken_back_until_somebody_was_told(cited, account, province) -> None:
    editor = account("lingyi", Role.EDITOR, province.province)
    imported(SECOND)
    review = AmendmentReview.objects.get(lecture=cited[0])
    amendments.decide(review, "revise", note="", by=editor)
    amendments.decide(review, "open", note="", by=editor)
    review.refresh_from_db()
    assert (review.state, review.decided_by, review.decided_at) == (ReviewState.OPEN, None, None)
    amendments.decide(review, "revise", note="", by=editor)
    amendment_news.tell_waiting()
    with pytest.raises(refusals.ToldAlready):
        amendments.decide(review, "open", note="", by=editor)
    with pytest.raises(refusals.UnknownVerdict):
        amendments.decide(review, "perhaps", note="", by=editor)
    with pytest.raises(refusals.NoteTooLong):
        amendments.decide(review, "still_right", note="长" * 301, by=editor)


def test_the_list_costs_the_same_however_long_it_is(
    cited, captioned, indexed, django_assert_max_num_queries
) -> None:
    for number in range(5):
        published_course(
            f"公开课{number}", captioned(f"第{number}讲", "测试法第三条。"), access=Access.PUBLIC
        )
    indexed()
    imported(SECOND)
    with django_assert_max_num_queries(6):
        assert len(amendments.shown(list(amendments.reviews("open")))) == 8


def test_a_text_is_read_compared_and_imported_in_the_administration(cited, desk) -> None:
    planned = desk.post("/admin/statutes/", {"text": SECOND}).content.decode()
    assert "导入后的变动" in planned
    assert "<del>丙</del>" in planned
    assert "<ins>丁</ins>" in planned
    for cited_by in ("讲座 1", "阅读材料 1", "题目 1"):
        assert cited_by in planned
    assert not AmendmentReview.objects.exists(), "nothing is written before somebody agrees"
    last = Statute.objects.get(key="ce-shi-fa").imports.get().pk
    answer = desk.post("/admin/statutes/import/", {"text": SECOND, "last_import": last}, follow=True)
    assert "已导入测试法，共 4 条。" in answer.content.decode()
    assert answer.redirect_chain[-1][0] == "/admin/statutes/changes/"
    again = desk.post("/admin/statutes/import/", {"text": SECOND, "last_import": last}, follow=True)
    assert str(refusals.Overtaken()) in again.content.decode()
    assert Statute.objects.get(key="ce-shi-fa").imports.count() == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"text": ""}, "请选择文件，或者粘贴正文"),
        ({"text": "中华人民共和国测试法\n第一条 甲。\n第三条 丙。"}, "此前缺少条文"),
        ({"text": "没有条文"}, "没有找到条文"),
        ({"text": FIRST.replace("，自2021年1月1日起施行", "")}, str(refusals.NoFirstDay.text)),
    ],
)
def test_what_is_no_statute_is_refused_in_words_and_lines(desk, given, words) -> None:
    assert words in desk.post("/admin/statutes/", given).content.decode()
    assert not Statute.objects.filter(key="ce-shi-fa").exists()


def test_a_file_is_read_in_either_encoding_and_others_are_refused(desk, tmp_path) -> None:
    for encoding in ("utf-8", "gb18030"):
        path = tmp_path / "law.txt"
        path.write_bytes(FIRST.encode(encoding))
        with path.open("rb") as file:
            assert "导入后的变动" in desk.post("/admin/statutes/", {"file": file}).content.decode()
    path.write_bytes(b"\xff\xff\xff")
    with path.open("rb") as file:
        assert "编码" in desk.post("/admin/statutes/", {"file": file}).content.decode()


def test_only_editors_reach_these_pages(account, province, desk) -> None:
    assert desk.get("/admin/statutes/").status_code == 200
    committee = Client()
    committee.force_login(account("weiyuan", Role.PROVINCIAL_COMMITTEE, province.province))
    for address in ("/admin/statutes/", "/admin/statutes/changes/"):
        assert committee.get(address).status_code == 404
    assert statute_import.plan(FIRST).changes
