"""Completions: judged when a share is reached, once, by a rule that is stored with what it judged.

A lecture completes at its stated share (and once the questions that it needs are answered) and gives the ledger
its whole length. A course completes when the rule of the version that its learner goes by is fulfilled; that adds
nothing to the ledger. Whoever has completed a course's activities has completed the course, however he came by
them (another course may hold the same lecture); of a withdrawn course only those who are enrolled. What was taken
back is not completed again by watching on.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from courses import enrolment, intervals, lecture_questions, ledger, rules
from courses.intervals import Stretch
from courses.models import (
    Activity,
    CheckVerdict,
    Completion,
    CourseState,
    CourseVersion,
    CourseVersionActivity,
    Lecture,
    LedgerEntry,
    PresenceCheck,
    WatchProgress,
)
from courses.tokens import SessionToken
from people.days import local_day
from people.models import Person


@dataclass(frozen=True, slots=True)
class Settled:
    """What one judgement completed: the lecture, its award, and the courses that became complete by it."""

    completion: Completion
    entry: LedgerEntry
    courses: Sequence[Completion]


def settle_lecture(
    person_id: int, lecture_id: int, union: Sequence[Stretch], now: dt.datetime
) -> Settled | None:
    """Complete the lecture for the person if what he watched reaches its share; None if not, or if it was.

    Runs inside the caller's transaction and under the person's lock: two last beats complete once.
    """
    lecture = Lecture.objects.select_related("recording", "activity").filter(pk=lecture_id).first()
    activity = getattr(lecture, "activity", None)
    if lecture is None or activity is None or lecture.recording is None:
        return None
    duration_ms = lecture.recording.duration_ms or 0
    rule = rules.watched_share(lecture.completion_share_percent)
    day = rules.day_of_share(rule, union, duration_ms)
    if day is None or lecture_questions.is_lacking(person_id, lecture):
        return None
    Person.objects.select_for_update(no_key=True).get(pk=person_id)
    if Completion.objects.filter(person_id=person_id, activity=activity).exists():
        return None
    completion = Completion.objects.create(
        person_id=person_id,
        activity=activity,
        completed_at=now,
        day=dt.date.fromisoformat(day),
        rule=rule,
        evidence=watching_evidence(str(lecture.recording.public_id), duration_ms, union)
        | {"checks": _answered_checks(person_id, lecture.recording.pk)},
    )
    entry = ledger.award(
        ledger.Award(
            completion=completion,
            seconds=duration_ms // 1000,
            category=lecture.category,
            organiser_id=ledger.organiser_id(completion.day),
        ),
        recorded_at=now,
    )
    return Settled(completion, entry, settle_courses(person_id, now, activity_id=activity.pk))


def is_complete(token: SessionToken, confirmed_ms: int) -> bool:
    """Whether what a session watches is complete: watched enough, and nothing else of it open.

    No statement but where a question was open at the opening and everything else is done.
    """
    if confirmed_ms < token.needed_ms:
        return False
    completions = Completion.objects.filter(
        person=token.person, activity__lecture=token.lecture, revoked_at__isnull=True
    )
    return not token.asks or completions.exists()


@transaction.atomic
def settle_watched(person_id: int, lecture: Lecture, now: dt.datetime) -> Settled | None:
    """Judge what is confirmed already: an answer may have been the last thing that the lecture lacked."""
    row = (
        WatchProgress.objects.select_for_update(no_key=True)
        .filter(person=person_id, recording=lecture.recording_id)
        .first()
    )
    return settle_lecture(person_id, lecture.pk, row.intervals, now) if row else None


def settle_courses(
    person_id: int, now: dt.datetime, *, activity_id: int | None = None, course_ids: Iterable[int] = ()
) -> list[Completion]:
    """Complete the person's courses that hold the activity, or the ones named, where their rule is fulfilled."""
    held = Q(course_id__in=list(course_ids))
    if activity_id is not None:
        held |= Q(activities__activity=activity_id)
    bound = enrolment.bound_versions(person_id)
    goes_by = Q(pk__in=list(bound.values())) | Q(pk=F("course__current_version_id"))
    enrolled = Q(course__enrolments__person=person_id, course__enrolments__ended_at__isnull=True)
    versions = [
        version
        for version in CourseVersion.objects.filter(held, goes_by)
        .filter(Q(course__state=CourseState.OPEN) | enrolled)
        .exclude(
            course__in=Completion.objects.filter(person=person_id, course__isnull=False).values("course")
        )
        .distinct()
        if bound.get(version.course_id, version.pk) == version.pk
    ]
    outlines = items_of(versions)
    wanted = {item.key for items in outlines.values() for item in items}
    done = {
        key: (day, uuid)
        for key, day, uuid in Completion.objects.filter(
            person=person_id, activity__in=wanted, revoked_at__isnull=True
        ).values_list("activity_id", "day", "activity__public_id")
    }
    days = {key: day for key, (day, _uuid) in done.items() if key is not None}
    completed = []
    for version in versions:
        items = outlines[version.pk]
        day = rules.completing_day(version.rule, items, {i.key: days[i.key] for i in items if i.key in days})
        if day is None:
            continue
        proof = rules.proving(version.rule, items, days, day)
        completed.append(
            Completion.objects.create(
                person_id=person_id,
                course_id=version.course_id,
                course_version=version,
                completed_at=now,
                day=day,
                rule=version.rule,
                evidence={"activities": [str(done[key][1]) for key in proof]},
            )
        )
    if completed:
        enrolment.finish(person_id, [each.course_id for each in completed if each.course_id], now)
    return completed


