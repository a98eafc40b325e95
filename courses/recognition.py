"""Lists of many persons at once: prepared, submitted, approved by a second person, entered, taken back; the one writer.

The lines are made from the matched rows when the list is submitted, so that what is approved is what is entered.
Entering and taking back run in chunks (`work`): each is one transaction under the list's lock, may run twice and
begins where the last one ended.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from courses import acts, attended, desk_access, desk_refusals, ledger_news, matching, proofs, steps, telling
from courses.models import (
    Activity,
    ActivityKind,
    AttendanceState,
    CreditCategory,
    LearningFormat,
    LineState,
    Recognition,
    RecognitionKind,
    RecognitionLine,
    RecognitionState,
    StepAct,
    Unit,
)
from people.days import local_day
from people.models import Organisation, User

CHUNK = 50
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Details:
    """What a list is about. Amounts as in the ledger; `course_seconds` and the share judge who was there enough."""

    title: str
    day: dt.date
    category: str
    kind: str = RecognitionKind.ATTENDANCE
    format: str = LearningFormat.ONSITE
    unit: str = Unit.SECOND
    seconds: int = 0
    quantity_milli: int | None = None
    course_seconds: int = 0
    least_share_percent: int = 80
    note: str = ""


def create(owner: Organisation, details: Details, *, by: User, now: dt.datetime | None = None) -> Recognition:
    """A list to prepare. Raises DayRefused, AmountRefused."""
    now = now or timezone.now()
    _check(details, now)
    listed = new(owner, details, by=by, at=now)
    listed.save()
    return listed


def new(owner: Organisation, details: Details, *, by: User, at: dt.datetime) -> Recognition:
    """A list that is not saved yet."""
    return Recognition(owner=owner, organiser=owner, created_by=by, created_at=at, **_columns(details))


def new_activity(listed: Recognition) -> Activity:
    """What the list's session (or balance) is called in the ledger."""
    return _new_activity(listed, "")


@transaction.atomic
def change(listed: Recognition, details: Details, *, now: dt.datetime | None = None) -> None:
    """Correct what a list is about while it is prepared. Raises NotOpen and as `create`."""
    _check(details, now or timezone.now())
    matching.require_draft(listed)
    Recognition.objects.filter(pk=listed.pk).update(**_columns(details))
    listed.refresh_from_db()


@transaction.atomic
def attach(listed: Recognition, files: Sequence[UploadedFile], *, by: User) -> None:
    """Add the photograph of the signed sheet. Raises NotOpen and the refusals of proofs."""
    matching.require_draft(listed)
    proofs.attach(listed, files, by=by, at=timezone.now())


def submit(listed: Recognition, *, by: User, now: dt.datetime | None = None) -> None:
    """Make the lines and ask a second person. Raises NotOpen, DoubtfulLeft, ProofMissing, NothingToDo."""
    now = now or timezone.now()
    with transaction.atomic():
        matching.require_draft(listed)
        listed.refresh_from_db()
        if listed.attendance.filter(state=AttendanceState.DOUBTFUL).exists():
            raise desk_refusals.DoubtfulLeft
        if not listed.proofs.exists():
            raise desk_refusals.ProofMissing
        planned = attended.plan(listed)
        if not any(line.is_counted for line in planned):
            raise desk_refusals.NothingToDo
        listed.lines.all().delete()
        RecognitionLine.objects.bulk_create(
            [
                RecognitionLine(
                    recognition=listed,
                    person_id=line.person_id,
                    category=line.category,
                    seconds=line.seconds,
                    quantity_milli=line.quantity_milli,
                    present_seconds=line.present_seconds,
                    state=LineState.PLANNED if line.is_counted else LineState.LEFT_OUT,
                    why="" if line.is_counted else line.why,
                )
                for line in planned
            ],
            batch_size=BATCH,
        )
        _move(
            listed,
            (RecognitionState.DRAFT,),
            state=RecognitionState.SUBMITTED,
            submitted_by=by,
            submitted_at=now,
        )
        steps.add(listed, StepAct.SUBMITTED, by=by, at=now)
        telling.list_submitted(listed)


def withdraw(listed: Recognition, *, by: User, now: dt.datetime | None = None) -> None:
    """Whoever prepared or submitted a list takes it back to prepare it further. Raises NotYours, NotOpen."""
    now = now or timezone.now()
    if by.pk not in {listed.created_by_id, listed.submitted_by_id}:
        raise desk_refusals.NotYours
    with transaction.atomic():
        _move(listed, (RecognitionState.SUBMITTED,), state=RecognitionState.DRAFT)
        steps.add(listed, StepAct.WITHDRAWN, by=by, at=now)


