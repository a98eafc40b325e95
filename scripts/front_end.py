"""The browser's half: Node where the machine has none, the locked npm packages, and Vite's build."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import python_packages
from steps import ROOT, Stamps, digest_of, run, step

STAMPS = Stamps(ROOT / "build" / "stamps")
LOCK = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
SOURCES = [
    ROOT / "vite.config.ts",
    ROOT / "vite.verify.config.ts",
    ROOT / "tsconfig.json",
    ROOT / "templates" / "assets",
]
BUILT = ROOT / "build" / "assets" / "manifest.json"


def needs_node() -> bool:
    """Whether a Node must be installed first: something is to be built, and the machine has none that can."""
    return not (packages_fresh() and build_fresh()) and system_node() is None


def prepare() -> None:
    """Install the packages and build the assets, each when its inputs changed."""
    node = system_node() or python_packages.VENV / "bin"
    path = {"PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    if not packages_fresh():
        install: list[str | Path] = [node / "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        step(
            "Installing the locked npm packages",
            STAMPS,
            "npm",
            _lock_digest(),
            lambda: _run(install, path),
        )
    if not build_fresh():
        build: list[str | Path] = [node / "npm", "run", "--silent", "build"]
        STAMPS.mark("assets", "")
        step("Building the front end", STAMPS, "assets", _build_digest(), lambda: _run(build, path))


def _run(command: list[str | Path], path: dict[str, str]) -> None:
    run(command, env=path)


def packages_fresh() -> bool:
    return (ROOT / "node_modules").is_dir() and STAMPS.fresh("npm", _lock_digest())


def build_fresh() -> bool:
    return BUILT.exists() and STAMPS.fresh("assets", _build_digest())


def _lock_digest() -> str:
    return digest_of(LOCK)


def _build_digest() -> str:
    return digest_of([*LOCK, *SOURCES])


def system_node() -> Path | None:
    """The folder of the machine's own node and npm, when Vite can run on it (20.19, or 22.12 and later)."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm or Path(node).parent != Path(npm).parent:
        return None
    shown = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.match(r"v(\d+)\.(\d+)", shown)
    if not numbers:
        return None
    version = (int(numbers[1]), int(numbers[2]))
    return Path(node).parent if version >= (22, 12) or (20, 19) <= version < (21, 0) else None
