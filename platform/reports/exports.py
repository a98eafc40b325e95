"""Exports made by a worker: the one writer of their rows. The row is the job and the message a nudge.

A file is made in one go, with a look at its row every few thousand lines: that tells how far it is, keeps the lease,
and ends the work when somebody has stopped it. What the reader may have is asked when the work begins, not when he
asked. Files are kept for a week; the audit log keeps who took what and why.
"""

import datetime as dt
import logging
import tempfile
import time
from collections.abc import Callable, Mapping
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from courses import certificate_files
from courses.certificates import typesetting
from courses.models import Requirement
from courses.refusals import Refusal
from people import audit_log
from people.models import AuditAct, Organisation, User
from reports import access, book_csv, book_pdf, book_xlsx, books, export_access, export_files, keeping
from reports.book import Book
from reports.books import Answer, Asked
from reports.export_refusals import ExportNotActive, ExportNotOver, ReasonMissing, TooManyExports
from reports.models import Export, ExportFormat, ExportState
from reports.questions import read_kept

logger = logging.getLogger(__name__)

MAX_REASON = 200
MAX_ACTIVE = 3
LEASE = dt.timedelta(seconds=120)
MAX_ATTEMPTS = 3
NUDGE_AGAIN = dt.timedelta(minutes=5)
KEPT = dt.timedelta(days=7)
# How often the row hears how far the work is.
STEP_SECONDS = 0.5

MEDIA_TYPES = {
    ExportFormat.XLSX: book_xlsx.MEDIA_TYPE,
    ExportFormat.CSV: book_csv.MEDIA_TYPE,
    ExportFormat.PDF: book_pdf.MEDIA_TYPE,
}


class Stopped(Exception):
    """Somebody has stopped the export, or another worker has it now."""


def start(
    by: User,
    organisation: Organisation,
    *,
    requirement: Requirement | None,
    question: Mapping[str, str],
    file_format: ExportFormat,
    reason: str,
) -> Export:
    """A queued export; `question` is an address's parameters. Its message is the caller's to send, after commit.

    The caller has asked `reports.access` for organisation and requirement. Raises ReasonMissing, TooManyExports.
    """
    reason = " ".join(reason.split())[:MAX_REASON]
    if not reason:
        raise ReasonMissing
    if _active().filter(requested_by=by).count() >= MAX_ACTIVE:
        raise TooManyExports
    now = timezone.now()
    return Export.objects.create(
        requested_by=by,
        organisation=organisation,
        requirement=requirement,
        question=dict(question),
        file_format=file_format,
        reason=reason,
        created_at=now,
        nudged_at=now,
    )


def cancel(export: Export) -> None:
    """Stop an export. Raises ExportNotActive."""
    if (
        not _active()
        .filter(pk=export.pk)
        .update(state=ExportState.CANCELLED, lease_until=None, finished_at=timezone.now())
    ):
        raise ExportNotActive


def retry(export: Export) -> None:
    """Make an export again that failed or was stopped, from its beginning. Raises ExportNotOver, TooManyExports."""
    if _active().filter(requested_by=export.requested_by_id).count() >= MAX_ACTIVE:
        raise TooManyExports
    over = Export.objects.filter(pk=export.pk, state__in=[ExportState.FAILED, ExportState.CANCELLED])
    if not over.update(
        state=ExportState.QUEUED,
        attempt=0,
        done=0,
        error_code="",
        finished_at=None,
        nudged_at=timezone.now(),
    ):
        raise ExportNotOver


def work(export_id: int) -> None:
    """Make the file of a queued export. May run twice: the second finds nothing to do."""
    export = _claim(export_id)
    if export is None:
        return
    try:
        _make(export)
    except Stopped:
        logger.info("export %s was stopped", export.pk)
    except access.NotReadable:
        _fail(export, "export_not_readable")
    except Refusal as refusal:
        _fail(export, refusal.code)
    except (typesetting.FontsMissing, typesetting.SheetFailed) as error:
        logger.warning("export %s: %s", export.pk, error)
        _fail(export, "export_sheet_failed")
    except OSError as error:
        logger.warning("export %s: %s", export.pk, error)
        _fail(export, "export_storage")


def asked(export: Export) -> Asked:
    """What the export is about, as far as its reader may see it now. Raises NotReadable."""
    question = read_kept(export.question)
    reader = export.requested_by
    scopes = access.report_scopes(reader)
    unit = access.accessible_unit(scopes, export.organisation.public_id, question.day)
    requirement = export.requirement
    if requirement is not None:
        requirement = access.accessible_requirement(scopes, requirement.public_id, question.day)
    return Asked(
        reader=reader,
        unit=unit,
        requirement=requirement,
        question=question,
        file_format=export.file_format,
        detail=export_access.detail_for(reader, unit),
        reason=export.reason,
    )


