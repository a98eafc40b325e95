"""Entering a roster's plan, and taking it back: each one transaction, each only once.

What the plan rests on may have changed since it was made: it is planned again inside the transaction, and any line
that would come out otherwise refuses the whole. Persons are never deleted; taking back supersedes what was entered.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit_log, licences, memberships, persons, roster_imports
from people.announcements import persons_changed
from people.licences import NewLicence
from people.memberships import NewMembership
from people.models import AuditAct, Licence, Membership, Person, RosterImport, RosterLine, RosterState, User
from people.persons import NewPerson
from people.refusals import Refused
from people.roster import planning
from people.roster.planning import Line
from people.roster_imports import RosterRefused

BATCH = 500
STALE = "stale"


class PlanStale(RosterRefused):
    """What is on record has changed since the plan was made."""

    code = "roster_stale"


class NothingToEnter(RosterRefused):
    """The plan changes nothing."""

    code = "roster_nothing"


# --- Agreeing -----------------------------------------------------------------------------------------


@transaction.atomic
def agree(roster: RosterImport, *, by: User | None) -> RosterImport:
    """Somebody has read the plan and wants it entered; `apply` then does it.

    Agreeing to what was entered already changes nothing. Raises NotInThatState, NothingToEnter.
    """
    roster.refresh_from_db()
    if roster.state in {RosterState.APPLYING, RosterState.APPLIED}:
        return roster
    if not roster.lines.exclude(steps={}).exists() and not roster.lines.exclude(decision="").exists():
        raise NothingToEnter(_("The plan changes nothing; there is nothing to enter."))
    roster_imports.move(
        roster,
        RosterState.PLANNED,
        RosterState.APPLYING,
        agreed_by=by,
        agreed_at=timezone.now(),
        failure="",
    )
    audit_log.record(
        AuditAct.ROSTER,
        by=by,
        organisation=roster.organisation,
        about=_("Agreed to be entered"),
        persons=roster.lines.exclude(steps={}).count(),
    )
    roster.refresh_from_db()
    return roster


@transaction.atomic
def ask_back(roster: RosterImport, *, by: User | None) -> RosterImport:
    """Somebody wants an entered roster taken back; `undo` then does it. Raises NotInThatState, RowsForgotten."""
    roster.refresh_from_db()
    if roster.state in {RosterState.UNDOING, RosterState.UNDONE}:
        return roster
    roster_imports.expect_rows(roster)
    asked = {"undone_by": by, "undone_at": timezone.now(), "failure": ""}
    roster_imports.move(roster, RosterState.APPLIED, RosterState.UNDOING, **asked)
    audit_log.record(AuditAct.ROSTER, by=by, organisation=roster.organisation, about=_("Taken back"))
    roster.refresh_from_db()
    return roster


# --- Entering -----------------------------------------------------------------------------------------


def apply(roster_id: int) -> RosterImport:
    """Enter what was agreed to, in one transaction; does nothing where that is done. May run twice.

    Where it cannot be done the plan is open again and says why (`failure`).
    """
    return _work(roster_id, RosterState.APPLYING, RosterState.PLANNED, _apply)


def undo(roster_id: int) -> RosterImport:
    """Take back what was entered, in one transaction; lines that somebody has changed since are kept as they are."""
    return _work(roster_id, RosterState.UNDOING, RosterState.APPLIED, _undo)


def _work(roster_id: int, at_work: str, otherwise: str, deed: Callable[[RosterImport], None]) -> RosterImport:
    roster = RosterImport.objects.select_related("organisation").get(pk=roster_id)
    if roster.state != at_work:
        return roster
    try:
        with transaction.atomic():
            deed(roster)
    except (Refused, IntegrityError):
        # A plan that no longer fits is refused by our own check, or by the database's guards.
        RosterImport.objects.filter(pk=roster_id, state=at_work).update(
            state=otherwise, failure=STALE, touched_at=timezone.now()
        )
    return RosterImport.objects.select_related("organisation").get(pk=roster_id)


def _apply(roster: RosterImport) -> None:
    # First the row, so that a second worker waits here and then finds nothing to do.
    roster_imports.move(roster, RosterState.APPLYING, RosterState.APPLIED, applied_at=timezone.now())
    kept = list(roster.lines.order_by("place"))
    roster_imports.tell_progress(roster, 0, len(kept))
    planned = roster_imports.replan(roster, kept)
    _refuse_stale(kept, planned)
    work = _Work()
    for line, now in zip(kept, planned, strict=True):
        if now.steps:
            line.outcome, line.reason, line.about = (
                now.outcome.value,
                now.reason,
                roster_imports.about_of(now),
            )
            line.steps, line.person_id = now.steps, now.person_id
            work.add(line)
    work.perform(lambda done: roster_imports.tell_progress(roster, done, len(kept)))
    roster_imports.rewrite_lines(work.lines)
    RosterImport.objects.filter(pk=roster.pk).update(totals=planning.totals(planned))


def _refuse_stale(kept: list[RosterLine], planned: list[Line]) -> None:
    """Lines come out as they were shown, but for those on which somebody decided."""
    same = len(kept) == len(planned) and all(
        line.decision or (line.outcome == now.outcome and line.steps == now.steps)
        for line, now in zip(kept, planned, strict=True)
    )
    if not same:
        raise PlanStale(_("What is on record has changed since the plan was made. Plan it again."))


@dataclass(slots=True)
class _Work:
    """The steps of many lines, turned into few statements."""

    lines: list[RosterLine] = field(default_factory=list)

    def add(self, line: RosterLine) -> None:
        line.done = {}
        self.lines.append(line)

    def perform(self, tell: Callable[[int], None]) -> None:
        self._persons()
        tell(len(self.lines) // 4)
        self._memberships()
        tell(len(self.lines) // 2)
        self._licences()
        tell(len(self.lines))
        persons_changed(line.person_id for line in self.lines if line.person_id is not None)

    def _persons(self) -> None:
        new = [line for line in self.lines if "person" in line.steps]
        made = persons.bulk_create(
            NewPerson(
                name=line.steps["person"]["name"],
                phone=line.steps["person"]["phone"],
                birth_date=_day(line.steps["person"]["birth_date"]),
            )
            for line in new
        )
        for line, person in zip(new, made, strict=True):
            line.person_id = person.pk
            line.done["person"] = person.pk
        changed = {
            line.person_id: line
            for line in self.lines
            if "change" in line.steps and line.person_id is not None
        }
        for person in _in_batches(changed):
            line = changed[person.pk]
            line.done["was"] = {name: _plain(getattr(person, name)) for name in line.steps["change"]}
        persons.bulk_change({key: _values(line.steps["change"]) for key, line in changed.items()})

    def _memberships(self) -> None:
        ended = [
            line.steps[step]["membership"]
            for line in self.lines
            for step in ("move", "leave")
            if step in line.steps
        ]
        held = _fetched(Membership, ended)
        rows: list[NewMembership] = []
        owners: list[RosterLine] = []
        for line in self.lines:
            for row in _membership_rows(line, held):
                rows.append(row)
                owners.append(line)
        for line, made in zip(owners, memberships.bulk_rewrite(ended, rows), strict=True):
            line.done.setdefault("memberships", []).append(made.pk)
        for line in self.lines:
            for step in ("move", "leave"):
                if step in line.steps:
                    line.done["ended_membership"] = line.steps[step]["membership"]

    def _licences(self) -> None:
        ended = [
            line.steps[step]["licence"]
            for line in self.lines
            for step in ("relicense", "unlicense")
            if step in line.steps
        ]
        held = _fetched(Licence, ended)
        rows: list[NewLicence] = []
        owners: list[RosterLine] = []
        for line in self.lines:
            for row in _licence_rows(line, held):
                rows.append(row)
                owners.append(line)
        for line, made in zip(owners, licences.bulk_rewrite(ended, rows), strict=True):
            line.done.setdefault("licences", []).append(made.pk)
        for line in self.lines:
            for step in ("relicense", "unlicense"):
                if step in line.steps:
                    line.done["ended_licence"] = line.steps[step]["licence"]


def _membership_rows(line: RosterLine, held: dict[int, Any]) -> Iterable[NewMembership]:
    steps, person_id = line.steps, line.person_id
    assert person_id is not None  # noqa: S101 - new persons have theirs by now
    if "join" in steps:
        join = steps["join"]
        yield NewMembership(
            person_id,
            join["organisation"],
            _day_of(join["on"]),
            _day(join["until"]),
            position=join["position"],
        )
    for step in ("move", "leave"):
        if step not in steps:
            continue
        before, on = held[steps[step]["membership"]], _day_of(steps[step]["on"])
        if before.valid_from < on:
            yield _as_new(before, valid_to=on)
        if step == "move":
            move = steps["move"]
            yield NewMembership(
                person_id, move["organisation"], on, before.valid_to, position=move["position"]
            )


def _licence_rows(line: RosterLine, held: dict[int, Any]) -> Iterable[NewLicence]:
    steps, person_id = line.steps, line.person_id
    assert person_id is not None  # noqa: S101 - new persons have theirs by now
    for step in ("relicense", "unlicense"):
        if step in steps:
            before, on = held[steps[step]["licence"]], _day_of(steps[step]["on"])
            if before.valid_from < on:
                yield _licence_as_new(before, valid_to=on)
    for step in ("licence", "relicense"):
        if step in steps:
            new = steps[step]
            yield NewLicence(
                person_id,
                new["number"],
                new["practice_type"],
                _day_of(new["on"]),
                _day(new["admitted_on"]),
                _day(new["until"]),
            )


# --- Taking back --------------------------------------------------------------------------------------


def _undo(roster: RosterImport) -> None:
    roster_imports.move(roster, RosterState.UNDOING, RosterState.UNDONE)
    lines = list(roster.lines.exclude(done={}).order_by("place"))
    roster_imports.tell_progress(roster, 0, len(lines))
    made = _fetched(Membership, [key for line in lines for key in line.done.get("memberships", ())])
    issued = _fetched(Licence, [key for line in lines for key in line.done.get("licences", ())])
    free = []
    for line in lines:
        rows = [made.get(key) for key in line.done.get("memberships", ())]
        rows += [issued.get(key) for key in line.done.get("licences", ())]
        line.is_kept = any(row is None or row.superseded_at is not None for row in rows)
        if not line.is_kept:
            free.append(line)
    _restore_memberships(free)
    roster_imports.tell_progress(roster, len(lines) // 2, len(lines))
    _restore_licences(free)
    _restore_persons(free)
    roster_imports.rewrite_lines(line for line in lines if line.is_kept)
    persons_changed(line.person_id for line in free if line.person_id is not None)


def _restore_memberships(lines: list[RosterLine]) -> None:
    before = _fetched(
        Membership, [line.done["ended_membership"] for line in lines if "ended_membership" in line.done]
    )
    memberships.bulk_rewrite(
        [key for line in lines for key in line.done.get("memberships", ())],
        [_as_new(row) for row in before.values()],
    )


def _restore_licences(lines: list[RosterLine]) -> None:
    before = _fetched(Licence, [line.done["ended_licence"] for line in lines if "ended_licence" in line.done])
    licences.bulk_rewrite(
        [key for line in lines for key in line.done.get("licences", ())],
        [_licence_as_new(row) for row in before.values()],
    )


def _restore_persons(lines: list[RosterLine]) -> None:
    """What was written over, where nobody has written over it since."""
    changed = {line.person_id: line for line in lines if "was" in line.done and line.person_id is not None}
    back: dict[int, dict[str, Any]] = {}
    for person in _in_batches(changed):
        line = changed[person.pk]
        wanted = {
            name: was
            for name, was in line.done["was"].items()
            if _plain(getattr(person, name)) == line.steps["change"][name]
        }
        if wanted:
            back[person.pk] = _values(wanted)
    persons.bulk_change(back)


# --- Values -------------------------------------------------------------------------------------------


def _as_new(held: Membership, **changes: Any) -> NewMembership:
    values = {
        "person_id": held.person_id,
        "organisation_id": held.organisation_id,
        "valid_from": held.valid_from,
        "valid_to": held.valid_to,
        "position": held.position,
        "tree": held.tree,
        "is_main": held.is_main,
    }
    return NewMembership(**values | changes)  # type: ignore[arg-type]


def _licence_as_new(held: Licence, **changes: Any) -> NewLicence:
    values = {
        "person_id": held.person_id,
        "number": held.number,
        "practice_type": held.practice_type,
        "valid_from": held.valid_from,
        "admitted_on": held.admitted_on,
        "valid_to": held.valid_to,
    }
    return NewLicence(**values | changes)  # type: ignore[arg-type]


def _fetched(model: Any, keys: list[int]) -> dict[int, Any]:
    """Rows by key, a bounded number of keys a statement."""
    found: dict[int, Any] = {}
    for start in range(0, len(keys), BATCH):
        found |= model.objects.in_bulk(keys[start : start + BATCH])
    return found


def _in_batches(keys: Iterable[int]) -> Iterable[Person]:
    return _fetched(Person, list(keys)).values()


def _values(plain: dict[str, Any]) -> dict[str, Any]:
    return {name: _day(value) if name == "birth_date" else value for name, value in plain.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _day_of(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
