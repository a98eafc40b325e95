"""The servers of one test process: each started at its first use, all ended together."""

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from tests import environment
from tests.servers import elasticsearch, postgresql, redis, s3
from tests.servers.process import ServerUnavailable

FOLDER = environment.FOLDER
SERVERS: dict[str, Callable[[], AbstractContextManager[Any]]] = {
    "postgresql": lambda: postgresql.serving(FOLDER / "postgresql", environment.POSTGRESQL_PORT),
    "redis": lambda: redis.serving(FOLDER / "redis", environment.REDIS_PORT),
    "elasticsearch": lambda: elasticsearch.serving(FOLDER / "elasticsearch", environment.ELASTICSEARCH_PORT),
    "s3": lambda: s3.serving(FOLDER / "s3", environment.free_port()),
}


class OnDemand(contextlib.ExitStack):
    """Starts a server once and remembers why one cannot be had."""

    def __init__(self) -> None:
        super().__init__()
        self.running: dict[str, Any] = {}
        self.missing: dict[str, ServerUnavailable] = {}

    def get(self, name: str) -> Any:
        """What the server's `serving` gives; raises ServerUnavailable."""
        if name in self.missing:
            raise self.missing[name]
        if name not in self.running:
            try:
                self.running[name] = self.enter_context(SERVERS[name]())
            except ServerUnavailable as error:
                self.missing[name] = error
                raise
        return self.running[name]
