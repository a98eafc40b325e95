"""The audit finds nothing in what the product wrote, and finds whatever was changed behind its back."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from courses import audit, ledger
from courses.models import Completion, WatchProgress
from people.days import today
from tests.courses import stage
from tests.courses.regulations import DOCUMENT

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def found() -> list[tuple[str, str, str]]:
    return [(each.what, each.stored, each.recomputed) for each in audit.differences(lambda name, count: None)]


@pytest.fixture
def completed():
    """A course of two lectures, both watched to the end by one lawyer, the second one also half by another."""
    lectures = [stage.published_lecture("第一讲", duration_ms=60_999), stage.published_lecture("第二讲")]
    stage.published_course("合同编通则", *lectures)
    watcher = stage.Watcher(stage.new_lawyer())
    for lecture in lectures:
        watcher.open(lecture)
        watcher.watch(0, lecture.recording.duration_ms)
    other = stage.Watcher(stage.new_lawyer("周试"))
    other.open(lectures[1])
    other.watch(0, 50_000)
    return Completion.objects.get(activity__lecture=lectures[0])


def test_what_was_really_watched_has_no_difference(completed, capsys):
    assert Completion.objects.count() == 3
    call_command("audit")
    assert capsys.readouterr().out.rstrip().endswith("No difference.")


def test_a_day_that_the_evidence_does_not_give_is_found(completed):
    stored = completed.day - dt.timedelta(days=400)
    Completion.objects.filter(pk=completed.pk).update(day=stored)
    assert ("day", str(stored), str(completed.day)) in found()
    with pytest.raises(CommandError, match="differences"):
        call_command("audit")


def test_evidence_that_nobody_watched_is_found(completed):
    WatchProgress.objects.filter(person=completed.person, watched_ms__lt=70_000).update(
        intervals=[[0, 20_000, "2026-01-01"]], watched_ms=20_000
    )
    assert ("evidence_not_watched_ms", "0", str(completed.evidence["watched_ms"] - 20_000)) in found()


def test_evidence_short_of_its_rule_is_found(completed):
    Completion.objects.filter(pk=completed.pk).update(rule={"kind": "watched_share", "percent": 100})
    assert ("day", str(completed.day), "None") in found()


def test_a_course_without_one_of_its_activities_is_found(completed):
    ledger.reverse(completed.ledger_entries.get(), reason="test")
    Completion.objects.filter(pk=completed.pk).update(
        revoked_at=completed.completed_at, revoked_reason="test"
    )
    assert ("complete", "True", "False") in found()


def test_a_reversal_without_a_revoked_completion_is_found(completed):
    ledger.reverse(completed.ledger_entries.get(), reason="test")
    assert found() == [("reversed", "True", "False")]


def test_an_entry_changed_behind_the_guards_is_found(completed):
    entry = completed.ledger_entries.get()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_only_grows_update")
        cursor.execute("UPDATE courses_ledgerentry SET seconds = seconds + 3600 WHERE id = %s", [entry.pk])
    assert [what for what, _stored, _recomputed in found()] == ["award"]


def test_watched_stretches_that_are_no_union_are_found(completed):
    WatchProgress.objects.filter(provisional_ms=50_000).update(
        intervals=[[0, 60_000, "2026-01-01"], [5, 9, "2026-01-01"]], provisional=[], provisional_ms=0
    )
    assert [what for what, _stored, _recomputed in found()] == ["union", "watched_ms"]


def test_a_batch_costs_as_many_statements_whatever_is_in_it(completed, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        assert found() == []


def test_a_statement_of_facts_in_force_has_no_difference_and_one_that_cannot_be_judged_is_found(
    province, lawyer, regulation, act
):
    regulation(province.province)
    wang = lawyer("wang", province.yuelu)
    act(wang, today() - dt.timedelta(days=1), minutes=50)
    act(wang, today() - dt.timedelta(days=2), minutes=40)
    assert found() == []


def test_a_regulation_that_cannot_judge_somebody_is_found(province, lawyer, regulation):
    text = DOCUMENT.replace("credit: 20", 'credit: "age(person.born, day)"')
    regulation(province.province, document=text)
    lawyer("wang", province.yuelu)
    assert [(what, stored) for what, stored, _recomputed in found()] == [("judged", "not judged")]
