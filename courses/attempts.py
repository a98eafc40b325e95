"""Attempts at an assessment: begun, answered, handed in and judged by the server; their one writer.

The sheet is drawn at the beginning and kept. Answers are saved as they are given; what comes after the deadline is
refused, and the sheet counts as it stood then. Two tabs or two presses hand in once: every deed takes the person's
lock and looks at the attempt's state.
"""

import datetime as dt
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from courses import completion, enrolment, marking, refusals, rules, telling
from courses.completion import Settled
from courses.models import (
    Assessment,
    AssessmentAttempt,
    AttemptAnswer,
    AttemptState,
    Completion,
    Course,
    LearningFormat,
    QuestionVersion,
)
from people.models import Person, User

# What was sent before the deadline may take so long to arrive.
GRACE = dt.timedelta(seconds=5)
_lots = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands with an assessment."""

    attempts: Sequence[AssessmentAttempt]
    is_complete: bool
    left: int | None  # None: any number
    opens_at: dt.datetime | None  # the cool-down's end

    @property
    def open_attempt(self) -> AssessmentAttempt | None:
        return next((each for each in self.attempts if each.state == AttemptState.OPEN), None)

    @property
    def may_begin(self) -> bool:
        is_waiting = any(each.state == AttemptState.MARKING for each in self.attempts)
        return self.left != 0 and self.opens_at is None and not is_waiting and not self.is_complete


def standing_of(person: Person, assessment: Assessment, now: dt.datetime) -> Standing:
    """The person's attempts, the latest first, and whether another may be begun; two statements."""
    tried = list(AssessmentAttempt.objects.filter(person=person, assessment=assessment))
    opens_at = None
    if tried and tried[0].submitted_at is not None and assessment.cooldown_minutes:
        until = tried[0].submitted_at + dt.timedelta(minutes=assessment.cooldown_minutes)
        opens_at = until if until > now else None
    return Standing(
        attempts=tried,
        is_complete=Completion.objects.filter(
            person=person, activity__assessment=assessment, revoked_at__isnull=True
        ).exists(),
        left=max(0, assessment.max_attempts - len(tried)) if assessment.max_attempts else None,
        opens_at=opens_at,
    )


def begin(
    user: User, person: Person, assessment: Assessment, *, course: Course | None, now: dt.datetime
) -> AssessmentAttempt:
    """Draw a sheet, or go on with the one that is open.

    Refuses NoAttemptsLeft, CoolingDown, BeingMarked, AlreadyPassed and NothingToAsk.
    """
    # A transaction of its own: a refusal below must not undo that the clock has handed in what is late.
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        _close_late(person.pk, now)
    with transaction.atomic():
        return _begin(user, person, assessment, course, now)


def _begin(
    user: User, person: Person, assessment: Assessment, course: Course | None, now: dt.datetime
) -> AssessmentAttempt:
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    standing = standing_of(person, assessment, now)
    if standing.open_attempt is not None:
        return standing.open_attempt
    _refuse_beginning(standing)
    drawn = _draw(assessment)
    if not drawn:
        raise refusals.NothingToAsk
    entered = enrolment.enrol_by_watching(user, person, assessment, chosen=course, now=now)
    attempt = AssessmentAttempt.objects.create(
        person=person,
        assessment=assessment,
        number=len(standing.attempts) + 1,
        pass_percent=assessment.pass_percent,
        started_at=now,
        deadline_at=now + dt.timedelta(minutes=assessment.limit_minutes)
        if assessment.limit_minutes
        else None,
        out_of=len(drawn),
    )
    AttemptAnswer.objects.bulk_create(
        AttemptAnswer(attempt=attempt, position=position, version=version, order=_order(assessment, version))
        for position, version in enumerate(drawn, 1)
    )
    if entered:
        completion.settle_courses(person.pk, now, course_ids=entered)
    return attempt


@transaction.atomic
def save(
    attempt: AssessmentAttempt, given: Mapping[int, Sequence[str]], now: dt.datetime
) -> AssessmentAttempt:
    """Keep answers by position, while the attempt is open; after its time the sheet counts as it stood.

    Gives the attempt as it is then. Refuses NoAnswer.
    """
    attempt = _locked(attempt)
    if attempt.state != AttemptState.OPEN:
        return attempt
    if _is_late(attempt, now):
        _close(attempt, now)
    else:
        _keep(attempt, given, now)
    return attempt


