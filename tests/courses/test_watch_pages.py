"""The watch page, my page and my record over HTTP: who sees what, and what it costs."""

import datetime as dt
import json
import re
from decimal import Decimal

import pytest
from django.test import Client

from courses import completion_bulk, ledger, watching
from courses.models import LedgerEntry
from people import grants
from people.days import today
from people.models import Role, User
from tests.courses import stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def lectures():
    return [
        stage.published_lecture("第一讲", duration_ms=45 * 60_000),
        stage.published_lecture("第二讲", duration_ms=40 * 60_000),
    ]


@pytest.fixture
def course(lectures):
    return stage.published_course("合同编通则", *lectures)


@pytest.fixture
def watcher(course):
    return stage.Watcher(stage.new_lawyer())


def text_of(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def player_data(answer):
    found = re.search(
        r'<script id="player-data" type="application/json">(.*?)</script>', answer.content.decode()
    )
    return json.loads(found[1])


def watched(person, lecture, *stretches):
    instant = dt.datetime(today().year, 1, 5, 4, tzinfo=dt.UTC)
    watching.record_watched_bulk(
        [watching.Watched(person.pk, lecture.recording_id, stretches, stretches[-1][1], instant, instant)]
    )


def day(text):
    return f"{today().year}-{text}"


def test_the_watch_page_starts_where_i_stopped_and_shows_my_share(watcher, lectures):
    watched(watcher.person, lectures[0], (0, 600_000, day("01-05")))
    answer = watcher.client.get(f"/lectures/{lectures[0].public_id}/")
    assert "已看 22%" in text_of(answer)
    data = player_data(answer)
    assert data["startMs"] == 600_000
    assert not data["playAtOnce"]
    assert data["earns"]
    assert data["source"]["playlist_url"].endswith("master.m3u8")


@pytest.mark.parametrize(
    ("asked", "start"), [("75", 75_000), ("1.5", 1500), ("-3", 0), ("99999", 0), ("x", 0)]
)
def test_a_link_with_a_second_starts_there_if_it_lies_in_the_lecture(watcher, lectures, asked, start):
    data = player_data(watcher.client.get(f"/lectures/{lectures[0].public_id}/?t={asked}"))
    assert (data["startMs"], data["playAtOnce"]) == (start, start > 0)


@pytest.mark.parametrize("asked", ["nan", "inf", "1e999", "٣", "%00"])
def test_a_second_that_is_none_is_ignored(watcher, lectures, asked):
    assert watcher.client.get(f"/lectures/{lectures[0].public_id}/?t={asked}").status_code == 200


def test_a_lecture_that_is_not_for_me_is_not_there(watcher, lectures):
    hidden = stage.published_lecture("在任何课程之外")
    assert watcher.client.get(f"/lectures/{hidden.public_id}/").status_code == 404
    assert Client().get(f"/lectures/{lectures[0].public_id}/").status_code == 404


def test_a_guest_may_watch_a_public_lecture_without_credit(lectures):
    stage.published_course("公开课", lectures[0], access="public")
    answer = Client().get(f"/lectures/{lectures[0].public_id}/")
    assert "不记学时" in text_of(answer)
    assert not player_data(answer)["earns"]


def test_the_course_beside_the_lecture_names_what_comes_next(watcher, lectures, course):
    page = text_of(watcher.client.get(f"/lectures/{lectures[0].public_id}/?course={course.public_id}"))
    assert "下一讲：第二讲" in page
    assert "合同编通则" in page


def test_a_lecture_in_preparation_says_so_instead_of_a_player(watcher, lectures):
    recording = lectures[0].recording
    recording.current_generation, recording.state = None, "packaging"
    recording.save()
    answer = watcher.client.get(f"/lectures/{lectures[0].public_id}/")
    assert "仍在准备中" in text_of(answer)
    assert b"player-data" not in answer.content


def test_my_page_says_what_i_have_where_i_stopped_and_what_is_done(watcher, lectures):
    watched(watcher.person, lectures[0], (0, 44 * 60_000, day("01-05")))
    watched(watcher.person, lectures[1], (0, 600_000, day("01-06")))
    completion_bulk.complete_bulk(dt.datetime.now(dt.UTC))
    page = text_of(watcher.client.get("/my/"))
    assert "今年已获得 1 学时" in page
    assert "从 10:00 继续" in page
    assert "目前没有必修培训" in page


def test_the_statements_of_my_page_do_not_grow_with_what_i_have(watcher, django_assert_max_num_queries):
    for number in range(6):
        lecture = stage.published_lecture(f"讲{number}")
        stage.published_course(f"课{number}", lecture)
        watcher.open(lecture)
        watcher.watch(0, 10_000)
    watcher.client.get("/my/")
    with django_assert_max_num_queries(30):
        watcher.client.get("/my/")


def test_my_record_shows_each_entry_and_why_it_counts(watcher, lectures):
    watched(watcher.person, lectures[0], (0, 44 * 60_000, day("01-05")))
    watched(
        watcher.person, lectures[1], (0, 20 * 60_000, day("01-05")), (20 * 60_000, 37 * 60_000, day("01-06"))
    )
    completion_bulk.complete_bulk(dt.datetime.now(dt.UTC))
    page = text_of(watcher.client.get("/my/record/"))
    assert "1.89 学时，共 2 项学习活动、85分钟" in page
    assert "观看达到 90%" in page
    assert "0:00–20:00" in page
    assert f"{today().year}年1月6日" in page
    assert "湖南省律师协会" in page


def test_the_minutes_of_the_record_add_up_to_the_total_below_them(watcher):
    made = [stage.published_lecture(f"讲{number}", duration_ms=100_000) for number in range(3)]
    for each in made:
        watched(watcher.person, each, (0, 100_000, day("01-05")))
    completion_bulk.complete_bulk(dt.datetime.now(dt.UTC))
    ledger.reverse(LedgerEntry.objects.first(), reason="typing_error")
    page = watcher.client.get("/my/record/").content.decode()
    shown = [Decimal(each) for each in re.findall(r'data-label="">(-?[0-9.]+)分钟</td>', page)]
    *lines, total = shown
    assert len(lines) == 4
    assert total == Decimal("3.33")
    assert sum(lines) == total


def test_a_reversal_stands_in_the_record_with_its_minutes(watcher, lectures):
    watched(watcher.person, lectures[0], (0, 44 * 60_000, day("01-05")))
    completion_bulk.complete_bulk(dt.datetime.now(dt.UTC))
    ledger.reverse(LedgerEntry.objects.get(), reason="typing_error")
    page = text_of(watcher.client.get("/my/record/"))
    assert "已冲销" in page
    assert "-45" in page
    assert "0.00 学时，共 0 项学习活动、0分钟" in page


def test_an_empty_year_says_what_to_do(watcher):
    assert "这一年还没有记录" in text_of(watcher.client.get("/my/record/?year=2020"))


@pytest.mark.parametrize("year", ["x", "1", "99999", "-1", "²"])
def test_a_year_that_is_none_is_not_there(watcher, year):
    assert watcher.client.get(f"/my/record/?year={year}").status_code == 404


def test_my_pages_are_mine_alone(watcher):
    for path in ("/my/", "/my/record/"):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/")


def test_an_account_without_a_record_is_told_so(course):
    user = User.objects.create_user("bianji", password="岳麓山下读书声 2026")
    grants.grant(user, Role.EDITOR, stage.association(), by=None, reason="试验", valid_from=stage.OPENED)
    client = Client()
    client.force_login(user)
    assert "此账号没有学习档案" in text_of(client.get("/my/"))
