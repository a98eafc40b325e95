"""Redis from Debian's package, keeping nothing on disk."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import redis

from tests.servers.process import ServerUnavailable, running


@contextlib.contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """Run Redis; gives its address."""
    binary = shutil.which("redis-server")
    if not binary:
        raise ServerUnavailable("Redis is not installed (Debian: apt-get install redis-server)")
    folder.mkdir(parents=True, exist_ok=True)
    client = redis.Redis(port=port)

    def ready() -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:
            return False

    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with running(command, log=folder / "log", ready=ready, seconds=15):
        yield f"redis://127.0.0.1:{port}"
