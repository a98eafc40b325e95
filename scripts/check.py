#!/usr/bin/env python
"""Run the checks of `make check`: linters, types, import contracts, templates, migrations, messages, house rules.

scripts/check.py          all of them; fails when one does
scripts/check.py NAME …   these alone (`make test` runs each as a test of its own)
"""

import concurrent.futures
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
PACKAGES = ("platform/config", "platform/people", "platform/reports", "courses", "media", "search")
PYTHON = str(BIN / "python")

CHECKS: dict[str, list[str]] = {
    "mypy": [str(BIN / "mypy"), *PACKAGES, "scripts"],
    "imports": [str(BIN / "lint-imports"), "--no-cache"],
    "ruff": [str(BIN / "ruff"), "check", "."],
    "format": [str(BIN / "ruff"), "format", "--check", "."],
    "templates": [str(BIN / "djlint"), "templates", "--lint", "--quiet"],
    "typescript": [str(ROOT / "node_modules" / ".bin" / "tsc"), "--noEmit"],
    "django": [PYTHON, "manage.py", "check", "--fail-level=WARNING"],
    "models": [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"],
    "migrations": [PYTHON, "scripts/lint_migrations.py"],
    "messages": [PYTHON, "scripts/messages.py", "--check"],
    "house": [PYTHON, "scripts/house_rules.py"],
}


def check(name: str) -> tuple[int, str, float]:
    """Run one check; gives its exit code, what it said and the seconds it took."""
    before = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="luxuetang-check-") as folder:
        ran = subprocess.run(
            CHECKS[name],
            cwd=ROOT,
            env=os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "WARNING"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    return ran.returncode, ran.stdout.strip(), time.monotonic() - before


def main(names: list[str]) -> int:
    failed = []
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(check, name): name for name in names}
        for done in concurrent.futures.as_completed(running):
            code, said, seconds = done.result()
            print(f"{'ok    ' if code == 0 else 'FAILED'} {running[done]:<11} {seconds:5.1f} s", flush=True)
            if code:
                failed.append(running[done])
                print(said, flush=True)
    print(
        f"{len(names) - len(failed)} of {len(names)} checks passed"
        + (f"; failed: {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(CHECKS)))
