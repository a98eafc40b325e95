"""Hours earned elsewhere: declared with proof, decided by the organisation that answers; the one writer.

The organisation is fixed when the act is submitted (courses.deciding). Accepting writes the ledger in the same
transaction; what was claimed stays beside what was granted. Nobody decides his own.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from courses import act_facts, acts, deciding, desk_refusals, proofs, steps, telling
from courses.act_facts import Facts
from courses.models import FORMAT_OF_DECLARED, Declaration, DeclarationState, LedgerEntry, StepAct, Unit
from people.access import is_himself
from people.days import local_day
from people.models import Person, User

UNDECIDED = (DeclarationState.SUBMITTED, DeclarationState.ASKED_BACK)
YEARS_BACK = 5
# The most that one act can be: thirty days of eight hours, or as many of anything else as anybody has done.
MAX_SECONDS = 30 * 8 * 3600
MAX_QUANTITY_MILLI = 200 * 1000
MAX_WORDS_MILLI = 2_000_000 * 1000


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person says he did. `facts` are coded (courses.act_facts)."""

    kind: str
    title: str
    day: dt.date
    category: str
    unit: str = Unit.SECOND
    seconds: int = 0
    quantity_milli: int | None = None
    organiser_name: str = ""
    note: str = ""
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Grant:
    """What a decision gives where that is not what was claimed; amounts of the unit declared."""

    seconds: int | None = None
    quantity_milli: int | None = None
    category: str = ""
    text: str = ""


def submit(
    person: Person, claim: Claim, files: Sequence[UploadedFile], *, by: User, now: dt.datetime | None = None
) -> Declaration:
    """Declare an act. Raises AmountRefused, DayRefused, ProofMissing, FileRefused, NoDecider."""
    now = now or timezone.now()
    _check(claim, now)
    if not files:
        raise desk_refusals.ProofMissing
    proofs.check(files)
    decider = deciding.decider_of(person.pk, claim.kind, local_day(now))
    if decider is None:
        raise desk_refusals.NoDecider
    with transaction.atomic():
        declared = Declaration.objects.create(
            person=person, decider=decider, submitted_at=now, **_columns(claim)
        )
        proofs.attach(declared, files, by=by, at=now)
        steps.add(declared, StepAct.SUBMITTED, by=by, at=now)
    return declared


def change(
    declared: Declaration,
    claim: Claim,
    files: Sequence[UploadedFile],
    *,
    by: User,
    now: dt.datetime | None = None,
) -> Declaration:
    """Correct what was asked back or is still waiting, add proofs, and submit it anew. Raises as `submit`; NotOpen."""
    now = now or timezone.now()
    _check(claim, now)
    proofs.check(files)
    with transaction.atomic():
        _move(declared, UNDECIDED, state=DeclarationState.SUBMITTED, submitted_at=now, **_columns(claim))
        proofs.attach(declared, files, by=by, at=now)
        steps.add(declared, StepAct.CHANGED, by=by, at=now)
    return declared


def withdraw(declared: Declaration, *, by: User, now: dt.datetime | None = None) -> None:
    """The person takes his declaration back. Raises NotOpen once it is decided."""
    now = now or timezone.now()
    with transaction.atomic():
        _move(declared, UNDECIDED, state=DeclarationState.WITHDRAWN)
        steps.add(declared, StepAct.WITHDRAWN, by=by, at=now)


