"""Serves packaged files and captions to whoever holds a token, without asking the database for a segment."""

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import UUID

from django.conf import settings
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from media.captions import as_vtt
from media.playback import FILE_NAME, TokenRefused, read_token
from media.storage import store

CONTENT_TYPES = {
    "m3u8": "application/vnd.apple.mpegurl",
    "m4s": "video/iso.segment",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
}
# Generations and caption versions never change; "private": a shared cache must not hand them to others.
_IMMUTABLE = "private, max-age=604800, immutable"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.IGNORECASE)
_BLOCK_BYTES = 64 * 1024
# How long a store's own signed address lives: one segment's download, with pauses.
_ELSEWHERE_SECONDS = 3600
_ACCEL_PREFIX = "/protected/"


@require_safe
def packaged_file(
    request: HttpRequest, token: str, recording: UUID, generation: int, name: str
) -> HttpResponseBase:
    """One file of one generation: 206 for a range, 403 for a bad token, 404 for anything that is not there."""
    refused = _refused(token, recording)
    if refused is not None:
        return refused
    if not FILE_NAME.fullmatch(name):
        raise Http404
    prefix = f"{recording}/{generation}/"
    content_type = CONTENT_TYPES[name.rsplit(".", 1)[1]]
    if settings.PLAYBACK == "nginx":
        response: HttpResponseBase = HttpResponse(content_type=content_type)
        response["X-Accel-Redirect"] = f"{_ACCEL_PREFIX}{prefix}{name}"
    else:
        path = store().packaged_path(prefix, name)
        if path is not None:
            response = ranged(request, path, content_type)
        elif name.endswith(".m3u8"):
            # A playlist's relative names must stay under the token, so it is not sent elsewhere.
            response = HttpResponse(_read(prefix, name), content_type=content_type)
        else:
            response = HttpResponseRedirect(
                store().packaged_url(prefix, name, expires_in=_ELSEWHERE_SECONDS) or ""
            )
            response["Cache-Control"] = "private, no-store"
            return response
    return _private(response)


@require_safe
def captions(
    request: HttpRequest, token: str, recording: UUID, language: str, version: int
) -> HttpResponseBase:
    """A published version of the captions in one language, as WebVTT."""
    refused = _refused(token, recording)
    if refused is not None:
        return refused
    text = as_vtt(recording, language, version)
    if text is None:
        raise Http404
    return _private(HttpResponse(text, content_type="text/vtt; charset=utf-8"))


def ranged(
    request: HttpRequest, path: Path, content_type: str, *, name: str | None = None
) -> HttpResponseBase:
    """A file from the disk, whole or the one range that is asked for (RFC 9110, section 14).

    Several ranges at once are answered with the whole file, as the RFC allows. With `name` it is offered as
    a download under that name. Raises Http404.
    """
    try:
        handle = path.open("rb")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise Http404 from error
    size = path.stat().st_size
    wanted = _RANGE.fullmatch(request.headers.get("Range", "").strip())
    response: HttpResponseBase
    if wanted is None or wanted.groups() == ("", ""):
        response = FileResponse(handle, content_type=content_type)
        response["Content-Length"] = str(size)
    else:
        first, last = _bounds(wanted, size)
        if first > last:
            handle.close()
            response = HttpResponse(status=416)
            response["Content-Range"] = f"bytes */{size}"
            return response
        handle.seek(first)
        body = _Blocks(handle, last - first + 1)
        response = StreamingHttpResponse(body, status=206, content_type=content_type)
        response["Content-Length"] = str(last - first + 1)
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Accept-Ranges"] = "bytes"
    if name is not None:
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def content_type_of(name: str) -> str:
    """The content type of an uploaded original, by its ending."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _bounds(wanted: re.Match[str], size: int) -> tuple[int, int]:
    """First and last byte, both included; first > last when no byte of the file is meant."""
    first, last = wanted.groups()
    if first:
        return int(first), min(int(last), size - 1) if last else size - 1
    length = int(last)
    return (max(0, size - length), size - 1) if length else (1, 0)


class _Blocks:
    """The next `length` bytes of an open file in blocks; the server closes it when the client is gone."""

    def __init__(self, handle: IO[bytes], length: int) -> None:
        self._handle = handle
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (block := self._handle.read(min(_BLOCK_BYTES, self._left))):
            self._left -= len(block)
            yield block

    def close(self) -> None:
        self._handle.close()


def _refused(token: str, recording: UUID) -> HttpResponse | None:
    try:
        read_token(token, recording)
    except TokenRefused as refusal:
        response = HttpResponse(refusal.code, status=refusal.status, content_type="text/plain")
        response["Cache-Control"] = "no-store"
        return response
    return None


def _private(response: HttpResponseBase) -> HttpResponseBase:
    if response.status_code < 300:
        response["Cache-Control"] = _IMMUTABLE
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _read(prefix: str, name: str) -> bytes:
    try:
        return store().read_packaged(prefix, name)
    except FileNotFoundError as error:
        raise Http404 from error
