"""What a heartbeat costs, beside the bare view, at 1, 8 and 32 clients, with two web processes."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil

from tests.bench.load import BARE, BEATS
from tests.bench.report import Row
from tests.environment import free_port
from tests.servers.process import running

ROOT = Path(__file__).resolve().parents[2]
CLIENTS = (1, 8, 32)
SECONDS = float(os.environ.get("BENCH_SECONDS", "6"))
BAR_TIMES, BAR_STATEMENTS = 1.6, 3
BAR_P99_MS = {"SQLite": 400, "PostgreSQL": 200}


def measure(database: str, url: str, folder: Path) -> list[Row]:
    """Rows for one database at this address; `database` is its name in the table."""
    folder.mkdir()
    environment = {"DATABASE_URL": url, "DATA_DIR": str(folder / "data"), "LOG_LEVEL": "WARNING"}
    # The first half of the watchers sends beats, the second half asks the bare view: no row is in both.
    most = max(CLIENTS)
    prepared = _program("tests.bench.watchers", str(2 * most + 1), str(most), environment=environment)
    watchers, rows = prepared["watchers"], []
    honest, bare = watchers[: max(CLIENTS)], watchers[max(CLIENTS) :]
    with ExitStack() as stack:
        port = free_port()
        server = stack.enter_context(_web(port, folder, environment))
        workers = psutil.Process(server.pid).children()
        # Every thread has its connection before anything is measured.
        _load(port, BEATS, honest, 2.0)
        _load(port, BARE, bare, 2.0)
        for number in CLIENTS:
            figures: dict[str, dict[str, Any]] = {}
            # Each twice, in turn, so that a passing disturbance falls on both.
            for _turn in range(2):
                for path, clients in ((BARE, bare[:number]), (BEATS, honest[:number])):
                    before = _cpu_seconds(workers)
                    result = _load(port, path, clients, SECONDS / 2)
                    result["cpu"] = _cpu_seconds(workers) - before
                    _add(figures.setdefault(path, {}), result)
            rows += _rows(database, number, figures[BARE], figures[BEATS])
        asked = _load(port, BEATS, prepared["often"], SECONDS)
    rows += _asked_rows(database, asked, _program("tests.bench.kept", environment=environment))
    statements = prepared["statements"]
    said = f"{len(statements)} ({', '.join(statements)})"
    rows.append(
        Row(
            f"SQL statements of a heartbeat, {database}",
            said,
            f"≤ {BAR_STATEMENTS}",
            len(statements) <= BAR_STATEMENTS,
        )
    )
    return rows


def _rows(database: str, number: int, bare: dict[str, Any], beats: dict[str, Any]) -> list[Row]:
    bare_ms, beat_ms = (1000 * each["cpu"] / max(1, each["requests"]) for each in (bare, beats))
    times = beat_ms / bare_ms
    where = f"{database}, {number} client{'s' if number > 1 else ''}"
    per_second = beats["requests"] / beats["seconds"]
    shown = f"{per_second:.0f} a second, median {beats['median_ms']:.1f} ms, worst {beats['worst_ms']:.0f} ms"
    failures = sorted({error[:80] for error in beats["errors"] + bare["errors"]})
    errors = f"{len(beats['errors'])} of {beats['requests']}" + (f": {failures[0]}" if failures else "")
    return [
        Row(f"heartbeats, {where}", shown),
        Row(
            f"web CPU a heartbeat, {where}",
            f"{beat_ms:.2f} ms, bare view {bare_ms:.2f} ms: {times:.2f} times",
            f"≤ {BAR_TIMES} times",
            times <= BAR_TIMES,
        ),
        Row(f"errors, {where}", errors, "0", not beats["errors"]),
        Row(
            f"99 of 100 heartbeats, {where}",
            f"within {beats['p99_ms']:.0f} ms, bare view {bare['p99_ms']:.0f} ms",
            f"≤ {BAR_P99_MS[database]} ms",
            beats["p99_ms"] <= BAR_P99_MS[database],
        ),
    ]


def _asked_rows(database: str, asked: dict[str, Any], kept: dict[str, int]) -> list[Row]:
    """A crowd that is asked for its presence every two minutes of what it watches, and what all of it has left."""
    clients = len(asked["next"])
    shown = f"{asked['answered']} checks answered among {asked['requests']} heartbeats"
    failures = "".join(f": {error[:80]}" for error in asked["errors"][:1])
    return [
        Row(
            f"checks every two minutes, {database}, {clients} clients",
            f"{shown}, {len(asked['errors'])} errors{failures}",
            "0 errors",
            not asked["errors"] and asked["answered"] > 0,
        ),
        Row(
            f"rows that lost an update, {database}",
            f"{kept['lost']} of {kept['rows']}",
            "0",
            not kept["lost"],
        ),
    ]


def _add(total: dict[str, Any], result: dict[str, Any]) -> None:
    for name in ("requests", "seconds", "cpu"):
        total[name] = total.get(name, 0) + result[name]
    total["errors"] = total.get("errors", []) + result["errors"]
    total["median_ms"] = max(total.get("median_ms", 0), result["median_ms"])
    for name in ("p99_ms", "worst_ms"):
        total[name] = max(total.get(name, 0), result[name])


def _web(port: int, folder: Path, environment: dict[str, str]):
    options = ["--config=python:config.gunicorn", f"--bind=127.0.0.1:{port}", "--log-level=warning"]
    command = [sys.executable, "-m", "gunicorn", *options, "tests.bench.wsgi:application"]

    def ready() -> bool:
        import http.client

        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/")
            return connection.getresponse().status == 200
        except OSError:
            return False

    return running(
        command,
        log=folder / "web.log",
        ready=ready,
        seconds=120,
        env=environment,
        cwd=ROOT,
        stop_with=signal.SIGTERM,
    )


def _load(port: int, path: str, clients: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    job = {"port": port, "path": path, "clients": clients, "seconds": seconds}
    result = _program("tests.bench.load", given=json.dumps(job))
    for client, following in zip(clients, result["next"], strict=True):
        client["first"] = following
    return result


def _program(module: str, *arguments: str, environment: dict[str, str] | None = None, given: str = "") -> Any:
    command = [sys.executable, "-m", module, *arguments]
    surroundings = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | (environment or {})
    ran = subprocess.run(command, cwd=ROOT, env=surroundings, input=given, capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"{module} failed:\n{ran.stdout[-1000:]}{ran.stderr[-4000:]}")
    return json.loads(ran.stdout)


def _cpu_seconds(processes: list[psutil.Process]) -> float:
    return sum(each.cpu_times().user + each.cpu_times().system for each in processes)
