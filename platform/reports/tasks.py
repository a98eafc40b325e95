"""Tasks of reports: figures brought up to date where more changed than a reader waits for, and files for readers."""

from celery import shared_task

from reports import exports, keeping


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
