#!/usr/bin/env python
"""Run the test suite: both sides at once, in processes of their own, with one summary at the end.

scripts/run_tests.py          everything but the long tests
scripts/run_tests.py --quick  embedded side, fewer examples, without servers, browser, checks and what is marked slow
scripts/run_tests.py --full   the long ones too

Two passes, no cross product: tests marked `services` (one journey a road, every adapter) run in a process that is
pointed at PostgreSQL, Redis and Elasticsearch; the others run, once, with nothing configured. tests/sides.py deals
them out. Further arguments go to pytest.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTEST = ROOT / ".venv" / "bin" / "pytest"
EMBEDDED, SERVICES = "popen//env:TEST_SIDE=embedded", "popen//env:TEST_SIDE=services"
QUICK = "not services and not browser and not checks and not slow and not full"


def command(arguments: list[str]) -> list[str]:
    further = [argument for argument in arguments if argument not in {"--quick", "--full"}]
    processes = ["--dist=loadscope", f"--tx=2*{EMBEDDED}"]
    if "--quick" in arguments:
        return [str(PYTEST), *processes, "-q", "-m", QUICK, "--hypothesis-profile=quick", *further]
    processes.append(f"--tx={SERVICES}")
    chosen = [] if "--full" in arguments else ["-m", "not full"]
    return [str(PYTEST), *processes, *chosen, "--durations=15", *further]


if __name__ == "__main__":
    os.chdir(ROOT)
    words = command(sys.argv[1:])
    os.execv(words[0], words)  # noqa: S606 - pytest takes this process over, signals and all
