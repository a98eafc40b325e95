"""PostgreSQL from Debian's package: a cluster of its own, without fsync, for one test process."""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.servers.process import ServerUnavailable, as_user, give_to, ordinary_user, running

ROLE = "luxuetang"
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=120",
    "shared_buffers=128MB",
    "log_min_messages=error",
)


@dataclass(frozen=True)
class PostgreSQL:
    """A running cluster."""

    port: int
    binaries: Path

    def url(self, database: str) -> str:
        return f"postgres://{ROLE}@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(
            self.url("postgres").replace("postgres://", "postgresql://"), autocommit=True
        ) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    @property
    def major_version(self) -> str:
        shown = subprocess.run(
            [self.binaries / "postgres", "--version"], capture_output=True, text=True, check=True
        )
        return shown.stdout.split()[2].split(".")[0]


def binaries() -> Path:
    """Where initdb lies; Debian keeps it off the PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise ServerUnavailable("PostgreSQL is not installed (Debian: apt-get install postgresql)")


@contextlib.contextmanager
def serving(
    folder: Path, port: int, *, durable: bool = False, settings: Sequence[str] = ()
) -> Iterator[PostgreSQL]:
    """Run a cluster; a durable one (for benchmarks) writes to the disk as it would in earnest.

    `settings` ("work_mem=64MB") are added to those of every cluster, and win.
    """
    server = PostgreSQL(port, binaries())
    owner = ordinary_user("postgres")
    data = folder / "data"
    data.mkdir(parents=True)
    give_to(folder, owner)
    initialise = [str(server.binaries / "initdb"), "-D", str(data), "-U", ROLE, "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(
        [*as_user(owner), *initialise, "--locale=C.UTF-8", "--no-sync"],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    if made.returncode:
        raise ServerUnavailable(f"initdb failed:\n{made.stderr[-2000:]}")
    command = [
        str(server.binaries / "postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-h",
        "127.0.0.1",
        "-k",
        str(folder),
    ]
    for setting in (*(SETTINGS if not durable else SETTINGS[3:]), *settings):
        command += ["-c", setting]

    def ready() -> bool:
        check = [str(server.binaries / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(port)]
        return subprocess.run(check, env=os.environ | {"PGUSER": ROLE}).returncode == 0

    # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave.
    with running(
        [*as_user(owner), *command], log=folder / "log", ready=ready, seconds=30, stop_with=signal.SIGINT
    ):
        yield server
