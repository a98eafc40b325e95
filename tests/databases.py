"""Migrated databases by copy: migrating costs 14 CPU seconds, a copy a few hundredths.

A migrated SQLite file (or PostgreSQL dump) is kept in the cache under a digest of everything that shapes it, so
only the first run after a change of migrations pays. A test that commits gets a copy of its own: append-only
triggers refuse Django's flush, and on PostgreSQL flushing would empty Wagtail's pages as well.
"""

import contextlib
import fcntl
import hashlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.servers.elasticsearch import cache
from tests.servers.postgresql import PostgreSQL

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ("platform/config", "platform/people", "platform/reports", "courses", "media", "search")
KEPT = 6
# What post_migrate writes (guards, permissions, groups) depends on these besides the migrations.
SHAPING_NAMES = {"apps.py", "guards.py", "models.py", "signals.py", "wagtail_groups.py"}
SHAPING_WORDS = ("post_migrate", "overlap_guard(", "append_only_guard(")


class Databases(Protocol):
    """A source of migrated databases."""

    def make(self) -> str:
        """A new migrated database; gives its address (DATABASE_URL)."""

    def name(self, url: str) -> str:
        """The NAME of that address in Django's settings."""

    def drop(self, url: str) -> None: ...


def fingerprint() -> str:
    """A digest of what a migrated database depends on."""
    digest = hashlib.sha256((ROOT / "requirements" / "base.txt").read_bytes())
    # The statute that every new database knows from the start.
    digest.update((ROOT / "search" / "data" / "civil-code.json").read_bytes())
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            content = path.read_bytes()
            shaping = path.parent.name in {"migrations", "models"} or path.name in SHAPING_NAMES
            if shaping or any(word.encode() in content for word in SHAPING_WORDS):
                digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode())
                digest.update(content)
    return digest.hexdigest()[:24]


@contextlib.contextmanager
def building(suffix: str) -> Iterator[tuple[Path, bool]]:
    """The cache's file for today's migrations, and whether it is there already; one builder at a time."""
    folder = cache() / "databases"
    folder.mkdir(exist_ok=True)
    target = folder / f"{fingerprint()}{suffix}"
    if target.exists():
        target.touch()  # in use: the newest are kept
        yield target, True
        return
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield target, target.exists()
        for old in sorted(folder.glob(f"*{suffix}"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink()


def migrate(url: str) -> None:
    # No cache server: migrating clears Wagtail's cached site, and a test that asked for PostgreSQL alone has none.
    environment = os.environ | {"DATABASE_URL": url, "LOG_LEVEL": "WARNING", "REDIS_URL": ""}
    command = [sys.executable, "manage.py", "migrate", "--skip-checks", "--no-input", "--verbosity", "0"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(
            f"The test database could not be migrated:\n{ran.stdout[-2000:]}{ran.stderr[-6000:]}"
        )


@dataclass
class SqliteDatabases:
    """Copies of one migrated SQLite file."""

    folder: Path
    counter: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        with building(".sqlite3") as (target, exists):
            if not exists:
                with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
                    made = Path(scratch) / "migrated.sqlite3"
                    migrate(f"sqlite:///{made}")
                    with contextlib.closing(sqlite3.connect(made)) as connection:
                        connection.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
                    made.rename(target)
            self.template = self.folder / "template.sqlite3"
            shutil.copyfile(target, self.template)

    def make(self) -> str:
        path = self.folder / f"copy-{next(self.counter)}.sqlite3"
        shutil.copyfile(self.template, path)
        return f"sqlite:///{path}"

    def name(self, url: str) -> str:
        return url.removeprefix("sqlite:///")

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(self.name(url) + suffix).unlink(missing_ok=True)


@dataclass
class PostgresDatabases:
    """Copies of one migrated PostgreSQL database, made with CREATE DATABASE … TEMPLATE."""

    server: PostgreSQL
    counter: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.server.execute("CREATE DATABASE migrated")
        url = self.server.url("migrated")
        with building(f".pg{self.server.major_version}.sql") as (target, exists):
            if exists:
                self.run("psql", "--quiet", "--set=ON_ERROR_STOP=1", f"--file={target}", url)
            else:
                migrate(url)
                scratch = target.with_suffix(".part")
                self.run("pg_dump", "--no-owner", f"--file={scratch}", url)
                scratch.rename(target)

    def run(self, binary: str, *arguments: str) -> None:
        command = [str(self.server.binaries / binary), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def make(self) -> str:
        name = f"copy_{next(self.counter)}"
        self.server.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        return self.server.url(name)

    def name(self, url: str) -> str:
        return url.rpartition("/")[2]

    def drop(self, url: str) -> None:
        self.server.execute(f"DROP DATABASE {self.name(url)} WITH (FORCE)")


@contextlib.contextmanager
def using(databases: Databases, url: str) -> Iterator[None]:
    """Point Django's default connection at this database for the length of the block."""
    from django.db import connections

    settings = connections.settings["default"]
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = databases.name(url)
    try:
        yield
    finally:
        connections.close_all()
        settings["NAME"] = before
