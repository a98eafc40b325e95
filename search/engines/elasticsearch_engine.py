"""The service engine: Elasticsearch 9, with only what every distribution of it has.

No scripts, no plugins, no by-query writes, no dynamic fields. The index is an alias; a rebuild fills an index of its
own and then swaps the alias. Nothing refreshes by itself: a change is made visible when all of it is there.
"""

import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from elastic_transport import TransportError
from elasticsearch import ApiError, Elasticsearch, NotFoundError, dsl, helpers
from uuid_utils import uuid7

from search import cards
from search.engines.base import (
    BRIDGE_SCORE,
    CITATION_WEIGHT,
    FORMAT,
    HEADING_WEIGHT,
    MOST_GROUPS_COUNTED,
    Document,
    EngineResting,
    EngineUnavailable,
    Group,
    IndexMissing,
    Moment,
    Order,
    Page,
    Progress,
    Request,
)
from search.engines.breaker import Breaker
from search.query import Attempt, Phrase, crossing_of, sparse

logger = logging.getLogger(__name__)

_READ_SECONDS = 3.0
_WRITE_SECONDS = 60.0
_TIMEOUT = f"{int(_READ_SECONDS * 800)}ms"
_BULK_DOCUMENTS = 1_000
_BULK_RETRIES = 5
_ABANDONED_AFTER_SECONDS = 24 * 3600


def _mapping() -> dsl.Mapping:
    """Every field, named; a field that is not named is refused."""
    mapping = dsl.Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", enabled=False)
    for name in ("group", "access", "courses", "lecturer", "language", "statutes", "year", "kind"):
        mapping.field(name, dsl.Keyword())
    mapping.field("card", dsl.Keyword(index=False))
    mapping.field("fingerprint", dsl.Keyword(index=False))
    # Only the body's places are asked for (see Document).
    mapping.field("body", dsl.Text(analyzer="whitespace", index_options="positions"))
    mapping.field("heading", dsl.Text(analyzer="whitespace", index_options="freqs"))
    for name in ("bridge", "citations"):
        mapping.field(name, dsl.Text(analyzer="whitespace", index_options="docs"))
    for name in ("position", "start_ms", "end_ms"):
        mapping.field(name, dsl.Long(index=False))
    return mapping


