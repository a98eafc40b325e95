"""One server process: started so that it dies with the tests, waited for, and ended by its id."""

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PR_SET_PDEATHSIG = 1


class ServerUnavailable(Exception):
    """A server cannot be had on this machine; the message says why."""


def die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def as_user(name: str) -> list[str]:
    """The command prefix that gives up root for this user; nothing when we are not root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam(name)
    # Changing the user clears the parent-death signal, so setpriv sets it anew.
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--pdeathsig=TERM",
    ]


def give_to(folder: Path, name: str) -> None:
    """Make this user the owner of the folder and everything in it (nothing to do when we are not root)."""
    if os.geteuid() != 0:
        return
    for path in (folder, *folder.rglob("*")):
        shutil.chown(path, name)


def ordinary_user(*names: str) -> str:
    """The first of these system users that exists, else `nobody`."""
    known = {user.pw_name for user in pwd.getpwall()}
    return next((name for name in names if name in known), "nobody")


@contextlib.contextmanager
def running(
    command: list[str],
    *,
    log: Path,
    ready: Callable[[], bool],
    seconds: float,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    stop_with: signal.Signals = signal.SIGTERM,
    stop_seconds: float = 15,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run the command until the block ends; raises ServerUnavailable with the log's end when it does not get ready."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | (env or {}),
            cwd=cwd or log.parent,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - it only calls prctl
        )
    try:
        wait_until(ready, process=process, log=log, seconds=seconds)
        yield process
    finally:
        end(process, stop_with, stop_seconds)


def wait_until(
    ready: Callable[[], bool], *, process: subprocess.Popen[bytes], log: Path, seconds: float
) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            happened = (
                f"ended with {process.returncode}"
                if process.poll() is not None
                else f"not ready in {seconds} s"
            )
            tail = log.read_text(errors="replace")[-3000:]
            raise ServerUnavailable(f"{Path(process.args[0]).name} {happened}:\n{tail}")  # type: ignore[index]
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes], sig: signal.Signals, seconds: float) -> None:
    """Stop the process, politely first, and whatever it left in its session."""
    if process.poll() is None:
        process.send_signal(sig)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