@transaction.atomic
def submit(
    attempt: AssessmentAttempt, given: Mapping[int, Sequence[str]], now: dt.datetime
) -> tuple[AssessmentAttempt, Settled | None]:
    """Hand in, with the last answers; handing in twice is handing in once."""
    attempt = _locked(attempt)
    if attempt.state != AttemptState.OPEN:
        return attempt, None
    if not _is_late(attempt, now):
        _keep(attempt, given, now)
    return attempt, _close(attempt, now)


@transaction.atomic
def close_if_late(attempt: AssessmentAttempt, now: dt.datetime) -> AssessmentAttempt:
    """The attempt as it stands, handed in by the clock where its time is over."""
    attempt = _locked(attempt)
    if attempt.state == AttemptState.OPEN and _is_late(attempt, now):
        _close(attempt, now)
    return attempt


def sweep(now: dt.datetime) -> int:
    """Hand in what nobody will any more; how many."""
    late = list(
        AssessmentAttempt.objects.filter(state=AttemptState.OPEN, deadline_at__lt=now - GRACE).order_by("pk")[
            :500
        ]
    )
    for attempt in late:
        close_if_late(attempt, now)
    return len(late)


def to_mark() -> QuerySet[AttemptAnswer]:
    """Answers that wait for a person's judgement, the oldest first."""
    return (
        AttemptAnswer.objects.filter(attempt__state=AttemptState.MARKING, is_right__isnull=True)
        .select_related("attempt__assessment", "version")
        .order_by("attempt__submitted_at", "position")
    )


@transaction.atomic
def mark(answer: AttemptAnswer, *, is_right: bool, by: User, now: dt.datetime) -> Settled | None:
    """A person's judgement; the last one of an attempt decides it. Refuses AlreadyMarked."""
    attempt = _locked(answer.attempt)
    marked = AttemptAnswer.objects.filter(pk=answer.pk, is_right__isnull=True).update(
        is_right=is_right, marked_by=by, marked_at=now
    )
    if not marked or attempt.state != AttemptState.MARKING:
        raise refusals.AlreadyMarked
    settled = _judge(attempt, now)
    if attempt.state != AttemptState.MARKING:
        telling.attempt_marked(attempt, now)
    return settled


@transaction.atomic
def unmark(answer: AttemptAnswer, *, by: User) -> None:
    """Take one's own mark back, so that the answer waits again.

    Refuses NotYourMark, and MarkStands once the attempt has passed (what it gave is corrected, not undone) or
    another attempt was begun after it failed.
    """
    attempt = _locked(answer.attempt)
    row = AttemptAnswer.objects.get(pk=answer.pk)
    if row.marked_by_id != by.pk:
        raise refusals.NotYourMark
    later = AssessmentAttempt.objects.filter(
        person=attempt.person_id, assessment=attempt.assessment_id, pk__gt=attempt.pk
    )
    if attempt.state == AttemptState.PASSED or later.exists():
        raise refusals.MarkStands
    AttemptAnswer.objects.filter(pk=row.pk).update(is_right=None, marked_by=None, marked_at=None)
    attempt.state = AttemptState.MARKING
    attempt.save(update_fields=["state"])


def marked_by(user: User) -> QuerySet[AttemptAnswer]:
    """The user's own marks, the latest first."""
    return (
        AttemptAnswer.objects.filter(marked_by=user)
        .select_related("attempt__assessment", "version")
        .order_by("-marked_at", "-pk")
    )


