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
from reports.models.kept import Change, GroupChange, Path, Stale, Stint
from reports.models.reminders import LineOutcome, Reminder, ReminderLine, ReminderState, ReminderWay
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
    "GroupChange",
    "Interval",
    "LineOutcome",
    "Path",
    "RankingChoice",
    "Reminder",
    "ReminderLine",
    "ReminderState",
    "ReminderWay",
    "Snapshot",
    "SnapshotMark",
    "SnapshotRow",
    "SnapshotSignature",
    "Stale",
    "Stint",
]
