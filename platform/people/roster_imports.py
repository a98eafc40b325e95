"""Rosters from the file to the plan: handing in, planning, deciding doubts; the one writer of their tables.

Planning reads the file outside any transaction and writes the plan in one; nothing of persons is written here.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from people import audit_log, roster_state, table_files
from people.access import accessible_roster_organisations
from people.days import today
from people.models import AuditAct, Organisation, Person, RosterImport, RosterLine, RosterState, User
from people.refusals import Refused
from people.roster import planning, rows
from people.roster.planning import Decided, Decision, Key, Line, Outcome

BATCH = 1000
# Work that has not moved for so long was left by a lost message or a killed worker.
STANDSTILL = dt.timedelta(minutes=2)
PROGRESS_SECONDS = 600
# How long what offices handed in is of use to take a roster back or to look up why a row was left out.
KEPT = dt.timedelta(days=365)
FORGOTTEN_AT_ONCE = 50


class RosterRefused(Refused):
    """The roster is not taken further as asked."""

    code = "roster_refused"


class NotYourRoster(RosterRefused):
    """The organisation is none for which the user may hand in rosters."""

    code = "roster_not_yours"


class FileTooLarge(RosterRefused):
    """The file is larger than any roster."""

    code = "roster_too_large"


class DayInFuture(RosterRefused):
    """A roster says how things stand, not how they will."""

    code = "roster_day_in_future"


class NotInThatState(RosterRefused):
    """Somebody has taken it further meanwhile."""

    code = "roster_state"


class RowsForgotten(RosterRefused):
    """Its rows were deleted a year after it was handed in; nothing says any more what it did."""

    code = "roster_rows_forgotten"


@transaction.atomic
def hand_in(
    organisation: Organisation,
    *,
    content: bytes,
    file_name: str,
    as_of: dt.date,
    is_complete: bool,
    by: User | None,
) -> RosterImport:
    """Keep a file to be planned. `by` None is whoever runs the server.

    Raises NotYourRoster, FileTooLarge, DayInFuture.
    """
    if by is not None and not accessible_roster_organisations(by).filter(pk=organisation.pk).exists():
        raise NotYourRoster(_("Choose an organisation of your own."))
    if len(content) > table_files.MAX_BYTES:
        raise FileTooLarge(_("The file is too large. A roster may have 8 MB; divide it by cities."))
    if as_of > today():
        raise DayInFuture(_("The day must not lie in the future."))
    audit_log.record(AuditAct.ROSTER, by=by, organisation=organisation, about=_("Handed in"))
    return RosterImport.objects.create(
        organisation=organisation,
        as_of=as_of,
        is_complete=is_complete,
        file_name=file_name[:200],
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        made_by=by,
    )


def plan(roster_id: int) -> RosterImport:
    """Read a file that waits and write its plan; does nothing where that is done. May run twice."""
    roster = RosterImport.objects.select_related("organisation").get(pk=roster_id)
    if roster.state != RosterState.WAITING:
        return roster
    tell_progress(roster, 0, 1)
    try:
        found = rows.parse(table_files.read(bytes(roster.content or b"")), last_year=today().year)
    except table_files.TableRefused as refused:
        return _unreadable(roster, UNREADABLE[type(refused)])
    except ValueError:
        return _unreadable(roster, "file_too_large")
    if not any(row.entry for row in found):
        return _unreadable(roster, "no_rows" if found else "no_headings")
    lines = planning.plan(
        found, roster_state.read(roster.organisation, roster.as_of), is_complete=roster.is_complete
    )
    with transaction.atomic():
        if not _move(
            roster, RosterState.WAITING, RosterState.PLANNED, content=None, totals=planning.totals(lines)
        ):
            return _fresh(roster)
        for start in range(0, len(lines), BATCH):
            RosterLine.objects.bulk_create(
                _line(roster, start + index, line) for index, line in enumerate(lines[start : start + BATCH])
            )
            tell_progress(roster, start, len(lines))
    return _fresh(roster)


UNREADABLE = {
    table_files.TooLarge: "file_too_large",
    table_files.KindUnknown: "file_kind",
    table_files.Hostile: "file_hostile",
    table_files.FormulaInside: "file_formula",
    table_files.Broken: "file_broken",
}


def _unreadable(roster: RosterImport, failure: str) -> RosterImport:
    _move(roster, RosterState.WAITING, RosterState.UNREADABLE, content=None, failure=failure)
    return _fresh(roster)


def _line(roster: RosterImport, place: int, line: Line) -> RosterLine:
    return RosterLine(
        roster=roster,
        place=place,
        sheet=line.sheet[:40],
        number=line.number,
        # A number is kept as one: its last digits are as lost tomorrow as they are today.
        cells=[[cell] if isinstance(cell, table_files.Numeric) else cell for cell in line.cells],
        is_heading=line.is_heading,
        name=line.name[:100],
        outcome=line.outcome.value,
        reason=line.reason,
        about=about_of(line),
        person_id=line.person_id,
        steps=line.steps,
    )


def about_of(line: Line) -> dict[str, Any]:
    """What is kept for the words about a line."""
    about = dict(line.about)
    if line.notes:
        about["notes"] = line.notes
    if line.candidates:
        about["candidates"] = line.candidates
    return about


def rewrite_lines(lines: Iterable[RosterLine]) -> None:
    """Write what became of lines that are there already, many at once."""
    RosterLine.objects.bulk_create(
        lines,
        batch_size=BATCH,
        update_conflicts=True,
        unique_fields=["roster", "place"],
        update_fields=["outcome", "reason", "about", "steps", "person", "done", "is_kept"],
    )


def replan(roster: RosterImport, kept: Sequence[RosterLine]) -> list[Line]:
    """What the kept rows would change now, decisions taken into account; in the order of the lines."""
    decisions: dict[Key, Decided] = {
        (line.sheet, line.number or 0): Decided(Decision(line.decision), line.decided_person_id)
        for line in kept
        if line.decision
    }
    sheets: dict[str, list[list[str]]] = {}
    for line in kept:
        if line.number is None:
            continue
        sheet = sheets.setdefault(line.sheet, [])
        sheet.extend([] for _gap in range(line.number - 1 - len(sheet)))
        sheet.append([_cell(cell) for cell in line.cells])
    found = rows.parse(
        [table_files.Sheet(name, cells) for name, cells in sheets.items()], last_year=today().year
    )
    known = roster_state.read(roster.organisation, roster.as_of)
    return planning.plan(found, known, is_complete=roster.is_complete, decisions=decisions)


def _cell(kept: str | list[str]) -> str:
    return table_files.Numeric(kept[0]) if isinstance(kept, list) else kept


# --- Deciding -----------------------------------------------------------------------------------------


@transaction.atomic
def decide(line: RosterLine, *, decision: str, person_id: int | None = None) -> RosterLine:
    """Say of a doubtful line that it is one of its candidates, somebody else, or (empty) nothing yet.

    Raises NotInThatState for a line of a plan that is no longer open, ValueError for somebody who is no candidate.
    """
    if not RosterImport.objects.filter(pk=line.roster_id, state=RosterState.PLANNED).exists():
        raise NotInThatState(_("This was decided or changed meanwhile. Look at it again."))
    if line.outcome != Outcome.DOUBTFUL or decision not in {"", *Decision}:
        raise ValueError("there is nothing to decide")
    if decision == Decision.SAME and person_id not in line.candidates:
        raise ValueError("he is no candidate")
    line.decision = decision
    line.decided_person_id = person_id if decision == Decision.SAME else None
    line.save(update_fields=["decision", "decided_person"])
    return line


def discard(roster: RosterImport) -> None:
    """The plan is not wanted; its lines go. Raises NotInThatState."""
    with transaction.atomic():
        held = [RosterState.WAITING, RosterState.PLANNED, RosterState.UNREADABLE]
        if not RosterImport.objects.filter(pk=roster.pk, state__in=held).update(
            state=RosterState.DISCARDED, content=None, touched_at=timezone.now()
        ):
            raise NotInThatState(_("This was decided or changed meanwhile. Look at it again."))
        roster.lines.all().delete()


# --- Where the work stands ----------------------------------------------------------------------------


def _move(roster: RosterImport, held: str, state: str, **changes: object) -> bool:
    """From one state to the next, once, whoever else works on it."""
    return bool(
        RosterImport.objects.filter(pk=roster.pk, state=held).update(
            state=state, touched_at=timezone.now(), **changes
        )
    )


def move(roster: RosterImport, held: str, state: str, **changes: object) -> None:
    """From one state to the next. Raises NotInThatState where it is in another already."""
    if not _move(roster, held, state, **changes):
        raise NotInThatState(_("This was decided or changed meanwhile. Look at it again."))


def _fresh(roster: RosterImport) -> RosterImport:
    return RosterImport.objects.select_related("organisation").get(pk=roster.pk)


def tell_progress(roster: RosterImport, done: int, total: int) -> None:
    """How far the work is; beside the database, because the work is one transaction there."""
    cache.set(f"roster-progress:{roster.pk}", (done, total), PROGRESS_SECONDS)


def progress(roster: RosterImport) -> tuple[int, int]:
    """(lines done, lines in all), (0, 0) where nothing is known."""
    found: tuple[int, int] = cache.get(f"roster-progress:{roster.pk}", (0, 0))
    return found


def expect_rows(roster: RosterImport) -> None:
    """Raises RowsForgotten where nothing says any more what the roster did."""
    if not roster.lines.exists():
        raise RowsForgotten(
            _("The rows of this roster were deleted after a year; it can no longer be taken back as a whole.")
        )


def forget_old(now: dt.datetime | None = None) -> int:
    """Rosters that nobody has touched for a year lose their file and their rows; how many rosters those were.

    What they did stays where they did it, and can no longer be taken back as a whole.
    """
    old = RosterImport.objects.filter(
        touched_at__lt=(now or timezone.now()) - KEPT,
        state__in=[RosterState.UNREADABLE, RosterState.PLANNED, RosterState.APPLIED, RosterState.UNDONE],
    ).filter(Exists(RosterLine.objects.filter(roster=OuterRef("pk"))) | Q(content__isnull=False))
    found = list(old.values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE])
    for key in found:
        with transaction.atomic():
            RosterLine.objects.filter(roster=key).delete()
            RosterImport.objects.filter(pk=key).update(content=None)
            RosterImport.objects.filter(
                pk=key, state__in=[RosterState.UNREADABLE, RosterState.PLANNED]
            ).update(state=RosterState.DISCARDED)
    return len(found)


def standing_still() -> dict[str, list[int]]:
    """Rosters at work that have not moved, by state."""
    at_work = RosterImport.objects.filter(
        state__in=[RosterState.WAITING, RosterState.APPLYING, RosterState.UNDOING],
        touched_at__lt=timezone.now() - STANDSTILL,
    )
    found: dict[str, list[int]] = {}
    for key, state in at_work.values_list("pk", "state"):
        found.setdefault(state, []).append(key)
    return found


def candidates_of(lines: Iterable[RosterLine]) -> dict[int, Person]:
    """The persons on record who may be meant by these lines."""
    keys = {key for line in lines for key in line.candidates}
    return {person.pk: person for person in Person.objects.filter(pk__in=keys)}
