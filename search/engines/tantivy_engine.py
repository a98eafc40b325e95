"""The embedded engine: a Tantivy index in a folder.

The folder holds one subfolder for each build and a file `current` that names the one in use; a rebuild writes its own
subfolder and then replaces the file. A writer lives only as long as one change, because Tantivy allows one at a time
across processes; readers notice commits and swaps by themselves and are opened again after a fork.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import tantivy
from uuid_utils import uuid7

from search.engines.base import (
    FORMAT,
    Document,
    EngineUnavailable,
    IndexBusy,
    IndexMissing,
    Page,
    Progress,
    Request,
)
from search.engines.tantivy_pages import Reading
from search.engines.tantivy_schema import ACCESS, SCHEMA, fingerprints, ids, prepared

_HEAP_BYTES = 64_000_000
_WAIT_SECONDS = 10.0
_PROGRESS_EVERY = 1_000
_BUILD_PREFIX = f"v{FORMAT}-"


@dataclass(frozen=True, slots=True)
class _Reader:
    """An open index: of which build, in which process, at which state of its `meta.json`, and with which classes of
    access on how many documents."""

    index: tantivy.Index
    build: str
    process: int
    stamp: tuple[int, int]
    classes: list[tuple[str, int]] = field(default_factory=list)


class TantivyEngine:
    """The Engine on a folder. Safe in threads and across forks; cheap to make."""

    name = "tantivy"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._reader: _Reader | None = None

    # --- Reading -------------------------------------------------------------------------------------

    def find(self, request: Request) -> Page:
        if not request.access:
            return Page(0, ())
        reader = self._opened()
        try:
            return Reading(reader.index.searcher(), request, reader.classes).page()
        except ValueError as error:
            raise EngineUnavailable(str(error)) from error

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        searcher = self._searcher()
        if not searcher.num_docs:
            return
        everything = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False)
        addresses = [address for _, address in everything.hits]
        yield from zip(ids(searcher, addresses), fingerprints(searcher, addresses), strict=True)

    def check(self) -> Mapping[str, object]:
        searcher = self._searcher()
        return {"engine": self.name, "documents": searcher.num_docs, "segments": searcher.num_segments}

    def _searcher(self) -> tantivy.Searcher:
        return self._opened().index.searcher()

    def _opened(self) -> _Reader:
        """A reader that sees the last commit of the build in use."""
        for _ in range(3):  # a rebuild may swap the folder away between reading its name and opening it
            build = self._current()
            path = self._folder / build
            try:
                stat = (path / "meta.json").stat()
                stamp = (stat.st_mtime_ns, stat.st_ino)
                reader = self._reader
                if reader is None or reader.build != build or reader.process != os.getpid():
                    index = tantivy.Index.open(str(path))
                    index.config_reader("manual")
                    reader = _Reader(index, build, os.getpid(), (0, 0))
                if reader.stamp != stamp:
                    reader.index.reload()
                    reader = replace(
                        reader, stamp=stamp, classes=reader.index.searcher().terms_with_prefix(ACCESS, "")
                    )
                self._reader = reader
                return reader
            except (FileNotFoundError, ValueError) as error:
                failure = error
                self._reader = None
        raise EngineUnavailable(str(failure)) from failure

    def _current(self) -> str:
        try:
            build = (self._folder / "current").read_text().strip()
        except FileNotFoundError as error:
            raise IndexMissing("There is no search index yet; `manage.py reindex` builds it.") from error
        if not build.startswith(_BUILD_PREFIX):
            raise IndexMissing("The search index has an older format; `manage.py reindex` builds it anew.")
        return build

    # --- Writing -------------------------------------------------------------------------------------

    def replace(self, group: str, documents: Iterable[Document]) -> int:
        count = 0
        with self._writer(self._open_or_create()) as writer:
            writer.delete_documents_by_term("group", group)
            for document in prepared(documents):
                writer.add_document(document)
                count += 1
        return count

    def rebuild(self, documents: Iterable[Document], progress: Progress) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._one_rebuild():
            build = f"{_BUILD_PREFIX}{uuid7()}"
            index = self._create(build)
            count = 0
            with self._writer(index) as writer:
                for document in prepared(documents):
                    writer.add_document(document)
                    count += 1
                    if count % _PROGRESS_EVERY == 0:
                        progress(count)
            self._point_to(build)
            for path in self._folder.iterdir():
                if path.is_dir() and path.name != build:
                    shutil.rmtree(path, ignore_errors=True)
        progress(count)
        return count

    @contextmanager
    def _one_rebuild(self) -> Iterator[None]:
        """A lock that ends with its process: a second rebuild would take the first one's build away."""
        with (self._folder / "rebuild.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise IndexBusy(
                    "Another process is rebuilding the search index; wait until it is done."
                ) from error
            yield

    def _open_or_create(self) -> tantivy.Index:
        try:
            return tantivy.Index.open(str(self._folder / self._current()))
        except IndexMissing:
            build = f"{_BUILD_PREFIX}{uuid7()}"
            index = self._create(build)
            self._point_to(build)
            return index
        except ValueError as error:
            raise EngineUnavailable(f"The search index cannot be opened ({error}); rebuild it.") from error

    def _create(self, build: str) -> tantivy.Index:
        path = self._folder / build
        path.mkdir(parents=True)
        return tantivy.Index(SCHEMA, path=str(path))

    def _point_to(self, build: str) -> None:
        """Makes the build the one in use, whole or not at all."""
        beside = self._folder / f"current.{os.getpid()}"
        with beside.open("w") as handle:
            handle.write(build)
            handle.flush()
            os.fsync(handle.fileno())
        beside.replace(self._folder / "current")

    @contextmanager
    def _writer(self, index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
        """The index's one writer, committed on success and given up otherwise.

        Waits ten seconds for another process's change, then raises IndexBusy.
        """
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
                break
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise EngineUnavailable(str(error)) from error
                if time.monotonic() > deadline:
                    raise IndexBusy(
                        "Another process is writing to the search index (the worker, or a reindex); try again later."
                    ) from error
                time.sleep(0.1)
        try:
            yield writer
            writer.commit()
        except ValueError as error:
            raise EngineUnavailable(str(error)) from error
        finally:
            writer.wait_merging_threads()
