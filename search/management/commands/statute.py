"""`manage.py statute plan|apply FILE`: read a statute, show what importing it would change, and import it.

A file that ends in .csv is a concordance of repealed laws.
"""

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from search import concordance, statute_import, statute_text
from search.concordance_text import UnreadableConcordance
from search.refusals import StatuteRefused
from search.statute_import import Plan
from search.statute_text import UnreadableStatute

SHOWN = 40


class Command(BaseCommand):
    help = (
        "Imports a statute or interpretation from Markdown or plain text, or a concordance from FILE.csv; "
        "`plan` only shows what it would do."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("deed", choices=["plan", "apply"])
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--from",
            dest="valid_from",
            type=dt.date.fromisoformat,
            help="first day in force; of a concordance: the day of the repeal",
        )
        parser.add_argument("--key", default="", help="name in addresses, for a statute that is new")

    def handle(
        self, *args: Any, deed: str, file: Path, valid_from: dt.date | None, key: str, **options: Any
    ) -> None:
        try:
            if file.stat().st_size > 4 * statute_text.MAX_CHARACTERS:
                raise CommandError(f"{file} is larger than any statute.")
            if file.suffix.lower() == ".csv":
                self._follow(deed, file, valid_from)
                return
            planned = statute_import.plan(_text_of(file), key=key, valid_from=valid_from)
            self._show(planned)
            if deed == "apply":
                statute_import.apply(planned)
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except (UnreadableStatute, UnreadableConcordance) as error:
            lines = [f"line {each.line}: {each.code} {each.words}".rstrip() for each in error.problems]
            raise CommandError("\n".join(lines[:SHOWN])) from error
        except StatuteRefused as error:
            raise CommandError(f"{error.code}: {error}") from error
        self.stdout.write(f"{planned.articles} articles")

    def _follow(self, deed: str, file: Path, repealed_on: dt.date | None) -> None:
        planned = concordance.plan(_text_of(file), repealed_on=repealed_on)
        for law in planned.laws:
            counts = f"{law.added} added, {law.removed} removed, {law.unchanged} unchanged"
            self.stdout.write(f"{law.name}, repealed from {law.repealed_on}: {counts}")
        if deed == "apply":
            concordance.apply(planned)
        self.stdout.write(f"{len(planned.rows)} successions")

    def _show(self, planned: Plan) -> None:
        counts = (
            ", ".join(f"{count} {kind}" for kind, count in sorted(planned.counts.items()))
            or "nothing changes"
        )
        self.stdout.write(f"{planned.text.name} ({planned.key}), in force from {planned.valid_from}")
        self.stdout.write(f"{counts}, {planned.unchanged} unchanged")
        if planned.statute is not None:
            for change in planned.changes[:SHOWN]:
                cited = f", cited by {change.lectures} lectures" if change.lectures else ""
                self.stdout.write(f"  {change.kind} {change.number}{cited}")
            if len(planned.changes) > SHOWN:
                self.stdout.write(f"  … and {len(planned.changes) - SHOWN} more")


def _text_of(file: Path) -> str:
    text = statute_text.decoded(file.read_bytes())
    if text is None:
        raise CommandError(f"{file} is neither UTF-8 nor GB 18030.")
    return text
