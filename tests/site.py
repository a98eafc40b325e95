"""A live site for tests, on a database of the test's own: in a thread, or with real processes and workers."""

import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.test.testcases import LiveServerThread

from tests.environment import free_port
from tests.servers.process import running

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Site:
    """A site that answers at `url`; what the test commits to its database, the site sees, and the other way round."""

    url: str
    database_url: str
    log: Path | None = None


@pytest.fixture
def live_site(committed_db: str) -> Iterator[Site]:
    """The site in a thread of this process, on this test's own committed database; there in a blink, no workers."""
    # Static files are WhiteNoise's, as they are outside tests; Django's own handler would serve them for it.
    thread = LiveServerThread("127.0.0.1", lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield Site(f"http://127.0.0.1:{thread.port}", committed_db)
    finally:
        thread.terminate()


def empty_data_dir() -> None:
    """Files, messages and indexes that earlier tests of this process left would be strangers to a new database."""
    for path in settings.DATA_DIR.iterdir():
        if path.name == "queue":
            for message in path.rglob("*.msg"):
                message.unlink(missing_ok=True)
        elif path.is_dir():
            shutil.rmtree(path)


@pytest.fixture
def real_site(committed_db: str, tmp_path: Path) -> Iterator[Site]:
    """What `make run` starts (two web processes, two workers, the beat), on this test's database and DATA_DIR."""
    empty_data_dir()
    port = free_port()
    log = tmp_path / "site.log"

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    environment = {"DATABASE_URL": committed_db, "PORT": str(port)}
    command = [sys.executable, str(ROOT / "scripts" / "run.py")]
    with running(
        command, log=log, ready=ready, seconds=120, env=environment, cwd=ROOT, stop_with=signal.SIGINT
    ):
        yield Site(f"http://127.0.0.1:{port}", committed_db, log)
