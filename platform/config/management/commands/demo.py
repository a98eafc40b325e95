"""`manage.py demo load` and `manage.py demo accounts`: the demonstration, and who can sign in to it."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo import accounts, load


class Command(BaseCommand):
    help = "Load the demonstration into an empty database, or print its accounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["load", "accounts"])
        parser.add_argument(
            "--accounts", type=Path, help="write the accounts, as JSON, into this file once loaded"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["action"] == "accounts":
            self.stdout.write(_accounts())
            return
        try:
            load.load(self._say)
        except load.DemoRefused as error:
            raise CommandError(str(error)) from error
        if options["accounts"]:
            options["accounts"].write_text(_accounts(), encoding="utf-8")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _accounts() -> str:
    return json.dumps([account.as_dict() for account in accounts.shown()], ensure_ascii=False, indent=2)
