"""Corrections of the ledger in batches: prepared with a preview, agreed to by a second person, run in chunks.

The one writer of their tables. Each chunk is one transaction under the batch's lock: it may run twice, be stopped
and resumed. An entry that somebody else has taken back meanwhile is skipped and said so. A batch that is done can
itself be taken back by another one, which gives each person what he had.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from courses import acts, correctable, desk_access, desk_refusals, ledger_news, steps, telling
from courses.models import (
    Activity,
    Completion,
    Correction,
    CorrectionCause,
    CorrectionKind,
    CorrectionLine,
    CorrectionLineState,
    CorrectionState,
    LedgerEntry,
    StepAct,
    Unit,
)
from people.models import Organisation, User

CHUNK = 50
BATCH = 1000
RULE = {"kind": "corrected"}


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: the kind, why, and for an amendment the right amount in the entries' own unit."""

    kind: str
    cause: str
    explanation: str
    seconds: int = 0
    quantity_milli: int | None = None


def prepare(
    owner: Organisation, activity: Activity, order: Order, *, by: User, now: dt.datetime | None = None
) -> Correction:
    """A batch over every standing award of the activity in the owner's subtree, without those that are right already.

    Raises NotYours, ReasonMissing, AmountRefused, AmountUnchanged, NothingToDo, TooManyLines.
    """
    now = now or timezone.now()
    _require_committee(owner, by)
    if not order.explanation.strip():
        raise desk_refusals.ReasonMissing
    entries = correctable.entries(owner, activity)
    units = set(entries.order_by().values_list("unit", flat=True))
    if not units:
        raise desk_refusals.NothingToDo
    if order.kind == CorrectionKind.AMEND:
        _check_amount(order, units)
        entries = entries.exclude(_is_amount(order))
        if not entries.exists():
            raise desk_refusals.AmountUnchanged
    with transaction.atomic():
        made = Correction.objects.create(
            owner=owner,
            activity=activity,
            kind=order.kind,
            cause=order.cause,
            explanation=order.explanation.strip(),
            unit=units.pop(),
            to_seconds=order.seconds if order.kind == CorrectionKind.AMEND else 0,
            to_quantity_milli=order.quantity_milli if order.kind == CorrectionKind.AMEND else None,
            created_by=by,
            created_at=now,
        )
        _add_lines(made, entries.order_by("pk").values_list("pk", flat=True)[: correctable.MAX_LINES + 1])
    return made


def change(batch: Correction, order: Order, *, by: User, now: dt.datetime | None = None) -> None:
    """Put right what a batch says while it is prepared. Lines that were left out by hand stay out.

    Raises NotYours, ReasonMissing, AmountRefused, UnitRefused, AmountUnchanged, NotOpen.
    """
    now = now or timezone.now()
    _require_committee(batch.owner, by)
    if not order.explanation.strip():
        raise desk_refusals.ReasonMissing
    if order.kind == CorrectionKind.AMEND:
        _check_amount(order, {batch.unit})
    with transaction.atomic():
        draft = Correction.objects.select_for_update().filter(pk=batch.pk, state=CorrectionState.DRAFT)
        if batch.kind == CorrectionKind.RESTORE or not draft.exists():
            raise desk_refusals.NotOpen
        if batch.kind == CorrectionKind.AMEND:
            # What had the former amount was right then, and was not among the lines.
            former = Order(batch.kind, batch.cause, "", batch.to_seconds, batch.to_quantity_milli)
            was_right = correctable.entries(batch.owner, batch.activity).filter(_is_amount(former))
            missing = was_right.exclude(pk__in=batch.lines.values("entry"))
            if missing.exists():
                _add_lines(batch, missing.order_by("pk").values_list("pk", flat=True))
        if order.kind == CorrectionKind.AMEND:
            right = LedgerEntry.objects.filter(_is_amount(order), pk__in=batch.lines.values("entry"))
            batch.lines.filter(entry__in=right.values("pk")).delete()
            if not batch.lines.exists():
                raise desk_refusals.AmountUnchanged
        is_amended = order.kind == CorrectionKind.AMEND
        _move(
            batch,
            (CorrectionState.DRAFT,),
            kind=order.kind,
            cause=order.cause,
            explanation=order.explanation.strip(),
            to_seconds=order.seconds if is_amended else 0,
            to_quantity_milli=order.quantity_milli if is_amended else None,
        )
        steps.add(batch, StepAct.CHANGED, by=by, at=now)


