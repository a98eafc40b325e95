"""`manage.py find "…"`: what the page finds, as JSON lines; with --corpus, what it would find in a file of texts."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.management import BaseCommand, CommandError

from people.models import User
from search import corpus, find
from search.api import as_json
from search.engines.base import EngineUnavailable
from search.refusals import SearchRefused, UnreadableCorpus


class Command(BaseCommand):
    help = (
        "Searches as a visitor, or as --user, and prints one JSON line for each lecture found. With --corpus, indexes "
        "a JSON Lines file of {id, heading, text} into a throw-away index, reads a question a line from standard "
        "input and answers each with one line: {query, hits: [{id, score}]}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text", nargs="?", default="")
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--user", default="", help="username whose access the search has")
        parser.add_argument("--corpus", type=Path, help="a file of texts to search instead of the lectures")

    def handle(
        self, *args: Any, text: str, limit: int, user: str, corpus: Path | None, **options: Any
    ) -> None:
        if corpus is not None:
            if text or user:
                raise CommandError("--corpus reads its questions from standard input and knows no user.")
            self._measure(corpus, limit)
        elif not text:
            raise CommandError("Say what to search for, or give --corpus.")
        else:
            self._find(text, limit, user)

    def _find(self, text: str, limit: int, user: str) -> None:
        try:
            reader = User.objects.get(username=user) if user else AnonymousUser()
            answer = as_json(find.search(text, limit=limit, user=reader))
        except User.DoesNotExist as error:
            raise CommandError(f"There is no user {user!r}.") from error
        except SearchRefused as error:
            raise CommandError(f"{error.code}: {error}") from error
        about = {name: answer[name] for name in ("query", "attempt", "total")}
        for hit in (*answer["hits"], *answer["law"]):
            self.stdout.write(json.dumps({**about, **hit}, ensure_ascii=False))

    def _measure(self, file: Path, limit: int) -> None:
        try:
            with (
                file.open(encoding="utf-8") as lines,
                corpus.indexed(corpus.read(lines)) as texts,
            ):
                for question in corpus.questions(sys.stdin):
                    self.stdout.write(json.dumps(texts.answer(question, limit), ensure_ascii=False))
        except OSError as error:
            raise CommandError(f"{file} cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{file} is not UTF-8.") from error
        except UnreadableCorpus as error:
            raise CommandError(f"{error.code}: line {error.line}: {error}") from error
        except EngineUnavailable as error:
            raise CommandError(f"{error.code}: {error}") from error
