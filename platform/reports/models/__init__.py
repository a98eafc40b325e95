"""The rows of reports: figures that are kept in step with the facts, and reports that are fixed for ever."""

from reports.models.exports import Export, ExportFormat, ExportState
from reports.models.kept import Change, Path, Stale, Stint
from reports.models.snapshots import Snapshot, SnapshotMark, SnapshotRow, SnapshotSignature

__all__ = [
    "Change",
    "Export",
    "ExportFormat",
    "ExportState",
    "Path",
    "Snapshot",
    "SnapshotMark",
    "SnapshotRow",
    "SnapshotSignature",
    "Stale",
    "Stint",
]
