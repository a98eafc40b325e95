"""Readings and assessments through HTTP: time by the server's clock, sheets judged by the server, rules of courses."""

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from courses import audit
from courses.models import (
    AssessmentAttempt,
    AttemptAnswer,
    AttemptState,
    Completion,
    CoursePage,
    Enrolment,
    LearningFormat,
    LedgerEntry,
    Question,
)
from courses.tasks import settle_under_way
from people.models import Notice, Role
from tests.courses.activities import (
    Reader,
    a_course,
    a_question,
    a_reading,
    all_right,
    an_assessment,
    begin,
    right_values,
    signed_in,
)
from tests.courses.stage import Watcher, new_lawyer, published_course, published_lecture

pytestmark = pytest.mark.slow


@pytest.fixture
def person(db):
    return new_lawyer()


def test_a_reading_read_for_its_time_completes_and_gives_that_time_as_reading(person):
    reading = a_reading(minutes=2)
    course = a_course(reading)
    reader = Reader(person, reading)
    assert reader.open().status_code == 200
    assert reader.read(105).json()["completed"] is None
    said = reader.read(15).json()["completed"]
    assert said["courses"] == [course.title]
    entry = LedgerEntry.objects.get(person=person)
    assert (entry.seconds, entry.format) == (120, LearningFormat.READING)
    assert Completion.objects.filter(person=person, course=course).exists()
    assert not Enrolment.objects.filter(person=person, ended_at__isnull=True).exists()
    assert list(audit.differences(lambda *_: None)) == []


def test_time_before_a_return_and_longer_than_two_signs_apart_counts_nothing(person):
    reading = a_reading()
    a_course(reading)
    reader = Reader(person, reading)
    reader.open()
    reader.let_pass(30)
    assert reader.sign(returns="1").json()["read_ms"] < 1000
    reader.let_pass(600)
    assert reader.sign().json()["read_ms"] < 1000
    reader.let_pass(15)
    assert 15_000 <= reader.sign().json()["read_ms"] < 16_500


def test_signs_sent_without_time_passing_add_no_time(person):
    reading = a_reading()
    a_course(reading)
    reader = Reader(person, reading)
    reader.open()
    for _ in range(50):
        answer = reader.sign()
    assert answer.json()["read_ms"] < 10_000


def test_a_second_page_takes_over_and_the_first_is_told(person):
    reading = a_reading()
    a_course(reading)
    first, second = Reader(person, reading), Reader(person, reading)
    first.open()
    second.open()
    first.let_pass(15)
    refused = first.sign()
    assert (refused.status_code, refused.json()["code"]) == (409, "reading_taken_over")
    assert second.sign().status_code == 200


def test_reading_and_watching_never_earn_at_once(person):
    reading, lecture = a_reading(), published_lecture(duration_ms=600_000)
    a_course(reading, lecture)
    reader, watcher = Reader(person, reading), Watcher(person)
    watcher.open(lecture)
    reader.open()
    watcher.let_pass(10)
    assert watcher.beat(0, 10_000).json()["code"] == "taken_over"
    watcher.open(lecture)
    reader_refused = reader.sign()
    assert reader_refused.json()["code"] == "reading_taken_over"


def test_another_lawyers_sitting_and_a_strangers_reading_are_refused(person):
    reading = a_reading()
    reader = Reader(person, reading)
    assert reader.open().status_code == 404  # in no course of his
    a_course(reading)
    reader.open()
    other = Reader(new_lawyer("周试"), reading)
    other.sitting = reader.sitting
    assert other.sign().json()["code"] == "reading_taken_over"
    other.sitting = str(uuid.uuid4())
    assert other.sign().status_code == 409
    assert Client().get(f"/readings/{reading.public_id}/").status_code == 404


def test_passing_an_assessment_of_every_kind_completes_it_and_its_course(person, bank):
    assessment = an_assessment(count=5)
    course = a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    page = client.get(f"/attempts/{attempt.public_id}/").content.decode()
    assert "说明在此" not in page
    client.post(f"/attempts/{attempt.public_id}/", all_right(attempt))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points, attempt.out_of) == (AttemptState.PASSED, 5, 5)
    assert "说明在此" in client.get(f"/attempts/{attempt.public_id}/").content.decode()
    entry = LedgerEntry.objects.get(person=person)
    assert (entry.seconds, entry.format) == (45 * 60, LearningFormat.ASSESSMENT)
    assert Completion.objects.filter(course=course).exists()
    assert list(audit.differences(lambda *_: None)) == []


