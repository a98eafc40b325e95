"""Batches of certificates: the one writer of their rows, and the work on them in slices that may run twice.

A slice issues for some persons, keeps their PDFs, and moves the batch's cursor; what is left goes on with the
next message. The last slice packs the PDFs into one archive, which is kept for a week. A worker that fell silent
loses its lease, and the sweep announces the batch again.
"""

import datetime as dt
import logging
import re
import tempfile
import time
import zipfile
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from courses import certificate_access, certificate_files, certificate_news, certified, desk_access, issuing
from courses.certificate_refusals import BatchNotActive, BatchNotOver, NobodyThere, NotYours
from courses.models import (
    BatchItem,
    BatchState,
    Certificate,
    CertificateBatch,
    CertificateKind,
    Completion,
    Course,
    LedgerEntry,
)
from courses.refusals import Refusal
from people.days import local_day
from people.models import Organisation, Person, User

logger = logging.getLogger(__name__)

CHUNK = 50
LEASE = dt.timedelta(seconds=120)
MAX_ATTEMPTS = 5
NUDGE_AGAIN = dt.timedelta(minutes=5)
KEPT = dt.timedelta(days=7)
# Other work of the queue waits no longer than this for a batch.
SLICE_SECONDS = 8.0
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def start(
    by: User, organisation: Organisation, *, course: Course | None = None, year: int | None = None
) -> CertificateBatch:
    """A queued batch for everybody there who completed the course, or has credit in the year.

    Its message is the caller's to send, after commit. Raises NotYours, NobodyThere.
    """
    if not certificate_access.batch_organisations(by).filter(pk=organisation.pk).exists():
        raise NotYours
    batch = CertificateBatch(
        kind=CertificateKind.COMPLETION if course else CertificateKind.STATEMENT,
        organisation=organisation,
        course=course,
        year=year,
        requested_by=by,
        created_at=timezone.now(),
        nudged_at=timezone.now(),
    )
    batch.total = _persons(batch).count()
    if not batch.total:
        raise NobodyThere
    batch.save()
    return batch


def cancel(batch: CertificateBatch) -> None:
    """End a batch; what it has issued stays issued. Raises BatchNotActive."""
    if (
        not _active()
        .filter(pk=batch.pk)
        .update(state=BatchState.CANCELLED, lease_until=None, finished_at=timezone.now())
    ):
        raise BatchNotActive


def retry(batch: CertificateBatch) -> None:
    """Go on with a batch that failed or was cancelled, where it stopped. Raises BatchNotOver."""
    if not CertificateBatch.objects.filter(
        pk=batch.pk, state__in=[BatchState.FAILED, BatchState.CANCELLED]
    ).update(state=BatchState.QUEUED, attempt=0, error_code="", finished_at=None, nudged_at=timezone.now()):
        raise BatchNotOver


def work(batch_id: int, *, seconds: float = SLICE_SECONDS) -> bool:
    """Work on a batch for so many seconds; whether something is left to do."""
    batch = _claim(batch_id)
    if batch is None:
        return False
    until = time.monotonic() + seconds
    try:
        while _do_chunk(batch):
            if time.monotonic() >= until:
                return _release(batch)
        if not _active().filter(pk=batch.pk).exists():
            return False
        _pack(batch)
    except Refusal as refusal:
        _fail(batch, refusal.code)
    except OSError as error:
        logger.warning("batch %s: %s", batch.pk, error)
        _fail(batch, "storage")
    return False


def sweep() -> list[int]:
    """Batches whose worker fell silent or whose message was lost: the ids to announce again. Old archives go."""
    now = timezone.now()
    silent = Q(state=BatchState.RUNNING, lease_until__lt=now)
    for batch in CertificateBatch.objects.filter(silent, attempt__gte=MAX_ATTEMPTS):
        _fail(batch, "worker_lost")
    CertificateBatch.objects.filter(silent).update(
        state=BatchState.QUEUED, lease_until=None, nudged_at=None, attempt=F("attempt") + 1
    )
    unheard = Q(nudged_at__isnull=True) | Q(nudged_at__lt=now - NUDGE_AGAIN)
    ids = list(
        CertificateBatch.objects.filter(unheard, state=BatchState.QUEUED).values_list("pk", flat=True)[:50]
    )
    CertificateBatch.objects.filter(pk__in=ids).update(nudged_at=now)
    for old in CertificateBatch.objects.filter(finished_at__lt=now - KEPT).exclude(archive="")[:50]:
        certificate_files.storage().delete(old.archive)
        CertificateBatch.objects.filter(pk=old.pk).update(archive="", archive_bytes=0)
    return ids


def archive(batch: CertificateBatch) -> IO[bytes] | None:
    """The packed PDFs, open to be read; None where they are not kept any more."""
    try:
        return certificate_files.storage().open(batch.archive) if batch.archive else None
    except FileNotFoundError:
        return None


