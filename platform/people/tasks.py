"""Nightly work on people."""

from celery import shared_task

from people import projection


@shared_task
def project_roles() -> None:
    """Grants that expired or began overnight reach Wagtail's groups also for those who stay signed in."""
    projection.project_all()
