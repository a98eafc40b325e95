#!/usr/bin/env python
"""Resolve requirements/*.in into hash-locked files that name no address, and npm's lock file likewise.

scripts/lock.py             keep the versions that are locked, as far as the *.in files allow
scripts/lock.py --upgrade   take the newest ones
"""

import sys

import front_end
import python_packages
from steps import ROOT, SetupFailed, run, say, stop

RESOLVE = ["--universal", "--python-version", "3.11"]
WRITE = ["--generate-hashes", "--no-annotate", "--no-header", "--quiet"]
# dev.in is held to what base.in resolved to, so base comes first.
NAMES = ("base", "dev", "node", "bootstrap")


def main(options: list[str]) -> None:
    uv = python_packages.VENV / "bin" / "uv"
    for name in NAMES:
        source, target = (ROOT / "requirements" / f"{name}.{suffix}" for suffix in ("in", "txt"))
        say(f"Locking {target.relative_to(ROOT)}")
        run(
            [uv, "pip", "compile", *RESOLVE, *options, *WRITE, "-o", target, source],
            env=python_packages.uv_environment(),
        )
    node = front_end.system_node() or python_packages.VENV / "bin"
    say("Locking package-lock.json")
    run([node / "npm", "install", "--package-lock-only", "--no-audit", "--no-fund"])


if __name__ == "__main__":
    try:
        main(["--upgrade"] if "--upgrade" in sys.argv[1:] else [])
    except SetupFailed as failed:
        stop(failed)
    sys.exit(0)
