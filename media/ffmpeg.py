"""Runs one ffmpeg command so that it cannot outlive, outlast or block its worker."""

import contextlib
import ctypes
import os
import selectors
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import imageio_ffmpeg

# Inputs may only be the file itself; a playlist or a script inside it must not reach the network or the disk.
PROTOCOLS = "file,pipe"
# Containers that lecturers bring. Left out on purpose: hls, concat, image2 and other formats that name files.
FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,asf,mpegts,mpeg,mp3,wav,w64,flac,ogg,aac,aiff,caf,amr,dv"
)
INPUT_OPTIONS = {"protocol_whitelist": PROTOCOLS, "format_whitelist": FORMATS}

TICK_SECONDS = 1.0
_PR_SET_PDEATHSIG = 1
_KEPT_LINES = 40
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class FfmpegError(Exception):
    """ffmpeg did not do what it was asked; `detail` holds its last words."""

    code = "encoding_failed"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class FfmpegTimeout(FfmpegError):
    """ffmpeg was still at work when its time was over, and was killed."""

    code = "time_limit"


def executable() -> str:
    """The ffmpeg that comes with imageio-ffmpeg, or the one named by IMAGEIO_FFMPEG_EXE."""
    return imageio_ffmpeg.get_ffmpeg_exe()


def run(
    command: Sequence[str],
    *,
    folder: Path,
    time_limit_seconds: float,
    on_tick: Callable[[int], None] = lambda _milliseconds: None,
    nice: int = 10,
) -> None:
    """Run a command that `ffmpeg.compile()` made in `folder`, until it ends, fails or its time is over.

    `on_tick` is called about once a second with the milliseconds of output written so far; what it raises
    kills ffmpeg and is raised again here. ffmpeg runs in its own process group with lowered priority and dies
    with the thread that called (Linux). Raises FfmpegTimeout or FfmpegError.
    """
    complete = [command[0], "-hide_banner", "-nostdin", "-loglevel", "error", "-progress", "pipe:1"]
    process = subprocess.Popen(  # noqa: S603 - a list without a shell, its paths are ours
        [*complete, "-nostats", *command[1:]],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        process_group=0,
        preexec_fn=_die_with(os.getpid(), nice),  # noqa: PLW1509 - it only makes two system calls
    )
    try:
        last_words = _drain(process, time.monotonic() + time_limit_seconds, on_tick)
    finally:
        _end(process)
    if process.returncode != 0:
        raise FfmpegError(last_words or f"ended with {process.returncode}")


def _die_with(parent: int, nice: int) -> Callable[[], None]:
    def before_exec() -> None:
        os.nice(nice)
        if _libc is not None:
            _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:  # the parent died before the promise was made
                os._exit(1)

    return before_exec


def _drain(process: subprocess.Popen[bytes], deadline: float, on_tick: Callable[[int], None]) -> str:
    """Read both pipes until they close, so that ffmpeg never waits for us; give back its last error lines."""
    written_ms = 0
    errors: deque[str] = deque(maxlen=_KEPT_LINES)
    unfinished = {"progress": b"", "errors": b""}
    next_tick = time.monotonic() + TICK_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(_pipe(process.stdout), selectors.EVENT_READ, "progress")
        selector.register(_pipe(process.stderr), selectors.EVENT_READ, "errors")
        while selector.get_map():
            for key, _events in selector.select(timeout=max(0.0, next_tick - time.monotonic())):
                chunk = os.read(key.fd, 65536)
                if not chunk:
                    selector.unregister(key.fileobj)
                    continue
                # A line that never ends must not grow without limit.
                *lines, unfinished[key.data] = (unfinished[key.data][-8192:] + chunk).split(b"\n")
                for line in lines:
                    text = line.decode("utf-8", "replace").strip()
                    if key.data == "errors":
                        errors.append(text)
                    elif text.startswith("out_time_us="):
                        with contextlib.suppress(ValueError):  # "N/A" before the first packet
                            written_ms = max(written_ms, int(text.partition("=")[2]) // 1000)
            now = time.monotonic()
            if now >= deadline:
                raise FfmpegTimeout(f"after {written_ms} ms of output")
            if now >= next_tick:
                next_tick = now + TICK_SECONDS
                on_tick(written_ms)
    try:
        process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired as error:
        raise FfmpegTimeout("it closed its output and did not end") from error
    return "\n".join(filter(None, errors))


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:  # Popen was asked for both
        raise FfmpegError("no pipe")
    return pipe


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()