def _active() -> QuerySet[CertificateBatch]:
    return CertificateBatch.objects.filter(state__in=[BatchState.QUEUED, BatchState.RUNNING])


def _claim(batch_id: int) -> CertificateBatch | None:
    now = timezone.now()
    free = Q(state=BatchState.QUEUED) | Q(state=BatchState.RUNNING, lease_until__lt=now)
    if not CertificateBatch.objects.filter(free, pk=batch_id).update(
        state=BatchState.RUNNING, lease_until=now + LEASE
    ):
        return None
    return CertificateBatch.objects.select_related("organisation", "course").get(pk=batch_id)


def _release(batch: CertificateBatch) -> bool:
    """Back into the queue between two slices; False where it was cancelled meanwhile."""
    return bool(
        CertificateBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(
            state=BatchState.QUEUED, lease_until=None, nudged_at=timezone.now()
        )
    )


def _fail(batch: CertificateBatch, code: str) -> None:
    _active().filter(pk=batch.pk).update(
        state=BatchState.FAILED, error_code=code, lease_until=None, finished_at=timezone.now()
    )


def _persons(batch: CertificateBatch) -> QuerySet[Person]:
    below = desk_access.persons_below(batch.organisation)
    if batch.course_id:
        done = Completion.objects.filter(course=batch.course_id, revoked_at__isnull=True)
        return below.filter(pk__in=done.values("person_id"))
    first, last = dt.date(batch.year or 0, 1, 1), dt.date(batch.year or 0, 12, 31)
    entries = LedgerEntry.objects.filter(day__gte=first, day__lte=last)
    return below.filter(pk__in=entries.values("person_id"))


def _do_chunk(batch: CertificateBatch) -> bool:
    """Issue for the next persons; False when nobody is left or the batch was cancelled."""
    ids = list(
        _persons(batch).filter(pk__gt=batch.cursor).order_by("pk").values_list("pk", flat=True)[:CHUNK]
    )
    if not ids:
        return False
    now = timezone.now()
    if batch.course_id:
        completions = Completion.objects.filter(
            course=batch.course_id, person__in=ids, revoked_at__isnull=True
        ).select_related("course_version")
        matters = certified.of_completions(completions, local_day(now))
    else:
        matters = certified.of_years(ids, batch.year or 0, local_day(now))
    with transaction.atomic():
        issued = issuing.issue(matters, now)
        BatchItem.objects.bulk_create(
            (BatchItem(batch=batch, certificate=each.certificate) for each in issued), ignore_conflicts=True
        )
        fresh = [each.certificate for each in issued if each.is_new]
        certificate_news.issued(fresh)
        moved = CertificateBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(
            cursor=ids[-1],
            done=F("done") + len(ids),
            issued=F("issued") + len(fresh),
            existing=F("existing") + len(issued) - len(fresh),
            refused=F("refused") + len(ids) - len(issued),
            lease_until=now + LEASE,
        )
        if not moved:  # cancelled meanwhile: these persons' turn comes when the batch goes on
            transaction.set_rollback(True)
    if not moved:
        return False
    batch.cursor = ids[-1]
    for each in issued:
        certificate_files.pdf(each.certificate)
    return True


def _pack(batch: CertificateBatch) -> None:
    """All PDFs of the batch in one archive, stored and not compressed (they are already)."""
    name = f"{certificate_files.FOLDER}/batches/{batch.public_id.hex}.zip"
    with tempfile.TemporaryFile() as packed:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
            certificates = Certificate.objects.filter(
                pk__in=BatchItem.objects.filter(batch=batch).values("certificate_id")
            ).order_by("pk")
            for number, certificate in enumerate(certificates.iterator(chunk_size=200), start=1):
                entry = zipfile.ZipInfo(_entry_name(certificate), _zip_time(certificate.issued_at))
                target.writestr(entry, certificate_files.pdf(certificate))
                if number % 500 == 0 and not CertificateBatch.objects.filter(
                    pk=batch.pk, state=BatchState.RUNNING
                ).update(lease_until=timezone.now() + LEASE):
                    return
        size = packed.tell()
        packed.seek(0)
        certificate_files.storage().delete(name)
        saved = certificate_files.storage().save(name, File(packed, name=name))
    ended = CertificateBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(
        state=BatchState.DONE,
        archive=saved,
        archive_bytes=size,
        lease_until=None,
        finished_at=timezone.now(),
    )
    if not ended:
        certificate_files.storage().delete(saved)


def _entry_name(certificate: Certificate) -> str:
    name = _UNSAFE.sub("", certificate.figures["name"])[:40]
    return f"{name}-{certificate.number}.pdf"


def _zip_time(instant: dt.datetime) -> tuple[int, int, int, int, int, int]:
    local = timezone.localtime(instant)
    return (local.year, local.month, local.day, local.hour, local.minute, local.second)
