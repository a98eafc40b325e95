"""`make run`'s supervisor, as its user meets it: it starts everything, says where, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.environment import free_port
from tests.servers.process import end
from tests.site import ROOT, Site

pytestmark = pytest.mark.slow

RUN = [sys.executable, str(ROOT / "scripts" / "run.py")]


def started_by(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def eventually(holds: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    return holds()


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [
        process for process in processes if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]


def words(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it ended while we looked
        return ""


def all_parts_run(process: subprocess.Popen[bytes]) -> bool:
    commands = [words(child) for child in started_by(process)]
    return all(any(part in command for command in commands) for part in ("gunicorn", "default@", "media@"))


@pytest.fixture
def supervisor(committed_db: str, tmp_path: Path):
    port = free_port()
    log = (tmp_path / "log").open("wb")
    environment = os.environ | {
        "DATABASE_URL": committed_db,
        "PORT": str(port),
        "DATA_DIR": str(tmp_path / "data"),
    }
    process = subprocess.Popen(
        RUN, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    assert eventually(lambda: all_parts_run(process), 90), (tmp_path / "log").read_text()
    yield process
    end(process, signal.SIGTERM, 15)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_leaves_no_process_behind(
    supervisor: subprocess.Popen[bytes], how: signal.Signals
) -> None:
    children = started_by(supervisor)
    supervisor.send_signal(how)
    assert supervisor.wait(20) == 0
    assert eventually(lambda: not alive(children), 5), alive(children)


def test_a_killed_run_leaves_no_process_behind(supervisor: subprocess.Popen[bytes]) -> None:
    children = started_by(supervisor)
    supervisor.kill()
    assert eventually(lambda: not alive(children), 20), alive(children)


def test_a_dead_worker_is_started_again(supervisor: subprocess.Popen[bytes]) -> None:
    def workers() -> list[psutil.Process]:
        return [child for child in started_by(supervisor) if "media@" in words(child)]

    before = {worker.pid for worker in workers()}
    for worker in workers():
        worker.kill()
    assert eventually(lambda: bool({worker.pid for worker in alive(workers())} - before), 30)


def test_a_port_in_use_is_said_with_a_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        environment = os.environ | {"PORT": str(port), "DATA_DIR": str(tmp_path)}
        ran = subprocess.run(RUN, env=environment, capture_output=True, text=True, timeout=30)
    assert ran.returncode == 1
    assert f"PORT={port + 1} make run" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.services("redis")
def test_the_same_command_runs_on_the_services(real_site: Site) -> None:
    assert real_site.log
    assert real_site.url in real_site.log.read_text()
