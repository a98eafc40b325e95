"""The programs that tests need besides Python: Debian packages where we are root, and Elasticsearch.

Without root nothing is installed: what is missing makes the tests that need it skip, by name and with the reason.
"""

import os
import shutil
from pathlib import Path

from python_packages import PYTHON
from steps import SetupFailed, run, say

# What proves that a package is there, and the package.
NEEDED = {
    "/usr/lib/postgresql/*/bin/initdb": "postgresql",
    "/usr/bin/redis-server": "redis-server",
    "/usr/bin/chromium": "chromium",
    "/usr/share/fonts/*/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
    "/usr/bin/xgettext": "gettext",
    "/usr/bin/mvn": "maven",
}


def missing() -> list[str]:
    return [package for proof, package in NEEDED.items() if not any(Path("/").glob(proof.removeprefix("/")))]


def prepare() -> None:
    """Install the missing Debian packages, once, as root on Debian or Ubuntu; else say what is missing."""
    packages = missing()
    if not packages:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"Not installed here, so tests that need them are skipped: {', '.join(packages)}")
        return
    say(f"Installing Debian packages for the tests: {' '.join(packages)} …")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(["apt-get", "update", "-qq"], env=quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], env=quiet)
    except SetupFailed as failed:
        say(f"Debian packages could not be installed; the tests that need them are skipped. {failed}")
    else:
        say("Installing Debian packages: done")


def fetch_elasticsearch() -> None:
    """Fetch the real server into the cache ahead of the tests, so that no test waits for the download."""
    try:
        run([PYTHON, "-m", "tests.servers.elasticsearch"])
    except SetupFailed as failed:
        say(f"Elasticsearch cannot be had; the tests that need it are skipped. {failed}")
