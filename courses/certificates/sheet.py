"""Sets a certificate on paper (PDF/A-2b) or as a phone's picture (PNG): the same figures, the same bytes.

Nothing of the day or the machine goes into a file: times, numbers and the layout come with the certificate.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from courses.certificates import typesetting

LAYOUTS = {1: Path(__file__).with_name("sheet-1.typ")}
CURRENT_LAYOUT = 1
PICTURE_PPI = 216
# A picture with more entries would be too tall for a phone to open.
PICTURE_ENTRIES = 40


def pdf(figures: dict[str, Any], *, layout: int, issued_at: dt.datetime, fonts: Path) -> bytes:
    """The certificate as PDF/A-2b; the same figures give the same bytes. Raises FontsMissing."""
    return typesetting.pdf(
        LAYOUTS[layout], figures, fonts=fonts, issued_at=issued_at, inputs={"picture": "no"}
    )


def picture(figures: dict[str, Any], *, layout: int, issued_at: dt.datetime, fonts: Path) -> bytes:
    """The certificate as one PNG, 1080 pixels wide. Raises FontsMissing."""
    entries = figures["entries"]
    shown = figures | {
        "entries": entries[:PICTURE_ENTRIES],
        "left_out": max(0, len(entries) - PICTURE_ENTRIES),
    }
    return typesetting.picture(
        LAYOUTS[layout], shown, fonts=fonts, issued_at=issued_at, inputs={"picture": "yes"}, ppi=PICTURE_PPI
    )
