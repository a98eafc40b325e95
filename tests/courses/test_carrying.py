"""A recording that was cut anew: what was watched goes along, over HTTP, and completed records stay as they are."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import carrying, evidence, lecture_questions, tasks
from courses.models import (
    CarriedWatching,
    Completion,
    Lecture,
    LedgerEntry,
    PlacedQuestion,
    Recut,
    WatchProgress,
)
from people import persons
from people.models import Notice, Role
from tests.courses import stage
from tests.courses.activities import a_question
from tests.courses.cuts import MINUTE, audit, carry, cut_anew, text_of, watched

pytestmark = pytest.mark.slow


@pytest.fixture
def lecture(db):
    made = stage.published_lecture(duration_ms=10 * MINUTE)
    stage.published_course("合同编", made)
    return made


@pytest.fixture
def editor(account, lecture):
    browser = Client()
    browser.force_login(account("bianji", Role.EDITOR, stage.association()))
    return browser


def table(*rows, source, **fields):
    form = {
        "form-TOTAL_FORMS": "5",
        "form-INITIAL_FORMS": "0",
        "source": str(source.public_id),
    }
    for place, (low, high, new) in enumerate(rows):
        form |= {
            f"form-{place}-from_ms": low,
            f"form-{place}-to_ms": high,
            f"form-{place}-new_from_ms": new,
        }
    return form | fields


def page_of(lecture):
    return reverse("wagtailsnippets_courses_lecture:recut", args=[lecture.pk])


@pytest.fixture
def no_checks(settings):
    settings.WATCH_POLICY = {**settings.WATCH_POLICY, "spacing_ms": 0}


@pytest.mark.both_sides
def test_what_was_watched_goes_along_with_its_day_and_the_rest_is_told(editor, lecture, no_checks):
    lawyer = watched(lecture, (0, 5 * MINUTE))
    day = WatchProgress.objects.get().intervals[0][2]
    old = cut_anew(lecture, 9 * MINUTE)
    # A minute at the beginning was cut away.
    rows = [("1:00", "10:00", "0:00")]
    shown = text_of(editor.post(page_of(lecture), table(*rows, source=old)))
    assert "0:00–1:00" in shown
    assert not Recut.objects.exists()
    assert editor.post(page_of(lecture), table(*rows, source=old, confirm="1")).status_code == 302
    for key in carrying.unsettled(timezone.now()):
        tasks.carry_watching(key)
    row = WatchProgress.objects.get(person=lawyer.person, recording=lecture.recording)
    assert row.intervals == [[0, 4 * MINUTE, day]]
    assert row.position_ms == 4 * MINUTE
    assert WatchProgress.objects.get(recording=old).intervals == [[0, 5 * MINUTE, day]]
    page = text_of(lawyer.client.get(f"/lectures/{lecture.public_id}/"))
    assert "0:00–1:00" in page
    assert "carried" in [each.kind for each in evidence.of_lecture(lawyer.person.pk, lecture)]
    assert audit() == ""


@pytest.mark.both_sides
def test_whoever_watched_all_that_is_left_has_completed_it_and_once(lecture, no_checks):
    lawyer = watched(lecture, (0, 6 * MINUTE))
    old = cut_anew(lecture, 6 * MINUTE)
    made = carry(old, lecture, (0, 6 * MINUTE, 0))
    done = Completion.objects.get(person=lawyer.person, activity__isnull=False)
    assert done.evidence["recording"] == str(lecture.recording.public_id)
    assert LedgerEntry.objects.get().seconds == 360
    carrying.run(made.pk, timezone.now())
    assert LedgerEntry.objects.count() == 1
    assert CarriedWatching.objects.count() == 1
    assert audit() == ""


@pytest.mark.both_sides
def test_a_completed_record_is_untouched(lecture, no_checks):
    lawyer = watched(lecture, (0, 10 * MINUTE))
    before = list(Completion.objects.filter(person=lawyer.person).values())
    facts = list(LedgerEntry.objects.values())
    old = cut_anew(lecture, 5 * MINUTE)
    carry(old, lecture, (0, 5 * MINUTE, 0))
    assert list(Completion.objects.filter(person=lawyer.person).values()) == before
    assert list(LedgerEntry.objects.values()) == facts
    assert audit() == ""


def test_minutes_confirmed_in_the_old_recording_later_follow(lecture, no_checks):
    lawyer = watched(lecture, (0, MINUTE))
    old = cut_anew(lecture, 10 * MINUTE)
    made = carry(old, lecture, (0, 10 * MINUTE, 0))
    assert carrying.unsettled(timezone.now()) == []
    lawyer.watch(MINUTE, 2 * MINUTE)  # his page was open all the time
    assert carrying.unsettled(timezone.now()) == [made.pk]
    assert carrying.run(made.pk, timezone.now()) == 1
    row = WatchProgress.objects.get(person=lawyer.person, recording=lecture.recording)
    assert row.watched_ms == 2 * MINUTE
    assert audit() == ""


def test_watching_in_both_recordings_counts_once(lecture, no_checks):
    lawyer = watched(lecture, (0, 3 * MINUTE))
    old = cut_anew(lecture, 10 * MINUTE)
    lawyer.open(lecture)
    lawyer.watch(2 * MINUTE, 4 * MINUTE)
    carry(old, lecture, (0, 10 * MINUTE, 0))
    assert lawyer.confirmed_ms(lecture) == 4 * MINUTE


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("0:00", "11:00", "0:00")], "旧录像"),
        ([("5:00", "5:00", "0:00")], "结束"),
        ([("0:00", "10:00", "0:00")], "新录像"),
        ([("0:00", "2:00", "0:00"), ("1:00", "3:00", "4:00")], "另一行"),
        ([], "至少"),
        ([("abc", "2:00", "0:00")], "12:30"),
    ],
)
def test_a_table_that_is_none_is_refused_in_its_row(editor, lecture, rows, said):
    watched(lecture, (0, 10_000))
    old = cut_anew(lecture, 9 * MINUTE)
    answer = editor.post(page_of(lecture), table(*rows, source=old, confirm="1"))
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not Recut.objects.exists()


def test_another_lectures_recording_cannot_be_chosen(editor, lecture):
    watched(lecture, (0, 10_000))
    old = cut_anew(lecture, 9 * MINUTE)
    foreign = stage.packaged_recording(9 * MINUTE)
    editor.post(page_of(lecture), table(("0:00", "9:00", "0:00"), source=foreign, confirm="1"))
    assert Recut.objects.get().source == old


def test_only_editors_find_the_page(lecture):
    browser = Client()
    browser.force_login(stage.new_lawyer().user)
    assert browser.get(page_of(lecture)).status_code in {302, 404}


def test_the_lectures_form_leads_to_the_table_once_there_is_an_old_recording(editor, lecture):
    form = reverse("wagtailsnippets_courses_lecture:edit", args=[lecture.pk])
    assert page_of(lecture) not in text_of(editor.get(form))
    cut_anew(lecture, 9 * MINUTE)
    assert page_of(lecture) in text_of(editor.get(form))


def test_a_draft_with_a_new_recording_says_what_comes_and_offers_the_table_once_it_is_published(
    editor, lecture, no_checks
):
    watched(lecture, (0, MINUTE))
    form = reverse("wagtailsnippets_courses_lecture:edit", args=[lecture.pk])
    draft = Lecture.objects.get(pk=lecture.pk)
    draft.recording = stage.packaged_recording(9 * MINUTE)
    draft.save_revision()
    shown = text_of(editor.get(form))
    assert page_of(lecture) not in shown
    assert "草稿已选用新录像" in shown
    assert "其中1人" in shown
    # The table itself has nothing to offer yet, least of all the other way round.
    assert "没有可转入的观看记录" in text_of(editor.get(page_of(lecture)))
    editor.post(page_of(lecture), table(("0:00", "1:00", "0:00"), source=draft.recording, confirm="1"))
    assert not Recut.objects.exists()
    draft.get_latest_revision().publish()
    assert page_of(lecture) in text_of(editor.get(form))
    assert carrying.former_recordings(lecture.pk) == [lecture.recording]


def test_a_recording_that_only_a_draft_named_is_none_in_which_the_lecture_was_watched(lecture, no_checks):
    foreign = stage.published_lecture("别的讲座", duration_ms=9 * MINUTE).recording
    draft = Lecture.objects.get(pk=lecture.pk)
    draft.recording = foreign
    draft.save_revision()
    cut_anew(lecture, 9 * MINUTE)
    assert foreign not in carrying.former_recordings(lecture.pk)


def test_the_evidence_of_what_went_along_is_only_added_to(lecture, no_checks):
    watched(lecture, (0, MINUTE))
    carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, MINUTE, 0))
    with pytest.raises(IntegrityError), transaction.atomic():
        CarriedWatching.objects.update(carried_ms=0)


def test_a_carried_stretch_that_the_table_does_not_give_is_found(lecture, no_checks):
    watched(lecture, (0, MINUTE))
    made = carry(cut_anew(lecture, 10 * MINUTE), lecture, (0, MINUTE, 0))
    Recut.objects.filter(pk=made.pk).update(pieces=[[0, MINUTE // 2, 0]])
    assert "carried_ms" in audit()


def test_questions_go_along_to_where_their_moments_lie_and_the_page_names_those_that_do_not(
    editor, lecture, no_checks
):
    kept, gone = a_question("承诺何时生效？"), a_question("何为要约？")
    lecture.questions.create(at_second=240, question=kept, is_needed=True)
    lecture.questions.create(at_second=500, question=gone, is_needed=False)
    lecture.save_revision().publish()
    lawyer = watched(lecture, (0, 60_000))
    placed = PlacedQuestion.objects.get(question=kept)
    lecture_questions.answer(lawyer.person, lecture, placed.public_id, ["o1"], timezone.now())
    old = cut_anew(lecture, 5 * MINUTE)
    rows = [("1:00", "5:00", "0:00")]
    shown = text_of(editor.post(page_of(lecture), table(*rows, source=old)))
    assert "“承诺何时生效？”从 4:00 移到 3:00" in shown
    assert "“何为要约？”原在旧录像 8:20，该处已剪去" in shown
    editor.post(page_of(lecture), table(*rows, source=old, confirm="1"))
    standing = PlacedQuestion.objects.filter(taken_out_at__isnull=True)
    assert standing.get(question=kept).at_ms == 180_000
    # Beyond the end it could never be asked, and what needs it could never complete.
    assert standing.get(question=gone).at_ms == 5 * MINUTE - 1000
    assert not lecture_questions.is_lacking(lawyer.person.pk, lecture)
    assert [asked.is_over for asked in lecture_questions.asked_of(lecture, lawyer.person)] == [True, False]
    # The editor's next publication starts from the new second.
    Lecture.objects.get(pk=lecture.pk).get_latest_revision_as_object().save_revision().publish()
    assert standing.get(question=kept).at_ms == 180_000


def edited(editor, lecture, **changed):
    """The lecture's form as it stands, with something changed, published by whoever may."""
    form = {
        "title": lecture.title,
        "summary": "",
        "lecturer": "",
        "recording": lecture.recording_id,
        "category": lecture.category,
        "completion_share_percent": lecture.completion_share_percent,
        "questions-TOTAL_FORMS": "0",
        "questions-INITIAL_FORMS": "0",
        "questions-MIN_NUM_FORMS": "0",
        "questions-MAX_NUM_FORMS": "50",
    }
    address = reverse("wagtailsnippets_courses_lecture:edit", args=[lecture.pk])
    return editor.post(address, form | changed | {"action-publish": "1"}, follow=True)


