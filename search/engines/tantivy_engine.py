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
from pathlib import Path

import tantivy
from uuid_utils import uuid7

from search.engines.base import (
    MOST_GROUPS_COUNTED,
    Document,
    EngineUnavailable,
    Group,
    IndexBusy,
    IndexMissing,
    Moment,
    Page,
    Progress,
    Request,
)
from search.engines.tantivy_schema import MUST, SCHEMA, document_of, having, query_of, unpacked_id

_HEAP_BYTES = 64_000_000
_WAIT_SECONDS = 10.0
_PROGRESS_EVERY = 1_000
# More hits than this are never looked through for one page; beyond it ties may fall as they come.
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
    position: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """The best hits of a query. Every hit that scores above `floor` is among them (below 0: every hit at all)."""

    hits: list[_Hit]
    floor: float


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
            total = self._count_groups(searcher, query)
            wanted = request.offset + request.limit
            seen = self._hits_for_groups(searcher, query, wanted)
            best = _best_of_groups(seen.hits)
            groups = [
                (self._stored(searcher, hit.address, "group"), hit)
                for hit in best[: wanted + _ties_after(best, wanted)]
            ]
            groups.sort(key=lambda pair: (-pair[1].score, pair[0]))
            return Page(
                total,
                tuple(
                    Group(
                        key,
                        hit.score,
                        self._moments(searcher, query, group=key, best=hit, seen=seen, count=request.moments),
                    )
                    for key, hit in groups[request.offset : wanted]
                ),
            )
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
            return (self._folder / "current").read_text().strip()
        except FileNotFoundError as error:
            raise IndexMissing("There is no search index yet; `manage.py reindex` builds it.") from error

    def _count_groups(self, searcher: tantivy.Searcher, query: tantivy.Query) -> int:
        answer = searcher.aggregate(
            query, {"groups": {"terms": {"field": "group_number", "size": MOST_GROUPS_COUNTED}}}
        )
        return len(answer["groups"]["buckets"])

    def _hits_for_groups(self, searcher: tantivy.Searcher, query: tantivy.Query, groups: int) -> _Seen:
        """The best hits, as many as it takes until the first `groups` groups, and all that tie with the last of
        them, are among them."""
        limit = max(256, groups * 32)
        while True:
            hits = self._hits(searcher, query, limit)
            if len(hits) < limit:
                return _Seen(hits, -1.0)
            best = _best_of_groups(hits)
            is_enough = len(best) >= groups and hits[-1].score < best[groups - 1].score
            if is_enough or limit >= _MOST_HITS:
                return _Seen(hits, hits[-1].score)
            limit = min(limit * 8, _MOST_HITS)

    def _hits(self, searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[_Hit]:
        scored = searcher.search(query, limit=limit, count=False).hits
        addresses = [address for _, address in scored]
        numbers = searcher.fast_field_values("group_number", addresses)
        positions = searcher.fast_field_values("position", addresses)
        return [
            _Hit(score, address, int(number or 0), int(position or 0))
            for (score, address), number, position in zip(scored, numbers, positions, strict=True)
        ]

    def _moments(
        self,
        searcher: tantivy.Searcher,
        query: tantivy.Query,
        *,
        group: str,
        best: _Hit,
        seen: _Seen,
        count: int,
    ) -> tuple[Moment, ...]:
        """The group's best hits: those seen already where they are enough, else asked for by themselves."""
        hits = [hit for hit in seen.hits if hit.group_number == best.group_number and hit.score > seen.floor]
        if len(hits) < count and seen.floor >= 0:
            hits = self._hits_of_group(searcher, query, group, count)
        hits.sort(key=lambda hit: (-hit.score, hit.position))
        chosen = hits[:count]
        addresses = [hit.address for hit in chosen]
        starts = searcher.fast_field_values("start_ms", addresses)
        ends = searcher.fast_field_values("end_ms", addresses)
        return tuple(
            Moment(
                unpacked_id(bytes(searcher.doc(hit.address).get_first("id"))),
                hit.score,
                hit.position,
                int(start or 0),
                int(end or 0),
            )
            for hit, start, end in zip(chosen, starts, ends, strict=True)
        )

    def _hits_of_group(
        self, searcher: tantivy.Searcher, query: tantivy.Query, group: str, count: int
    ) -> list[_Hit]:
        one = tantivy.Query.boolean_query([(MUST, query), (MUST, having("group", [group]))])
        limit = max(32, count * 4)
        hits = self._hits(searcher, one, limit)
        if len(hits) == limit and hits[-1].score == hits[count - 1].score:  # the cut goes through a tie
            hits = self._hits(searcher, one, _MOST_HITS)
        return hits

    def _stored(self, searcher: tantivy.Searcher, address: tantivy.DocAddress, name: str) -> str:
        return str(searcher.doc(address).get_first(name))

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
            build = str(uuid7())
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
            build = str(uuid7())
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


def _best_of_groups(hits: Sequence[_Hit]) -> list[_Hit]:
    """Each group's first hit, in the hits' order."""
    best: dict[int, _Hit] = {}
    for hit in hits:
        best.setdefault(hit.group_number, hit)
    return list(best.values())


def _ties_after(best: Sequence[_Hit], wanted: int) -> int:
    """How many groups after the first `wanted` score the same as the last of them."""
    if len(best) <= wanted or not wanted:
        return 0
    last = best[wanted - 1].score
    return sum(1 for hit in best[wanted:] if hit.score == last)