def settle_under_way(course_id: int, now: dt.datetime) -> int:
    """Judge anew everybody who is in the course, after its rule or outline has changed; how many it completed."""
    count = 0
    for person_id in enrolment.persons_under_way(course_id):
        with transaction.atomic():
            Person.objects.select_for_update(no_key=True).get(pk=person_id)
            count += len(settle_courses(person_id, now, course_ids=[course_id]))
    return count


def settle_activity(
    person_id: int,
    activity: Activity,
    *,
    rule: rules.Rule,
    evidence: dict[str, Any],
    seconds: int,
    category: str,
    form: str,
    now: dt.datetime,
) -> Settled | None:
    """Complete a reading or an assessment whose rule the caller has judged; None where it was complete.

    Runs inside the caller's transaction and under the person's lock.
    """
    if Completion.objects.filter(person_id=person_id, activity=activity).exists():
        return None
    completion = Completion.objects.create(
        person_id=person_id,
        activity=activity,
        completed_at=now,
        day=local_day(now),
        rule=rule,
        evidence=evidence,
    )
    entry = ledger.award(
        ledger.Award(
            completion=completion,
            seconds=seconds,
            category=category,
            organiser_id=ledger.organiser_id(completion.day),
            format=form,
        ),
        recorded_at=now,
    )
    return Settled(completion, entry, settle_courses(person_id, now, activity_id=activity.pk))


def items_of(versions: Sequence[CourseVersion]) -> dict[int, list[rules.Item]]:
    """The outline of each version as its rule reads it."""
    found: dict[int, list[rules.Item]] = {version.pk: [] for version in versions}
    rows = CourseVersionActivity.objects.filter(version__in=versions).order_by("position")
    for version_id, key, kind, is_required in rows.values_list(
        "version_id", "activity_id", "activity__kind", "is_required"
    ):
        found[version_id].append(rules.Item(key, kind, is_required))
    return found


def watching_evidence(recording: str, duration_ms: int, union: Sequence[Stretch]) -> dict[str, Any]:
    return {
        "recording": recording,
        "duration_ms": duration_ms,
        "watched_ms": intervals.total_ms(union),
        "intervals": [list(stretch) for stretch in union],
    }


def _answered_checks(person_id: int, recording_id: int) -> list[list[Any]]:
    """What confirmed the stretches: each check's public id, when it was issued and answered, and where."""
    rows = PresenceCheck.objects.filter(
        progress__person=person_id, progress__recording=recording_id, verdict=CheckVerdict.ANSWERED
    ).order_by("pk")
    return [
        [str(public_id), issued_at.isoformat(), judged_at.isoformat() if judged_at else None, position_ms]
        for public_id, issued_at, judged_at, position_ms in rows.values_list(
            "public_id", "issued_at", "judged_at", "position_ms"
        )
    ]


def record(
    person_id: int,
    activity: Activity,
    *,
    day: dt.date,
    rule: dict[str, Any],
    evidence: dict[str, Any],
    now: dt.datetime,
) -> Completion:
    """Write a completion that people have judged and no player: declared, recognised, granted, corrected.

    IntegrityError where the person has completed the activity and nobody took that back.
    """
    return Completion.objects.create(
        person_id=person_id, activity=activity, completed_at=now, day=day, rule=rule, evidence=evidence
    )


