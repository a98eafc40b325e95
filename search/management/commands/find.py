"""`manage.py find "…"`: what the page finds, as JSON lines, one lecture a line."""

import json
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management import BaseCommand, CommandError

from people.models import User
from search import find
from search.api import as_json
from search.refusals import SearchRefused


class Command(BaseCommand):
    help = "Searches as a visitor, or as --user, and prints one JSON line for each lecture found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--user", default="", help="username whose access the search has")

    def handle(self, *args: Any, text: str, limit: int, user: str, **options: Any) -> None:
        try:
            reader = User.objects.get(username=user) if user else AnonymousUser()
            answer = as_json(find.search(text, limit=limit, user=reader))
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {user!r}.") from error
        except SearchRefused as error:
            raise CommandError(f"{error.code}: {error}") from error
        about = {name: answer[name] for name in ("query", "attempt", "total")}
        for hit in answer["hits"]:
            self.stdout.write(json.dumps({**about, **hit}, ensure_ascii=False))
