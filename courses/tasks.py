"""Background work of courses; each task calls one deed and may run twice."""

from celery import shared_task
from django.utils import timezone

from courses import checks, publishing, requirements

PERSONS_A_TASK = 500


@shared_task
def refresh_required_spans(person_ids: list[int]) -> None:
    """After changes of memberships or licences."""
    requirements.refresh_for_persons(person_ids)


@shared_task
def refresh_all_required_spans() -> None:
    """Nightly sweep: what a lost message left behind."""
    requirements.refresh_all()


@shared_task
def publish_due() -> None:
    """Every minute: what editors have scheduled."""
    publishing.publish_due()


@shared_task
def sweep_publications() -> None:
    """Live pages without a version, and versions without a live page."""
    publishing.sweep()


@shared_task
def sweep_checks() -> None:
    """Every ten minutes: presence checks whose sessions are over."""
    checks.sweep(timezone.now())
