"""`manage.py demo load` and `manage.py demo accounts`: the demonstration, and who can sign in to it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo import accounts, load


class Command(BaseCommand):
    help = "Load the demonstration into an empty database, or print its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["load", "accounts"])
        parser.add_argument("--json", action="store_true", help="accounts as JSON (they always are)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "accounts":
            listed = [account.as_dict() for account in accounts.shown()]
            self.stdout.write(json.dumps(listed, ensure_ascii=False, indent=2))
            return
        try:
            load.load(self._say)
        except load.DemoRefused as error:
            raise CommandError(str(error)) from error

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