def open_file(export: Export) -> IO[bytes] | None:
    """The file, open to be read; None where it is not kept any more."""
    return export_files.opened(export.file) if export.file else None


def kept_until(export: Export) -> dt.datetime | None:
    """Until when the file is kept; None without one."""
    return export.finished_at + KEPT if export.finished_at and export.file else None


def sweep() -> list[int]:
    """Exports whose worker fell silent or whose message was lost: the ids to announce again. Old files go."""
    now = timezone.now()
    silent = Q(state=ExportState.RUNNING, lease_until__lt=now)
    for export in Export.objects.filter(silent, attempt__gte=MAX_ATTEMPTS):
        _fail(export, "export_worker_lost")
    Export.objects.filter(silent).update(
        state=ExportState.QUEUED, lease_until=None, nudged_at=None, attempt=F("attempt") + 1
    )
    unheard = Q(nudged_at__isnull=True) | Q(nudged_at__lt=now - NUDGE_AGAIN)
    ids = list(Export.objects.filter(unheard, state=ExportState.QUEUED).values_list("pk", flat=True)[:50])
    Export.objects.filter(pk__in=ids).update(nudged_at=now)
    for old in Export.objects.filter(finished_at__lt=now - KEPT).exclude(file="")[:50]:
        export_files.delete(old.file)
        Export.objects.filter(pk=old.pk).update(file="", file_bytes=0)
    return ids


def _make(export: Export) -> None:
    keeping.work_off()
    with keeping.reading():
        found = books.answer(asked(export), _stepper(export))
        with tempfile.TemporaryFile() as target:
            _write(export, target, found.book)
            size = target.tell()
            target.seek(0)
            saved = export_files.save(export, File(target))
    try:
        _finish(export, saved, size, found)
    except BaseException:
        export_files.delete(saved)
        raise


def _write(export: Export, target: IO[bytes], book: Book) -> None:
    if export.file_format == ExportFormat.CSV:
        book_csv.write(target, book)
    elif export.file_format == ExportFormat.PDF:
        book_pdf.write(target, book, fonts=certificate_files.fonts(), made_at=timezone.now())
    else:
        book_xlsx.write(target, book)


def _finish(export: Export, saved: str, size: int, found: Answer) -> None:
    with transaction.atomic():
        ended = Export.objects.filter(pk=export.pk, state=ExportState.RUNNING).update(
            state=ExportState.DONE,
            file=saved,
            file_bytes=size,
            persons=found.persons,
            lease_until=None,
            finished_at=timezone.now(),
        )
        if not ended:
            raise Stopped
        audit_log.record(
            AuditAct.EXPORTED,
            by=export.requested_by,
            organisation=export.organisation,
            about=export.requirement.title if export.requirement else _("All curricula"),
            reason=export.reason,
            persons=found.persons,
        )


def _active() -> QuerySet[Export]:
    return Export.objects.filter(state__in=[ExportState.QUEUED, ExportState.RUNNING])


def _claim(export_id: int) -> Export | None:
    now = timezone.now()
    free = Q(state=ExportState.QUEUED) | Q(state=ExportState.RUNNING, lease_until__lt=now)
    if not Export.objects.filter(free, pk=export_id).update(
        state=ExportState.RUNNING, done=0, total=None, lease_until=now + LEASE
    ):
        return None
    return Export.objects.select_related("organisation", "requirement", "requested_by").get(pk=export_id)


def _stepper(export: Export) -> Callable[[int, int], None]:
    """Tells the row how far the work is, not more often than somebody looks; raises Stopped."""
    told_at = 0.0

    def step(done: int, total: int) -> None:
        nonlocal told_at
        if told_at and time.monotonic() - told_at < STEP_SECONDS:
            return
        told_at = time.monotonic()
        changes: dict[str, Any] = {"done": done, "total": total, "lease_until": timezone.now() + LEASE}
        if not Export.objects.filter(pk=export.pk, state=ExportState.RUNNING).update(**changes):
            raise Stopped

    return step


def _fail(export: Export, code: str) -> None:
    _active().filter(pk=export.pk).update(
        state=ExportState.FAILED, error_code=code, lease_until=None, finished_at=timezone.now()
    )
