"""What a table of a new cut carried, taken back: over HTTP, with a reason; what was watched there since stays."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import carrying, evidence, tasks, uncarrying
from courses.models import CarriedReversal, Completion, LedgerEntry, Recut, WatchProgress
from people.models import AuditEntry, Notice, Role
from tests.courses import stage
from tests.courses.cuts import MINUTE, audit, carry, cut_anew, text_of, watched

pytestmark = pytest.mark.slow
WHY = "第二行写错了起点"


@pytest.fixture
def lecture(db):
    made = stage.published_lecture(duration_ms=10 * MINUTE)
    stage.published_course("合同编", made)
    return made


@pytest.fixture
def no_checks(settings):
    settings.WATCH_POLICY = {**settings.WATCH_POLICY, "spacing_ms": 0}


@pytest.fixture
def late_checks(settings):
    """A check comes only when the share is reached: what is watched before waits for it."""
    settings.WATCH_POLICY = {**settings.WATCH_POLICY, "spacing_ms": 60 * MINUTE, "quiet_ms": 30 * MINUTE}


@pytest.fixture
def editor(account, lecture):
    browser = Client()
    browser.force_login(account("bianji", Role.EDITOR, stage.association()))
    return browser


def page_of(made):
    return reverse("wagtailsnippets_courses_lecture:recut_take_back", args=[made.lecture_id, made.public_id])


def take_back(made):
    uncarrying.take_back(made.pk, why=WHY, by=made.made_by, now=timezone.now())
    tasks.take_back_carried(made.pk)


def row_in(recording, lawyer):
    return WatchProgress.objects.get(recording=recording, person=lawyer.person)


@pytest.mark.both_sides("postgresql")
def test_an_editor_takes_a_table_back_and_everybody_concerned_is_told_why(editor, lecture, no_checks):
    lawyer = watched(lecture, (0, 4 * MINUTE))
    old = cut_anew(lecture, 10 * MINUTE)
    made = carry(old, lecture, (0, 10 * MINUTE, 0))
    table = reverse("wagtailsnippets_courses_lecture:recut", args=[lecture.pk])
    assert page_of(made) in text_of(editor.get(table))
    assert "1人" in text_of(editor.get(page_of(made)))
    assert editor.post(page_of(made), {"why": WHY}).status_code == 302
    for key in uncarrying.unsettled():
        tasks.take_back_carried(key)
    assert lawyer.watched_ms(lecture) == 0
    assert row_in(old, lawyer).watched_ms == 4 * MINUTE
    assert WHY in text_of(lawyer.client.get(f"/lectures/{lecture.public_id}/"))
    assert WHY in Notice.objects.filter(person=lawyer.person, kind="course").latest("pk").text
    assert WHY in " ".join(each.text for each in evidence.of_lecture(lawyer.person.pk, lecture))
    assert AuditEntry.objects.get(reason=WHY).persons == 1
    assert WHY in text_of(editor.get(table))
    assert carrying.left_behind(lecture.pk).persons == 1
    assert uncarrying.unsettled() == []
    assert audit() == ""


def test_without_a_reason_nothing_is_taken_back(editor, lecture, no_checks):
    lawyer = watched(lecture, (0, MINUTE))
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    assert editor.post(page_of(made), {"why": " "}).status_code == 200
    assert editor.post(page_of(made), {"why": "由" * 301}).status_code == 200
    assert Recut.objects.get().reversed_at is None
    assert lawyer.watched_ms(lecture) == MINUTE


@pytest.mark.both_sides("postgresql")
def test_what_was_watched_in_the_new_recording_stays_and_what_counted_by_the_table_waits_for_a_check(
    lecture, late_checks
):
    lawyer = watched(lecture, (0, 3 * MINUTE))
    WatchProgress.objects.update(
        intervals=[[0, 3 * MINUTE, "2026-11-01"]], watched_ms=3 * MINUTE, provisional=[], provisional_ms=0
    )
    lawyer.close()
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    lawyer.open(lecture)
    lawyer.watch(2 * MINUTE, 5 * MINUTE)
    take_back(made)
    row = row_in(lecture.recording, lawyer)
    assert row.intervals == []
    assert [stretch[:2] for stretch in row.provisional] == [[2 * MINUTE, 5 * MINUTE]]
    kept = CarriedReversal.objects.get()
    assert (kept.removed_ms, kept.kept_ms) == (2 * MINUTE, MINUTE)
    assert audit() == ""


def test_what_a_missed_check_took_back_does_not_return_by_a_table_that_is_taken_back(lecture):
    lawyer = watched(lecture, (0, MINUTE))
    lawyer.close()
    WatchProgress.objects.update(
        intervals=[[0, 10 * MINUTE, "2026-11-01"]], watched_ms=10 * MINUTE, provisional=[], provisional_ms=0
    )
    lecture.completion_share_percent = 100  # the table completes nothing
    old = cut_anew(lecture, 10 * MINUTE)
    lawyer.open(lecture)
    lawyer.watch(0, 9 * MINUTE, confirms=False)
    assert lawyer.watched_ms(lecture) > 0
    lawyer.close()  # the check waits, and nobody answers it
    assert lawyer.watched_ms(lecture) == 0
    take_back(carry(old, lecture, (0, 9 * MINUTE, 0)))
    assert lawyer.watched_ms(lecture) == 0


def test_what_was_confirmed_in_the_new_recording_before_the_table_stays_confirmed(lecture, no_checks):
    lawyer = watched(lecture, (0, 3 * MINUTE))
    old = cut_anew(lecture, 10 * MINUTE)
    lawyer.open(lecture)
    lawyer.watch(2 * MINUTE, 4 * MINUTE)
    take_back(carry(old, lecture, (0, 10 * MINUTE, 0)))
    assert [each[:2] for each in row_in(lecture.recording, lawyer).intervals] == [[2 * MINUTE, 4 * MINUTE]]


def test_what_went_along_waiting_goes_back_and_a_right_table_carries_it_anew(lecture, late_checks):
    lawyer = watched(lecture, (0, 4 * MINUTE))
    lawyer.close()
    old = cut_anew(lecture, 9 * MINUTE)
    take_back(carry(old, lecture, (0, 9 * MINUTE, 0)))
    assert lawyer.watched_ms(lecture) == 0
    carry(old, lecture, (MINUTE, 10 * MINUTE, 0))
    assert [each[:2] for each in row_in(lecture.recording, lawyer).provisional] == [[0, 3 * MINUTE]]
    assert audit() == ""


def test_whoever_completed_the_lecture_keeps_it_and_the_ledger_is_not_touched(lecture, no_checks):
    lawyer = watched(lecture, (0, 6 * MINUTE))
    made = carry(cut_anew(lecture, 6 * MINUTE), lecture, (0, 6 * MINUTE, 0))
    facts = list(LedgerEntry.objects.values())
    assert uncarrying.preview(made).complete == 1
    take_back(made)
    assert Completion.objects.filter(person=lawyer.person, revoked_at__isnull=True).exists()
    assert list(LedgerEntry.objects.values()) == facts
    assert lawyer.confirmed_ms(lecture) == 6 * MINUTE
    assert audit() == ""


def test_a_table_whose_seconds_were_carried_on_is_taken_back_after_the_later_one(lecture, no_checks):
    watched(lecture, (0, MINUTE))
    first = carry(cut_anew(lecture, 9 * MINUTE), lecture, (0, 9 * MINUTE, 0))
    second = carry(cut_anew(lecture, 8 * MINUTE), lecture, (0, 8 * MINUTE, 0))
    with pytest.raises(uncarrying.ReversalRefused) as refused:
        take_back(first)
    assert refused.value.code == "later"
    take_back(second)
    take_back(first)
    with pytest.raises(uncarrying.ReversalRefused):
        take_back(first)


def test_a_table_that_was_taken_back_carries_nobody_any_more(lecture, no_checks):
    lawyer = watched(lecture, (0, MINUTE))
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    take_back(made)
    lawyer.watch(MINUTE, 2 * MINUTE)  # his old page was open all the time
    assert carrying.unsettled(timezone.now()) == []
    assert carrying.run(made.pk, timezone.now()) == 0
    lawyer.open(lecture)
    assert lawyer.watched_ms(lecture) == 0
    assert uncarrying.run(made.pk, timezone.now()) == 0


def test_what_is_said_of_a_taking_back_is_only_added_to(lecture, no_checks):
    watched(lecture, (0, MINUTE))
    take_back(carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0)))
    with pytest.raises(IntegrityError), transaction.atomic():
        CarriedReversal.objects.update(removed_ms=0)


def test_only_editors_take_a_table_back(lecture, no_checks):
    watched(lecture, (0, MINUTE))
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, 10 * MINUTE, 0))
    browser = Client()
    browser.force_login(stage.new_lawyer().user)
    assert browser.post(page_of(made), {"why": WHY}).status_code in {302, 404}
    assert Recut.objects.get().reversed_at is None
