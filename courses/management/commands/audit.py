"""Judge every completion, fact and statement again from its evidence, and print each difference."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses import audit


class Command(BaseCommand):
    help = "Recompute all completions and credit from evidence and print each difference; there must be none."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()

        def say(name: str, count: int) -> None:
            self.stdout.write(f"{time.monotonic() - started:6.1f} s  {count} {name}")
            self.stdout.flush()

        found = 0
        for difference in audit.differences(say):
            found += 1
            self.stdout.write(f"DIFFERENCE  {difference}")
        if found:
            raise CommandError(f"{found} differences")
        self.stdout.write("No difference.")
