"""Merging two records of one human being: he counts once, keeps all he did, and taking it back restores what was."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from courses import acts, audit, completion, extensions, ledger, requirements
from courses.models import (
    Activity,
    Completion,
    Course,
    ExtensionState,
    LedgerEntry,
    RequiredSpan,
    Requirement,
)
from people import licences, memberships, merging, notices, persons, uncovered
from people.access import is_himself, person_of
from people.days import today
from people.merging import MergeRefused, MergeStale
from people.models import (
    AuditAct,
    AuditEntry,
    Licence,
    Membership,
    Notice,
    NoticeKind,
    Person,
    PersonMerge,
    Position,
    Role,
    User,
)
from people.notices import New
from tests.courses.conftest import Province

pytestmark = pytest.mark.slow

Make = Callable[..., Any]
YEAR = dt.timedelta(days=365)
RULE = {"kind": "recognised"}


@pytest.fixture
def trainee(province: Province) -> Person:
    """He was a trainee until half a year ago."""
    person = persons.create(name="甲律师", phone="13900001111")
    half = today() - YEAR // 2
    memberships.join(person, province.yuelu, on=today() - 2 * YEAR, until=half, position=Position.TRAINEE)
    return person


@pytest.fixture
def lawyer_of_him(province: Province, lawyer: Make) -> Person:
    """And is a lawyer since, under a record of his own."""
    person = lawyer("甲律师", province.yuelu)
    held = Membership.objects.current().get(person=person)
    memberships.correct(held, valid_from=today() - YEAR // 2)
    return person


@pytest.fixture
def by(account: Make, province: Province) -> User:
    return account("shenglv", Role.PROVINCIAL_COMMITTEE, province.province)


def did(person: Person, activity: Any, day: dt.date, seconds: int = 3600) -> LedgerEntry:
    act = acts.Act(person.pk, day, "onsite", "professional", None, seconds=seconds)
    return acts.record(activity, act, rule=RULE, evidence={"list": "x"}, now=timezone.now())


def activity_of(course: Course) -> Activity:
    course.refresh_from_db()
    assert course.current_version is not None
    return course.current_version.activities.get().activity


def seconds_of(*people: Person) -> int:
    return LedgerEntry.objects.filter(person__in=people).aggregate(all=Sum("seconds"))["all"] or 0


def belief(person: Person) -> tuple[Any, ...]:
    """All that is believed and counted of a person, without keys."""
    return (
        sorted(
            Membership.objects.current()
            .filter(person=person)
            .values_list("organisation", "position", "valid_from", "valid_to", "is_main", "tree"),
            key=str,
        ),
        sorted(
            Licence.objects.current().filter(person=person).values_list("number", "valid_from", "valid_to"),
            key=str,
        ),
        sorted(
            Completion.objects.filter(person=person, revoked_at__isnull=True).values_list(
                "activity", "course", "day"
            ),
            key=str,
        ),
        seconds_of(person),
        Person.objects.get(pk=person.pk).user_id,
    )


def differences() -> list[Any]:
    return [each for part in audit.PARTS.values() for each in part.judge(list(part.rows()))]


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], [(1, 9)]),
        ([(1, 9)], []),
        ([(1, None)], []),
        ([(3, 5)], [(1, 3), (5, 9)]),
        ([(0, 2), (8, 12)], [(2, 8)]),
        ([(2, 4), (3, 6)], [(1, 2), (6, 9)]),
        ([(9, 12)], [(1, 9)]),
    ],
)
def test_what_others_leave_free(others, left):
    def day(number: int | None) -> dt.date | None:
        return None if number is None else dt.date(2026, 1, 1) + dt.timedelta(days=number)

    found = uncovered.uncovered((day(1), day(9)), [(day(start), day(end)) for start, end in others])
    assert found == [(day(start), day(end)) for start, end in left]


@pytest.mark.django_db
def test_a_trainee_s_record_goes_over_to_the_lawyer_s_and_comes_back_exactly(
    trainee, lawyer_of_him, by, course, lecture
):
    made_course = course("课", lecture("讲"))
    activity = activity_of(made_course)
    did(trainee, activity, today() - YEAR)
    completion.settle_courses(trainee.pk, timezone.now(), course_ids=[made_course.pk])
    before = belief(trainee), belief(lawyer_of_him)
    total = seconds_of(trainee, lawyer_of_him)

    made = merging.merge(lawyer_of_him, trainee, reason="实习转执业，同一人", by=by)
    assert seconds_of(trainee) == 0
    assert seconds_of(lawyer_of_him) == total == 3600
    assert not Membership.objects.current().filter(person=trainee).exists()
    kept = Membership.objects.current().filter(person=lawyer_of_him).order_by("valid_from")
    assert [each.position for each in kept] == [Position.TRAINEE, Position.LAWYER]
    assert Completion.objects.filter(
        person=lawyer_of_him, course=made_course, revoked_at__isnull=True, day=today() - YEAR
    ).exists()
    assert differences() == []

    merging.undo(made, reason="弄错了", by=by)
    assert (belief(trainee), belief(lawyer_of_him)) == before
    assert differences() == []


@pytest.mark.django_db
def test_what_both_have_done_counts_once_and_stands_twice_again_afterwards(
    trainee, lawyer_of_him, by, course, lecture
):
    activity = activity_of(course("课", lecture("讲")))
    did(trainee, activity, today() - YEAR)
    own = did(lawyer_of_him, activity, today())
    made = merging.merge(lawyer_of_him, trainee, reason="重复注册", by=by)
    assert seconds_of(lawyer_of_him, trainee) == 3600
    assert not acts.is_reversed(own)
    merging.undo(made, reason="不是同一人", by=by)
    assert (seconds_of(lawyer_of_him), seconds_of(trainee)) == (3600, 3600)


@pytest.mark.django_db
def test_a_curriculum_counts_him_once(province, lawyer, by, curriculum, course, lecture):
    first, second = (lawyer(name, province.yuelu) for name in ("乙律师", "乙律师二"))
    curriculum("年度培训", province.changsha, course("课", lecture("讲")))
    requirement = Requirement.objects.get()
    assert RequiredSpan.objects.filter(person__in=[first, second]).count() == 2
    made = merging.merge(first, second, reason="重复注册", by=by)
    requirements.refresh_for_persons([first.pk, second.pk])
    assert [each.person for each in RequiredSpan.objects.filter(requirement=requirement)] == [first]
    merging.undo(made, reason="不是同一人", by=by)
    requirements.refresh_for_persons([first.pk, second.pk])
    assert RequiredSpan.objects.filter(person__in=[first, second]).count() == 2


@pytest.mark.django_db
def test_two_valid_licences_are_refused_in_words(province, lawyer, by):
    first, second = lawyer("乙律师", province.yuelu), lawyer("乙律师二", province.yuelu)
    for person, number in ((first, "14301201510001111"), (second, "14301201510002222")):
        licences.issue(person, number=number, practice_type="full_time", on=today() - YEAR)
    with pytest.raises(MergeRefused, match="号码不同的有效执业证"):
        merging.merge(first, second, reason="重复", by=by)
    assert merging.preview(first, second).refusal


@pytest.mark.django_db
def test_memberships_that_clash_have_to_be_resolved(province, lawyer, by):
    first = lawyer("乙律师", province.yuelu)
    second = persons.create(name="乙律师")
    memberships.join(second, province.shigu, on=today() - YEAR)
    with pytest.raises(MergeRefused, match="主要执业机构"):
        merging.merge(first, second, reason="重复", by=by)
    before = belief(second)
    made = merging.merge(first, second, reason="重复", by=by, is_resolved=True)
    assert Membership.objects.on(today()).get(person=first).organisation == province.yuelu
    merging.undo(made, reason="不是同一人", by=by)
    assert belief(second) == before


@pytest.mark.django_db
def test_something_undecided_is_decided_first(province, lawyer, by, curriculum, course, lecture, account):
    kept = persons.create(name="乙律师")
    merged = lawyer("乙律师", province.yuelu)
    curriculum("年度培训", province.changsha, course("课", lecture("讲")))
    asked = extensions.ask(
        merged,
        Requirement.objects.get(),
        until=Requirement.objects.get().due_on + dt.timedelta(days=5),
        reason="在外省开庭",
    )
    with pytest.raises(MergeRefused, match="尚未办结"):
        merging.merge(kept, merged, reason="重复", by=by)
    extensions.withdraw(asked)
    assert asked.state == ExtensionState.WITHDRAWN
    merging.merge(kept, merged, reason="重复", by=by)


@pytest.mark.django_db
def test_a_record_leads_to_one_other_and_never_in_a_circle(by):
    first, second, third = (persons.create(name="丙") for _time in range(3))
    merging.merge(first, second, reason="重复", by=by)
    for kept, merged in ((third, second), (second, third), (third, first), (first, first)):
        with pytest.raises(MergeRefused):
            merging.merge(kept, merged, reason="重复", by=by)
    merging.merge(first, third, reason="重复", by=by)
    assert set(merging.records_of(first)) == {first.pk, second.pk, third.pk}


@pytest.mark.django_db
def test_both_sign_ins_lead_to_one_person_who_judges_himself_under_neither(account, by):
    one, two = account("one"), account("two")
    kept, merged = persons.create(name="丁", user=one), persons.create(name="丁", user=two)
    assert not is_himself(two, kept)
    made = merging.merge(kept, merged, reason="重复", by=by)
    assert person_of(one) == person_of(two) == kept
    assert is_himself(two, kept)
    assert is_himself(one, merged)
    notices.send_bulk([New(merged.pk, NoticeKind.RECORD, "x", "消息")])
    assert Notice.objects.get(once="x").person == kept
    merging.undo(made, reason="不是同一人", by=by)
    assert person_of(two) == merged


@pytest.mark.django_db
def test_a_single_sign_in_becomes_the_kept_record_s_and_goes_back(account, by):
    user = account("one")
    kept, merged = persons.create(name="丁"), persons.create(name="丁", user=user)
    made = merging.merge(kept, merged, reason="重复", by=by)
    assert person_of(user) == kept
    merging.undo(made, reason="不是同一人", by=by)
    assert person_of(user) == merged


@pytest.mark.django_db
def test_what_was_corrected_since_stands_in_the_way_of_undoing(trainee, lawyer_of_him, by):
    made = merging.merge(lawyer_of_him, trainee, reason="同一人", by=by)
    moved = Membership.objects.current().get(person=lawyer_of_him, position=Position.TRAINEE)
    memberships.withdraw(moved)
    with pytest.raises(MergeStale):
        merging.undo(made, reason="弄错了", by=by)
    assert PersonMerge.objects.get().undone_at is None


@pytest.mark.django_db
def test_who_and_why_stand_in_the_audit_log_of_both_records(trainee, lawyer_of_him, by):
    made = merging.merge(lawyer_of_him, trainee, reason="身份证核对一致", by=by)
    merging.undo(made, reason="弄错了", by=by)
    for person in (trainee, lawyer_of_him):
        said = AuditEntry.objects.filter(person=person).order_by("pk").values_list("act", "by", "reason")
        assert list(said) == [
            (AuditAct.MERGED, by.pk, "身份证核对一致"),
            (AuditAct.UNMERGED, by.pk, "弄错了"),
        ]
    with pytest.raises(MergeRefused):
        merging.merge(lawyer_of_him, trainee, reason="  ", by=by)


# --- Pages ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_office_finds_both_reads_what_would_happen_merges_and_takes_back(
    trainee, lawyer_of_him, by, client: Client, course, lecture
):
    activity = activity_of(course("课", lecture("讲")))
    did(trainee, activity, today() - YEAR)
    client.force_login(by)
    found = client.post(reverse("merges:index"), {"search_term": "甲律师"}, follow=True).content.decode()
    assert found.count("甲律师") >= 2
    first = client.get(reverse("merges:first", args=[lawyer_of_him.public_id])).content.decode()
    address = reverse("merges:pair", args=[lawyer_of_him.public_id, trainee.public_id])
    assert address in first
    page = client.get(address).content.decode()
    assert "1 条学时记录转入保留的记录" in page
    assert "只计一次" in page
    assert client.post(address, {"reason": ""}).status_code == 422
    answer = client.post(address, {"reason": "同一人"})
    made = PersonMerge.objects.get()
    assert answer["Location"] == reverse("merges:one", args=[made.public_id])
    client.post(answer["Location"], {"reason": "弄错了"})
    made.refresh_from_db()
    assert made.undone_by == by
    assert "弄错了" in client.get(answer["Location"]).content.decode()
    assert ledger.summary(trainee, (today() - YEAR).year).seconds == 3600
