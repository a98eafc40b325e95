"""What reports do when the ledger was corrected: each calls one deed."""

from collections.abc import Sequence
from typing import Any

from courses.signals import ledger_corrected
from reports import snapshots


def connect() -> None:
    """Called once, in `ready()`."""
    ledger_corrected.connect(reports_touched, dispatch_uid="reports.reports_touched")


def reports_touched(*, reversed_ids: Sequence[int], award_ids: Sequence[int] = (), **kwargs: Any) -> None:
    snapshots.mark_corrected([*reversed_ids, *award_ids])
