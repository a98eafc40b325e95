"""`manage.py statements --year 2026 [--org NAME]`: the yearly statements of all lawyers, counted and timed."""

import time
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management import BaseCommand, CommandError

from courses import statements
from people import organisations
from people.days import today
from people.models import Organisation


class Command(BaseCommand):
    help = "Computes the yearly credit statement of every lawyer of an organisation (the whole tree unless named)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, default=None)
        parser.add_argument("--org", default="", help="an organisation's exact name")

    def handle(self, *args: Any, year: int | None, org: str, **options: Any) -> None:
        started = time.monotonic()
        as_of = today()
        year = year or as_of.year
        tops = [self._organisation(org)] if org else list(organisations.roots_on(as_of).order_by("pk"))
        found: Counter[str] = Counter()
        for top in tops:
            people = statements.lawyers_of(top.pk, statements.day_of(year, as_of))
            found["lawyers"] += len(people)
            for each in statements.statements(people, year=year, as_of=as_of):
                found["statements"] += 1
                found[_outcome(each)] += 1
        for name, count in found.items():
            self.stdout.write(f"{count:8}  {name}")
        self.stdout.write(f"{time.monotonic() - started:8.1f}  seconds")

    def _organisation(self, named: str) -> Organisation:
        found = Organisation.objects.filter(name=named).first()
        if found is None:
            raise CommandError(f"no organisation is called {named}")
        return found


def _outcome(each: statements.PersonStatement) -> str:
    if each.statement is None:
        return f"not judged ({each.refusal.code if each.refusal else ''})"
    if each.statement.is_undetermined:
        return "undetermined"
    return {True: "enough", False: "short", None: "nothing required"}[each.statement.compliant]
