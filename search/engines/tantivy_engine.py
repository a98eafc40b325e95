"""The embedded engine: a Tantivy index in a folder.

The folder holds one subfolder for each build and a file `current` that names the one in use; a rebuild writes its own
subfolder and then replaces the file. A writer lives only as long as one change, because Tantivy allows one at a time
across processes; readers notice commits and swaps by themselves and are opened again after a fork.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import tantivy
from uuid_utils import uuid7

from search import cards
from search.engines.base import (
    FORMAT,
    MOST_GROUPS_COUNTED,
    Document,
    EngineUnavailable,
    Group,
    IndexBusy,
    IndexMissing,
    Moment,
    Order,
    Page,
    Progress,
    Request,
)
from search.engines.tantivy_schema import (
    MUST,
    SCHEMA,
    document_of,
    group_number,
    having,
    query_of,
    unpacked_id,
)

_HEAP_BYTES = 64_000_000
_WAIT_SECONDS = 10.0
_PROGRESS_EVERY = 1_000
_BUILD_PREFIX = f"v{FORMAT}-"
# More hits than this are never looked through for one page.
_MOST_HITS = 200_000


@dataclass(slots=True)
class _Reader:
    """An open index: of which build, in which process, at which state of its `meta.json`."""

    index: tantivy.Index
    build: str
    process: int
    stamp: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Hit:
    score: float
    address: tantivy.DocAddress
    group_number: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """The best hits of a query, best first and equal ones in the index's order, so that fewer of them are the
    beginning of more; `is_all`: there are no others."""

    hits: list[_Hit]
    is_all: bool


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
        searcher = self._searcher()
        query = query_of(request)
        try:
            found = self._cards(searcher, query)
            total = cards.groups_of(found)
            wanted = request.offset + request.limit
            if request.order is Order.DATE:
                asked = cards.latest_first(found)[request.offset : wanted]
                best, seen = self._best_within(searcher, query, [key for key, _ in asked], request.moments)
            else:
                seen = self._hits_for_groups(searcher, query, min(wanted, total))
                best = list(_best_of_groups(seen.hits).values())[request.offset : wanted]
            groups = tuple(self._groups(searcher, query, best, seen, request.moments))
            return Page(total, groups, found)
        except ValueError as error:
            raise EngineUnavailable(str(error)) from error

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        searcher = self._searcher()
        if not searcher.num_docs:
            return
        for _, address in searcher.search(
            tantivy.Query.all_query(), limit=searcher.num_docs, count=False
        ).hits:
            document = searcher.doc(address)
            yield unpacked_id(bytes(document.get_first("id"))), bytes(document.get_first("fingerprint")).hex()

    def check(self) -> Mapping[str, object]:
        searcher = self._searcher()
        return {"engine": self.name, "documents": searcher.num_docs, "segments": searcher.num_segments}

    def _searcher(self) -> tantivy.Searcher:
        """A searcher that sees the last commit of the build in use."""
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
                    reader.stamp = stamp
                self._reader = reader
                return reader.index.searcher()
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

    def _cards(self, searcher: tantivy.Searcher, query: tantivy.Query) -> tuple[str, ...]:
        answer = searcher.aggregate(
            query, {"cards": {"terms": {"field": "card", "size": MOST_GROUPS_COUNTED}}}
        )
        return tuple(bucket["key"] for bucket in answer["cards"]["buckets"])

    def _best_within(
        self, searcher: tantivy.Searcher, query: tantivy.Query, groups: Sequence[str], moments: int
    ) -> tuple[list[_Hit], _Seen]:
        """The best hit of each of these groups, in their order, and the hits among which they were."""
        limit = max(128, len(groups) * moments * 16)
        hits = self._hits(searcher, _within(query, groups), limit) if groups else []
        best = _best_of_groups(hits)
        found: list[_Hit] = []
        for key in groups:
            number = group_number(key)
            if number not in best:
                best |= _best_of_groups(self._hits(searcher, _within(query, [key]), 1))
            if number in best:
                found.append(best[number])
        return found, _Seen(hits, is_all=len(hits) < limit)

    def _hits_for_groups(self, searcher: tantivy.Searcher, query: tantivy.Query, groups: int) -> _Seen:
        """The best hits, as many as it takes until the first `groups` groups are among them."""
        limit = max(128, groups * 8)
        while True:
            hits = self._hits(searcher, query, limit)
            if len(hits) < limit or limit >= _MOST_HITS:
                return _Seen(hits, is_all=len(hits) < limit)
            if len(_best_of_groups(hits)) >= groups:
                return _Seen(hits, is_all=False)
            limit = min(limit * 8, _MOST_HITS)

    def _hits(self, searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[_Hit]:
        scored = searcher.search(query, limit=limit, count=False).hits
        addresses = [address for _, address in scored]
        numbers = searcher.fast_field_values("group_number", addresses)
        return [
            _Hit(score, address, int(number or 0))
            for (score, address), number in zip(scored, numbers, strict=True)
        ]

    def _groups(
        self, searcher: tantivy.Searcher, query: tantivy.Query, best: Sequence[_Hit], seen: _Seen, count: int
    ) -> Iterator[Group]:
        """The groups of these hits, each with its best ones: those seen, or else asked for in these groups alone."""
        keys = {hit.group_number: str(searcher.doc(hit.address).get_first("group")) for hit in best}
        of_group = _by_group(seen.hits, keys)
        if not seen.is_all and any(len(hits) < count for hits in of_group.values()):
            limit = len(keys) * count * 16
            hits = self._hits(searcher, _within(query, keys.values()), limit)
            of_group = _by_group(hits, keys)
            if len(hits) == limit:
                for number, found in of_group.items():
                    if len(found) < count:
                        found[:] = self._hits(searcher, _within(query, [keys[number]]), count)
        moments = iter(
            self._moments(searcher, [hit for each in best for hit in of_group[each.group_number][:count]])
        )
        for each in best:
            own = len(of_group[each.group_number][:count])
            yield Group(keys[each.group_number], each.score, tuple(islice(moments, own)))

    def _moments(self, searcher: tantivy.Searcher, hits: Sequence[_Hit]) -> Iterator[Moment]:
        """All of a page's at once: each column is opened anew for every question asked of it."""
        addresses = [hit.address for hit in hits]
        columns = [searcher.fast_field_values(name, addresses) for name in ("position", "start_ms", "end_ms")]
        for hit, position, start, end in zip(hits, *columns, strict=True):
            id_ = unpacked_id(bytes(searcher.doc(hit.address).get_first("id")))
            yield Moment(id_, hit.score, int(position or 0), int(start or 0), int(end or 0))

    # --- Writing -------------------------------------------------------------------------------------

    def replace(self, group: str, documents: Iterable[Document]) -> int:
        count = 0
        with self._writer(self._open_or_create()) as writer:
            writer.delete_documents_by_term("group", group)
            for document in documents:
                writer.add_document(document_of(document))
                count += 1
        return count

    def rebuild(self, documents: Iterable[Document], progress: Progress) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._one_rebuild():
            build = f"{_BUILD_PREFIX}{uuid7()}"
            index = self._create(build)
            count = 0
            with self._writer(index) as writer:
                for document in documents:
                    writer.add_document(document_of(document))
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


def _best_of_groups(hits: Sequence[_Hit]) -> dict[int, _Hit]:
    """Each group's first hit by the group's number, in the hits' order."""
    best: dict[int, _Hit] = {}
    for hit in hits:
        best.setdefault(hit.group_number, hit)
    return best


def _by_group(hits: Sequence[_Hit], keys: Mapping[int, str]) -> dict[int, list[_Hit]]:
    """The hits of each of these groups, in the hits' order."""
    found: dict[int, list[_Hit]] = {number: [] for number in keys}
    for hit in hits:
        if hit.group_number in found:
            found[hit.group_number].append(hit)
    return found


def _within(query: tantivy.Query, groups: Iterable[str]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(MUST, query), (MUST, having("group", list(groups)))])
