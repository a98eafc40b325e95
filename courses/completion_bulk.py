"""Completions in bulk: what was watched without beats is judged as its beats would have been; for filling a house."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from django.db import transaction
from django.db.models import F

from courses import completion, enrolment, ledger, rules
from courses.models import (
    Completion,
    CourseState,
    CourseVersion,
    CourseVersionActivity,
    Lecture,
    WatchProgress,
)


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
            evidence = completion.watching_evidence(str(recording.public_id), recording.duration_ms, union)
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
    outlines = completion.items_of(versions)
    uuids = dict(
        CourseVersionActivity.objects.filter(version__in=versions).values_list(
            "activity_id", "activity__public_id"
        )
    )
    for version in versions:
        items = outlines[version.pk]
        judged = Completion.objects.filter(course=version.course_id).values("person_id")
        rows = (
            Completion.objects.filter(activity__in=[item.key for item in items], revoked_at__isnull=True)
            .exclude(person__in=judged)
            .order_by("person_id")
            .values_list("person_id", "activity_id", "day", "completed_at")
        )
        completions = []
        for person_id, group in groupby(rows.iterator(2000), key=lambda row: row[0]):
            done = {key: (day, at) for _person, key, day, at in group if key is not None}
            days = {key: day for key, (day, _at) in done.items()}
            day = rules.completing_day(version.rule, items, days)
            if day is None:
                continue
            proof = rules.proving(version.rule, items, days, day)
            completions.append(
                Completion(
                    person_id=person_id,
                    course_id=version.course_id,
                    course_version=version,
                    completed_at=max(done[key][1] for key in proof),
                    day=day,
                    rule=version.rule,
                    evidence={"activities": [str(uuids[key]) for key in proof]},
                )
            )
        Completion.objects.bulk_create(completions, batch_size=2000)
        count += len(completions)
    enrolment.finish_completed()
    return count
