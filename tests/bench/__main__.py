"""Run the benchmarks (`make bench`), write docs/bench.md, and fail when a bar does not hold.

`python -m tests.bench regulations storage` runs some of them, and then writes to the screen alone.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests import environment
from tests.bench import citations, cues, heartbeats, regulations, report, retrieval
from tests.bench.report import Row
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.servers import postgresql

FOLDER = environment.FOLDER / "bench"


def run_heartbeats() -> Iterator[Row]:
    sqlite = SqliteDatabases(FOLDER)
    yield from heartbeats.measure("SQLite", sqlite.make(), FOLDER / "sqlite")
    with postgresql.serving(FOLDER / "server", environment.POSTGRESQL_PORT, durable=True) as server:
        yield from heartbeats.measure("PostgreSQL", PostgresDatabases(server).make(), FOLDER / "postgresql")


def run_storage() -> Iterator[Row]:
    folder = FOLDER / "storage"
    folder.mkdir()
    yield from measured_at(SqliteDatabases(folder).make(), "tests.bench.storage")
    with postgresql.serving(folder / "server", environment.POSTGRESQL_PORT) as server:
        yield from measured_at(PostgresDatabases(server).make(), "tests.bench.storage")


def run_program(module: str) -> Iterator[Row]:
    """Rows of a benchmark that needs a Django of its own, on a scratch instance."""
    name = module.rpartition(".")[2]
    databases = FOLDER / f"{name}-database"
    databases.mkdir()
    yield from measured_at(SqliteDatabases(databases).make(), module)


def measured_at(url: str, module: str) -> Iterator[Row]:
    """Rows of a program on the database at this address."""
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "DATA_DIR": str(FOLDER / f"{module.rpartition('.')[2]}-data"),
        "DEMO": "1",
        "LOG_LEVEL": "WARNING",
    }
    ran = subprocess.run([sys.executable, "-m", module], env=surroundings, stdout=subprocess.PIPE, text=True)
    if ran.returncode:
        raise RuntimeError(f"{module} failed")
    for row in json.loads(ran.stdout):
        yield Row(*row)


BENCHMARKS = {
    "regulations": regulations.measure,
    "citations": citations.measure,
    "cues": cues.measure,
    "retrieval": retrieval.measure,
    "heartbeats": run_heartbeats,
    "storage": run_storage,
    "packaging": lambda: run_program("tests.bench.packaging"),
    "certificates": lambda: run_program("tests.bench.certificates"),
    "rosters": lambda: run_program("tests.bench.rosters"),
    "province": lambda: run_program("tests.bench.province"),
    "exports": lambda: run_program("tests.bench.exports"),
}


def main(chosen: list[str]) -> int:
    FOLDER.mkdir(parents=True)
    rows = []
    try:
        for name in chosen or BENCHMARKS:
            for row in BENCHMARKS[name]():
                print(
                    f"{row.what}: {row.figure} {row.bar} {'' if row.holds is None else row.holds}", flush=True
                )
                rows.append(row)
    finally:
        environment.pytest_unconfigure()
    if not chosen:
        report.write(rows)
        print(f"written to {report.TARGET}")
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
