"""Load the demonstration, once, into a database that holds nothing else.

A marker in DATA_DIR says how far that went. Loading commits as it goes (packaging asks the database from other
processes), so an interrupted load leaves half a province: on SQLite the empty database that was put aside first
comes back and loading begins anew; another database is refused with what to do about it.
"""

import gc
import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from config.demo.certificates import load_certificates
from config.demo.content import load_content
from config.demo.desks import load_desks
from config.demo.learning import load_learning
from config.demo.notes import load_notes, load_reminders
from config.demo.people import BEHIND, LAWYER, load_people
from config.demo.regulation import load_regulation
from config.demo.sessions import load_sessions
from people.models import Organisation, Person
from reports import keeping
from search import index, statutes

Progress = Callable[[str], None]

# What a load writes beside the database.
FOLDERS = ("recordings", "packaged", "proofs", "search", "queue", "cache", "uploads")


class DemoRefused(Exception):
    """The demonstration cannot be loaded here; the text says why and what to do."""

    code = "demo_refused"


class Stage(StrEnum):
    NONE = "none"
    LOADING = "loading"
    LOADED = "loaded"


def marker() -> Path:
    """The file that marks this DATA_DIR, and the database it names, as a demonstration."""
    return settings.DATA_DIR / "demo-load.json"


def stage() -> Stage:
    """How far loading has come here."""
    try:
        return Stage(json.loads(marker().read_text(encoding="utf-8"))["stage"])
    except FileNotFoundError:
        return Stage.NONE


def load(progress: Progress) -> bool:
    """Load everything; False when it is loaded already. Raises DemoRefused; `progress` is given one line a step."""
    if not settings.DEMO:
        raise DemoRefused("DEMO=1 marks an instance as a demonstration; it is not set.")
    if stage() is Stage.LOADED:
        progress("The demonstration is loaded already.")
        return False
    begin(progress)
    with _seldom_collected():
        _fill(progress)
    _mark(Stage.LOADED)
    _empty_copy().unlink(missing_ok=True)
    return True


def _fill(progress: Progress) -> None:
    clock = time.monotonic()

    def say(text: str) -> None:
        progress(f"{time.monotonic() - clock:5.1f} s  {text}")

    people = load_people(say)
    statutes.load_structure()
    load_content(people, say)
    accounts = people.account_persons
    load_learning(say, in_progress=[accounts[LAWYER]], idle=[accounts[BEHIND]])
    load_sessions(people, say)
    load_desks(people, say)
    load_regulation(people, say)
    say(f"{load_certificates(people.account_persons[LAWYER])} certificates issued")
    say(f"{load_notes(people.account_persons[LAWYER])} notes, {load_reminders()} reminders")
    keeping.work_off()
    say("figures of coverage counted")
    _gather_statistics()
    say(f"{index.rebuild()} sentences can be found")
    say("The demonstration is loaded.")


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """A load makes 400,000 rows that live until they are written; looking for garbage among them took a quarter."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def begin(progress: Progress) -> None:
    """Make sure of an empty database, put it aside, and mark the DATA_DIR as loading."""
    if stage() is Stage.LOADING:
        _restore(progress)
    elif Organisation.objects.exists() or Person.objects.exists():
        raise DemoRefused(
            "This database holds data that is no demonstration. Choose another place: DATA_DIR=var/demo."
        )
    if connection.vendor == "sqlite":
        _empty_copy().parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(_empty_copy())) as aside:
            connection.ensure_connection()
            connection.connection.backup(aside)
    _mark(Stage.LOADING)


def _restore(progress: Progress) -> None:
    """Take an interrupted load back: the database as it was before, and none of its files."""
    if connection.vendor != "sqlite":
        raise DemoRefused(
            "An earlier load was interrupted: drop this database, create it anew, and migrate it."
        )
    progress("An earlier load was interrupted; beginning anew.")
    connection.ensure_connection()
    with closing(sqlite3.connect(_empty_copy())) as aside:
        aside.backup(connection.connection)
    # Folders stay: the queue of this very process stands on them.
    for name in FOLDERS:
        for path in (settings.DATA_DIR / name).rglob("*"):
            if path.is_file():
                path.unlink()


def _gather_statistics() -> None:
    """PostgreSQL plans by statistics, which autovacuum would bring a minute after so many new rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _empty_copy() -> Path:
    return settings.DATA_DIR / "demo-empty.sqlite3"


def _mark(reached: Stage) -> None:
    text = json.dumps({"stage": reached, "at": timezone.now().isoformat(timespec="seconds")})
    scratch = marker().with_suffix(".part")
    scratch.write_text(text, encoding="utf-8")
    scratch.rename(marker())
