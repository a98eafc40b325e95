"""Questions that stop a lecture: placed at its publication, answered one by one; the one writer of both tables.

A question names the source recording's milliseconds. The right answer never leaves the server before one was given.
What was answered in an earlier cut of the lecture is answered.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from courses import marking, recuts, refusals
from courses.models import Lecture, PlacedAnswer, PlacedQuestion, Question, QuestionVersion
from courses.recuts import Piece
from people.models import Person

# Each question is looked up with its latest version; a lecture stops no more often.
MAX_QUESTIONS = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in front of one person: its version as shown, and what he has answered."""

    placed: PlacedQuestion
    version: QuestionVersion
    last: PlacedAnswer | None

    @property
    def is_over(self) -> bool:
        """Whether it need not stop the lecture any more."""
        return self.last is not None and (self.last.is_right or not self.placed.may_retry)


def place(lecture: Lecture) -> None:
    """Bring the lecture's placed questions to what its editor has published."""
    wanted = {
        line.question_id: line
        for line in lecture.questions.select_related("question")[:MAX_QUESTIONS]
        if line.question.live
    }
    standing = {
        placed.question_id: placed
        for placed in PlacedQuestion.objects.filter(lecture=lecture, taken_out_at__isnull=True)
    }
    recording_id = lecture.recording_id
    for question_id, placed in standing.items():
        line = wanted.get(question_id)
        if line is None or placed.recording_id != recording_id:
            placed.taken_out_at = timezone.now()
            placed.save(update_fields=["taken_out_at"])
        else:
            placed.at_ms, placed.is_needed = _within(lecture, line.at_second * 1000), line.is_needed
            placed.may_retry = line.may_retry
            placed.save(update_fields=["at_ms", "is_needed", "may_retry"])
    if recording_id is None:
        return
    for question_id, line in wanted.items():
        former = standing.get(question_id)
        if former is None or former.recording_id != recording_id:
            PlacedQuestion.objects.create(
                lecture=lecture,
                recording_id=recording_id,
                at_ms=_within(lecture, line.at_second * 1000),
                question_id=question_id,
                is_needed=line.is_needed,
                may_retry=line.may_retry,
            )


def place_everywhere(question: Question) -> None:
    """A question that is published after its lectures stops them from now on."""
    for lecture in Lecture.objects.filter(live=True, questions__question=question).distinct():
        place(lecture)


def asked_of(lecture: Lecture, person: Person | None) -> list[Asked]:
    """The lecture's questions in their order, as this person stands with them; three statements."""
    placed = list(_standing(lecture)[:MAX_QUESTIONS])
    if not placed:
        return []
    versions = _latest_versions([each.question_id for each in placed])
    last: dict[int, PlacedAnswer] = {}
    if person is not None:
        for answer in _answers(person.pk, lecture, versions).order_by("pk"):
            last[answer.placed.question_id] = answer
    return [
        Asked(each, versions[each.question_id], last.get(each.question_id))
        for each in placed
        if each.question_id in versions
    ]


def is_lacking(person_id: int, lecture: Lecture) -> bool:
    """Whether a question that the lecture's completion needs is still open."""
    needed = {each.question_id: each for each in _standing(lecture).filter(is_needed=True)}
    if not needed:
        return False
    over = {
        answer.placed.question_id
        for answer in _answers(person_id, lecture, needed)
        if answer.is_right or not needed[answer.placed.question_id].may_retry
    }
    return set(needed) != over


@dataclass(frozen=True, slots=True)
class Moved:
    """A question of an old recording: where it lies in the new one, or None where its moment was cut out."""

    placed: PlacedQuestion
    text: str
    from_ms: int
    to_ms: int | None


def moved_by(lecture: Lecture, source_id: int, pieces: Sequence[Piece]) -> list[Moved]:
    """The questions that stand in the lecture's recording at the second that they had in the old one.

    One that its editor has placed anew meanwhile stands where he put it. Three statements.
    """
    standing = {each.question_id: each for each in _standing(lecture).select_related("question")}
    former: dict[int, PlacedQuestion] = {}
    for each in PlacedQuestion.objects.filter(
        lecture=lecture, recording=source_id, question__in=standing
    ).order_by("pk"):
        former[each.question_id] = each
    return [
        Moved(placed, str(placed.question), former[key].at_ms, recuts.moved(pieces, former[key].at_ms))
        for key, placed in standing.items()
        if key in former and placed.at_ms == _within(lecture, former[key].at_ms)
    ]