def test_answers_are_kept_as_they_are_given_and_survive_a_reload(person, bank):
    assessment = an_assessment(count=5)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    row = attempt.answers.select_related("version").get(version__question=bank[0])
    saved = client.post(f"/attempts/{attempt.public_id}/save/", {f"q{row.position}": right_values(row)})
    assert saved.json()["is_open"]
    page = client.get(f"/attempts/{attempt.public_id}/").content.decode()
    assert page.count(" checked") == 1
    assert begin(client, assessment) == attempt


def test_what_comes_after_the_deadline_does_not_count_and_the_sheet_is_handed_in_as_it_stood(person, bank):
    assessment = an_assessment(count=5, limit_minutes=10)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    late = timezone.now() - dt.timedelta(seconds=30)
    AssessmentAttempt.objects.filter(pk=attempt.pk).update(
        started_at=late - dt.timedelta(minutes=10), deadline_at=late
    )
    client.post(f"/attempts/{attempt.public_id}/", all_right(attempt))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points, attempt.is_timed_out) == (AttemptState.FAILED, 0, True)
    assert attempt.submitted_at == late
    assert client.post(f"/attempts/{attempt.public_id}/save/", all_right(attempt)).json()["is_open"] is False


def test_attempts_are_limited_and_wait_for_each_other(person, bank):
    assessment = an_assessment(count=5, max_attempts=2, cooldown_minutes=60)
    a_course(assessment)
    client = signed_in(person)
    first = begin(client, assessment)
    client.post(f"/attempts/{first.public_id}/", {})
    client.post(f"/assessments/{assessment.public_id}/")
    assert AssessmentAttempt.objects.count() == 1
    AssessmentAttempt.objects.update(submitted_at=timezone.now() - dt.timedelta(hours=2))
    second = begin(client, assessment)
    client.post(f"/attempts/{second.public_id}/", {})
    AssessmentAttempt.objects.update(submitted_at=timezone.now() - dt.timedelta(hours=2))
    client.post(f"/assessments/{assessment.public_id}/")
    assert AssessmentAttempt.objects.count() == 2


def test_an_answer_without_stated_solutions_waits_for_a_person_who_decides_the_attempt(
    person, editor, province
):
    a_question("谈谈情势变更", "short", [])
    assessment = an_assessment(count=1)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", {"q1": ["第五百三十三条"]})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKING
    assert client.get("/desk/marking/").status_code == 404
    desk = Client()
    desk.force_login(editor)
    assert "/desk/marking/" in desk.get("/admin/").content.decode()
    assert "第五百三十三条" in desk.get("/desk/marking/").content.decode()
    row = AttemptAnswer.objects.get()
    desk.post("/desk/marking/", {"answer": row.pk, "verdict": "right"})
    desk.post("/desk/marking/", {"answer": row.pk, "verdict": "wrong"})
    attempt.refresh_from_db()
    assert (attempt.state, attempt.points) == (AttemptState.PASSED, 1)
    assert LedgerEntry.objects.filter(person=person).count() == 1
    notice = Notice.objects.get(person=person)
    assert notice.title == "您的考核已批阅，结果为通过：合同编测验"
    assert notice.path == f"/attempts/{attempt.public_id}/"
    said = desk.post("/desk/marking/", {"answer": row.pk, "verdict": "undo"}, follow=True)
    assert "更正" in said.content.decode(), "what has given credit is corrected, not undone"
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PASSED