def ask_back(declared: Declaration, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Give it back with a question. Raises NotYours, ReasonMissing, NotOpen."""
    now = now or timezone.now()
    _require_other(declared, by)
    _require_reason(text)
    with transaction.atomic():
        _move(declared, (DeclarationState.SUBMITTED,), state=DeclarationState.ASKED_BACK, reason=text.strip())
        steps.add(declared, StepAct.ASKED_BACK, by=by, at=now, text=text)
        telling.declaration_decided(declared)


def refuse(declared: Declaration, *, by: User, text: str, now: dt.datetime | None = None) -> None:
    """Refuse it with a reason. Raises NotYours, ReasonMissing, NotOpen."""
    now = now or timezone.now()
    _require_other(declared, by)
    _require_reason(text)
    with transaction.atomic():
        _move(
            declared,
            UNDECIDED,
            state=DeclarationState.REFUSED,
            decided_by=by,
            decided_at=now,
            reason=text.strip(),
        )
        steps.add(declared, StepAct.REFUSED, by=by, at=now, text=text)
        telling.declaration_decided(declared)


def accept(
    declared: Declaration, grant: Grant | None = None, *, by: User, now: dt.datetime | None = None
) -> LedgerEntry:
    """Accept it as claimed, or as granted; writes the ledger.

    Raises NotYours, AmountRefused, NotOpen; ReasonMissing where the amount is corrected without a word.
    """
    return _accept(declared, UNDECIDED, grant or Grant(), by, now or timezone.now())


def accept_after_dispute(declared: Declaration, grant: Grant, *, by: User, now: dt.datetime) -> LedgerEntry:
    """A refused declaration, granted by the committee after all; called by courses.disputes."""
    return _accept(declared, (DeclarationState.REFUSED,), grant, by, now)


def _accept(
    declared: Declaration, states: Sequence[str], grant: Grant, by: User, now: dt.datetime
) -> LedgerEntry:
    _require_other(declared, by)
    if declared.unit == Unit.SECOND:
        given_seconds = declared.seconds if grant.seconds is None else grant.seconds
        given_quantity = None
    else:
        given_seconds = 0
        given_quantity = declared.quantity_milli if grant.quantity_milli is None else grant.quantity_milli
    _check_amount(declared.unit, given_seconds, given_quantity)
    if (given_seconds, given_quantity) != (declared.seconds, declared.quantity_milli):
        _require_reason(grant.text)
    with transaction.atomic():
        # The row is taken first: of two who accept at once, the second finds it decided and writes nothing.
        _lock(declared, states)
        entry = acts.record(
            acts.new_activity(declared.title),
            acts.Act(
                person_id=declared.person_id,
                day=declared.day,
                format=FORMAT_OF_DECLARED[declared.kind],
                category=grant.category or declared.category,
                organiser_id=None,  # somebody elsewhere, whom the proof names
                unit=declared.unit,
                seconds=given_seconds,
                quantity_milli=given_quantity,
                facts=declared.facts,
            ),
            rule={"kind": "declared"},
            evidence={"declaration": str(declared.public_id)},
            now=now,
        )
        _move(
            declared,
            states,
            state=DeclarationState.ACCEPTED,
            entry=entry,
            decided_by=by,
            decided_at=now,
            reason=grant.text.strip(),
        )
        steps.add(declared, StepAct.ACCEPTED, by=by, at=now, text=grant.text)
        telling.declaration_decided(declared)
    return entry


def _columns(claim: Claim) -> dict[str, object]:
    return {
        "kind": claim.kind,
        "title": claim.title.strip(),
        "organiser_name": claim.organiser_name.strip(),
        "note": claim.note.strip(),
        "day": claim.day,
        "category": claim.category,
        "unit": claim.unit,
        "seconds": claim.seconds,
        "quantity_milli": claim.quantity_milli,
        "facts": act_facts.checked(claim.facts),
    }


def _check(claim: Claim, now: dt.datetime) -> None:
    day = local_day(now)
    if claim.day > day or claim.day.year < day.year - YEARS_BACK:
        raise desk_refusals.DayRefused
    _check_amount(claim.unit, claim.seconds, claim.quantity_milli)


def _check_amount(unit: str, seconds: int, quantity_milli: int | None) -> None:
    if unit == Unit.SECOND:
        is_possible = 0 < seconds <= MAX_SECONDS and quantity_milli is None
    else:
        most = MAX_WORDS_MILLI if unit == Unit.WORD else MAX_QUANTITY_MILLI
        is_possible = seconds == 0 and quantity_milli is not None and 0 < quantity_milli <= most
    if not is_possible:
        raise desk_refusals.AmountRefused


def _require_other(declared: Declaration, by: User) -> None:
    if is_himself(by, declared.person):
        raise desk_refusals.NotYours


def _require_reason(text: str) -> None:
    if not text.strip():
        raise desk_refusals.ReasonMissing


def _lock(declared: Declaration, states: Sequence[str]) -> None:
    held = Declaration.objects.select_for_update().filter(pk=declared.pk, state__in=states).first()
    if held is None:
        raise desk_refusals.NotOpen


def _move(declared: Declaration, states: Sequence[str], **changes: object) -> None:
    """Change the row if it still stands in one of these states. Raises NotOpen."""
    if not Declaration.objects.filter(pk=declared.pk, state__in=states).update(**changes):
        raise desk_refusals.NotOpen
    declared.refresh_from_db()