def carry(lecture: Lecture, source_id: int, pieces: Sequence[Piece]) -> None:
    """Bring the questions along to where their moments lie in the new recording, in the lecture's drafts too.

    One whose moment was cut out is left for its editor to place.
    """
    seconds = {}
    for each in moved_by(lecture, source_id, pieces):
        if each.to_ms is not None:
            # Whole seconds, as editors write them; not before the piece begins.
            second = -(-each.to_ms // 1000)
            seconds[each.placed.question_id] = (each.from_ms // 1000, second)
            each.placed.at_ms = _within(lecture, second * 1000)
            each.placed.save(update_fields=["at_ms"])
    for question_id, (old, new) in seconds.items():
        lecture.questions.model.objects.filter(lecture=lecture, question=question_id, at_second=old).update(
            at_second=new
        )
    latest = lecture.latest_revision
    if latest is None or not seconds:
        return
    for line in latest.content.get("questions", []):
        if line["question"] in seconds and line["at_second"] == seconds[line["question"]][0]:
            line["at_second"] = seconds[line["question"]][1]
    latest.save(update_fields=["content"])


@transaction.atomic
def answer(
    person: Person, lecture: Lecture, public_id: UUID, given: Sequence[str], now: dt.datetime
) -> tuple[Asked, dict[str, Any]]:
    """Judge an answer and keep it. Refuses QuestionUnknown, NoAnswer, OrderIncomplete, AlreadyAnswered.

    Gives where the question stands now, and what may be told: whether it was right, and the explanation once it
    cannot be answered any more.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person.pk)
    asked = next((each for each in asked_of(lecture, person) if each.placed.public_id == public_id), None)
    if asked is None:
        raise refusals.QuestionUnknown
    if asked.is_over:
        raise refusals.AlreadyAnswered
    try:
        meant = marking.checked(asked.version.content, given)
    except marking.BadAnswer:
        raise refusals.NoAnswer from None
    if meant is None:
        raise refusals.NoAnswer
    if not marking.is_answered(asked.version.content, meant):
        raise refusals.OrderIncomplete
    try:
        kept = PlacedAnswer.objects.create(
            person=person,
            placed=asked.placed,
            version=asked.version,
            number=asked.last.number + 1 if asked.last else 1,
            answer=meant,
            is_right=marking.is_right(asked.version.content, meant) is not False,
            answered_at=now,
        )
    except IntegrityError:
        raise refusals.AlreadyAnswered from None
    now_asked = Asked(asked.placed, asked.version, kept)
    told: dict[str, Any] = {"is_right": kept.is_right, "is_over": now_asked.is_over}
    if now_asked.is_over:
        told["explanation"] = asked.version.content["explanation"]
        told["key"] = asked.version.content["key"]
    return now_asked, told


def as_members(asked: Asked) -> dict[str, Any]:
    """What a page may know of a question before it is answered: never its key or its explanation."""
    content = asked.version.content
    return {
        "id": str(asked.placed.public_id),
        "atMs": asked.placed.at_ms,
        "kind": content["kind"],
        "text": content["text"],
        "options": content["options"]
        if content["kind"] != "ordering"
        else sorted(content["options"], key=lambda option: option["text"]),
        "isNeeded": asked.placed.is_needed,
        "isOver": asked.is_over,
    }


def _standing(lecture: Lecture) -> QuerySet[PlacedQuestion]:
    return PlacedQuestion.objects.filter(
        lecture=lecture, recording=lecture.recording_id, taken_out_at__isnull=True
    )


def _answers(person_id: int, lecture: Lecture, question_ids: Iterable[int]) -> QuerySet[PlacedAnswer]:
    """What the person has answered to these questions in the lecture, in whatever cut of it."""
    return PlacedAnswer.objects.filter(
        person=person_id, placed__lecture=lecture, placed__question__in=list(question_ids)
    ).select_related("placed")


def _within(lecture: Lecture, at_ms: int) -> int:
    """A question beyond the recording's end would never be asked: it is asked a second before the end."""
    duration_ms = lecture.recording.duration_ms if lecture.recording else None
    return min(at_ms, max(0, duration_ms - 1000)) if duration_ms else at_ms


def _latest_versions(question_ids: Sequence[int]) -> dict[int, QuestionVersion]:
    found: dict[int, QuestionVersion] = {}
    for version in QuestionVersion.objects.filter(question__in=question_ids).order_by("number"):
        found[version.question_id] = version
    return found
