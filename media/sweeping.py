"""Takes away files that nobody points to any more: superseded generations, interrupted work and uploads."""

import logging
import shutil
import time
from datetime import timedelta

from django.utils import timezone

from media.models import Generation, JobState, PackagingJob, Recording
from media.storage import incoming_root, store, work_root

logger = logging.getLogger(__name__)

# Longer than any playback token: whoever began to watch a generation may finish it.
KEEP_SUPERSEDED = timedelta(days=2)
# Longer than the slowest upload that is still arriving.
KEEP_INCOMING_SECONDS = 24 * 3600
_A_RUN = 50


def sweep_files() -> int:
    """One round; the number of things taken away. Safe to run at any time and by several at once."""
    return _superseded() + _orphaned() + _interrupted()


def _superseded() -> int:
    old = Generation.objects.filter(
        superseded_at__lt=timezone.now() - KEEP_SUPERSEDED, swept_at__isnull=True
    ).order_by("superseded_at")[:_A_RUN]
    for generation in old:
        store().remove(generation.prefix)
        Generation.objects.filter(pk=generation.pk).update(swept_at=timezone.now())
        logger.info("swept %s", generation.prefix)
    return len(old)


def _orphaned() -> int:
    """Folders without a row: their attempt died between putting the files in place and pointing to them."""
    recent = timezone.now() - KEEP_SUPERSEDED
    recordings = Recording.objects.filter(jobs__finished_at__gt=recent, jobs__attempt__gt=1) | (
        Recording.objects.filter(jobs__finished_at__gt=recent, jobs__state=JobState.CANCELLED)
    )
    taken = 0
    for recording in recordings.distinct()[:_A_RUN]:
        # In this order: a folder that appears between two looks is then known or its job is seen running.
        found = set(store().prefixes_of(str(recording.public_id)))
        if recording.jobs.filter(state=JobState.RUNNING).exists():
            continue
        for prefix in found - set(recording.generations.values_list("prefix", flat=True)):
            store().remove(prefix)
            logger.info("swept %s, which nothing pointed to", prefix)
            taken += 1
    return taken


def _interrupted() -> int:
    # Folders first, rows second: a job is running before its folder is made.
    folders = [folder for folder in work_root().iterdir() if "-" in folder.name]
    running = {
        f"{job}-{number}"
        for job, number in PackagingJob.objects.filter(state=JobState.RUNNING).values_list(
            "pk", "generation_number"
        )
    }
    taken = 0
    for folder in folders:
        if folder.name not in running:
            shutil.rmtree(folder, ignore_errors=True)
            taken += 1
    for path in incoming_root().iterdir():
        if path.stat().st_mtime < time.time() - KEEP_INCOMING_SECONDS:
            path.unlink(missing_ok=True)
            taken += 1
    return taken