def prepare_restoration(
    done: Correction, *, by: User, explanation: str, now: dt.datetime | None = None
) -> Correction:
    """A batch that takes a finished one back. Raises NotYours, ReasonMissing, NotOpen, NothingToDo."""
    now = now or timezone.now()
    _require_committee(done.owner, by)
    if not explanation.strip():
        raise desk_refusals.ReasonMissing
    if (
        done.state not in {CorrectionState.DONE, CorrectionState.CANCELLED}
        or done.kind == CorrectionKind.RESTORE
    ):
        raise desk_refusals.NotOpen
    try:
        with transaction.atomic():
            made = Correction.objects.create(
                owner=done.owner,
                activity=done.activity,
                kind=CorrectionKind.RESTORE,
                cause=CorrectionCause.UNDONE,
                explanation=explanation.strip(),
                unit=done.unit,
                undoes=done,
                created_by=by,
                created_at=now,
            )
            lines = done.lines.filter(state=CorrectionLineState.DONE)
            _add_lines(made, lines.order_by("pk").values_list("entry_id", flat=True))
    except IntegrityError as error:
        raise desk_refusals.NotOpen from error
    return made


@transaction.atomic
def leave_out(line: CorrectionLine, *, by: User, now: dt.datetime | None = None) -> None:
    """Take one entry out of a batch that is being prepared. Raises NotOpen."""
    drafts = Correction.objects.select_for_update().filter(pk=line.correction_id, state=CorrectionState.DRAFT)
    batch = drafts.first()
    if batch is None:
        raise desk_refusals.NotOpen
    line.delete()
    steps.add(batch, StepAct.CHANGED, by=by, at=now or timezone.now())


def submit(batch: Correction, *, by: User, now: dt.datetime | None = None) -> None:
    """Ask a second person. Raises NothingToDo, NotOpen."""
    now = now or timezone.now()
    with transaction.atomic():
        if not batch.lines.exists():
            raise desk_refusals.NothingToDo
        _move(batch, (CorrectionState.DRAFT,), state=CorrectionState.SUBMITTED)
        steps.add(batch, StepAct.SUBMITTED, by=by, at=now)
        telling.correction_submitted(batch)


def withdraw(batch: Correction, *, by: User, now: dt.datetime | None = None) -> None:
    """Whoever prepared a batch takes it back to prepare it further. Raises NotYours, NotOpen."""
    now = now or timezone.now()
    if by.pk != batch.created_by_id:
        raise desk_refusals.NotYours
    with transaction.atomic():
        _move(batch, (CorrectionState.SUBMITTED,), state=CorrectionState.DRAFT)
        steps.add(batch, StepAct.WITHDRAWN, by=by, at=now)


