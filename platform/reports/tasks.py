"""Tasks of reports: figures brought up to date, files for readers, and drafts of bulletins."""

from celery import shared_task

from people.days import today
from reports import bulletin_schedules, exports, keeping


@shared_task
def catch_up() -> None:
    """Every few seconds: what a reader has not worked off."""
    keeping.work_off()


@shared_task
def make_export(export_id: int) -> None:
    """The file that a reader asked for."""
    exports.work(export_id)


@shared_task
def sweep_exports() -> None:
    """Every two minutes: exports whose work stands still, and files that are too old."""
    for key in exports.sweep():
        make_export.delay(key)


@shared_task
def draft_bulletins() -> None:
    """By day, every hour: the bulletins that are due."""
    bulletin_schedules.run_due(today())
