"""The job row is the truth: whoever dies, cancels or comes twice, it ends in exactly one published generation."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from media import jobs, packaging, sweeping
from media.jobs import MAX_ATTEMPTS, LeaseLost
from media.models import Generation, JobStage, JobState, PackagingJob, Recording, RecordingState
from media.recordings import register_file
from media.refusals import JobRefused
from tests.media.conftest import first_seconds

pytestmark = pytest.mark.slow


def _fall_silent(job: PackagingJob) -> None:
    PackagingJob.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


@pytest.mark.both_sides
def test_a_job_is_claimed_by_one_worker_only(received: Callable) -> None:
    _recording, job = received()
    lease = jobs.claim(job.pk)
    assert lease is not None
    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    assert job.lease_until > timezone.now()


@pytest.mark.both_sides
def test_an_upload_has_one_active_job(received: Callable) -> None:
    recording, _job = received()
    with pytest.raises(JobRefused) as refusal:
        jobs.retry(recording)
    assert refusal.value.code == "already_active"


@pytest.mark.both_sides
def test_a_silent_worker_loses_its_lease_and_can_publish_nothing(received: Callable) -> None:
    recording, job = received()
    slow = jobs.claim(job.pk)
    _fall_silent(job)
    assert jobs.sweep() == [job.pk]
    assert packaging.run(job)
    with pytest.raises(LeaseLost):
        slow.renew(JobStage.ENCODING, 50)
    with pytest.raises(LeaseLost):
        jobs.complete(slow)
    jobs.fail(slow, "internal", "too late")
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_code) == (JobState.DONE, 2, "")
    assert Generation.objects.filter(recording=recording).count() == 1


def test_a_job_that_loses_its_worker_again_and_again_fails(received: Callable) -> None:
    recording, job = received()
    for _attempt in range(MAX_ATTEMPTS):
        assert jobs.claim(job.pk) is not None
        _fall_silent(job)
        ids = jobs.sweep()
    assert ids == []
    assert jobs.claim(job.pk) is None
    job.refresh_from_db()
    recording.refresh_from_db()
    assert (job.state, job.error_code) == (JobState.FAILED, "worker_lost")
    assert recording.state == RecordingState.REFUSED
    assert packaging.run(jobs.retry(recording))


def test_a_lost_message_is_sent_again_but_not_at_every_sweep(received: Callable) -> None:
    _recording, job = received()
    assert jobs.sweep() == []
    PackagingJob.objects.filter(pk=job.pk).update(nudged_at=timezone.now() - timedelta(hours=1))
    assert jobs.sweep() == [job.pk]
    assert jobs.sweep() == []


def test_a_cancelled_job_stops_its_worker_and_can_be_retried(received: Callable) -> None:
    recording, job = received()
    lease = jobs.claim(job.pk)
    jobs.cancel(job)
    with pytest.raises(LeaseLost):
        lease.renew(JobStage.ENCODING, 1)
    with pytest.raises(JobRefused):
        jobs.cancel(job)
    assert not packaging.run(job)
    recording.refresh_from_db()
    assert recording.state == RecordingState.RECEIVED
    assert jobs.claim(jobs.retry(recording).pk) is not None


@pytest.mark.both_sides
def test_the_database_refuses_a_running_job_without_an_owner(received: Callable) -> None:
    _recording, job = received()
    with pytest.raises(IntegrityError), transaction.atomic():
        PackagingJob.objects.filter(pk=job.pk).update(state=JobState.RUNNING)


def test_old_generations_are_swept_only_when_nobody_can_still_play_them(packaged: Callable) -> None:
    recording = packaged()
    first = recording.current_generation
    assert packaging.run(jobs.retry(recording))
    sweeping.sweep_files()
    assert (settings.PACKAGED_ROOT / first.prefix).exists()
    Generation.objects.filter(pk=first.pk).update(superseded_at=timezone.now() - timedelta(days=3))
    sweeping.sweep_files()
    assert not (settings.PACKAGED_ROOT / first.prefix).exists()
    recording.refresh_from_db()
    assert (settings.PACKAGED_ROOT / recording.current_generation.prefix / "master.m3u8").exists()
    first.refresh_from_db()
    assert first.swept_at is not None


WORKER = """
import sys
sys.path[:0] = [{root!r}, {platform!r}]
import django
django.setup()
from media import packaging
packaging.run({job})
"""


@contextlib.contextmanager
def _worker_in_the_middle(
    job: PackagingJob, database_url: str
) -> Iterator[tuple[subprocess.Popen, psutil.Process]]:
    """A real worker process whose ffmpeg has written its first segments; killed at the end if it still runs."""
    root = settings.BASE_DIR
    code = WORKER.format(root=str(root), platform=str(root / "platform"), job=job.pk)
    environment = {**os.environ, "DATABASE_URL": database_url, "DATA_DIR": str(settings.DATA_DIR)}
    worker = subprocess.Popen([sys.executable, "-c", code], env=environment)
    try:
        deadline = time.monotonic() + 60
        work = settings.PACKAGED_ROOT / ".work" / f"{job.pk}-1"
        while not list(work.glob("*.m4s")) and worker.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        [ffmpeg] = [child for child in psutil.Process(worker.pid).children() if "ffmpeg" in child.name()]
        yield worker, ffmpeg
    finally:
        worker.kill()
        worker.wait()


@pytest.fixture
def long_file(shared_data: Path, tmp_path: Path) -> Path:
    source = shared_data / "media" / "WyattBlue+auto-editor/resources/only-video/man-on-green-screen.mp4"
    return first_seconds(source, tmp_path / "long.mp4", 10)


def test_a_killed_worker_takes_ffmpeg_along_and_another_finishes_its_job(
    committed_db: str, long_file: Path
) -> None:
    recording, job = register_file(long_file, title="被打断的讲座")
    with _worker_in_the_middle(job, committed_db) as (worker, ffmpeg):
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        _gone, alive = psutil.wait_procs([ffmpeg], timeout=5)
        assert not alive

    job.refresh_from_db()
    recording.refresh_from_db()
    assert (job.state, recording.current_generation) == (JobState.RUNNING, None)
    assert not (settings.PACKAGED_ROOT / str(recording.public_id)).exists()
    assert jobs.sweep() == []  # the lease still holds: it might only be slow
    _fall_silent(job)
    assert jobs.sweep() == [job.pk]
    sweeping.sweep_files()
    assert not list((settings.PACKAGED_ROOT / ".work").iterdir())
    assert packaging.run(job)
    recording = Recording.objects.get(pk=recording.pk)
    assert (recording.state, recording.current_generation.number) == (RecordingState.READY, 2)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (JobState.DONE, 2)


def test_cancelling_ends_a_working_ffmpeg_within_seconds(committed_db: str, long_file: Path) -> None:
    recording, job = register_file(long_file, title="被取消的讲座")
    with _worker_in_the_middle(job, committed_db) as (worker, ffmpeg):
        jobs.cancel(job)
        _gone, alive = psutil.wait_procs([ffmpeg], timeout=4)
        assert not alive
        assert worker.wait(timeout=5) == 0
    recording.refresh_from_db()
    assert (recording.state, recording.current_generation) == (RecordingState.RECEIVED, None)
    assert not (settings.PACKAGED_ROOT / str(recording.public_id)).exists()
    assert not list((settings.PACKAGED_ROOT / ".work").iterdir())
