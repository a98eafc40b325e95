"""What the image is built from, as far as text can tell; `make image-check` builds and runs it."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_every_configuration_of_the_front_end_build_reaches_the_image():
    build = json.loads((ROOT / "package.json").read_text())["scripts"]["build"]
    named = {"vite.config.ts", *re.findall(r"--config (\S+)", build)}
    copied = set(re.findall(r"[\w.-]+\.ts\b", (ROOT / "docker" / "Dockerfile").read_text()))
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert named <= copied
    assert named <= let_in
