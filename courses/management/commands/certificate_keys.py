"""`manage.py certificate_keys list | rotate | export-public`: the keys that sign certificates."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from courses import signing_keys
from courses.certificates import key_files


class Command(BaseCommand):
    help = "List the keys of certificates, retire the current one for a new one, or print the public halves."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["list", "rotate", "export-public"])

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "rotate":
            made = signing_keys.rotate()
            self.stdout.write(f"{made.key_id} signs from now on; earlier keys still verify what they signed.")
            self.stdout.write(f"Back up {key_files.path_of(settings.CERTIFICATE_KEYS_DIR, made.key_id)}")
        elif options["act"] == "export-public":
            self.stdout.write(
                json.dumps({"algorithm": "Ed25519", "keys": signing_keys.published()}, indent=2)
            )
        else:
            self._list()

    def _list(self) -> None:
        states = signing_keys.states()
        if not states:
            self.stdout.write("No key yet: the first certificate makes it.")
        for state in states:
            role = "signs" if state.retired_at is None else f"retired {state.retired_at:%Y-%m-%d}"
            private = "private key here" if state.has_private else "no private key here"
            problem = f" PROBLEM: {state.problem}" if state.problem else ""
            self.stdout.write(
                f"{state.key_id}  since {state.created_at:%Y-%m-%d}  {role}  {private}{problem}"
            )