def send_back(batch: Correction, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Give a submitted batch back to whoever prepared it, who is told why.

    Raises NotYours, SecondPersonNeeded, ReasonMissing, NotOpen.
    """
    now = now or timezone.now()
    if by.pk in steps.authors(batch):
        raise desk_refusals.SecondPersonNeeded
    _require_committee(batch.owner, by)
    if not text.strip():
        raise desk_refusals.ReasonMissing
    with transaction.atomic():
        _move(batch, (CorrectionState.SUBMITTED,), state=CorrectionState.DRAFT)
        steps.add(batch, StepAct.RETURNED, by=by, at=now, text=text)
        telling.correction_returned(batch, text)


def discard(batch: Correction, *, by: User, text: str = "", now: dt.datetime | None = None) -> None:
    """Give a batch up before it runs. Raises NotOpen."""
    now = now or timezone.now()
    with transaction.atomic():
        _move(batch, (CorrectionState.DRAFT, CorrectionState.SUBMITTED), state=CorrectionState.DISCARDED)
        steps.add(batch, StepAct.WITHDRAWN, by=by, at=now, text=text)


def approve(batch: Correction, *, by: User, now: dt.datetime | None = None) -> None:
    """Agree, as the second person; `work` then runs it. Raises SecondPersonNeeded, InTheList, NotYours, NotOpen."""
    now = now or timezone.now()
    _require_committee(batch.owner, by)
    if batch.lines.filter(entry__person__user=by).exists():
        raise desk_refusals.InTheList
    with transaction.atomic():
        # Locked, so that nobody changes it between being asked about and being approved.
        Correction.objects.select_for_update().get(pk=batch.pk)
        if by.pk in steps.authors(batch):
            raise desk_refusals.SecondPersonNeeded
        _move(
            batch,
            (CorrectionState.SUBMITTED,),
            state=CorrectionState.RUNNING,
            approved_by=by,
            approved_at=now,
            worked_at=now,
        )
        steps.add(batch, StepAct.APPROVED, by=by, at=now)
        telling.correction_approved(batch)


def cancel(batch: Correction, *, by: User, now: dt.datetime | None = None) -> None:
    """Stop a running batch after the chunk that is under way. Raises NotYours, NotOpen."""
    now = now or timezone.now()
    _require_committee(batch.owner, by)
    with transaction.atomic():
        _move(batch, (CorrectionState.RUNNING,), state=CorrectionState.CANCELLED)
        steps.add(batch, StepAct.CANCELLED, by=by, at=now)


def resume(batch: Correction, *, by: User, now: dt.datetime | None = None) -> None:
    """Go on with a stopped batch that nobody has begun to take back. Raises NotYours, NotOpen."""
    now = now or timezone.now()
    _require_committee(batch.owner, by)
    with transaction.atomic():
        if batch.undone_by.exclude(state=CorrectionState.DISCARDED).exists():
            raise desk_refusals.NotOpen
        _move(batch, (CorrectionState.CANCELLED,), state=CorrectionState.RUNNING, worked_at=now)
        steps.add(batch, StepAct.RESUMED, by=by, at=now)


def work(correction_id: int, *, now: dt.datetime | None = None) -> bool:
    """Run the next chunk; whether something is left. Does nothing for a batch that is not running."""
    now = now or timezone.now()
    with transaction.atomic():
        batch = (
            Correction.objects.select_for_update(of=("self",))
            .select_related("undoes")
            .filter(pk=correction_id, state=CorrectionState.RUNNING)
            .first()
        )
        if batch is None:
            return False
        lines = list(batch.lines.filter(state=CorrectionLineState.PLANNED).order_by("pk")[:CHUNK])
        if not lines:
            _move(batch, (CorrectionState.RUNNING,), state=CorrectionState.DONE, finished_at=now)
            steps.add(batch, StepAct.FINISHED, by=None, at=now)
            return False
        _run(batch, lines, now)
        Correction.objects.filter(pk=batch.pk).update(worked_at=now)
        return True


def unfinished(before: dt.datetime) -> list[int]:
    """Batches that have stood still since before that instant: what a lost message left behind."""
    return list(
        Correction.objects.filter(state=CorrectionState.RUNNING, worked_at__lt=before).values_list(
            "pk", flat=True
        )
    )


def _run(batch: Correction, lines: Sequence[CorrectionLine], now: dt.datetime) -> None:
    entries = acts.entries_of(line.entry_id for line in lines)
    reversed_ids = set(
        LedgerEntry.objects.filter(reverses__in=list(entries)).values_list("reverses_id", flat=True)
    )
    evidence = {"correction": str(batch.public_id)}
    in_place = correctable.in_place_of(batch, lines)
    for line in lines:
        entry = entries[line.entry_id]
        if batch.kind == CorrectionKind.RESTORE:
            _restore(line, entry, in_place.get(entry.pk), evidence, now)
        elif entry.pk in reversed_ids:
            line.state = CorrectionLineState.SKIPPED
        else:
            line.reversal = acts.take_back(entry, reason=batch.cause, now=now)
            if batch.kind == CorrectionKind.AMEND:
                right = acts.act_of(entry, seconds=batch.to_seconds, quantity_milli=batch.to_quantity_milli)
                line.award = acts.replace(entry, right, rule=RULE, evidence=evidence, now=now)
            line.state = CorrectionLineState.DONE
    CorrectionLine.objects.bulk_update(lines, ["state", "reversal", "award"], batch_size=CHUNK)
    _announce(batch, lines, entries)


def _restore(
    line: CorrectionLine,
    entry: LedgerEntry,
    in_place: LedgerEntry | None,
    evidence: dict[str, Any],
    now: dt.datetime,
) -> None:
    """Give back what was taken, unless something else stands there by now (a dispute was granted)."""
    if in_place is not None:
        if acts.is_reversed(in_place):
            line.state = CorrectionLineState.SKIPPED
            return
        line.reversal = acts.take_back(in_place, reason=CorrectionCause.UNDONE, now=now)
    elif Completion.objects.filter(
        person=entry.person_id, activity=entry.activity_id, revoked_at__isnull=True
    ).exists():
        line.state = CorrectionLineState.SKIPPED
        return
    line.award = acts.replace(entry, acts.act_of(entry), rule=RULE, evidence=evidence, now=now)
    line.state = CorrectionLineState.DONE


def _announce(batch: Correction, lines: Sequence[CorrectionLine], entries: dict[int, LedgerEntry]) -> None:
    done = [line for line in lines if line.state == CorrectionLineState.DONE]
    awards = [line.award for line in done if line.award is not None]
    ledger_news.corrected(
        [line.reversal.reverses_id for line in done if line.reversal and line.reversal.reverses_id],
        [award.pk for award in awards],
    )
    if batch.kind == CorrectionKind.TAKE_BACK:
        telling.taken_back([entries[line.entry_id] for line in done], batch.explanation)
    else:
        telling.corrected(awards, batch.explanation)


def _add_lines(batch: Correction, keys: Any) -> None:
    found = list(keys)
    if not found:
        raise desk_refusals.NothingToDo
    if len(found) > correctable.MAX_LINES:
        raise desk_refusals.TooManyLines
    CorrectionLine.objects.bulk_create(
        [CorrectionLine(correction=batch, entry_id=key) for key in found], batch_size=BATCH
    )


def _check_amount(order: Order, units: set[str]) -> None:
    """One amount is right for entries of one unit alone."""
    if len(units) > 1:
        raise desk_refusals.UnitRefused
    is_time = units == {Unit.SECOND}
    if is_time != (order.quantity_milli is None) or (not is_time and order.seconds):
        raise desk_refusals.UnitRefused
    if not 0 < (order.seconds if is_time else order.quantity_milli or 0) <= 10**9:
        raise desk_refusals.AmountRefused


def _is_amount(order: Order) -> Q:
    if order.quantity_milli is None:
        return Q(seconds=order.seconds, quantity_milli__isnull=True)
    return Q(quantity_milli=order.quantity_milli)


def _require_committee(owner: Organisation, by: User) -> None:
    if not desk_access.is_of(by, owner, desk_access.APPROVERS):
        raise desk_refusals.NotYours


def _move(batch: Correction, states: Sequence[str], **changes: Any) -> None:
    """Change the row if it still stands in one of these states. Raises NotOpen."""
    if not Correction.objects.filter(pk=batch.pk, state__in=states).update(**changes):
        raise desk_refusals.NotOpen
    batch.refresh_from_db()
