"""manage.py remind: tell lawyers what is due, as the beat does; --dry-run only says how many would be told."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from courses import reminders
from people.days import today


class Command(BaseCommand):
    help = "Remind those who lack something of the nearest step before or after its due date, each step once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count whom it would tell; send nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        told = reminders.remind(today(), is_dry=options["dry_run"])
        for each in told:
            self.stdout.write(f"{each.persons:>7}  {each.step:<12} {each.title}")
        verb = "would be told" if options["dry_run"] else "told"
        self.stdout.write(f"{sum(each.persons for each in told):>7}  {verb}")
