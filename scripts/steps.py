"""Set-up steps: told while they run, timed, logged, and skipped while their inputs stay as they were."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOG = ROOT / "build" / "setup.log"
STARTED = time.monotonic()
_printing = threading.Lock()


class SetupFailed(Exception):
    """A step could not be done; the message says which, why, and what to do."""


def say(text: str) -> None:
    with _printing:
        print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", flush=True)


def digest_of(paths: Iterable[Path], *extra: str) -> str:
    """One digest over these files (folders: every file below them) and words."""
    digest = hashlib.sha256("\n".join(extra).encode())
    for path in paths:
        files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.suffix != ".pyc" and file.exists():
                digest.update(f"\n{file.relative_to(ROOT)}\n".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


class Stamps:
    """What was done, in one folder: a file for each step, holding the digest of its inputs at that time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fresh(self, step: str, digest: str) -> bool:
        path = self.folder / step
        return path.exists() and path.read_text() == digest

    def exists(self, step: str) -> bool:
        return (self.folder / step).exists()

    def mark(self, step: str, digest: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / step).write_text(digest)


def step(text: str, stamps: Stamps, name: str, digest: str, do: Callable[[], None]) -> bool:
    """Do it unless its stamp is fresh; tells when it starts and how long it took. True when it was done."""
    if stamps.fresh(name, digest):
        return False
    say(f"{text} …")
    before = time.monotonic()
    do()
    stamps.mark(name, digest)
    say(f"{text}: done in {time.monotonic() - before:.1f} s")
    return True


def run(command: Sequence[str | Path], env: dict[str, str] | None = None) -> str:
    """Run a program, its words into the log; gives its standard output, or raises SetupFailed with the end of it."""
    words = [str(word) for word in command]
    ran = subprocess.run(
        words, cwd=ROOT, env=os.environ | (env or {}), capture_output=True, text=True, check=False
    )
    _log(words, ran.stdout + ran.stderr, ran.returncode)
    if ran.returncode:
        raise _failed(words, ran.stdout + ran.stderr, ran.returncode)
    return ran.stdout


def tell(command: Sequence[str | Path], env: dict[str, str] | None = None) -> None:
    """Run a program that takes a while and says what it is doing, passing on each line; raises SetupFailed."""
    words = [str(word) for word in command]
    said = []
    with subprocess.Popen(
        words,
        cwd=ROOT,
        env=os.environ | (env or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            said.append(line)
            say(f"  {line.rstrip()}")
    _log(words, "".join(said), process.returncode)
    if process.returncode:
        raise _failed(words, "".join(said), process.returncode)


def _log(words: list[str], said: str, code: int) -> None:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(words)}\n{said}\n[ended with {code}]\n")


def _failed(words: list[str], said: str, code: int) -> SetupFailed:
    tail = "\n".join(said.strip().splitlines()[-25:])
    return SetupFailed(f"`{' '.join(words)}` ended with {code}:\n{tail}\n(everything is in {LOG})")


def stop(error: SetupFailed) -> None:
    say(f"Set-up stopped: {error}")
    sys.exit(1)
