"""`manage.py roster plan FILE --for ORGANISATION`, `apply ID`, `undo ID`: rosters at the console."""

import contextlib
import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError

from people import roster_applying, roster_imports, roster_sheet, roster_words
from people.days import today
from people.models import Organisation, RosterImport, RosterState
from people.refusals import Refused
from people.roster.planning import Outcome

LINES_SHOWN = 40
ASKING_FOR_EYES = (Outcome.DOUBTFUL, Outcome.CONFLICT, Outcome.REFUSED)


class Command(BaseCommand):
    help = "Plans a roster (XLSX or CSV) without entering anything, enters a plan, or takes an entered roster back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        deeds = parser.add_subparsers(dest="deed", required=True)
        plan = deeds.add_parser("plan", help="read the file and print what would change")
        plan.add_argument("file", type=Path)
        plan.add_argument(
            "--for", dest="organisation", required=True, help="name of the organisation, or its public id"
        )
        plan.add_argument(
            "--as-of", type=dt.date.fromisoformat, default=None, help="the roster's day (today)"
        )
        plan.add_argument("--complete", action="store_true", help="whoever is missing in it has left")
        plan.add_argument(
            "--annotated", type=Path, default=None, help="write the sheet with its results here"
        )
        for deed, about in (("apply", "enter a plan"), ("undo", "take an entered roster back")):
            each = deeds.add_parser(deed, help=about)
            each.add_argument("roster", type=UUID, help="the id that `plan` has printed")

    def handle(self, *args: Any, deed: str, **options: Any) -> None:
        try:
            if deed == "plan":
                self._plan(**options)
            else:
                self._take_further(deed, options["roster"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused

    def _plan(
        self,
        *,
        file: Path,
        organisation: str,
        as_of: dt.date | None,
        complete: bool,
        annotated: Path | None,
        **options: Any,
    ) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        roster = roster_imports.hand_in(
            _organisation(organisation),
            content=content,
            file_name=file.name,
            as_of=as_of or today(),
            is_complete=complete,
            by=None,
        )
        roster = roster_imports.plan(roster.pk)
        if roster.state == RosterState.UNREADABLE:
            raise CommandError(roster_words.failure(roster.failure))
        self._totals(roster)
        asking = roster.lines.filter(outcome__in=ASKING_FOR_EYES)
        for line in asking[:LINES_SHOWN]:
            where = f"{line.sheet} {line.number}".strip() if line.number else "-"
            self.stdout.write(f"{where}: {line.name}: {roster_words.explained(line)}")
        if asking.count() > LINES_SHOWN:
            self.stdout.write(f"... {asking.count() - LINES_SHOWN} more: --annotated writes them all")
        if annotated is not None:
            annotated.write_bytes(roster_sheet.annotated(roster))
        self.stdout.write(f"Nothing has been entered. To enter it: manage.py roster apply {roster.public_id}")

    def _take_further(self, deed: str, public_id: UUID) -> None:
        roster = RosterImport.objects.filter(public_id=public_id).first()
        if roster is None:
            raise CommandError(f"there is no roster {public_id}")
        if deed == "apply":
            roster_applying.agree(roster, by=None)
            roster = roster_applying.apply(roster.pk)
        else:
            roster_applying.ask_back(roster, by=None)
            roster = roster_applying.undo(roster.pk)
        if roster.failure:
            raise CommandError(roster_words.failure(roster.failure))
        self._totals(roster)
        kept = roster.lines.filter(is_kept=True).count()
        if kept:
            self.stdout.write(f"{kept} lines were changed by somebody afterwards and are kept as they are")

    def _totals(self, roster: RosterImport) -> None:
        counts = ", ".join(
            f"{roster.totals[each]} {each}" for each in roster_words.ORDER if roster.totals.get(each)
        )
        self.stdout.write(f"{roster.get_state_display()}: {counts or 'no lines'}")


def _organisation(wanted: str) -> Organisation:
    """By name, or by public id where names are shared."""
    found = Organisation.objects.filter(name=wanted)
    with contextlib.suppress(ValueError):
        found = found | Organisation.objects.filter(public_id=UUID(wanted))
    only = list(found[:2])
    if len(only) != 1:
        raise CommandError(f"{len(only) or 'no'} organisations are called {wanted}")
    return only[0]