class ElasticsearchEngine:
    """The Engine behind an alias. Safe in threads and across forks; makes its connection when first used."""

    name = "elasticsearch"

    def __init__(self, url: str, alias: str) -> None:
        self._url = url
        self._family = alias
        self.alias = f"{alias}-v{FORMAT}"
        self._connection: tuple[int, Elasticsearch] | None = None
        self._breaker = Breaker()

    @property
    def _client(self) -> Elasticsearch:
        if self._connection is None or self._connection[0] != os.getpid():
            client = Elasticsearch(
                self._url, request_timeout=_READ_SECONDS, max_retries=1, retry_on_timeout=False
            )
            self._connection = (os.getpid(), client)
        return self._connection[1]

    @cached_property
    def _body_of_new_index(self) -> dict[str, Any]:
        return {
            "mappings": _mapping().to_dict(),
            # One shard: statistics are exact and both engines score alike; a million cues are no more than that.
            "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "refresh_interval": "-1"},
        }

    # --- Reading -------------------------------------------------------------------------------------

    def find(self, request: Request) -> Page:
        if not request.access:
            return Page(0, ())
        if not self._breaker.lets_through():
            raise EngineResting("Elasticsearch did not answer lately and is not asked for a while.")
        try:
            with _faults():
                page = self._find_latest(request) if request.order is Order.DATE else self._find_best(request)
        except EngineUnavailable as error:
            if _is_of_the_server(error) and self._breaker.failed():
                logger.warning("Elasticsearch does not answer: it is asked again from time to time.")
            raise
        if self._breaker.succeeded():
            logger.warning("Elasticsearch answers again.")
        return page

    def _find_best(self, request: Request) -> Page:
        answer = self._search(body_of(request))
        found = _cards(answer)
        return Page(cards.groups_of(found), tuple(_group(hit) for hit in answer["hits"]["hits"]), found)

    def _search(self, body: dict[str, Any]) -> Any:
        """The whole answer. One that its time cut short would count wrong, and is none."""
        answer = self._client.search(index=self.alias, body=body)
        if answer["timed_out"]:
            raise EngineUnavailable("Elasticsearch took too long for a question.")
        return answer

    def _find_latest(self, request: Request) -> Page:
        """The cards tell which groups are the latest; their moments are then asked for in these alone."""
        found = _cards(self._search(counting_body_of(request)))
        total = cards.groups_of(found)
        asked = cards.latest_first(found)[request.offset : request.offset + request.limit]
        if not asked:
            return Page(total, (), found)
        keys = [key for key, _ in asked]
        answer = self._search(body_of(request, within=keys))
        groups = {group.key: group for group in map(_group, answer["hits"]["hits"])}
        return Page(total, tuple(groups[key] for key in keys if key in groups), found)

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        with _faults():
            for hit in self._scan(dsl.Q("match_all"), ["fingerprint"]):
                yield hit["_id"], hit["fields"]["fingerprint"][0]

    def check(self) -> Mapping[str, object]:
        with _faults():
            health = self._client.cluster.health()
            count = self._client.count(index=self.alias)["count"]
        return {"engine": self.name, "documents": count, "status": health["status"]}

    def _scan(self, query: dsl.query.Query, fields: list[str]) -> Iterator[dict[str, Any]]:
        body = dsl.Search().query(query).source(False).extra(docvalue_fields=fields).to_dict()
        client = self._client.options(request_timeout=_WRITE_SECONDS)
        yield from helpers.scan(client, query=body, index=self.alias, size=5_000)

    # --- Writing -------------------------------------------------------------------------------------

    def replace(self, group: str, documents: Iterable[Document]) -> int:
        with _faults():
            self._ensure_index()
            self._client.indices.refresh(index=self.alias)  # what a killed change left is seen and replaced
            stale = {hit["_id"] for hit in self._scan(dsl.Q("term", group=group), ["position"])}
            fresh = list(documents)
            self._bulk(self.alias, (_action(document) for document in fresh))
            self._delete(stale - {document.id for document in fresh})
            self._client.indices.refresh(index=self.alias)
        return len(fresh)

    def rebuild(self, documents: Iterable[Document], progress: Progress) -> int:
        with _faults():
            name = self._create()
            count = self._bulk(name, (_action(document) for document in documents), progress)
            client = self._client.options(request_timeout=_WRITE_SECONDS)
            client.indices.refresh(index=name)
            self._point_to(name)
            self._drop_abandoned()
        progress(count)
        return count

    def drop(self) -> None:
        """Takes the index away with everything in it, and what an unfinished rebuild left of it."""
        with _faults():
            found = self._client.indices.get(index=f"{self.alias}-*", expand_wildcards="open")
            for name in found:
                self._client.indices.delete(index=name, ignore_unavailable=True)

    def _ensure_index(self) -> None:
        if not self._client.indices.exists_alias(name=self.alias):
            self._point_to(self._create())

    def _create(self) -> str:
        name = f"{self.alias}-{uuid7()}"
        self._client.options(request_timeout=_WRITE_SECONDS).indices.create(
            index=name, body=self._body_of_new_index
        )
        return name

    def _point_to(self, name: str) -> None:
        """Swaps the alias and drops what it pointed to, in one step."""
        before: list[str] = []
        if self._client.indices.exists_alias(name=self.alias):
            before = list(self._client.indices.get_alias(name=self.alias))
        self._client.options(request_timeout=_WRITE_SECONDS).indices.update_aliases(
            actions=[
                {"add": {"index": name, "alias": self.alias}},
                *({"remove_index": {"index": old}} for old in before),
            ]
        )

    def _drop_abandoned(self) -> None:
        """Takes away what killed rebuilds and older formats left; a young one may belong to a rebuild under way."""
        for name, index in self._client.indices.get(
            index=f"{self._family}-*", expand_wildcards="open"
        ).items():
            age = time.time() - int(index["settings"]["index"]["creation_date"]) / 1000
            if self.alias not in index["aliases"] and age > _ABANDONED_AFTER_SECONDS:
                self._client.indices.delete(index=name, ignore_unavailable=True)

    def _bulk(self, index: str, actions: Iterable[dict[str, Any]], progress: Progress | None = None) -> int:
        """Sends the actions in bulks, again where the server was too busy; an action refused raises."""
        count = 0
        client = self._client.options(request_timeout=_WRITE_SECONDS)
        for _ in helpers.streaming_bulk(
            client,
            actions,
            index=index,
            chunk_size=_BULK_DOCUMENTS,
            max_retries=_BULK_RETRIES,
            initial_backoff=0.2,
            max_backoff=5,
        ):
            count += 1
            if progress and count % _BULK_DOCUMENTS == 0:
                progress(count)
        return count

    def _delete(self, ids: Iterable[str]) -> None:
        self._bulk(self.alias, ({"_op_type": "delete", "_id": id_} for id_ in ids))


@contextmanager
def _faults() -> Iterator[None]:
    """Elasticsearch's and the network's errors as the engine's own."""
    try:
        yield
    except NotFoundError as error:
        raise IndexMissing("There is no search index yet; `manage.py reindex` builds it.") from error
    except (ApiError, TransportError, helpers.BulkIndexError, helpers.ScanError) as error:
        raise EngineUnavailable(f"Elasticsearch does not answer as it should: {error}") from error


def _is_of_the_server(error: EngineUnavailable) -> bool:
    """Whether any other question would have failed as well; what one question brings about must not stop the others."""
    cause = error.__cause__
    if isinstance(cause, ApiError):
        return cause.status_code >= 500 or cause.status_code == 429
    return isinstance(cause, TransportError)


