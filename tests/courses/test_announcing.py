"""What pages say that a lecture is worth and what its completion gave: as the regulation in force converts it."""

from decimal import Decimal

import pytest
from django.test import Client

from courses import announcing
from courses.converted import Worth
from courses.models import Completion
from tests.courses import stage
from tests.courses.regulations import DOCUMENT
from tests.courses.stage import association

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
OF_FIFTY = (
    DOCUMENT.replace("45分钟为1学时", "50分钟为1课时")
    .replace("per: 45", "per: 50")
    .replace("unit: 学时", "unit: 课时")
)
WITHOUT_ONLINE = DOCUMENT.replace("    online: {label: 网络培训, from: recorded}\n", "")
MINUTE_MS = 60_000


@pytest.fixture
def lecture():
    made = stage.published_lecture(duration_ms=5 * MINUTE_MS)
    stage.published_course("合同编通则", made)
    return made


@pytest.fixture
def watcher(lecture):
    return stage.Watcher(stage.new_lawyer())


def page(watcher, lecture) -> str:
    return watcher.client.get(f"/lectures/{lecture.public_id}/").content.decode()


def told(watcher, lecture) -> dict:
    watcher.open(lecture)
    answers = watcher.watch(0, 5 * MINUTE_MS)
    return next(filter(None, (each.json()["completed"] for each in answers)))


def test_without_a_regulation_a_class_hour_is_forty_five_minutes(watcher, lecture) -> None:
    assert "约 0.11 学时" in page(watcher, lecture)
    assert (
        told(watcher, lecture)["sentence"] == "本讲已完成，已记入：约 0.11 学时。 课程《合同编通则》已完成。"
    )


def test_the_regulation_in_force_says_what_a_lecture_is_worth_and_in_its_unit(
    watcher, lecture, regulation
) -> None:
    regulation(association(), document=OF_FIFTY)
    said = page(watcher, lecture)
    assert "0.1 课时" in said
    assert "继续教育办法（测试）" in said
    completed = told(watcher, lecture)
    assert completed["credit"] == "0.1"
    assert completed["sentence"].startswith("本讲已完成，已记入：0.1 课时")


def test_a_regulation_without_words_for_it_gets_no_number_but_the_minutes(
    watcher, lecture, regulation
) -> None:
    regulation(association(), document=WITHOUT_ONLINE)
    assert "学时</span>" not in page(watcher, lecture)
    completed = told(watcher, lecture)
    assert completed["credit"] is None
    assert completed["sentence"].startswith("本讲已完成，已记入：5分钟")


def test_asking_what_a_lecture_is_worth_records_nothing_and_takes_eight_statements(
    watcher, lecture, regulation, django_assert_num_queries
) -> None:
    regulation(association(), document=OF_FIFTY)
    with django_assert_num_queries(8):
        worth = announcing.promised(watcher.person, lecture, 300)
    assert (str(worth.credit), worth.unit) == ("0.1", "课时")
    assert not Completion.objects.exists()


@pytest.mark.parametrize(
    ("credit", "figure"),
    [("0.033333", "约 0.03"), ("0.0044", "不足 0.01"), ("1.5", "1.5"), ("2", "2"), ("0.995", "约 1")],
)
def test_a_credit_that_is_not_exact_to_two_places_is_said_to_be_about_so_much(credit, figure):
    assert Worth(Decimal(credit), "", "学时", ()).figure == figure


def test_a_guest_reads_the_class_hour(lecture) -> None:
    assert announcing.promised(None, lecture, 45 * 60).credit == 1
    assert Client().get(f"/lectures/{lecture.public_id}/").status_code in {200, 302, 404}
