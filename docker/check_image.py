#!/usr/bin/env python
"""Prove the image without a Docker engine: build it with buildah, run what compose.yaml runs, ask its health.

Needs root on Debian; installs buildah and debootstrap. The base is Debian's own (debootstrap), given to the
Dockerfile as BASE. The machine's settings for pip and npm go in as volumes, never into the project.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tests.environment import free_port  # noqa: E402 - the checkout is put on the path just above
from tests.servers.elasticsearch import cache  # noqa: E402
from tests.servers.process import die_with_parent, end  # noqa: E402

STORE = {"STORAGE_DRIVER": "vfs", "BUILDAH_ISOLATION": "chroot"}
BASE, IMAGE = "localhost/luxuetang-base", "localhost/luxuetang"
# What a machine behind a mirror needs to reach it; mounted while building where it exists.
SETTINGS = {
    "/etc/pip.conf": "/etc/pip.conf",
    "/etc/ssl/certs": "/etc/ssl/certs",
    "/usr/etc/npmrc": "/root/.npmrc",
    "/etc/resolv.conf": "/etc/resolv.conf",
}
RUNNING = ("web", "worker-default", "worker-index", "worker-media", "scheduler")


def run(*command: str | Path, **options: object) -> str:
    print("$", *command, flush=True)
    ran = subprocess.run(  # type: ignore[call-overload]
        [str(word) for word in command],
        env=os.environ | STORE,
        text=True,
        stdout=subprocess.PIPE,
        check=True,
        **options,
    )
    return str(ran.stdout)


def tools() -> None:
    if os.geteuid() != 0:
        sys.exit("make image-check needs root: it installs buildah and debootstrap, and builds a base system")
    needed = [name for name in ("buildah", "debootstrap") if not shutil.which(name)]
    if needed:
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *needed)


def base() -> None:
    """A Debian with Python as the base image, made once and kept in the cache."""
    release = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    codename = release["VERSION_CODENAME"]
    archive = cache() / f"debian-{codename}-python.tar"
    if not archive.exists():
        with tempfile.TemporaryDirectory() as folder:
            include = "python3,python3-venv,ca-certificates"
            run("debootstrap", "--variant=minbase", f"--include={include}", codename, folder)
            run("tar", "--create", f"--file={archive}.part", f"--directory={folder}", ".")
            Path(f"{archive}.part").rename(archive)
    container = run("buildah", "from", "scratch").strip()
    run("buildah", "add", "--quiet", container, archive, "/")
    run("buildah", "commit", "--quiet", container, BASE)
    run("buildah", "rm", container)


def build() -> None:
    volumes = [
        f"--volume={source}:{target}:ro" for source, target in SETTINGS.items() if Path(source).exists()
    ]
    before = time.monotonic()
    run(
        "buildah", "bud", "--isolation=chroot", "--network=host", f"--build-arg=BASE={BASE}", *volumes,
        "--file=docker/Dockerfile", "--format=docker", "--ignorefile=.dockerignore", f"--tag={IMAGE}", ".",
        cwd=ROOT,
    )  # fmt: skip
    size = json.loads(run("buildah", "images", "--json", IMAGE))[0].get("size", "?")
    print(f"built in {time.monotonic() - before:.0f} s, {size}", flush=True)


def commands(port: int) -> dict[str, list[str]]:
    """What compose.yaml runs of our image, with the port that is free here."""
    composed = yaml.safe_load((ROOT / "docker" / "compose.yaml").read_text())["services"]
    image = json.loads(run("buildah", "inspect", "--type=image", IMAGE))["OCIv1"]["config"]
    found = {name: composed[name].get("command", image["Cmd"]) for name in ("migrate", *RUNNING)}
    return {
        name: [word.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for word in command]
        for name, command in found.items()
    }


def answers(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=5) as answer:
            return str(answer.read().decode())
    except urllib.error.HTTPError as error:
        print(error.read(500).decode(errors="replace"), flush=True)
        return ""
    except OSError:
        return ""


def prove() -> None:
    """Run migrate, then every process of ours, as the image's own user, until the health page is good."""
    port = free_port()
    words = commands(port)
    container = run("buildah", "from", IMAGE).strip()
    with tempfile.TemporaryDirectory(prefix="luxuetang-image-") as data, ExitStack() as stack:
        os.chown(data, 10001, 10001)
        stack.callback(run, "buildah", "rm", container)
        inside = [
            "buildah", "run", "--isolation=chroot", "--network=host", "--user=luxuetang", f"--volume={data}:/data",
            "--env=SECRET_KEY=only-for-the-check", container, "--",
        ]  # fmt: skip
        who = run(*inside, "id", "-un").strip()
        print(f"runs as {who}", flush=True)
        run(*inside, *words["migrate"])
        started: dict[str, subprocess.Popen[bytes]] = {}
        for name in RUNNING:
            print(f"starting {name}: {' '.join(words[name])}", flush=True)
            process = subprocess.Popen(
                [*inside, *words[name]],
                env=os.environ | STORE,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - it only calls prctl
            )
            started[name] = process
            stack.callback(end, process, signal.SIGTERM, 20)
        deadline = time.monotonic() + 120
        while not (health := answers(port)):
            if time.monotonic() > deadline:
                sys.exit("the health page did not become good in 120 s")
            time.sleep(1)
        print(health, flush=True)
        ended = [name for name, process in started.items() if process.poll() is not None]
        if ended:
            sys.exit(f"ended by themselves: {', '.join(ended)}")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=20) as page:
            print(f"the sign-in page answers {page.status} with {len(page.read())} bytes", flush=True)


if __name__ == "__main__":
    tools()
    base()
    build()
    prove()
    print("The image builds, and the site and its workers run out of it.")
