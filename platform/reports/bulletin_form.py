"""The canonical form of a bulletin's content and its digest: the same content always gives the same bytes.

SHA-256 over UTF-8 JSON with sorted keys, without spaces and without escapes beyond what JSON needs. The content names
the digest of the fixed report beneath it, so that one proves the other.
"""

import hashlib
import json
from typing import Any

FORM = 1


def digest(content: dict[str, Any]) -> str:
    """64 hexadecimal digits."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"luxuetang-bulletin-{FORM}\n{text}\n".encode()).hexdigest()
