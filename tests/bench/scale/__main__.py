"""Run `make bench-scale`: the sizes named, or all of them, each in a process and on a database of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

from tests import environment
from tests.bench import report
from tests.bench.report import Row
from tests.bench.scale.sizes import SIZES, Size
from tests.databases import PostgresDatabases, SqliteDatabases
from tests.servers import postgresql

FOLDER = environment.FOLDER / "scale"
USUAL = ("15000", "100000", "country")
# What a server of 16 GB is given; without it the kernel's cache does the same work at another price.
SERVER = ("shared_buffers=2GB", "work_mem=64MB", "max_wal_size=8GB", "maintenance_work_mem=512MB")


def run(size: Size) -> Iterator[Row]:
    folder = FOLDER / size.key
    folder.mkdir(parents=True)
    if size.vendor == "sqlite":
        yield from _measured(size, SqliteDatabases(folder).make())
        return
    with postgresql.serving(
        folder / "server", environment.POSTGRESQL_PORT, durable=True, settings=SERVER
    ) as server:
        yield from _measured(size, PostgresDatabases(server).make())


def _measured(size: Size, url: str) -> Iterator[Row]:
    surroundings = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": url,
        "DATA_DIR": str(FOLDER / size.key / "data"),
        "LOG_LEVEL": "WARNING",
    }
    command = [sys.executable, "-m", "tests.bench.scale.measure", size.key]
    ran = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, text=True)
    if ran.returncode:
        raise RuntimeError(f"{size.key} failed")
    for row in json.loads(ran.stdout):
        yield Row(*row)


def main(chosen: list[str]) -> int:
    rows: list[Row] = []
    try:
        for key in chosen or USUAL:
            rows.extend(run(SIZES[key]))
    finally:
        environment.pytest_unconfigure()
        print(report.table(rows))
    return 1 if any(row.holds is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