def send_back(listed: Recognition, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Give a submitted list back to whoever prepares it, who is told why.

    Raises NotYours, SecondPersonNeeded, ReasonMissing, NotOpen.
    """
    now = now or timezone.now()
    if by.pk in {listed.created_by_id, listed.submitted_by_id}:
        raise desk_refusals.SecondPersonNeeded
    _require_approver(listed, by)
    _require_reason(text)
    with transaction.atomic():
        _move(listed, (RecognitionState.SUBMITTED,), state=RecognitionState.DRAFT)
        steps.add(listed, StepAct.RETURNED, by=by, at=now, text=text)
        telling.list_returned(listed, text)


def discard(listed: Recognition, *, by: User, now: dt.datetime | None = None) -> None:
    """Give up a list before it is approved. Raises NotOpen."""
    now = now or timezone.now()
    with transaction.atomic():
        _move(
            listed,
            (RecognitionState.DRAFT, RecognitionState.SUBMITTED),
            state=RecognitionState.DISCARDED,
        )
        steps.add(listed, StepAct.WITHDRAWN, by=by, at=now)


def approve(listed: Recognition, *, by: User, now: dt.datetime | None = None) -> None:
    """Agree, as the second person; `work` then enters it. Raises SecondPersonNeeded, InTheList, NotOpen.

    Raises NotYours for who is of no committee of the owner's or above.
    """
    now = now or timezone.now()
    if by.pk in {listed.created_by_id, listed.submitted_by_id}:
        raise desk_refusals.SecondPersonNeeded
    if not desk_access.is_of(by, listed.owner, desk_access.APPROVERS):
        raise desk_refusals.NotYours
    if listed.lines.filter(state=LineState.PLANNED, person__user=by).exists():
        raise desk_refusals.InTheList
    with transaction.atomic():
        held = Recognition.objects.select_for_update().filter(pk=listed.pk, state=RecognitionState.SUBMITTED)
        if not held.exists():
            raise desk_refusals.NotOpen
        _move(
            listed,
            (RecognitionState.SUBMITTED,),
            state=RecognitionState.APPLYING,
            approved_by=by,
            approved_at=now,
            worked_at=now,
            activity=_new_activity(listed, ""),
        )
        steps.add(listed, StepAct.APPROVED, by=by, at=now)
        telling.list_approved(listed)


def take_back(listed: Recognition, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Take everything back that a list has entered; `work` then does it. Raises NotYours, ReasonMissing, NotOpen."""
    now = now or timezone.now()
    _require_approver(listed, by)
    _require_reason(text)
    with transaction.atomic():
        _move(listed, (RecognitionState.APPLIED,), state=RecognitionState.TAKING_BACK, worked_at=now)
        steps.add(listed, StepAct.TAKEN_BACK, by=by, at=now, text=text)


def take_back_line(line: RecognitionLine, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Take one line's credit back, and with the last one the list.

    Raises NotYours, ReasonMissing, NotOpen, AlreadyBack.
    """
    now = now or timezone.now()
    listed = line.recognition
    _require_approver(listed, by)
    _require_reason(text)
    with transaction.atomic():
        held = Recognition.objects.select_for_update().filter(pk=listed.pk, state=RecognitionState.APPLIED)
        if not held.exists():
            raise desk_refusals.NotOpen
        if not RecognitionLine.objects.filter(pk=line.pk, state=LineState.AWARDED).exists():
            raise desk_refusals.AlreadyBack
        step = steps.add(listed, StepAct.TAKEN_BACK, by=by, at=now, text=f"{line.person.name}：{text}")
        _reverse(listed, [line], text, now, step=step.pk)
        if not listed.lines.filter(state=LineState.AWARDED).exists():
            _move(listed, (RecognitionState.APPLIED,), state=RecognitionState.TAKEN_BACK, worked_at=now)
            steps.add(listed, StepAct.FINISHED, by=None, at=now)


def work(recognition_id: int, *, now: dt.datetime | None = None) -> bool:
    """Enter or take back the next chunk; whether something is left. Does nothing for a list in any other state."""
    now = now or timezone.now()
    with transaction.atomic():
        listed = (
            Recognition.objects.select_for_update(of=("self",))
            .select_related("activity", "owner")
            .filter(pk=recognition_id, state__in=(RecognitionState.APPLYING, RecognitionState.TAKING_BACK))
            .first()
        )
        if listed is None:
            return False
        is_entering = listed.state == RecognitionState.APPLYING
        state = LineState.PLANNED if is_entering else LineState.AWARDED
        lines = list(
            listed.lines.filter(state=state).select_related("person", "entry").order_by("pk")[:CHUNK]
        )
        if lines:
            if is_entering:
                _award(listed, lines, now)
            else:
                step = listed.steps.filter(act=StepAct.TAKEN_BACK).last()
                _reverse(listed, lines, step.text if step else "", now, step=step.pk if step else 0)
            Recognition.objects.filter(pk=listed.pk).update(worked_at=now)
            return True
        _move(
            listed,
            (listed.state,),
            state=RecognitionState.APPLIED if is_entering else RecognitionState.TAKEN_BACK,
            worked_at=now,
        )
        steps.add(listed, StepAct.FINISHED, by=None, at=now)
        return False


def unfinished(before: dt.datetime) -> list[int]:
    """Lists whose work has stood still since before that instant: what a lost message left behind."""
    return list(
        Recognition.objects.filter(
            state__in=(RecognitionState.APPLYING, RecognitionState.TAKING_BACK), worked_at__lt=before
        ).values_list("pk", flat=True)
    )


def _award(listed: Recognition, lines: Sequence[RecognitionLine], now: dt.datetime) -> None:
    rule = {"kind": "opening" if listed.kind == RecognitionKind.OPENING else "recognised"}
    activities: dict[str, Activity] = {}
    for line in lines:
        if line.category not in activities:
            activities[line.category] = _activity_for(listed, line.category)
        has_own = line.seconds is not None or line.quantity_milli is not None
        entry = acts.record(
            activities[line.category],
            acts.Act(
                person_id=line.person_id,
                day=listed.day,
                format=listed.format,
                category=line.category or listed.category,
                organiser_id=listed.organiser_id,
                unit=listed.unit,
                seconds=(line.seconds or 0) if has_own else listed.seconds,
                quantity_milli=line.quantity_milli if has_own else listed.quantity_milli,
                facts=attended.facts(listed, line.present_seconds),
            ),
            rule=rule,
            evidence={"recognition": str(listed.public_id), "line": str(line.public_id)},
            now=now,
        )
        line.entry, line.state = entry, LineState.AWARDED
    RecognitionLine.objects.bulk_update(lines, ["entry", "state"], batch_size=CHUNK)
    telling.recognised(listed, {line.person_id for line in lines})


def _reverse(
    listed: Recognition, lines: Sequence[RecognitionLine], why: str, now: dt.datetime, *, step: int
) -> None:
    held = acts.entries_of(line.entry_id for line in lines if line.entry_id is not None)
    taken = []
    for line in lines:
        entry = held[line.entry_id or 0]
        # A correction may have been there first: then there is nothing left to take.
        if not acts.is_reversed(entry):
            acts.take_back(entry, reason="list_taken_back", now=now)
            taken.append(entry)
        line.state = LineState.TAKEN_BACK
    RecognitionLine.objects.bulk_update(lines, ["state"], batch_size=CHUNK)
    ledger_news.corrected([entry.pk for entry in taken])
    telling.list_taken_back(listed, taken, why, step=step)


def _new_activity(listed: Recognition, category: str) -> Activity:
    title = listed.title
    if category:
        title = f"{listed.title}（{CreditCategory(category).label}）"
    is_session = listed.kind == RecognitionKind.ATTENDANCE
    return acts.new_activity(title, ActivityKind.SESSION if is_session else ActivityKind.DECLARED)


def _activity_for(listed: Recognition, category: str) -> Activity:
    """The list's activity; a balance has one for each category, since a person completes an activity once."""
    if listed.activity is None:
        raise ValueError("an approved list has its activity")
    if not category or category == listed.category:
        return listed.activity
    done = (
        listed.lines.filter(category=category, entry__isnull=False).select_related("entry__activity").first()
    )
    if done is not None and done.entry is not None:
        return done.entry.activity
    return _new_activity(listed, category)


def _columns(details: Details) -> dict[str, Any]:
    return {
        "title": details.title.strip(),
        "day": details.day,
        "category": details.category,
        "kind": details.kind,
        "format": LearningFormat.OPENING if details.kind == RecognitionKind.OPENING else details.format,
        "unit": details.unit,
        "seconds": details.seconds,
        "quantity_milli": details.quantity_milli,
        "course_seconds": details.course_seconds,
        "least_share_percent": details.least_share_percent,
        "note": details.note.strip(),
    }


def _check(details: Details, now: dt.datetime) -> None:
    if details.day > local_day(now) or details.day.year < local_day(now).year - 5:
        raise desk_refusals.DayRefused
    is_time = details.unit == Unit.SECOND
    if is_time != (details.quantity_milli is None) or (not is_time and details.seconds):
        raise desk_refusals.AmountRefused
    if not 0 < (details.seconds if is_time else details.quantity_milli or 0) <= 10**9:
        raise desk_refusals.AmountRefused


def _require_approver(listed: Recognition, by: User) -> None:
    if not desk_access.is_of(by, listed.owner, desk_access.APPROVERS):
        raise desk_refusals.NotYours


def _require_reason(text: str) -> None:
    if not text.strip():
        raise desk_refusals.ReasonMissing


def _move(listed: Recognition, states: Sequence[str], **changes: Any) -> None:
    """Change the row if it still stands in one of these states. Raises NotOpen."""
    if not Recognition.objects.filter(pk=listed.pk, state__in=states).update(**changes):
        raise desk_refusals.NotOpen
    listed.refresh_from_db()
