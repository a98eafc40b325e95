"""Packaging: from a recording's original to a published generation, one attempt of one job at a time."""

import errno
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from media import ffmpeg, jobs, title_card
from media.encoding import CARD_FRAME_RATE, POSTER, Plan, command
from media.jobs import Lease, LeaseLost
from media.ladder import Rendition, renditions
from media.models import Generation, JobStage, Notice, PackagingJob, Recording, RecordingState
from media.probe import Probe, examine, require_packageable
from media.refusals import PackagingFailed, RecordingRefused
from media.signals import recording_packaged
from media.storage import store, work_root
from media.verification import VerificationFailed, Verified, verify

logger = logging.getLogger(__name__)

# ffmpeg may take this many times the recording's length: a slow machine packages at about its length.
TIME_LIMIT_FACTOR = 8
SHORTEST_TIME_LIMIT_SECONDS = 900
_ENCODED_PERCENT = 92
_VERIFIED_PERCENT = 97


def run(job: PackagingJob | int) -> bool:
    """Claim a job and package its recording; True when a generation was published by this call.

    May be called twice for the same job, also at once: only one caller gets the lease. A refusal or a
    failure ends on the job as a code, the original is kept, nothing half-made is visible. An error that
    nobody foresaw ends the job too, and is raised.
    """
    lease = jobs.claim(job if isinstance(job, int) else job.pk)
    if lease is None:
        return False
    folder = work_root() / f"{lease.job_id}-{lease.generation_number}"
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        _package(lease, folder)
    except LeaseLost:
        logger.info("packaging job %s was cancelled or is another worker's now", lease.job_id)
        return False
    except (RecordingRefused, PackagingFailed, ffmpeg.FfmpegError, VerificationFailed) as error:
        logger.warning("packaging job %s failed: %s %s", lease.job_id, error.code, error.detail)
        full = "No space left on device" in error.detail
        jobs.fail(lease, "no_space" if full else error.code, error.detail)
        return False
    except OSError as error:
        code = {errno.ENOSPC: "no_space", errno.ENOENT: "original_missing"}.get(error.errno or 0, "internal")
        jobs.fail(lease, code, str(error))
        if code == "internal":
            raise
        return False
    except Exception as error:
        jobs.fail(lease, "internal", f"{type(error).__name__}: {error}")
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return True


def _package(lease: Lease, folder: Path) -> None:
    recording = Recording.objects.get(jobs__pk=lease.job_id)
    files = store()
    with files.original(recording.original_key, _patient(lease, JobStage.PROBING, 0)) as source:
        lease.renew(JobStage.PROBING, 1)
        probe = examine(source, name=recording.original_name)
        require_packageable(probe)
        lease.renew(JobStage.ENCODING, 2)
        plan = _plan(recording, probe, source, folder)
        _encode(lease, plan, folder)
    lease.renew(JobStage.VERIFYING, _ENCODED_PERCENT)
    if plan.card is not None:
        title_card.save_poster(plan.card, folder / POSTER)
        plan.card.unlink()
    verified = verify(folder, plan.ladder, has_sound=plan.sound is not None, expected_ms=plan.duration_ms)
    lease.renew(JobStage.PUBLISHING, _VERIFIED_PERCENT)
    prefix = f"{recording.public_id}/{lease.generation_number}/"
    files.publish(folder, prefix, _patient(lease, JobStage.PUBLISHING, _VERIFIED_PERCENT))
    _point_to(lease, recording, prefix=prefix, plan=plan, probe=probe, verified=verified)
    logger.info("recording %s packaged as %s", recording.public_id, prefix)


def _plan(recording: Recording, probe: Probe, source: Path, folder: Path) -> Plan:
    duration_ms = probe.duration_ms
    if duration_ms is None:
        raise RecordingRefused("truncated", "no duration")
    picture = probe.picture
    if picture is not None:
        ladder, rate, card = renditions(picture.width, picture.height), picture.frame_rate, None
    else:
        card = folder / "card.png"
        title_card.draw(recording.title, card)
        ladder, rate = _card_ladder(), CARD_FRAME_RATE
    video = probe.found["video"]
    return Plan(
        source=source,
        duration_ms=duration_ms,
        ladder=ladder,
        frame_rate=rate,
        picture=picture,
        picture_ends_ms=video["duration_ms"] if video else None,
        card=card,
        sound=probe.sound,
    )


def _card_ladder() -> tuple[Rendition, ...]:
    """Two sizes of a card that never moves: a third would change nothing that anyone sees."""
    smallest, *_between, largest = renditions(*title_card.SIZE)
    return smallest, largest


def _encode(lease: Lease, plan: Plan, folder: Path) -> None:
    def tell(written_ms: int) -> None:
        share = min(1.0, written_ms / plan.duration_ms)
        lease.renew(JobStage.ENCODING, 2 + round(share * (_ENCODED_PERCENT - 2)))

    limit = max(SHORTEST_TIME_LIMIT_SECONDS, plan.duration_ms / 1000 * TIME_LIMIT_FACTOR)
    ffmpeg.run(command(plan), folder=folder, time_limit_seconds=limit, on_tick=tell)


def _patient(lease: Lease, stage: JobStage, percent: int) -> Callable[[], None]:
    """A tick for long transfers: renews the lease, but no more often than every few seconds."""
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        if time.monotonic() - last > 5:
            last = time.monotonic()
            lease.renew(stage, percent)

    return tick


def _point_to(
    lease: Lease, recording: Recording, *, prefix: str, plan: Plan, probe: Probe, verified: Verified
) -> None:
    """The moment of publication: one transaction ends the job, writes the generation and points to it."""
    notice = (
        Notice.NO_PICTURE if plan.picture is None else Notice.NO_SOUND if plan.sound is None else Notice.NONE
    )
    with transaction.atomic():
        jobs.complete(lease)
        generation = Generation.objects.create(
            recording=recording,
            number=lease.generation_number,
            prefix=prefix,
            ladder=[rung.as_json() for rung in plan.ladder],
            poster=POSTER,
            bytes=verified.bytes,
        )
        others = recording.generations.filter(superseded_at__isnull=True).exclude(pk=generation.pk)
        others.update(superseded_at=timezone.now())
        Recording.objects.filter(pk=recording.pk).update(
            current_generation=generation,
            state=RecordingState.READY,
            duration_ms=verified.duration_ms,
            has_video=plan.picture is not None,
            has_audio=plan.sound is not None,
            notice=notice,
            probe=probe.found,
        )
        recording.refresh_from_db()
        transaction.on_commit(
            lambda: recording_packaged.send(sender=Recording, recording=recording), robust=True
        )
