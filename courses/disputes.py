"""Disputes: a lawyer asks about refused minutes or credit, the committee of his association decides; the one writer.

A grant writes the ledger in the same transaction, by a rule that says so ("granted") and with the dispute as its
evidence; nobody decides his own, nor what he has himself decided before (courses.contested).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from courses import (
    acts,
    changes,
    completion,
    contested,
    deciding,
    declarations,
    desk_access,
    desk_refusals,
    intervals,
    ledger,
    ledger_news,
    proofs,
    steps,
    telling,
)
from courses.models import (
    Completion,
    Declaration,
    DeclarationState,
    Dispute,
    DisputeState,
    EntryKind,
    Lecture,
    LedgerEntry,
    PlaybackSession,
    StepAct,
    WatchProgress,
)
from people.access import is_himself
from people.days import local_day
from people.models import Person, User


@dataclass(frozen=True, slots=True)
class Question:
    """What is disputed: one of the three."""

    lecture: Lecture | None = None
    declaration: Declaration | None = None
    entry: LedgerEntry | None = None


def require_disputable(person: Person, question: Question) -> None:
    """Raises NotDisputable, AlreadyComplete, AlreadyDisputed, or nothing where the question may be asked."""
    if question.lecture is not None:
        sittings = PlaybackSession.objects.filter(person=person, lecture=question.lecture)
        watched = WatchProgress.objects.filter(person=person, recording=question.lecture.recording_id)
        if not (sittings.exists() or watched.exists()):
            raise desk_refusals.NotDisputable
        if _is_complete(person.pk, activity__lecture=question.lecture):
            raise desk_refusals.AlreadyComplete
    elif question.declaration is not None:
        if (
            question.declaration.person_id != person.pk
            or question.declaration.state != DeclarationState.REFUSED
        ):
            raise desk_refusals.NotDisputable
    elif question.entry is not None:
        if question.entry.person_id != person.pk or question.entry.kind != EntryKind.AWARD:
            raise desk_refusals.NotDisputable
        if not acts.is_reversed(question.entry):
            if given_back_by(question.entry) is None:
                raise desk_refusals.NotDisputable
        elif _is_complete(person.pk, activity=question.entry.activity_id):
            raise desk_refusals.AlreadyComplete
    else:
        raise desk_refusals.NotDisputable
    if Dispute.objects.filter(person=person, state=DisputeState.OPEN, **_columns(question)).exists():
        raise desk_refusals.AlreadyDisputed


def given_back_by(entry: LedgerEntry) -> LedgerEntry | None:
    """What granting a dispute about a corrected award puts back in its place; None where no correction changed it."""
    change = changes.behind(entry)
    if change is None or not (change.may_be_disputed and change.is_other_amount):
        return None
    return change.before


def taken_back_of(entry: LedgerEntry) -> LedgerEntry | None:
    """The award itself, where granting gives back what was taken; None for one that stands."""
    return entry if acts.is_reversed(entry) else None


def open_dispute(
    person: Person,
    question: Question,
    statement: str,
    files: Sequence[UploadedFile] = (),
    *,
    by: User,
    now: dt.datetime | None = None,
) -> Dispute:
    """Ask the committee. Raises as `require_disputable`; ReasonMissing, NoDecider, FileRefused."""
    now = now or timezone.now()
    if not statement.strip():
        raise desk_refusals.ReasonMissing
    require_disputable(person, question)
    decider = deciding.committee_of(person.pk, local_day(now))
    if decider is None:
        raise desk_refusals.NoDecider
    proofs.check(files)
    try:
        with transaction.atomic():
            dispute = Dispute.objects.create(
                person=person,
                decider=decider,
                statement=statement.strip(),
                opened_at=now,
                **_columns(question),
            )
            proofs.attach(dispute, files, by=by, at=now)
            steps.add(dispute, StepAct.SUBMITTED, by=by, at=now, text=statement)
            telling.dispute_opened(dispute)
    except IntegrityError as error:
        raise desk_refusals.AlreadyDisputed from error
    return dispute


def withdraw(dispute: Dispute, *, by: User, now: dt.datetime | None = None) -> None:
    """The lawyer takes his question back. Raises NotOpen once it is decided."""
    now = now or timezone.now()
    with transaction.atomic():
        _move(dispute, state=DisputeState.WITHDRAWN)
        steps.add(dispute, StepAct.WITHDRAWN, by=by, at=now)


def refuse(dispute: Dispute, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """The committee refuses, with a reason. Raises NotYours, OwnDecision, ReasonMissing, NotOpen."""
    now = now or timezone.now()
    _require_judge(dispute, by, text)
    with transaction.atomic():
        _move(dispute, state=DisputeState.REFUSED, decided_by=by, decided_at=now, reason=text.strip())
        steps.add(dispute, StepAct.REFUSED, by=by, at=now, text=text)
        telling.dispute_decided(dispute)


def grant(dispute: Dispute, *, by: User, text: str, now: dt.datetime | None = None) -> LedgerEntry:
    """The committee grants, and the ledger is written.

    Raises NotYours, OwnDecision, ReasonMissing, NotOpen, AlreadyComplete.
    """
    now = now or timezone.now()
    _require_judge(dispute, by, text)
    with transaction.atomic():
        if not Dispute.objects.select_for_update().filter(pk=dispute.pk, state=DisputeState.OPEN).exists():
            raise desk_refusals.NotOpen
        entry = _award(dispute, by, text, now)
        _move(
            dispute,
            state=DisputeState.GRANTED,
            decided_by=by,
            decided_at=now,
            reason=text.strip(),
            granted_entry=entry,
        )
        steps.add(dispute, StepAct.ACCEPTED, by=by, at=now, text=text)
        telling.dispute_decided(dispute)
    return entry


def _award(dispute: Dispute, by: User, text: str, now: dt.datetime) -> LedgerEntry:
    if dispute.declaration is not None:
        given = declarations.Grant(text=text)
        return declarations.accept_after_dispute(dispute.declaration, given, by=by, now=now)
    # A last beat may complete the same lecture at this moment: the person's lock lets one of the two through.
    Person.objects.select_for_update(no_key=True).get(pk=dispute.person_id)
    rule, evidence = {"kind": "granted"}, {"dispute": str(dispute.public_id)}
    if dispute.entry is not None:
        return _give_back(dispute.entry, rule, evidence, now)
    if dispute.lecture is None or dispute.lecture.recording is None:
        raise desk_refusals.NotDisputable
    return _award_lecture(dispute, dispute.lecture, rule, evidence, now)


def _give_back(
    disputed: LedgerEntry, rule: dict[str, str], evidence: dict[str, Any], now: dt.datetime
) -> LedgerEntry:
    """What was taken back, or what a correction has made another amount of."""
    if acts.is_reversed(disputed):
        if _is_complete(disputed.person_id, activity=disputed.activity_id):
            raise desk_refusals.AlreadyComplete
        entry = acts.replace(disputed, acts.act_of(disputed), rule=rule, evidence=evidence, now=now)
        ledger_news.corrected([], [entry.pk])
        return entry
    before = given_back_by(disputed)
    if before is None:
        raise desk_refusals.NotDisputable
    [before] = acts.entries_of([before.pk]).values()
    acts.take_back(disputed, reason=changes.GRANTED, now=now)
    entry = acts.replace(before, acts.act_of(before), rule=rule, evidence=evidence, now=now)
    ledger_news.corrected([disputed.pk], [entry.pk])
    return entry


def _award_lecture(
    dispute: Dispute, lecture: Lecture, rule: dict[str, str], evidence: dict[str, Any], now: dt.datetime
) -> LedgerEntry:
    """The whole lecture, dated by the last day on which something of it was watched."""
    if _is_complete(dispute.person_id, activity__lecture=lecture):
        raise desk_refusals.AlreadyComplete
    recording = lecture.recording
    duration_ms = (recording.duration_ms or 0) if recording is not None else 0
    watched = WatchProgress.objects.filter(person=dispute.person_id, recording=recording).first()
    union = watched.intervals if watched is not None else []
    day = max((dt.date.fromisoformat(each[2]) for each in union), default=local_day(dispute.opened_at))
    entry = acts.record(
        lecture.activity,
        acts.Act(
            person_id=dispute.person_id,
            day=day,
            format="recorded",
            category=lecture.category,
            organiser_id=ledger.organiser_id(day),
            seconds=duration_ms // 1000,
        ),
        rule=rule,
        evidence=evidence
        | {
            "recording": str(recording.public_id) if recording is not None else "",
            "duration_ms": duration_ms,
            "watched_ms": intervals.total_ms(union),
            "intervals": [list(stretch) for stretch in union],
        },
        now=now,
    )
    completion.settle_courses(dispute.person_id, now, activity_id=lecture.activity.pk)
    return entry


def _is_complete(person_id: int, **of: Any) -> bool:
    return Completion.objects.filter(person=person_id, revoked_at__isnull=True, **of).exists()


def _columns(question: Question) -> dict[str, Any]:
    return {
        name: value
        for name in ("lecture", "declaration", "entry")
        if (value := getattr(question, name)) is not None
    }


def _require_judge(dispute: Dispute, by: User, text: str) -> None:
    if is_himself(by, dispute.person) or not desk_access.is_of(by, dispute.decider, desk_access.APPROVERS):
        raise desk_refusals.NotYours
    if by.pk in contested.deciders(dispute):
        raise desk_refusals.OwnDecision
    if not text.strip():
        raise desk_refusals.ReasonMissing


def _move(dispute: Dispute, **changes: Any) -> None:
    """Change the row if it is still open. Raises NotOpen."""
    if not Dispute.objects.filter(pk=dispute.pk, state=DisputeState.OPEN).update(**changes):
        raise desk_refusals.NotOpen
    dispute.refresh_from_db()
