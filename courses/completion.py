"""Completions: judged when a share is reached, once, by a rule that is stored with what it judged.

A lecture completes at its stated share and gives the ledger its whole length. A course completes when the rule
of its current version is fulfilled; that adds nothing to the ledger. Whoever has completed a course's
activities has completed the course, however he came by them (another course may hold the same lecture); of a
withdrawn course only those who are enrolled. What was taken back is not completed again by watching on.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, Q

from courses import enrolment, intervals, ledger, rules
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
    if day is None:
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
        evidence=_watching_evidence(str(lecture.recording.public_id), duration_ms, union)
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


def settle_courses(
    person_id: int, now: dt.datetime, *, activity_id: int | None = None, course_ids: Iterable[int] = ()
) -> list[Completion]:
    """Complete the person's courses that hold the activity, or the ones named, where their rule is fulfilled."""
    held = Q(course_id__in=list(course_ids))
    if activity_id is not None:
        held |= Q(activities__activity=activity_id)
    enrolled = Q(course__enrolments__person=person_id, course__enrolments__ended_at__isnull=True)
    versions = list(
        CourseVersion.objects.filter(held, pk=F("course__current_version_id"))
        .filter(Q(course__state=CourseState.OPEN) | enrolled)
        .exclude(
            course__in=Completion.objects.filter(person=person_id, course__isnull=False).values("course")
        )
        .distinct()
    )
    required = _required_activities(versions)
    wanted = {key for activities in required.values() for key in activities}
    done = {
        key: (day, uuid)
        for key, day, uuid in Completion.objects.filter(
            person=person_id, activity__in=wanted, revoked_at__isnull=True
        ).values_list("activity_id", "day", "activity__public_id")
    }
    completed = []
    for version in versions:
        activities = required[version.pk]
        if rules.is_course_complete(version.rule, activities, done):
            completed.append(
                Completion.objects.create(
                    person_id=person_id,
                    course_id=version.course_id,
                    course_version=version,
                    completed_at=now,
                    day=max(done[key][0] for key in activities),
                    rule=version.rule,
                    evidence={"activities": [str(done[key][1]) for key in activities]},
                )
            )
    if completed:
        enrolment.finish(person_id, [each.course_id for each in completed if each.course_id], now)
    return completed


@transaction.atomic
def complete_bulk(recorded_at: dt.datetime) -> tuple[int, int]:
    """Judge everything watched that has no completion yet, as its beats would have been; for bulk loading.

    Returns how many lectures and how many courses became complete. A completion is dated by its row's last
    change.
    """
    organiser_id = ledger.organiser_id(recorded_at.date())
    lectures = 0
    for lecture in Lecture.objects.filter(
        activity__isnull=False, recording__duration_ms__isnull=False
    ).select_related("recording", "activity"):
        lectures += _complete_lecture_bulk(lecture, organiser_id, recorded_at)
    versions = CourseVersion.objects.filter(
        pk=F("course__current_version_id"), course__state=CourseState.OPEN
    )
    return lectures, _complete_courses_bulk(list(versions))


def _complete_lecture_bulk(lecture: Lecture, organiser_id: int | None, recorded_at: dt.datetime) -> int:
    activity = lecture.activity
    recording = lecture.recording
    if recording is None or not recording.duration_ms:
        return 0
    rule = rules.watched_share(lecture.completion_share_percent)
    judged = Completion.objects.filter(activity=activity).values("person_id")
    rows = WatchProgress.objects.filter(
        recording=recording,
        watched_ms__gte=rules.needed_ms(lecture.completion_share_percent, recording.duration_ms),
    ).exclude(person__in=judged)
    completions = []
    for person_id, union, updated_at in rows.values_list("person_id", "intervals", "updated_at").iterator(
        2000
    ):
        day = rules.day_of_share(rule, union, recording.duration_ms)
        if day is not None:
            evidence = _watching_evidence(str(recording.public_id), recording.duration_ms, union)
            completions.append(
                Completion(
                    person_id=person_id,
                    activity=activity,
                    completed_at=updated_at,
                    day=dt.date.fromisoformat(day),
                    rule=rule,
                    evidence=evidence,
                )
            )
    Completion.objects.bulk_create(completions, batch_size=2000)
    ledger.award_bulk(
        (
            ledger.Award(completion, recording.duration_ms // 1000, lecture.category, organiser_id)
            for completion in completions
        ),
        recorded_at=recorded_at,
    )
    return len(completions)


def _complete_courses_bulk(versions: Sequence[CourseVersion]) -> int:
    count = 0
    required = _required_activities(versions)
    for version in versions:
        activities = required[version.pk]
        if not rules.is_course_complete(version.rule, activities, activities):
            continue
        judged = Completion.objects.filter(course=version.course_id).values("person_id")
        done = (
            Completion.objects.filter(activity__in=activities, revoked_at__isnull=True)
            .exclude(person__in=judged)
            .values("person_id")
            .annotate(count=Count("pk"), last_day=Max("day"), last_at=Max("completed_at"))
            .filter(count=len(activities))
        )
        uuids = list(
            CourseVersionActivity.objects.filter(version=version, activity__in=activities)
            .order_by("position")
            .values_list("activity__public_id", flat=True)
        )
        evidence = {"activities": [str(uuid) for uuid in uuids]}
        completions = [
            Completion(
                person_id=row["person_id"],
                course_id=version.course_id,
                course_version=version,
                completed_at=row["last_at"],
                day=row["last_day"],
                rule=version.rule,
                evidence=evidence,
            )
            for row in done
        ]
        Completion.objects.bulk_create(completions, batch_size=2000)
        count += len(completions)
    enrolment.finish_completed()
    return count


def _required_activities(versions: Sequence[CourseVersion]) -> dict[int, list[int]]:
    """The required activities of each version, in its order."""
    required: dict[int, list[int]] = {version.pk: [] for version in versions}
    rows = CourseVersionActivity.objects.filter(version__in=versions, is_required=True).order_by("position")
    for version_id, activity_id in rows.values_list("version_id", "activity_id"):
        required[version_id].append(activity_id)
    return required


def _watching_evidence(recording: str, duration_ms: int, union: Sequence[Stretch]) -> dict[str, Any]:
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


def revoke(completion: Completion, *, reason: str, now: dt.datetime) -> None:
    """Take a completion back, and the person's courses that were complete by it. `reason` is a code."""
    Completion.objects.filter(pk=completion.pk, revoked_at__isnull=True).update(
        revoked_at=now, revoked_reason=reason
    )
    holding = CourseVersionActivity.objects.filter(activity=completion.activity_id, is_required=True)
    Completion.objects.filter(
        person=completion.person_id, revoked_at__isnull=True, course_version__in=holding.values("version_id")
    ).update(revoked_at=now, revoked_reason=_with(completion))


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