def _action(document: Document) -> dict[str, Any]:
    return {
        "_id": document.id,
        "_source": {
            "group": document.group,
            "body": document.body,
            "bridge": document.bridge,
            "heading": document.heading,
            "citations": " ".join(document.citations),
            "access": document.access,
            "courses": document.courses,
            "lecturer": document.lecturer,
            "language": document.language,
            "statutes": document.statutes,
            "year": document.year,
            "kind": document.kind,
            "card": document.card,
            "position": document.position,
            "start_ms": document.start_ms,
            "end_ms": document.end_ms,
            "fingerprint": document.fingerprint,
        },
    }


# --- Queries: the same scores as in the Tantivy engine --------------------------------------------------


def body_of(request: Request, within: Sequence[str] | None = None) -> dict[str, Any]:
    """What is sent to `_search`: the page's groups with their moments, and the groups counted.

    With `within`, all of these groups and no count.
    """
    search = (
        dsl.Search()
        .query(_query(request, within or ()))
        .source(False)
        .sort("_score", "group")  # the best score first: that is what sorting by it means
        .extra(
            from_=0 if within else request.offset,
            size=len(within) if within else request.limit,
            track_total_hits=False,
            timeout=_TIMEOUT,
            collapse={"field": "group", "inner_hits": _moments(request.moments)},
        )
    )
    if not within:
        search.aggs.bucket("cards", "terms", field="card", size=MOST_GROUPS_COUNTED)
    return search.to_dict()


def counting_body_of(request: Request) -> dict[str, Any]:
    """The groups counted, and none of their documents."""
    search = dsl.Search().query(_query(request)).extra(size=0, track_total_hits=False, timeout=_TIMEOUT)
    search.aggs.bucket("cards", "terms", field="card", size=MOST_GROUPS_COUNTED)
    return search.to_dict()


def _cards(answer: Any) -> tuple[str, ...]:
    return tuple(bucket["key"] for bucket in answer["aggregations"]["cards"]["buckets"])


def _query(request: Request, within: Sequence[str] = ()) -> dsl.query.Query:
    filters = [dsl.Q("terms", access=sorted(request.access))]
    if within:
        filters.append(dsl.Q("terms", group=list(within)))
    filters.extend(dsl.Q("term", **{name: value}) for name, value in request.filters.terms())
    return dsl.Q("bool", must=[_attempt(request.attempt)], filter=filters)


def _attempt(attempt: Attempt) -> dsl.query.Query:
    must = [_phrase(phrase) for phrase in attempt.phrases]
    if attempt.citations:
        cited = [
            dsl.Q("constant_score", filter=dsl.Q("term", citations=term), boost=CITATION_WEIGHT)
            for term in attempt.citations
        ]
        must.append(dsl.Q("bool", should=cited, minimum_should_match=1))
    filters = []
    if attempt.required_terms:
        places = {"body": attempt.required_terms, "heading": attempt.required_in_heading}
        required = [dsl.Q("terms", **{name: list(terms)}) for name, terms in places.items()]
        filters.append(dsl.Q("bool", should=required, minimum_should_match=1))
    should = [
        dsl.Q("term", **{name: {"value": term, "boost": boost}})
        for name, boost, terms in (
            ("body", 1.0, attempt.terms),
            ("heading", HEADING_WEIGHT, attempt.heading_terms),
        )
        for term in terms
    ]
    return dsl.Q("bool", must=must, filter=filters, should=should)


def _phrase(phrase: Phrase) -> dsl.query.Query:
    above = _all("heading", (token for _, token in sparse(phrase)), HEADING_WEIGHT)
    places = [dsl.Q("match_phrase", body=" ".join(phrase)), above]
    if crossing := crossing_of(phrase):
        crossed = [dsl.Q("terms", bridge=list(crossing.seams)), _all("bridge", crossing.terms, 1.0)]
        places.append(dsl.Q("constant_score", filter=dsl.Q("bool", must=crossed), boost=BRIDGE_SCORE))
    return dsl.Q("bool", should=places, minimum_should_match=1)


def _all(name: str, terms: Iterable[str], boost: float) -> dsl.query.Query:
    every = [dsl.Q("term", **{name: {"value": term, "boost": boost}}) for term in dict.fromkeys(terms)]
    return dsl.Q("bool", must=every)


def _moments(count: int) -> dict[str, Any]:
    return {
        "name": "moments",
        "size": count,
        "sort": [{"_score": "desc"}, {"position": "asc"}],
        "_source": False,
        "docvalue_fields": ["position", "start_ms", "end_ms"],
    }


def _group(hit: dict[str, Any]) -> Group:
    return Group(
        key=hit["fields"]["group"][0],
        score=hit["_score"],
        moments=tuple(
            Moment(
                id=inner["_id"],
                score=inner["_score"],
                position=inner["fields"]["position"][0],
                start_ms=inner["fields"]["start_ms"][0],
                end_ms=inner["fields"]["end_ms"][0],
            )
            for inner in hit["inner_hits"]["moments"]["hits"]["hits"]
        ),
    )
