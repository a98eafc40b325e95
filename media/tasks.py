"""The queue's edge: each task looks at the rows and calls one deed; it may run twice or not at all."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from media import jobs, packaging, sweeping

logger = logging.getLogger(__name__)


@shared_task
def package(job_id: int) -> None:
    """Package the recording of a job, unless somebody else has it or it has ended."""
    packaging.run(job_id)


@shared_task
def sweep() -> None:
    """Announce again what lost its worker or its message."""
    for job_id in jobs.sweep():
        announce(job_id)


@shared_task
def sweep_files() -> None:
    """Take away files that nobody points to."""
    sweeping.sweep_files()


def announce(job_id: int) -> None:
    """Tell the workers about a job, after its row was committed. A queue that is down delays it, no more."""
    try:
        package.delay(job_id)
    except OperationalError:
        logger.exception("the queue is down: packaging job %s waits for the next sweep", job_id)
        jobs.forget_nudge(job_id)
