"""The door to recordings' files: the one module that knows whether they lie on a disk or in S3."""

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils.http import content_disposition_header

Tick = Callable[[], None]


def _no_tick() -> None:
    """For callers that hold no lease."""


class Store(Protocol):
    """What both kinds of store can do. Keys are relative paths with forward slashes."""

    def keep_original(self, key: str, path: Path) -> None:
        """Move the file at `path` into the store, under a key that was never used."""

    def original(self, key: str, tick: Tick = ...) -> contextlib.AbstractContextManager[Path]:
        """The original as a local file that may be read; raises FileNotFoundError. `tick` is called while it
        is fetched."""

    def original_url(self, key: str, *, name: str) -> str | None:
        """An address that downloads the original from the store itself; None: serve the local file."""

    def publish(self, folder: Path, prefix: str, tick: Tick = ...) -> None:
        """Move a finished folder to its immutable place. Nobody looks there before the generation's row says
        so. `tick` is called while files are carried."""

    def packaged_path(self, prefix: str, name: str) -> Path | None:
        """Where a packaged file lies on this machine's disk; None when it lies elsewhere."""

    def packaged_url(self, prefix: str, name: str, *, expires_in: int) -> str | None:
        """A signed address of a packaged file elsewhere; None when it lies on the disk."""

    def read_packaged(self, prefix: str, name: str) -> bytes:
        """A small packaged file (a playlist, the poster); raises FileNotFoundError."""

    def prefixes_of(self, recording: str) -> list[str]:
        """The generation folders that exist for a recording, as prefixes."""

    def remove(self, prefix: str) -> None:
        """Take a generation's files away; removing what is gone is no error."""


def work_root() -> Path:
    """Where unfinished work lies: on the same file system as PACKAGED_ROOT, so that a rename publishes it."""
    root = settings.PACKAGED_ROOT / ".work"
    root.mkdir(parents=True, exist_ok=True)
    return root


def incoming_root() -> Path:
    """Where an upload is written while it arrives: beside the originals, so that a rename keeps it."""
    root = settings.RECORDINGS_ROOT / ".incoming"
    root.mkdir(parents=True, exist_ok=True)
    return root


class LocalStore:
    """Files under RECORDINGS_ROOT and PACKAGED_ROOT of this machine."""

    def keep_original(self, key: str, path: Path) -> None:
        target = settings.RECORDINGS_ROOT / key
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)

    @contextlib.contextmanager
    def original(self, key: str, tick: Tick = _no_tick) -> Iterator[Path]:
        path = settings.RECORDINGS_ROOT / key
        if not path.is_file():
            raise FileNotFoundError(errno.ENOENT, "no such file", key)
        yield path

    def original_url(self, key: str, *, name: str) -> str | None:
        return None

    def publish(self, folder: Path, prefix: str, tick: Tick = _no_tick) -> None:
        target = settings.PACKAGED_ROOT / prefix
        target.parent.mkdir(parents=True, exist_ok=True)
        os.rename(folder, target)

    def packaged_path(self, prefix: str, name: str) -> Path | None:
        return settings.PACKAGED_ROOT / prefix / name

    def packaged_url(self, prefix: str, name: str, *, expires_in: int) -> str | None:
        return None

    def read_packaged(self, prefix: str, name: str) -> bytes:
        return (settings.PACKAGED_ROOT / prefix / name).read_bytes()

    def prefixes_of(self, recording: str) -> list[str]:
        folder = settings.PACKAGED_ROOT / recording
        if not folder.is_dir():
            return []
        return [f"{recording}/{child.name}/" for child in folder.iterdir() if child.name.isdecimal()]

    def remove(self, prefix: str) -> None:
        shutil.rmtree(settings.PACKAGED_ROOT / prefix, ignore_errors=True)


class ObjectStore:
    """Files in the bucket of Django's default storage, under originals/ and packaged/."""

    def keep_original(self, key: str, path: Path) -> None:
        with path.open("rb") as handle:
            default_storage.save(f"originals/{key}", File(handle))
        path.unlink()

    @contextlib.contextmanager
    def original(self, key: str, tick: Tick = _no_tick) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=work_root()) as folder:
            path = Path(folder) / Path(key).name
            if not default_storage.exists(f"originals/{key}"):
                raise FileNotFoundError(errno.ENOENT, "no such object", key)
            # Straight from the bucket: the storage's own file would fetch all of it before the first byte.
            answer = default_storage.bucket.Object(f"originals/{key}").get()  # type: ignore[attr-defined]
            with path.open("wb") as target:
                for chunk in answer["Body"].iter_chunks(1024 * 1024):
                    target.write(chunk)
                    tick()
            yield path

    def original_url(self, key: str, *, name: str) -> str | None:
        offered = {"ResponseContentDisposition": content_disposition_header(True, name) or "attachment"}
        return default_storage.url(f"originals/{key}", parameters=offered)  # type: ignore[call-arg]

    def publish(self, folder: Path, prefix: str, tick: Tick = _no_tick) -> None:
        # An object store has no rename: what makes a generation visible is the row, written afterwards.
        for path in sorted(folder.iterdir()):
            with path.open("rb") as handle:
                default_storage.save(f"packaged/{prefix}{path.name}", File(handle))
            tick()
        shutil.rmtree(folder)

    def packaged_path(self, prefix: str, name: str) -> Path | None:
        return None

    def packaged_url(self, prefix: str, name: str, *, expires_in: int) -> str | None:
        return default_storage.url(f"packaged/{prefix}{name}", expire=expires_in)  # type: ignore[call-arg]

    def read_packaged(self, prefix: str, name: str) -> bytes:
        with default_storage.open(f"packaged/{prefix}{name}") as handle:
            return handle.read()

    def prefixes_of(self, recording: str) -> list[str]:
        folders, _files = default_storage.listdir(f"packaged/{recording}")
        return [f"{recording}/{name}/" for name in folders if name.isdecimal()]

    def remove(self, prefix: str) -> None:
        _folders, files = default_storage.listdir(f"packaged/{prefix}")
        for name in files:
            default_storage.delete(f"packaged/{prefix}{name}")


def store() -> Store:
    """The store that FILES chooses."""
    return ObjectStore() if settings.FILES == "s3" else LocalStore()
