#!/usr/bin/env python3
"""Prepare a checkout for `make run` or `make test`, with nothing but Python's standard library to begin with.

    scripts/setup.py         what the site needs: packages, front end, messages, database, demonstration data
    scripts/setup.py tests   what the tests need: packages and theirs, front end, messages, servers (as root)
    scripts/setup.py check   what the checks need: packages and theirs, npm packages, messages

Each step leaves a stamp with the digest of its inputs and is skipped while they stay as they were.
"""

import contextlib
import fcntl
import sys
import threading
from collections.abc import Callable, Iterator

if sys.version_info < (3, 11):  # noqa: UP036 - the message is for whoever has an older one
    sys.exit(f"Lüxuetang needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

import front_end
import instance
import python_packages
import test_servers
from steps import ROOT, SetupFailed, stop


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time in this checkout; a second one waits and then finds everything done."""
    (ROOT / "build").mkdir(exist_ok=True)
    with (ROOT / "build" / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class Lane(threading.Thread):
    """A step that runs beside others; `result` waits for it and raises what it raised."""

    def __init__(self, do: Callable[[], None]) -> None:
        super().__init__(daemon=True)
        self.do = do
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.do()
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self.error = error

    def result(self) -> None:
        self.join()
        if self.error:
            raise self.error


def main(purpose: str) -> None:
    servers = Lane(test_servers.prepare) if purpose == "tests" else None
    locks = ["base"] if purpose == "site" else ["base", "dev"]
    needs_node = front_end.needs_node()
    # npm's downloads and Vite run beside Python's; only a machine without Node has to wait for its wheel.
    browser = None if needs_node else Lane(front_end.prepare)
    python_packages.prepare(locks)
    if needs_node:
        python_packages.prepare([*locks, "node"])
        browser = Lane(front_end.prepare)
    instance.compile_messages()
    if purpose == "site":
        instance.prepare_database()
    if browser:
        browser.result()
    if purpose == "site":
        # The demonstration's slides are drawn with a font that npm brought.
        static = Lane(instance.collect_static)
        instance.prepare_demonstration()
        static.result()
    if servers:
        servers.result()
        test_servers.fetch_elasticsearch()


if __name__ == "__main__":
    chosen = sys.argv[1] if len(sys.argv) > 1 else "site"
    if chosen not in {"site", "tests", "check"}:
        sys.exit(__doc__)
    try:
        with alone():
            main(chosen)
    except SetupFailed as failed:
        stop(failed)
    except KeyboardInterrupt:
        sys.exit("Set-up interrupted; running it again goes on from here.")
