"""A breaker keeps questions from a server that does not answer: after some failures none is asked for a while.

A server that hangs costs every question its whole timeout, and with it the web process's few threads. Each process
learns for itself and tries again by itself. Pure.
"""

import threading
import time
from collections import deque
from collections.abc import Callable


class Breaker:
    """Open after `failures` within `window` seconds; then one question every `rest` seconds finds out whether the
    server is back, and the first answer closes it. Safe in threads."""

    def __init__(
        self,
        failures: int = 3,
        window: float = 30.0,
        rest: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._window, self._rest, self._clock = window, rest, clock
        self._failed_at: deque[float] = deque(maxlen=failures)
        self._next_try_at: float | None = None
        self._lock = threading.Lock()

    @property
    def is_open(self) -> bool:
        return self._next_try_at is not None

    def lets_through(self) -> bool:
        """Whether to ask now. Where it is open, the one that is let through tries for all."""
        with self._lock:
            if self._next_try_at is None:
                return True
            now = self._clock()
            if now < self._next_try_at:
                return False
            self._next_try_at = now + self._rest
            return True

    def succeeded(self) -> bool:
        """The server answered; True where it had not for a while."""
        with self._lock:
            was_open = self._next_try_at is not None
            self._next_try_at = None
            self._failed_at.clear()
            return was_open

    def failed(self) -> bool:
        """The server did not answer; True where it is not asked from now on."""
        with self._lock:
            now = self._clock()
            self._failed_at.append(now)
            many = len(self._failed_at) == self._failed_at.maxlen
            if self._next_try_at is not None:
                self._next_try_at = now + self._rest
                return False
            if many and now - self._failed_at[0] <= self._window:
                self._next_try_at = now + self._rest
                return True
            return False
