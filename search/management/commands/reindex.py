"""`manage.py reindex`: builds the search index anew beside the one in use, or compares it with the database."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from search import engines, index
from search.engines.base import EngineUnavailable

_SHOWN = 10


class Command(BaseCommand):
    help = (
        "Rebuilds the search index from the database, beside the one in use; --verify only compares the two."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--verify", action="store_true", help="compare index and database, change nothing"
        )

    def handle(self, *args: Any, verify: bool = False, **options: Any) -> None:
        try:
            if verify:
                self._verify()
            else:
                self._rebuild()
        except EngineUnavailable as error:
            raise CommandError(f"{error.code}: {error}") from error

    def _rebuild(self) -> None:
        started = time.monotonic()

        def progress(count: int) -> None:
            if self.stdout.isatty():  # a log gets the last line alone
                self.stdout.write(f"\r{count} documents", ending="")
                self.stdout.flush()

        count = index.rebuild(progress)
        seconds = time.monotonic() - started
        self.stdout.write(f"Indexed {count} documents in {seconds:.1f} s ({engines.current().name}).")

    def _verify(self) -> None:
        found = index.verify()
        if found.is_equal:
            self.stdout.write(f"Index and database agree: {found.documents} documents.")
            return
        for name in ("missing", "extra", "different"):
            ids = getattr(found, name)
            if ids:
                self.stdout.write(f"{name}: {len(ids)}, such as {', '.join(ids[:_SHOWN])}")
        raise CommandError("Index and database differ; run `manage.py reindex`.")
