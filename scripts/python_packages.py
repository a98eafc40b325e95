"""The virtual environment and the hash-locked Python packages in it.

pip puts uv in, uv puts in the rest. Where Debian ships Python without pip and ensurepip, the environment is
made all the same, and pip is looked for in the other places it may lie.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from steps import ROOT, SetupFailed, Stamps, digest_of, run, say, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
STAMPS = Stamps(VENV / "stamps")


def prepare(locks: list[str]) -> None:
    """Make .venv hold what these lock files (base, dev, node) name, and the checkout itself as importable."""
    if not PYTHON.exists():
        say(f"Creating the virtual environment in {VENV}")
        run([sys.executable, "-m", "venv", "--without-pip", VENV])
    here = [str(ROOT), sys.version]
    bootstrap = REQUIREMENTS / "bootstrap.txt"
    step(
        "Installing uv",
        STAMPS,
        "bootstrap",
        digest_of([bootstrap], *here),
        lambda: install_with_pip(bootstrap),
    )
    files = [REQUIREMENTS / f"{name}.txt" for name in locks]
    step(
        f"Installing the locked Python packages ({', '.join(locks)})",
        STAMPS,
        "packages-" + "-".join(locks),
        digest_of(files, *here),
        lambda: install(files),
    )
    step(
        "Making the checkout importable",
        STAMPS,
        "checkout",
        digest_of([ROOT / "pyproject.toml"], *here),
        lambda: uv("--no-deps", "--no-build-isolation", "--editable", str(ROOT)),
    )


def install(files: list[Path]) -> None:
    arguments = ["--require-hashes", *(word for file in files for word in ("--requirement", str(file)))]
    try:
        # Not every machine lets a process keep the bytecode it makes: each start would compile 3,000 modules.
        uv("--compile-bytecode", *arguments)
    except SetupFailed as failed:
        # pip knows settings of this machine (its index, its certificates) that uv may not.
        say("uv could not install the packages; trying pip, which is slower")
        try:
            run([*pip(), "install", *arguments])
        except SetupFailed:
            raise failed from None


def uv(*arguments: str) -> None:
    run([VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, *arguments], env=uv_environment())


def uv_environment() -> dict[str, str]:
    """pip's settings of this machine in uv's words: uv does not read them by itself."""
    asked = subprocess.run([*pip(), "config", "list"], capture_output=True, text=True, check=False).stdout
    settings: dict[str, str] = {}
    for line in asked.splitlines():
        name, _, value = line.partition("=")
        settings[name.rpartition(".")[2].strip(":")] = value.strip().strip("'")
    words = {
        "index-url": "UV_DEFAULT_INDEX",
        "extra-index-url": "UV_INDEX",
        "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
        "trusted-host": "UV_INSECURE_HOST",
    }
    found = {theirs: settings[ours] for ours, theirs in words.items() if settings.get(ours)}
    return {name: value for name, value in found.items() if name not in os.environ}


def install_with_pip(file: Path) -> None:
    run([*pip(), "install", "--quiet", "--require-hashes", "--requirement", file])


def pip() -> list[str]:
    """A pip that works on the virtual environment; raises SetupFailed where the machine has none at all."""
    inside = [str(PYTHON), "-m", "pip"]
    if works([*inside, "--version"]):
        return inside
    if importlib.util.find_spec("ensurepip"):
        run([PYTHON, "-m", "ensurepip", "--upgrade"])
        return inside
    for other in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"]):
        outside = [*other, "--python", str(PYTHON)]
        if works([*outside, "--version"]):
            return outside
    for wheel in sorted(Path("/usr/share/python-wheels").glob("pip-*.whl")):
        return [str(PYTHON), str(wheel / "pip")]
    return with_debian()


def with_debian() -> list[str]:
    """The last resort: Debian's own pip, put in when we may; raises SetupFailed with what to type when not."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("This Python has neither pip nor ensurepip: installing Debian's python3-pip")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update", "-qq"], env=quiet)
        run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-pip"], env=quiet)
        return ["/usr/bin/python3", "-m", "pip", "--python", str(PYTHON)]
    raise SetupFailed(
        "this Python has neither pip nor ensurepip, so nothing can be installed. "
        "On Debian and Ubuntu: sudo apt-get install python3-venv"
    )


def works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
