#!/usr/bin/env python
"""Run one instance: the web processes, the two workers and the beat, until Ctrl-C stops all of them.

The web comes first and the workers when it answers, so that the first page is there as early as it can be. Every
process dies with this one, even when this one is killed (the kernel sends the signal); honcho, which is made for
this, promises neither order nor that: docs/decisions/ says more.
"""

import contextlib
import ctypes
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import unicodedata
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field

from instance import data_dir, demo_accounts
from steps import ROOT, say

BIN = ROOT / ".venv" / "bin"
HOST = os.environ.get("HOST_ADDRESS", "127.0.0.1")
PORT = int(os.environ.get("PORT", "8000"))
URL = f"http://127.0.0.1:{PORT}"
STOP_SECONDS = 8
PR_SET_PDEATHSIG = 1
# The longest wait for the first answer; a slow disk's first start compiles every module.
READY_SECONDS = 120


@dataclass
class Service:
    """One process: its name in the output, its command, and the signal that ends it at once but in order."""

    name: str
    command: list[str]
    stop_signal: signal.Signals
    process: subprocess.Popen[str] | None = field(default=None, repr=False)
    started_at: float = 0
    is_quiet: bool = False

    def start(self, environment: dict[str, str]) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches this process alone, which then stops the others in order
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - it only calls prctl
        )
        threading.Thread(target=self._relay, args=(self.process,), daemon=True).start()

    def _relay(self, process: subprocess.Popen[str]) -> None:
        for line in process.stdout or ():
            if not self.is_quiet:
                print(f"{self.name:>7} | {line.rstrip()}", flush=True)

    def has_ended(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        if self.process and self.is_running():
            self.process.send_signal(number)

    def kill_what_is_left(self) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web() -> Service:
    options = ["--config=python:config.gunicorn", f"--bind={HOST}:{PORT}", "--graceful-timeout=5"]
    options += ["--log-level=warning"]
    options += ["--preload"]  # the site is loaded once, not once a process: seconds of every start
    return Service("web", [str(BIN / "gunicorn"), *options], signal.SIGTERM)


def worker(name: str, queues: str, *options: str) -> Service:
    command = [
        str(BIN / "celery"),
        "--quiet",
        "--app=config",
        "worker",
        f"--queues={queues}",
        f"--hostname={name}@%h",
    ]
    command += ["--concurrency=1", "--loglevel=WARNING", "--without-gossip", "--without-mingle", *options]
    # SIGQUIT is Celery's cold stop: the task under way ends, and its row is found again by the sweep.
    return Service(name, command, signal.SIGQUIT)


def services() -> list[Service]:
    schedule = f"--schedule={data_dir() / 'beat-schedule'}"
    return [web(), worker("default", "default,index", "--beat", schedule), worker("media", "media")]


def environment() -> dict[str, str]:
    chosen = {
        "DATA_DIR": str(data_dir()),
        "SITE_URL": os.environ.get("SITE_URL", URL),
        "PYTHONUNBUFFERED": "1",
        # Messages are JSON: the danger of which Celery warns root, pickles, is not there.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    if demo_accounts().exists():
        chosen["DEMO"] = os.environ.get("DEMO", "1")
    return os.environ | chosen


def refuse_busy_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, PORT))
        except OSError as error:
            sys.exit(
                f"{HOST}:{PORT} cannot be used ({error.strerror}). Another one: PORT={PORT + 1} make run"
            )


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """One run for each DATA_DIR: two would write one search index and one queue."""
    data_dir().mkdir(parents=True, exist_ok=True)
    with (data_dir() / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(
                f"The site already runs on {data_dir()}. A second one: DATA_DIR=var/other PORT={PORT + 1} make run"
            )
        yield


def answers() -> bool:
    try:
        with urllib.request.urlopen(f"{URL}/health/", timeout=5) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        print(f"{URL}/health/ answers {error.code}: {error.read(2000).decode(errors='replace')}", flush=True)
        return False
    except OSError:
        return False


def announce() -> None:
    """Say where the site is, and who can sign in: a row an account, in columns of equal width on the screen."""
    lines = ["", f"  Lüxuetang 律学堂 is ready: {URL}", ""]
    if demo_accounts().exists():
        accounts = json.loads(demo_accounts().read_text(encoding="utf-8"))
        rows = [[str(value) for value in account.values()] for account in accounts]
        widths = [max(map(_columns, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (cell + " " * (width - _columns(cell)) for cell, width in zip(row, widths, strict=True))
            lines.append(f"  {'  '.join(cells).rstrip()}")
        lines.append("")
    print("\n".join([*lines, "  Ctrl-C stops it.", ""]), flush=True)


def _columns(text: str) -> int:
    """How many columns the text takes on a terminal; a Han character takes two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


class Stopped(Exception):
    """A signal asked this run to end."""


def _stop(number: int, _frame: object) -> None:
    raise Stopped(signal.Signals(number).name)


def watch(running: list[Service], surroundings: dict[str, str]) -> int:
    """Wait for the first answer, start the workers, then keep everything up; gives the exit code."""
    front, *behind = running
    front.start(surroundings)
    deadline = time.monotonic() + READY_SECONDS
    while not answers():
        if front.has_ended() or time.monotonic() > deadline:
            print("The site did not start; the lines above say why.", flush=True)
            return 1
        time.sleep(0.1)
    announce()
    for service in behind:
        service.start(surroundings)
    while True:
        time.sleep(0.5)
        if front.has_ended():
            print("The web process ended; stopping.", flush=True)
            return 1
        for service in behind:
            if service.has_ended() and time.monotonic() - service.started_at > 5:
                print(f"{service.name:>7} | ended and is started again", flush=True)
                service.start(surroundings)


def stop_all(running: list[Service]) -> None:
    for service in reversed(running):
        service.is_quiet = True
        service.signal(service.stop_signal)
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and not all(
        service.process is None or service.has_ended() for service in running
    ):
        time.sleep(0.05)
    for service in running:
        service.kill_what_is_left()


def main() -> int:
    refuse_busy_port()
    running = services()
    with alone():
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        say(f"Starting the site on {URL} with {data_dir()}")
        try:
            return watch(running, environment())
        except Stopped as asked:
            print(f"\n{asked}: stopping …", flush=True)
            return 0
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            stop_all(running)
            print("Everything is stopped.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
