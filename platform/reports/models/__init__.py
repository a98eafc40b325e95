"""The rows of reports: figures that are kept in step with the facts, and reports that are fixed for ever."""

from reports.models.bulletins import (
    Bulletin,
    BulletinLevel,
    BulletinRelease,
    BulletinSchedule,
    BulletinState,
    Interval,
    RankingChoice,
)
from reports.models.exports import Export, ExportFormat, ExportState
from reports.models.kept import Change, Path, Stale, Stint
from reports.models.snapshots import Snapshot, SnapshotMark, SnapshotRow, SnapshotSignature

__all__ = [
    "Bulletin",
    "BulletinLevel",
    "BulletinRelease",
    "BulletinSchedule",
    "BulletinState",
    "Change",
    "Export",
    "ExportFormat",
    "ExportState",
    "Interval",
    "Path",
    "RankingChoice",
    "Snapshot",
    "SnapshotMark",
    "SnapshotRow",
    "SnapshotSignature",
    "Stale",
    "Stint",
]
