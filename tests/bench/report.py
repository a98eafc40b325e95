"""The table that the benchmarks write: each figure with its bar, and the machine it was measured on."""

import platform
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

TARGET = Path(__file__).resolve().parents[2] / "docs" / "bench.md"
INTRODUCTION = """# Benchmarks

Written by `make bench`; figures are of the machine named below, with the load generator on it too. The bare view
runs in the same two web processes, without middleware: the same token check and the same statements as a heartbeat,
and nothing else. CPU is that of the web processes.
"""


@dataclass(frozen=True)
class Row:
    """One figure; `bar` is what it must keep, `holds` whether it does (None: there is no bar)."""

    what: str
    figure: str
    bar: str = ""
    holds: bool | None = None


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), platform.machine())
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024**2
    cores = subprocess.run(["nproc"], capture_output=True, text=True).stdout.strip()
    system = f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores ({cpu}), {memory:.0f} GB, {system}"


def write(rows: list[Row]) -> None:
    TARGET.write_text(f"{INTRODUCTION}\n{table(rows)}\n", encoding="utf-8")


def table(rows: list[Row]) -> str:
    """The figures in Markdown, under the machine that gave them."""
    marks = {None: "", True: "holds", False: "**fails**"}
    lines = [f"Machine: {machine()}.", "", "| what | measured | bar | |", "| --- | --- | --- | --- |"]
    lines += [f"| {row.what} | {row.figure} | {row.bar} | {marks[row.holds]} |" for row in rows]
    return "\n".join(lines)
