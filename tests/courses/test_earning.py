"""From the last second watched to the ledger: completions, awards, enrolments, and loading in bulk."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses import completion_bulk, enrolment, ledger, refusals, rules, watching
from courses.intervals import union_of
from courses.models import (
    Completion,
    Enrolment,
    EnrolmentReason,
    LedgerEntry,
    RequiredSpan,
    Requirement,
    RequirementCourse,
    WatchProgress,
)
from courses.watching import Watched, WatchState
from people.days import today
from tests.courses import stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def lectures():
    return [
        stage.published_lecture("第一讲", duration_ms=60_999),
        stage.published_lecture("第二讲", share=50),
    ]


@pytest.fixture
def course(lectures):
    return stage.published_course("合同编通则", *lectures)


@pytest.fixture
def watcher(course):
    return stage.Watcher(stage.new_lawyer())


def test_the_last_second_needed_completes_the_lecture_and_gives_its_whole_length(watcher, lectures):
    watcher.open(lectures[0])
    answers = watcher.watch(0, 54_899)
    assert answers[-1].json()["completed"] is None
    assert not Completion.objects.exists()
    watcher.let_pass(5)
    told = watcher.beat(54_899, 54_900).json()
    assert told["is_complete"]
    assert told["completed"] == {
        "credit": "0.02",
        "minutes": 1,
        "courses": [],
        "sentence": "本讲已完成，已记入：约 0.02 学时。",
    }
    completed = Completion.objects.get()
    assert completed.rule == {"kind": "watched_share", "percent": 90}
    assert completed.evidence["watched_ms"] == 54_900
    assert completed.evidence["recording"] == str(lectures[0].recording.public_id)
    assert rules.day_of_share(completed.rule, completed.evidence["intervals"], 60_999) == str(completed.day)
    entry = LedgerEntry.objects.get()
    assert (entry.seconds, entry.format, entry.category) == (60, "recorded", "law")
    assert (entry.day, entry.organiser) == (today(), stage.association())


def test_watching_on_completes_nothing_twice(watcher, lectures):
    watcher.open(lectures[0])
    watcher.watch(0, 60_999)
    watcher.open(lectures[0])
    watcher.watch(0, 60_999)
    assert Completion.objects.filter(activity__lecture=lectures[0]).count() == 1
    assert LedgerEntry.objects.count() == 1


def test_the_last_required_lecture_completes_the_course_without_a_second_fact(watcher, lectures, course):
    watcher.open(lectures[0])
    watcher.watch(0, 60_000)
    watcher.open(lectures[1])
    told = watcher.watch(0, 50_000)[-1].json()
    assert told["completed"]["courses"] == ["合同编通则"]
    completed = Completion.objects.get(course=course)
    assert completed.course_version == course.current_version
    assert completed.rule == {"kind": "all_required"}
    assert len(completed.evidence["activities"]) == 2
    assert LedgerEntry.objects.count() == 2
    assert Enrolment.objects.get().ended_at is not None


def test_lectures_watched_for_one_course_serve_another(watcher, lectures, course):
    other = stage.published_course("民法典导读", lectures[0])
    watcher.open(lectures[0], course=str(course.public_id))
    watcher.watch(0, 60_000)
    assert set(Completion.objects.exclude(course=None).values_list("course", flat=True)) == {other.pk}


def test_what_was_watched_before_counts_when_the_share_is_lowered(watcher, lectures):
    watcher.open(lectures[0])
    watcher.watch(0, 40_000)
    lectures[0].completion_share_percent = 50
    lectures[0].save()
    answer = watcher.open(lectures[0]).json()
    assert answer["is_complete"]
    assert LedgerEntry.objects.count() == 1


def test_a_completion_taken_back_is_not_given_again_by_watching_on(watcher, lectures):
    watcher.open(lectures[0])
    watcher.watch(0, 60_000)
    Completion.objects.update(revoked_at=timezone.now(), revoked_reason="test")
    watcher.open(lectures[0])
    watcher.watch(0, 60_000)
    assert Completion.objects.count() == 1


def test_starting_a_lecture_enrols_by_own_choice_in_the_course_named(watcher, lectures, course):
    other = stage.published_course("民法典导读", lectures[0])
    watcher.open(lectures[0], course=str(other.public_id))
    enrolled = Enrolment.objects.get()
    assert (enrolled.course, enrolled.reason) == (other, EnrolmentReason.OWN_CHOICE)


def test_starting_a_lecture_enrols_in_the_course_that_a_curriculum_requires(watcher, lectures, course):
    required = stage.published_course("民法典导读", lectures[0])
    requirement = Requirement.objects.create(
        kind="regulation",
        title="年度培训",
        owner=stage.association(),
        opens_on=today(),
        due_on=today(),
    )
    RequirementCourse.objects.create(requirement=requirement, course=required, position=0)
    RequiredSpan.objects.create(
        person=watcher.person, requirement=requirement, valid_from=today(), due_on=today(), why="audience"
    )
    watcher.open(lectures[0])
    enrolled = Enrolment.objects.get()
    assert (enrolled.course, enrolled.reason) == (required, EnrolmentReason.REQUIRED)
    assert enrolled.requirement == requirement


def test_nobody_enters_a_withdrawn_course_and_who_is_under_way_may_finish(watcher, lectures, course):
    watcher.open(lectures[0])
    watcher.watch(0, 60_000)
    course.page.unpublish()
    late = stage.new_lawyer("贺试")
    course.refresh_from_db()
    with pytest.raises(refusals.CourseWithdrawn):
        enrolment.enrol(late.pk, course, reason=EnrolmentReason.ASSIGNED, now=timezone.now())
    assert stage.Watcher(late).open(lectures[1]).status_code == 404
    assert watcher.open(lectures[1]).status_code == 200
    watcher.watch(0, 50_000)
    assert Completion.objects.filter(course=course, person=watcher.person).exists()


def test_the_year_adds_up_exactly_and_a_reversal_takes_back(watcher, lectures):
    watcher.open(lectures[0])
    watcher.watch(0, 60_000)
    entry = LedgerEntry.objects.get()
    year = ledger.summary(watcher.person, entry.day.year)
    assert (year.seconds, year.credit, year.activities) == (60, Decimal("0.02"), 1)
    ledger.reverse(entry, reason="typing_error")
    year = ledger.summary(watcher.person, entry.day.year)
    assert (year.seconds, year.credit, year.activities) == (0, Decimal("0.00"), 0)
    assert [each.seconds for each in ledger.entries(watcher.person, entry.day.year)] == [-60, 60]
    assert ledger.years(watcher.person) == [entry.day.year]
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.reverse(entry, reason="again")
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.update(seconds=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.all().delete()


def test_the_state_of_each_lecture_is_read_in_three_statements(
    watcher, lectures, django_assert_max_num_queries
):
    watcher.open(lectures[0])
    watcher.watch(0, 60_000)
    watcher.open(lectures[1])
    watcher.watch(0, 20_000)
    with django_assert_max_num_queries(3):
        standing = watching.progress_for(watcher.person, lectures)
    assert standing[lectures[0].pk].state == WatchState.COMPLETE
    assert standing[lectures[1].pk].state == WatchState.UNDER_WAY
    assert standing[lectures[1].pk].share_percent == 20
    assert standing[lectures[1].pk].resume_ms == 20_000
    assert watching.progress_for(None, lectures)[lectures[0].pk].state == WatchState.NEW


def bulk_row(person, lecture, *stretches):
    instant = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)
    return Watched(person.pk, lecture.recording_id, union_of(stretches), stretches[-1][1], instant, instant)


def test_bulk_watching_completes_as_beats_would_have(watcher, lectures, course):
    person = watcher.person
    assert (
        enrolment.enrol_bulk([(person.pk, course.pk, EnrolmentReason.OWN_CHOICE, None, timezone.now())]) == 1
    )
    watching.record_watched_bulk(
        [
            bulk_row(person, lectures[0], (0, 60_000, "2026-03-05")),
            bulk_row(person, lectures[1], (0, 40_000, "2026-03-04"), (40_000, 60_000, "2026-03-06")),
        ]
    )
    assert completion_bulk.complete_bulk(timezone.now()) == (2, 1)
    assert completion_bulk.complete_bulk(timezone.now()) == (0, 0)
    second = Completion.objects.get(activity__lecture=lectures[1])
    assert second.day == dt.date(2026, 3, 6)
    whole = Completion.objects.get(course=course)
    assert whole.day == dt.date(2026, 3, 6)
    assert ledger.summary(person, 2026).seconds == 160
    assert Enrolment.objects.get().ended_at == whole.completed_at


@pytest.mark.parametrize(
    "stretches", [[(0, 10, "2026-03-05"), (5, 20, "2026-03-05")], [(0, 61_000, "2026-03-05")], [(9, 9, "")]]
)
def test_bulk_watching_that_is_no_union_is_refused_whole(watcher, lectures, stretches):
    instant = timezone.now()
    good = bulk_row(watcher.person, lectures[1], (0, 10, "2026-03-05"))
    bad = Watched(watcher.person.pk, lectures[0].recording_id, stretches, 0, instant, instant)
    with pytest.raises(watching.NotAUnion):
        watching.record_watched_bulk([good, bad])
    assert not WatchProgress.objects.exists()