@pytest.fixture
def publisher(account, lecture):
    """A final reviewer, who may publish, with a person to be told."""
    browser = Client()
    user = account("zhongshen", Role.FINAL_REVIEWER, stage.association())
    persons.create(name="终审", user=user)
    browser.force_login(user)
    return browser


def test_whoever_publishes_another_recording_is_told_at_once_and_until_the_table_is_filled_in(
    editor, publisher, lecture, no_checks
):
    watched(lecture, (0, 5 * MINUTE))
    watched(lecture, (0, 10 * MINUTE), name="贺试")  # has completed it and loses nothing
    other = stage.packaged_recording(9 * MINUTE)
    said = text_of(edited(publisher, lecture, recording=other.pk))
    assert "录像已更换：1人看过旧录像" in said
    assert page_of(lecture) in said
    assert Notice.objects.get(kind="task").path == page_of(lecture)
    form = reverse("wagtailsnippets_courses_lecture:edit", args=[lecture.pk])
    assert "录像已更换" in text_of(editor.get(form))
    old = carrying.former_recordings(lecture.pk)[0]
    editor.post(page_of(lecture), table(("0:00", "9:00", "0:00"), source=old, confirm="1"))
    assert "录像已更换" not in text_of(editor.get(form))
    assert "录像已更换" not in text_of(edited(publisher, Lecture.objects.get()))