def record_bulk(
    activity: Activity,
    done: Iterable[tuple[int, dict[str, Any]]],
    *,
    day: dt.date,
    rule: dict[str, Any],
    now: dt.datetime,
) -> list[Completion]:
    """The same for many persons at once, each with his evidence; for filling an empty house."""
    return Completion.objects.bulk_create(
        (
            Completion(
                person_id=person_id,
                activity=activity,
                completed_at=now,
                day=day,
                rule=rule,
                evidence=evidence,
            )
            for person_id, evidence in done
        ),
        batch_size=2000,
    )


def complete_under(person_id: int, courses: Sequence[Completion], *, now: dt.datetime) -> list[Completion]:
    """Complete under one record of a human being the courses that were complete under another.

    Judged by each one's own rule and version, over the activities that it names as they stand under the first record
    now; a course that is complete there already is left out.
    """
    outlines = items_of([each.course_version for each in courses if each.course_version])
    rows = Completion.objects.filter(person=person_id, revoked_at__isnull=True)
    held = set(
        rows.filter(course__in={each.course_id for each in courses}).values_list("course_id", flat=True)
    )
    wanted = {item.key for items in outlines.values() for item in items}
    done = {
        str(name): (key, day)
        for name, key, day in rows.filter(activity__in=wanted).values_list(
            "activity__public_id", "activity_id", "day"
        )
        if key is not None
    }
    made = []
    for each in courses:
        items = outlines[each.course_version_id or 0]
        keys = {item.key for item in items}
        named = [done[name] for name in each.evidence.get("activities", []) if name in done]
        day = rules.completing_day(each.rule, items, {key: on for key, on in named if key in keys})
        if day is None or each.course_id in held:
            continue
        made.append(
            Completion.objects.create(
                person_id=person_id,
                course_id=each.course_id,
                course_version_id=each.course_version_id,
                completed_at=each.completed_at,
                day=day,
                rule=each.rule,
                evidence=each.evidence,
            )
        )
    enrolment.finish(person_id, [each.course_id for each in made if each.course_id], now)
    return made


def courses_holding(activity_ids: Iterable[int]) -> list[int]:
    """The courses of which some version holds one of these activities."""
    found = CourseVersion.objects.filter(activities__activity__in=list(activity_ids))
    return list(found.values_list("course_id", flat=True).distinct())


def revoke(completion: Completion, *, reason: str, now: dt.datetime) -> None:
    """Take a completion back, and the person's courses that were complete by it. `reason` is a code."""
    Completion.objects.filter(pk=completion.pk, revoked_at__isnull=True).update(
        revoked_at=now, revoked_reason=reason
    )
    holding = CourseVersionActivity.objects.filter(activity=completion.activity_id)
    courses = list(
        Completion.objects.filter(
            person=completion.person_id,
            revoked_at__isnull=True,
            course_version__in=holding.values("version_id"),
        ).select_related("course_version")
    )
    outlines = items_of([each.course_version for each in courses if each.course_version])
    left = set(
        Completion.objects.filter(
            person=completion.person_id,
            revoked_at__isnull=True,
            activity__in={item.key for items in outlines.values() for item in items},
        ).values_list("activity_id", flat=True)
    )
    fallen = [
        each.pk
        for each in courses
        if not rules.judge_course(each.rule, outlines[each.course_version_id or 0], left - {None}).is_complete
    ]
    Completion.objects.filter(pk__in=fallen).update(revoked_at=now, revoked_reason=_with(completion))


def restore_courses(completion: Completion, *, now: dt.datetime) -> None:
    """Complete again the courses that were taken back with this completion, now that another stands for it."""
    for old in Completion.objects.filter(person=completion.person_id, revoked_reason=_with(completion)):
        if not Completion.objects.filter(
            person=old.person_id, course=old.course_id, revoked_at__isnull=True
        ).exists():
            Completion.objects.create(
                person_id=old.person_id,
                course_id=old.course_id,
                course_version_id=old.course_version_id,
                completed_at=old.completed_at,
                day=old.day,
                rule=old.rule,
                evidence=old.evidence,
            )


def _with(completion: Completion) -> str:
    """The code of what was taken back along with an activity's completion."""
    return f"activity:{completion.public_id}"