def test_a_mark_is_taken_back_by_whoever_gave_it_and_the_attempt_waits_again(
    person, editor, account, province
):
    a_question("谈谈情势变更", "short", [])
    assessment = an_assessment(count=1)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", {"q1": ["第五百三十三条"]})
    row = AttemptAnswer.objects.get()
    desk, other = Client(), Client()
    desk.force_login(editor)
    other.force_login(account("lingyi", Role.EDITOR, province.province))
    desk.post("/desk/marking/", {"answer": row.pk, "verdict": "wrong"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.FAILED
    assert "撤销批阅：谈谈情势变更" in desk.get("/desk/marking/").content.decode()
    assert "撤销批阅" not in other.get("/desk/marking/").content.decode()
    other.post("/desk/marking/", {"answer": row.pk, "verdict": "undo"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.FAILED
    desk.post("/desk/marking/", {"answer": row.pk, "verdict": "undo"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.MARKING
    other.post("/desk/marking/", {"answer": row.pk, "verdict": "right"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PASSED
    assert LedgerEntry.objects.filter(person=person).count() == 1
    assert [each.title[:13] for each in Notice.objects.filter(person=person).order_by("pk")] == [
        "您的考核已批阅，结果为未通",
        "您的考核已批阅，结果为通过",
    ]


def test_a_mark_stands_once_another_attempt_was_begun(person, editor):
    a_question("谈谈情势变更", "short", [])
    assessment = an_assessment(count=1)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", {"q1": ["第五百三十三条"]})
    row = AttemptAnswer.objects.get()
    desk = Client()
    desk.force_login(editor)
    desk.post("/desk/marking/", {"answer": row.pk, "verdict": "wrong"})
    begin(client, assessment)
    desk.post("/desk/marking/", {"answer": row.pk, "verdict": "undo"})
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.FAILED
    assert desk.post("/desk/marking/", {"answer": row.pk, "verdict": "no such"}).status_code == 404


def test_nobody_reads_or_hands_in_anothers_attempt(person, bank):
    assessment = an_assessment()
    a_course(assessment)
    attempt = begin(signed_in(person), assessment)
    other = signed_in(new_lawyer("周试"))
    for answer in (
        other.get(f"/attempts/{attempt.public_id}/"),
        other.post(f"/attempts/{attempt.public_id}/", all_right(attempt)),
        other.post(f"/attempts/{attempt.public_id}/save/", all_right(attempt)),
    ):
        assert answer.status_code == 404


def test_a_changed_question_leaves_the_open_sheet_and_its_judgement_as_they_were_drawn(person):
    question = a_question("会变的题")
    assessment = an_assessment(count=1)
    a_course(assessment)
    client = signed_in(person)
    attempt = begin(client, assessment)
    values = all_right(attempt)
    for option in question.options.all():
        option.is_right = not option.is_right
        option.save()
    question = Question.objects.get(pk=question.pk)
    question.save_revision().publish()
    assert question.versions.count() == 2
    client.post(f"/attempts/{attempt.public_id}/", values)
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.PASSED


def test_a_course_of_everything_required_and_one_elective_says_what_is_still_missing(person, bank):
    reading, assessment, other = a_reading(minutes=1), an_assessment(count=5), a_reading("选读", minutes=1)
    course = a_course(reading, assessment, other, required=[reading], rule_kind="required_and", rule_number=1)
    client = signed_in(person)
    page = client.get(course.page.url).content.decode()
    assert "还需完成：1 份阅读材料、1 项选修内容" in page
    reader = Reader(person, reading)
    reader.open()
    reader.read(75)
    assert not Completion.objects.filter(course=course).exists()
    attempt = begin(client, assessment)
    client.post(f"/attempts/{attempt.public_id}/", all_right(attempt))
    done = Completion.objects.get(course=course)
    assert done.rule == {"kind": "required_and", "count": 1}


def publish_again(course, **fields):
    page = CoursePage.objects.get(pk=course.page_id)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    course.refresh_from_db()


def test_those_under_way_finish_under_their_version_where_the_editor_lets_them(person):
    first, second = a_reading("其一", minutes=1), a_reading("其二", minutes=1)
    course = a_course(first, second)
    reader = Reader(person, first)
    reader.open()
    publish_again(course, rule_kind="any_of", rule_number=1, under_way="stay")
    assert (course.current_version.under_way, course.current_version.under_way_count) == ("stay", 1)
    reader.read(75)
    assert not Completion.objects.filter(course=course).exists()  # his version asks for both
    newcomer = Reader(new_lawyer("周试"), first)
    newcomer.open()
    newcomer.read(75)
    assert Completion.objects.get(course=course).person == newcomer.person
    publish_again(course, summary="再版", rule_number=2, under_way="move")
    assert Enrolment.objects.get(person=person, ended_at__isnull=True).version is None


def test_those_who_move_to_a_lighter_rule_complete_by_it_and_finished_records_stay(person):
    first, second = a_reading("其一", minutes=1), a_reading("其二", minutes=1)
    course = a_course(first, second)
    reader = Reader(person, first)
    reader.open()
    reader.read(75)
    publish_again(course, rule_kind="any_of", rule_number=1)
    settle_under_way(course.pk)
    done = Completion.objects.get(course=course)
    assert done.rule == {"kind": "any_of", "count": 1}
    publish_again(course, rule_kind="all_required", rule_number=None)
    done.refresh_from_db()
    assert (done.rule, done.revoked_at) == ({"kind": "any_of", "count": 1}, None)


def test_a_question_in_the_lecture_is_judged_on_the_server_and_holds_completion_until_it_is_answered(person):
    question = a_question("中途提问")
    lecture = published_lecture(duration_ms=60_000)
    lecture.questions.create(at_second=20, question=question, is_needed=True)
    lecture.save_revision().publish()
    published_course("课程", lecture)
    watcher = Watcher(person)
    page = watcher.client.get(f"/lectures/{lecture.public_id}/")
    asked = page.context["player"]["questions"]
    assert [(each["text"], each["atMs"], each["isOver"]) for each in asked] == [("中途提问", 20_000, False)]
    assert not {"key", "explanation"} & set(asked[0])
    watcher.open(lecture)
    said = watcher.watch(0, 60_000)[-1].json()
    assert not Completion.objects.filter(person=person).exists()
    assert (said["is_complete"], said["completed"]) == (False, None), "watched enough, and not complete"
    opened_again = watcher.open(lecture).json()
    assert not opened_again["is_complete"]
    again = watcher.watch(0, 10_000)[-1].json()
    assert not again["is_complete"]
    shown = watcher.client.get(f"/lectures/{lecture.public_id}/").content.decode()
    assert "还需回答" in shown
    assert 'href="?t=17' in shown
    placed = lecture.placed_questions.get()
    assert (placed.at_ms, placed.recording_id) == (20_000, lecture.recording_id)
    url = f"/lectures/{lecture.public_id}/questions/{placed.public_id}/"
    key = question.versions.first().content["key"]
    wrong = watcher.client.post(url, {"answer": next(o for o in ("o1", "o2") if o != key)}).json()
    assert wrong == {"is_right": False, "is_over": False, "completed": None}
    right = watcher.client.post(url, {"answer": key}).json()
    assert (right["is_right"], right["explanation"]) == (True, "说明在此")
    assert right["completed"]
    assert watcher.watch(10_000, 20_000)[-1].json()["is_complete"]
    assert "还需回答" not in watcher.client.get(f"/lectures/{lecture.public_id}/").content.decode()
    assert watcher.client.post(url, {"answer": key}).json()["code"] == "already_answered"


def test_an_order_in_a_lecture_that_is_not_whole_is_no_answer_and_says_what_is_missing(person):
    question = a_question("排列步骤", "ordering", [(text, False) for text in ("催告", "通知", "解除")])
    lecture = published_lecture(duration_ms=60_000)
    lecture.questions.create(at_second=20, question=question, is_needed=True)
    lecture.save_revision().publish()
    published_course("课程", lecture)
    watcher = Watcher(person)
    watcher.open(lecture)
    url = f"/lectures/{lecture.public_id}/questions/{lecture.placed_questions.get().public_id}/"
    key = question.versions.first().content["key"]
    for given in ([key[0], key[0], key[1]], key[:2]):
        refused = watcher.client.post(url, {"answer": given})
        assert refused.status_code == 400
        assert "每一项都要放在一个位置上" in refused.json()["detail"]
    assert watcher.client.post(url, {"answer": key}).json()["is_right"]


def test_a_page_left_at_an_open_question_goes_on_a_little_before_it(person):
    lecture = published_lecture(duration_ms=600_000)
    lecture.questions.create(at_second=20, question=a_question("中途提问"), is_needed=False)
    lecture.save_revision().publish()
    published_course("课程", lecture)
    watcher = Watcher(person)
    watcher.open(lecture)

    def starts_at():
        return watcher.client.get(f"/lectures/{lecture.public_id}/").context["player"]["startMs"]

    watcher.watch(0, 20_000)
    assert starts_at() == 17_000
    watcher.watch(20_000, 24_000)
    assert starts_at() == 24_000, "who went on is not led back"


@pytest.mark.both_sides("postgresql")
def test_handing_in_twice_at_once_hands_in_once(committed_db):
    a_question("并发")
    assessment = an_assessment(count=1)
    a_course(assessment)
    person = new_lawyer()
    attempt = begin(signed_in(person), assessment)
    values = all_right(attempt)
    answers = []

    def hand_in():
        client = signed_in(person)
        answers.append(client.post(f"/attempts/{attempt.public_id}/", values).status_code)
        connection.close()

    threads = [threading.Thread(target=hand_in) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [302] * 6
    assert LedgerEntry.objects.filter(person=person).count() == 1


@pytest.mark.both_sides("postgresql")
def test_beginning_twice_at_once_begins_one_attempt(committed_db):
    a_question("并发")
    assessment = an_assessment(count=1)
    a_course(assessment)
    person = new_lawyer()
    clients = [signed_in(person) for _ in range(6)]
    answers = []

    def start(client):
        answers.append(client.post(f"/assessments/{assessment.public_id}/")["Location"])
        connection.close()

    threads = [threading.Thread(target=start, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(answers)) == 1
    assert AssessmentAttempt.objects.count() == 1