def test_another_lectures_recording_is_refused_by_that_lectures_name(publisher, lecture):
    """What was watched of it would complete both lectures, and give credit twice."""
    other = stage.published_lecture("物权编讲座")
    said = text_of(edited(publisher, lecture, recording=other.recording_id))
    assert "该录像属于讲座“物权编讲座”" in said
    assert Lecture.objects.get(pk=lecture.pk).recording == lecture.recording
    # Also one in which the other lecture was watched before, and one that only its draft names.
    old = cut_anew(other, 9 * MINUTE)
    assert "物权编讲座" in text_of(edited(publisher, lecture, recording=old.pk))
    other.recording = drafted = stage.packaged_recording()
    other.save_revision()
    assert "物权编讲座" in text_of(edited(publisher, lecture, recording=drafted.pk))
    # What a draft named and names no more is free again.
    other.recording = stage.packaged_recording()
    other.save_revision()
    edited(publisher, lecture, recording=drafted.pk)
    assert Lecture.objects.get(pk=lecture.pk).recording == drafted
    lecture.refresh_from_db()
    # His own former recording an editor may choose again.
    mine = cut_anew(lecture, 9 * MINUTE)
    edited(publisher, lecture, recording=mine.pk)
    assert Lecture.objects.get(pk=lecture.pk).recording == mine


@pytest.mark.both_sides("postgresql")
def test_an_editor_may_say_that_nothing_is_carried_over_and_the_viewers_read_it(editor, lecture, no_checks):
    lawyer = watched(lecture, (0, 5 * MINUTE))
    old = cut_anew(lecture, 9 * MINUTE)
    assert "不转入" in text_of(editor.get(page_of(lecture)))
    answer = editor.post(page_of(lecture), table(source=old, nothing="1"), follow=True)
    assert "录像已更换" not in text_of(answer)
    for key in carrying.unsettled(timezone.now()):
        tasks.carry_watching(key)
    assert "请重新观看" in text_of(lawyer.client.get(f"/lectures/{lecture.public_id}/"))
    assert lawyer.confirmed_ms(lecture) == 0
    assert audit() == ""
