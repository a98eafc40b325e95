"""The queue's edge: each task looks at the rows and calls one deed; it may run twice or not at all."""

from celery import shared_task

from media import jobs, packaging, sweeping


@shared_task
def package(job_id: int) -> None:
    """Package the recording of a job, unless somebody else has it or it has ended."""
    packaging.run(job_id)


@shared_task
def sweep() -> None:
    """Announce again what lost its worker or its message."""
    for job_id in jobs.sweep():
        package.delay(job_id)


@shared_task
def sweep_files() -> None:
    """Take away files that nobody points to."""
    sweeping.sweep_files()
