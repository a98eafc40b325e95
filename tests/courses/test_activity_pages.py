"""Pages around readings and assessments: the ways to them, what shuts them, where to go on, and what proves them."""

import datetime as dt

import pytest
from django.test import Client

from courses.models import (
    AssessmentAttempt,
    AttemptState,
    CourseTerms,
    LedgerEntry,
    Prerequisite,
    ReadingProgress,
)
from people import grants
from people.days import today
from people.models import Role
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
from tests.courses.stage import new_lawyer, published_lecture
from tests.provinces import OPENED

pytestmark = pytest.mark.slow


@pytest.fixture
def person(db):
    return new_lawyer()


def test_what_waits_for_a_mark_is_reached_from_the_desk_and_from_the_administration(person, editor, province):
    a_question("谈谈情势变更", "short", [])
    assessment = an_assessment(count=1)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", {"q1": ["第五百三十三条"]})
    admin = Client()
    admin.force_login(editor)
    assert "/desk/marking/" in admin.get("/admin/").content.decode()
    assert 'href="/admin/"' in admin.get("/desk/marking/").content.decode()
    grants.grant(
        editor,
        Role.PROVINCIAL_COMMITTEE,
        province.province,
        by=None,
        reason="试验",
        valid_from=OPENED,
    )
    desk = admin.get("/desk/").content.decode()
    assert 'href="/desk/marking/"' in desk
    assert 'href="/desk/"' in admin.get("/desk/marking/").content.decode()
    assert "/desk/marking/" not in client.get("/my/").content.decode()


@pytest.mark.parametrize("reason", ["opens", "prerequisite"])
def test_a_reading_and_an_assessment_of_a_course_that_may_not_begin_say_why_and_count_nothing(
    person, bank, reason
):
    reading, assessment = a_reading(), an_assessment()
    course = a_course(reading, assessment)
    first = a_course(a_reading("先读"), title="先修课程")
    terms = CourseTerms(course=course)
    if reason == "opens":
        terms.opens_on = today() + dt.timedelta(days=3)
    else:
        terms.prerequisites = [Prerequisite(course=first)]
    terms.save()
    client = signed_in(person)
    text = client.get(f"/readings/{reading.public_id}/").content.decode()
    exam = client.get(f"/assessments/{assessment.public_id}/").content.decode()
    for shown in (text, exam):
        assert ("先修课程" if reason == "prerequisite" else "开放") in shown
    assert "第四百六十四条" not in text
    assert 'id="reading-data"' not in text
    assert "开始考核" not in exam
    client.post(f"/assessments/{assessment.public_id}/")
    assert not AssessmentAttempt.objects.exists()
    assert Reader(person, reading).open().json()["code"] == "course_locked"
    assert not ReadingProgress.objects.exists()


def test_a_course_that_closes_in_the_middle_of_an_attempt_lets_it_be_handed_in(person, bank):
    assessment = an_assessment(count=5)
    course = a_course(assessment)
    terms = CourseTerms.objects.create(course=course)
    client = signed_in(person)
    attempt = begin(client, assessment)
    terms.closes_on = today() - dt.timedelta(days=1)
    terms.save()
    assert "继续" in client.get(f"/assessments/{assessment.public_id}/").content.decode()
    client.post(f"/attempts/{attempt.public_id}/", all_right(attempt))
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PASSED


def test_my_page_goes_on_with_an_open_attempt_and_a_reading_begun_until_they_are_over(person, bank):
    reading, assessment = a_reading("办案指引"), an_assessment(limit_minutes=30)
    a_course(reading, assessment)
    reader = Reader(person, reading)
    reader.open()
    reader.read(15)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/save/", {"q1": all_right(attempt)["q1"]})
    shown = client.get("/my/").content.decode().split('id="continue"')[1]
    assert shown.index(f"/attempts/{attempt.public_id}/") < shown.index(f"/readings/{reading.public_id}/")
    assert "已答 1 / 2 题" in shown
    assert "已读 0:15，须读 2:00" in shown
    client.post(f"/attempts/{attempt.public_id}/", {})
    reader.read(105)
    assert 'id="continue"' not in client.get("/my/").content.decode()


def test_the_record_and_its_evidence_show_how_a_reading_and_an_attempt_were_judged(person, bank):
    reading, assessment = a_reading(minutes=2), an_assessment(count=5, pass_percent=60)
    a_course(reading, assessment)
    reader = Reader(person, reading)
    reader.open()
    reader.read(120)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", all_right(attempt))
    record = client.get("/my/record/").content.decode()
    assert "考核得分不低于 60%" in record
    assert "阅读不少于 2 分钟" in record
    assert "至少观看" not in record
    of_reading, of_attempt = (
        client.get(f"/my/evidence/{entry.public_id}/").content.decode()
        for entry in LedgerEntry.objects.filter(person=person).order_by("pk")
    )
    assert "页面打开且可见，持续 0:15" in of_reading
    assert "第 1 次考核交卷：已通过" in of_attempt
    assert "答对 5 / 5 题" in of_attempt


def test_the_page_of_an_order_does_not_name_its_options_by_their_places(person):
    texts = ["催告", "合理期限", "通知", "解除", "清算"]
    question = a_question("排列步骤", "ordering", [(text, False) for text in texts])
    content = question.versions.get().content
    assert [option["text"] for option in content["options"]] == texts
    assert content["key"] == [option["id"] for option in content["options"]]
    assert content["key"] != sorted(content["key"])


def test_the_review_of_an_order_shows_the_readers_own_beside_the_right_one(person):
    question = a_question("排列步骤", "ordering", [(text, False) for text in ("催告", "通知", "解除")])
    key = question.versions.get().content["key"]
    assessment = an_assessment(count=1)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", {"q1": [key[0], key[2], key[1]]})
    review = client.get(f"/attempts/{attempt.public_id}/").content.decode()
    own = review.split("您的顺序")[1].split("</ol>")[0]
    places = [own.index(text) for text in ("催告", "解除", "通知")]
    assert places == sorted(places)
    assert own.count("位置正确") == 1


def test_an_order_that_names_an_item_twice_does_not_count_as_answered(person):
    question = a_question("排列步骤", "ordering", [(text, False) for text in ("催告", "通知", "解除")])
    key = question.versions.get().content["key"]
    assessment = an_assessment(count=1)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    address = f"/attempts/{attempt.public_id}/"
    client.post(f"{address}save/", {"q1": [key[0], key[0], key[1]]})
    page = client.get(address).content.decode()
    assert "已答 0 / 1" in page
    assert "data-twice>" in page
    client.post(f"{address}save/", {"q1": key})
    page = client.get(address).content.decode()
    assert "已答 1 / 1" in page
    assert "data-twice hidden>" in page


def test_a_review_leads_to_the_second_of_the_lecture_that_explains_it(person):
    lecture = published_lecture("讲解", duration_ms=600_000)
    a_question("单选", lecture=lecture, lecture_second=83)
    assessment = an_assessment(count=1)
    a_course(lecture, assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", {})
    review = client.get(f"/attempts/{attempt.public_id}/").content.decode()
    assert f'href="/lectures/{lecture.public_id}/?t=83"' in review
    assert "1:23" in review


def test_a_course_says_how_much_it_holds_of_what(person, bank):
    lecture = published_lecture("合同的订立")
    course = a_course(lecture, a_reading(), an_assessment(), title="合同编")
    said = "1 讲、1 篇阅读、1 次考核"
    client = signed_in(person)
    assert said in client.get(course.page.url).content.decode()
    assert said in client.get("/courses/").content.decode()