def right_counts(question_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """For each question: how often it was answered rightly, of how many judged answers."""
    counts: dict[int, tuple[int, int]] = {}
    rows = AttemptAnswer.objects.filter(
        version__question__in=question_ids, is_right__isnull=False, attempt__submitted_at__isnull=False
    ).values_list("version__question_id", "is_right")
    for question_id, is_right in rows.iterator():
        right, judged = counts.get(question_id, (0, 0))
        counts[question_id] = (right + bool(is_right), judged + 1)
    return counts


def _refuse_beginning(standing: Standing) -> None:
    if standing.is_complete:
        raise refusals.AlreadyPassed
    if any(each.state == AttemptState.MARKING for each in standing.attempts):
        raise refusals.BeingMarked
    if standing.left == 0:
        raise refusals.NoAttemptsLeft
    if standing.opens_at is not None:
        raise refusals.CoolingDown


def _locked(attempt: AssessmentAttempt) -> AssessmentAttempt:
    Person.objects.select_for_update(no_key=True).get(pk=attempt.person_id)
    return AssessmentAttempt.objects.select_related("assessment__activity").get(pk=attempt.pk)


def _is_late(attempt: AssessmentAttempt, now: dt.datetime) -> bool:
    return attempt.deadline_at is not None and now > attempt.deadline_at + GRACE


def _close_late(person_id: int, now: dt.datetime) -> None:
    for attempt in AssessmentAttempt.objects.filter(person=person_id, state=AttemptState.OPEN):
        if _is_late(attempt, now):
            _close(_locked(attempt), now)


def _keep(attempt: AssessmentAttempt, given: Mapping[int, Sequence[str]], now: dt.datetime) -> None:
    if not given:
        return
    for row in attempt.answers.filter(position__in=list(given)).select_related("version"):
        try:
            meant = marking.checked(row.version.content, given[row.position])
        except marking.BadAnswer:
            raise refusals.NoAnswer from None
        if meant != row.answer:
            AttemptAnswer.objects.filter(pk=row.pk).update(answer=meant, answered_at=now)


def _close(attempt: AssessmentAttempt, now: dt.datetime) -> Settled | None:
    is_late = _is_late(attempt, now)
    attempt.is_timed_out = is_late
    attempt.submitted_at = attempt.deadline_at if is_late else now
    for row in attempt.answers.select_related("version"):
        AttemptAnswer.objects.filter(pk=row.pk).update(
            is_right=marking.is_right(row.version.content, row.answer)
        )
    return _judge(attempt, now)


def _judge(attempt: AssessmentAttempt, now: dt.datetime) -> Settled | None:
    """Count the points and decide, or leave the attempt to be marked where answers wait for a person."""
    judged = list(attempt.answers.values_list("is_right", flat=True))
    attempt.points = sum(each is True for each in judged)
    rule = rules.pass_mark(attempt.pass_percent)
    is_passed = rules.is_passed(rule, attempt.points, attempt.out_of)
    waits = any(each is None for each in judged)
    # What is passed already whatever a person says needs no waiting, but the points are not final before.
    attempt.state = (
        AttemptState.MARKING if waits else AttemptState.PASSED if is_passed else AttemptState.FAILED
    )
    attempt.save(update_fields=["state", "points", "submitted_at", "is_timed_out"])
    activity = getattr(attempt.assessment, "activity", None)
    if attempt.state != AttemptState.PASSED or activity is None or attempt.submitted_at is None:
        return None
    seconds = attempt.assessment.credit_minutes * 60
    return completion.settle_activity(
        attempt.person_id,
        activity,
        rule=rule,
        evidence={
            "attempt": str(attempt.public_id),
            "points": attempt.points,
            "out_of": attempt.out_of,
            "seconds": seconds,
        },
        seconds=seconds,
        category=attempt.assessment.category,
        form=LearningFormat.ASSESSMENT,
        now=attempt.submitted_at,
    )


def _draw(assessment: Assessment) -> list[QuestionVersion]:
    """So many live questions of each topic as the assessment says, each in its latest version."""
    drawn: list[QuestionVersion] = []
    for line in assessment.draws.all():
        latest: dict[int, QuestionVersion] = {}
        for version in QuestionVersion.objects.filter(
            Q(question__topic=line.topic_id), question__live=True
        ).order_by("question_id", "number"):
            latest[version.question_id] = version
        askable = [each for each in latest.values() if not marking.problems(each.content)]
        drawn += _lots.sample(askable, min(line.count, len(askable)))
    unique = list({version.question_id: version for version in drawn}.values())
    if assessment.shuffles:
        _lots.shuffle(unique)
    return unique


def _order(assessment: Assessment, version: QuestionVersion) -> list[str]:
    """The options' ids as this sheet shows them; what is to be put in order is always shuffled."""
    content: dict[str, Any] = version.content
    ids = marking.option_ids(content)
    if assessment.shuffles or content["kind"] == "ordering":
        _lots.shuffle(ids)
        if content["kind"] == "ordering" and ids == content["key"] and len(ids) > 1:
            ids.reverse()
    return ids
