"""Recordings: how an upload becomes one, and the door through which editors get at them."""

import hashlib
import logging
import re
import secrets
import shutil
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from uuid_utils.compat import uuid7

from media import jobs
from media.models import PackagingJob, Recording
from media.probe import examine, extension_of, require_known_extension
from media.refusals import RecordingRefused
from media.storage import incoming_root, store

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1024 * 1024
TITLE_CHARACTERS = 200
NAME_CHARACTERS = 255


def accessible_recordings(user: Any) -> QuerySet[Recording]:
    """The recordings that a user may see in the admin: all with a media permission, otherwise none.

    Learners never come through here: what they may watch is a lecture's matter.
    """
    allowed = any(user.has_perm(f"media.{deed}_recording") for deed in ("view", "change", "add"))
    return Recording.objects.all() if allowed else Recording.objects.none()


def find(recordings: QuerySet[Recording], text: str) -> QuerySet[Recording]:
    """Those whose title or file name contains every word of `text` (Chinese needs no word boundaries)."""
    for word in text.split()[:10]:
        recordings = recordings.filter(Q(title__icontains=word) | Q(original_name__icontains=word))
    return recordings


def require_uploader(user: Any) -> None:
    """Raises PermissionDenied unless the user may add recordings."""
    if not user.has_perm("media.add_recording"):
        raise PermissionDenied


def receive_upload(
    chunks: Iterable[bytes], *, name: str, title: str, uploaded_by: Any, expected_bytes: int | None = None
) -> tuple[Recording, PackagingJob]:
    """Stream an upload to the disk, look at it, and keep it as a recording with a queued packaging job.

    Never more than one chunk is in memory. `name` is the file's name on the sender's computer; an empty
    `title` becomes the name without its ending. `expected_bytes` guards against a broken-off transfer. The
    caller announces the job after commit. Raises RecordingRefused: extension, empty, too_large, incomplete,
    not_media, no_streams, wrong_extension, probe_timeout; then nothing is kept.
    """
    name = _safe_name(name)
    require_known_extension(name)
    if expected_bytes is not None:
        require_size(expected_bytes)
    path = incoming_root() / f"{secrets.token_hex(12)}.{extension_of(name)}"
    try:
        size, digest = _write(chunks, path)
        if expected_bytes is not None and size != expected_bytes:
            raise RecordingRefused("incomplete", f"{size} of {expected_bytes} bytes")
        if size == 0:
            raise RecordingRefused("empty")
        return _keep(path, size, digest, name=name, title=title, uploaded_by=uploaded_by)
    finally:
        path.unlink(missing_ok=True)


def register_file(path: Path, *, title: str, uploaded_by: Any = None) -> tuple[Recording, PackagingJob]:
    """Keep a copy of a file on this machine as a recording with a queued job, as an upload would."""

    def chunks() -> Iterable[bytes]:
        with path.open("rb") as handle:
            while chunk := handle.read(CHUNK_BYTES):
                yield chunk

    return receive_upload(chunks(), name=path.name, title=title, uploaded_by=uploaded_by)


def rename(recording: Recording, title: str) -> None:
    """Give a recording another title. Raises RecordingRefused('no_title')."""
    recording.title = _clean_title(title)
    if not recording.title:
        raise RecordingRefused("no_title")
    recording.save(update_fields=["title"])


def require_size(size: int) -> None:
    """Raises RecordingRefused for a size that is known beforehand: empty, too_large (or no room on the disk)."""
    if size == 0:
        raise RecordingRefused("empty")
    if size > settings.MEDIA_UPLOAD_MAX_BYTES:
        raise RecordingRefused("too_large", f"{size} bytes")
    if size > shutil.disk_usage(incoming_root()).free:
        raise RecordingRefused("no_space", f"{size} bytes")


def _write(chunks: Iterable[bytes], path: Path) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    with path.open("xb") as target:
        for chunk in chunks:
            size += len(chunk)
            if size > settings.MEDIA_UPLOAD_MAX_BYTES:
                raise RecordingRefused("too_large", f"more than {settings.MEDIA_UPLOAD_MAX_BYTES} bytes")
            target.write(chunk)
            digest.update(chunk)
    return size, digest.hexdigest()


def _keep(
    path: Path, size: int, digest: str, *, name: str, title: str, uploaded_by: Any
) -> tuple[Recording, PackagingJob]:
    probe = examine(path, name=name)
    public_id = uuid7()
    key = f"{public_id}/original.{extension_of(name)}"
    # The file first: a row without its file is a broken promise, a file without its row is only swept.
    store().keep_original(key, path)
    with transaction.atomic():
        recording = Recording.objects.create(
            public_id=public_id,
            title=_clean_title(title) or _clean_title(Path(name).stem) or name[:TITLE_CHARACTERS],
            original_key=key,
            original_name=name,
            size_bytes=size,
            sha256=digest,
            uploaded_by=uploaded_by,
            has_video=probe.picture is not None,
            has_audio=probe.sound is not None,
            probe=probe.found,
        )
        job = jobs.start(recording)
    logger.info("recording %s received, %s bytes", public_id, size)
    return recording, job


def _clean_title(title: str) -> str:
    text = unicodedata.normalize("NFC", re.sub(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+", " ", title))
    return " ".join(text.split())[:TITLE_CHARACTERS]


def _safe_name(name: str) -> str:
    """The name as it is shown and offered for download: no path, no control characters, its ending kept."""
    base = _clean_name(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, ending = base.rpartition(".")
    return f"{stem[: NAME_CHARACTERS - len(ending) - 1]}{dot}{ending[:20]}" if dot else base[:NAME_CHARACTERS]


def _clean_name(name: str) -> str:
    return re.sub(
        r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+", "", unicodedata.normalize("NFC", name)
    ).strip()
