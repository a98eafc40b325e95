#!/usr/bin/env python
"""The rules of the house that no linter knows: what no file may hold, and how long one may be."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LONGEST = 400
# Written with brackets, so that this file does not hold what it forbids.
REGISTRIES = r"pypi[.]org|python[h]osted|registry[.]npmjs|deb[.]debian[.]org|repo1?[.]maven|[.]maven[.]org"
MACHINE = r"(^|[^A-Za-z0-9_.~-])/(wor[k]|far[m]|tmp/[a-z])[/.a-z]"
FORBIDDEN_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py", "services.py"}


def files() -> list[Path]:
    """The project's own files: tracked, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def problems(path: Path) -> Iterator[str]:
    name = str(path.relative_to(ROOT))
    if path.name in FORBIDDEN_NAMES:
        yield f"{name}: a name that says nothing of the file's one reason"
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if re.search(REGISTRIES, line):
            yield f"{name}:{number}: names a package registry's host"
        if re.search(MACHINE, line):
            yield f"{name}:{number}: names a path of one machine"
    if path.suffix in {".py", ".ts"} and "migrations" not in path.parts and "tests" not in path.parts:
        length = text.count("\n")
        if length > LONGEST:
            yield f"{name}: {length} lines; past {LONGEST}, split it by concept"
    opens = re.match(r'(#!.*\n)?[rR]?"""', text) or not text.strip() or "migrations" in path.parts
    if path.suffix == ".py" and not opens:
        yield f"{name}: does not open with the sentence that states its reason"


def main() -> int:
    found = [problem for path in files() for problem in problems(path)]
    if (ROOT / "platform" / "__init__.py").exists():
        found.append("platform/__init__.py: shadows the standard library's platform module; remove it")
    print("\n".join(found) if found else "The house is in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
