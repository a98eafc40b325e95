"""The packaging jobs' rows: who may work on which, for how long, and what becomes of those whose worker fell silent."""

import logging
import os
import secrets
import socket
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from media.models import JobStage, JobState, PackagingJob, Recording, RecordingState
from media.refusals import JobRefused

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3
# A queued row whose message was lost is announced again after this long.
NUDGE_AGAIN = timedelta(minutes=10)


class LeaseLost(Exception):
    """The job is no longer this worker's: it was cancelled, or the lease ran out and another has it."""


@dataclass(frozen=True)
class Lease:
    """The right to work on a job until `LEASE` after the last renewal."""

    job_id: int
    owner: str
    generation_number: int

    def renew(self, stage: JobStage, progress: int) -> None:
        """Tell what is being done and keep the job for another LEASE. Raises LeaseLost."""
        kept = _mine(self).update(
            stage=stage, progress=max(0, min(100, progress)), lease_until=timezone.now() + LEASE
        )
        if not kept:
            raise LeaseLost(f"job {self.job_id}")


def start(recording: Recording) -> PackagingJob:
    """A queued job for a recording; its message is the caller's to send, after commit.

    Raises JobRefused('already_active') while another job of the recording is queued or running.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                job = PackagingJob.objects.create(recording=recording, nudged_at=timezone.now())
        except IntegrityError as error:
            raise JobRefused("already_active") from error
        _follow(recording.pk, RecordingState.RECEIVED)
    return job


def retry(recording: Recording) -> PackagingJob:
    """Another job after one that failed or was cancelled, or to package a ready recording anew. See `start`."""
    return start(recording)


def cancel(job: PackagingJob) -> None:
    """End a queued or running job; its worker notices within seconds. Raises JobRefused('not_active')."""
    with transaction.atomic():
        ended = PackagingJob.objects.filter(pk=job.pk, state__in=[JobState.QUEUED, JobState.RUNNING]).update(
            state=JobState.CANCELLED, lease_until=None, finished_at=timezone.now()
        )
        if not ended:
            raise JobRefused("not_active")
        _follow(job.recording_id, RecordingState.RECEIVED)


def claim(job_id: int) -> Lease | None:
    """The lease on a job that waits, or whose worker fell silent; None when there is nothing to do.

    Each claim is an attempt and takes a generation number of its own.
    """
    now = timezone.now()
    owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    with transaction.atomic():
        job = PackagingJob.objects.filter(pk=job_id).first()
        if job is None:
            return None
        used = PackagingJob.objects.filter(recording_id=job.recording_id).aggregate(
            last=Max("generation_number")
        )["last"]
        number = (used or 0) + 1
        claimed = (
            PackagingJob.objects.filter(pk=job_id, attempt__lt=MAX_ATTEMPTS)
            .filter(Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=now))
            .update(
                state=JobState.RUNNING,
                stage=JobStage.PROBING,
                progress=0,
                attempt=F("attempt") + 1,
                generation_number=number,
                lease_owner=owner,
                lease_until=now + LEASE,
                started_at=now,
            )
        )
        if not claimed:
            return None
        _follow(job.recording_id, RecordingState.PACKAGING)
    return Lease(job_id, owner, number)


def complete(lease: Lease) -> None:
    """Mark the job done; called in the transaction that publishes its generation. Raises LeaseLost."""
    ended = _mine(lease).update(
        state=JobState.DONE,
        stage=JobStage.FINISHED,
        progress=100,
        lease_until=None,
        error_code="",
        error_detail="",
        finished_at=timezone.now(),
    )
    if not ended:
        raise LeaseLost(f"job {lease.job_id}")


def fail(lease: Lease, code: str, detail: str) -> None:
    """End the job with a coded reason; nothing happens when the job is another's by now."""
    with transaction.atomic():
        ended = _mine(lease).update(
            state=JobState.FAILED,
            error_code=code,
            error_detail=detail[-4000:].replace("\x00", ""),
            lease_until=None,
            finished_at=timezone.now(),
        )
        if ended:
            recording_id = PackagingJob.objects.values_list("recording_id", flat=True).get(pk=lease.job_id)
            _follow(recording_id, RecordingState.REFUSED)


def sweep() -> list[int]:
    """Take back jobs whose worker fell silent; the ids of all that should be announced (again).

    A job that lost its worker MAX_ATTEMPTS times fails with 'worker_lost'.
    """
    now = timezone.now()
    silent = Q(state=JobState.RUNNING, lease_until__lt=now)
    for job in PackagingJob.objects.filter(silent, attempt__gte=MAX_ATTEMPTS):
        with transaction.atomic():
            ended = PackagingJob.objects.filter(silent, pk=job.pk).update(
                state=JobState.FAILED,
                error_code="worker_lost",
                error_detail=f"last owner {job.lease_owner}",
                lease_until=None,
                finished_at=now,
            )
            if ended:
                _follow(job.recording_id, RecordingState.REFUSED)
                logger.error("packaging job %s lost its worker %s times", job.pk, job.attempt)
    taken_back = PackagingJob.objects.filter(silent).update(
        state=JobState.QUEUED, stage=JobStage.WAITING, lease_owner="", lease_until=None, nudged_at=None
    )
    if taken_back:
        logger.warning("%s packaging jobs lost their worker and are queued again", taken_back)
    unheard = Q(nudged_at__isnull=True) | Q(nudged_at__lt=now - NUDGE_AGAIN)
    ids = list(PackagingJob.objects.filter(unheard, state=JobState.QUEUED).values_list("pk", flat=True))
    PackagingJob.objects.filter(pk__in=ids).update(nudged_at=now)
    return ids


def forget_nudge(job_id: int) -> None:
    """The job's message could not be sent: let the next sweep send it."""
    PackagingJob.objects.filter(pk=job_id, state=JobState.QUEUED).update(nudged_at=None)


def latest(recording: Recording) -> PackagingJob | None:
    """The job that says how the recording's packaging stands."""
    return recording.jobs.order_by("-pk").first()


def _mine(lease: Lease) -> QuerySet[PackagingJob]:
    return PackagingJob.objects.filter(pk=lease.job_id, lease_owner=lease.owner, state=JobState.RUNNING)


def _follow(recording_id: int, state: RecordingState) -> None:
    """The recording's state after a job changed: one that can be watched stays ready whatever its jobs do."""
    ready = Recording.objects.filter(pk=recording_id, current_generation__isnull=False)
    if not ready.update(state=RecordingState.READY):
        Recording.objects.filter(pk=recording_id).update(state=state)
