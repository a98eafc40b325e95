"""How collected static files are named: what Vite built keeps the name by which its own modules import it."""

import re
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

_BUILT = re.compile(r"^assets/[^/]+-[A-Za-z0-9_-]{8}\.\w+$")


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Django's manifest for everything but Vite's files.

    A second hash in their names would have a page fetch a module twice: once under the name in its tag, once
    under the name that another module imports.
    """

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        if _BUILT.match(name):
            return name
        return str(super().hashed_name(name, content, filename))
