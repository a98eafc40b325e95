"""Tasks of reports: figures brought up to date where more changed than a reader waits for."""

from celery import shared_task

from reports import keeping


@shared_task
def catch_up() -> None:
    """Every few seconds: what a reader has not worked off."""
    keeping.work_off()
