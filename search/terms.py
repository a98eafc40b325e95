"""The terms of civil law and of practice that the house knows by heart. Pure."""

from functools import lru_cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "terms.txt"


@lru_cache(maxsize=1)
def terms() -> tuple[str, ...]:
    """The terms in the file's order, in simplified characters."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
