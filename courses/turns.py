"""Whose turn it is to write on SQLite: beats queue for its one writer, in the order in which they came.

SQLite lets a second writer sleep and ask again, longer each time and in no order: among 32 clients some slept for a
second. Here threads wait for a lock of their process, and processes for a lock on a file, both of which wake who came
first. Other writers still ask SQLite itself; its own time limit covers them. PostgreSQL orders its writers by rows.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import IO

from django.conf import settings
from django.db import connection

_threads = threading.Lock()


@contextmanager
def turn() -> Iterator[None]:
    """Wait for one's turn and keep it; to be entered outside of the transaction that writes."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _threads:
        file = _file()
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


@cache
def _file() -> IO[str]:
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    return (settings.DATA_DIR / "beats.lock").open("w")
