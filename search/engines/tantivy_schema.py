"""How the Tantivy engine's index looks, how a document goes into it, and how an attempt becomes a query."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

import tantivy

from search.engines.base import (
    BRIDGE_SCORE,
    CITATION_WEIGHT,
    HEADING_WEIGHT,
    Document,
    Request,
)
from search.query import Attempt, Phrase, crossing_of

MUST, SHOULD = tantivy.Occur.Must, tantivy.Occur.Should
_KEYWORDS = ("group", "access", "courses", "lecturer", "language", "statutes", "year", "kind", "card")
# What each stream keeps of its tokens: only the body's places are asked for.
_STREAMS = {"body": "position", "bridge": "basic", "heading": "freq", "citations": "basic"}
_NUMBERS = ("group_number", "position", "start_ms", "end_ms")


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _KEYWORDS:
        builder.add_text_field(
            name, stored=name == "group", fast=name == "card", tokenizer_name="raw", index_option="basic"
        )
    for name, kept in _STREAMS.items():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=kept)
    for name in _NUMBERS:
        # Signed throughout: a negative number in an unsigned field kills the writer's thread.
        builder.add_integer_field(name, fast=True)
    # Read back and never searched for, as bytes: as terms they were a quarter of the index.
    for name in ("id", "fingerprint"):
        builder.add_bytes_field(name, stored=True, indexed=False)
    return builder.build()


_UUID_LENGTH = 36


def packed_id(id_: str) -> bytes:
    """A document's id in a third of its length where it begins with a UUID; `unpacked_id` gives it back."""
    try:
        key = UUID(id_[:_UUID_LENGTH])
    except ValueError:
        return b"\0" + id_.encode()
    if str(key) != id_[:_UUID_LENGTH]:
        return b"\0" + id_.encode()
    return b"\1" + key.bytes + id_[_UUID_LENGTH:].encode()


def unpacked_id(packed: bytes) -> str:
    if packed[0] == 0:
        return packed[1:].decode()
    return f"{UUID(bytes=packed[1:17])}{packed[17:].decode()}"


def group_number(group: str) -> int:
    """A number for a group's key, because Tantivy gives numeric columns to Python and text columns not.

    Five bytes: two of ten thousand lectures share one once in twenty thousand such collections.
    """
    return int.from_bytes(hashlib.blake2b(group.encode("utf-8"), digest_size=5).digest(), "big")


SCHEMA = schema()


def document_of(document: Document) -> tantivy.Document:
    """The document with its fields' types; `group_number` stands for its group in numeric columns."""
    fields = {
        "id": packed_id(document.id),
        "group": document.group,
        "access": list(document.access),
        "courses": list(document.courses),
        "lecturer": document.lecturer,
        "language": document.language,
        "statutes": list(document.statutes),
        "year": document.year,
        "kind": document.kind,
        "card": document.card,
        "body": document.body,
        "bridge": document.bridge,
        "heading": document.heading,
        "citations": " ".join(document.citations),
        "group_number": group_number(document.group),
        "position": document.position,
        "start_ms": document.start_ms,
        "end_ms": document.end_ms,
        "fingerprint": bytes.fromhex(document.fingerprint),
    }
    return tantivy.Document.from_dict(fields, SCHEMA)


def query_of(request: Request) -> tantivy.Query:
    """What answers the attempt and may be seen; scores as in the Elasticsearch engine."""
    clauses = [
        (MUST, _attempt(request.attempt)),
        (MUST, having("access", sorted(request.access))),
    ]
    clauses.extend((MUST, having(name, [value])) for name, value in request.filters.terms())
    return tantivy.Query.boolean_query(clauses)


def having(name: str, values: Sequence[str]) -> tantivy.Query:
    """A filter, which adds nothing to the score."""
    any_of = [
        (SHOULD, tantivy.Query.term_query(SCHEMA, name, value, index_option="basic")) for value in values
    ]
    return tantivy.Query.const_score_query(tantivy.Query.boolean_query(any_of), 0.0)


def _attempt(attempt: Attempt) -> tantivy.Query:
    clauses = [(MUST, _phrase(phrase)) for phrase in attempt.phrases]
    if attempt.citations:
        cited = [
            (SHOULD, tantivy.Query.const_score_query(_term("citations", term), CITATION_WEIGHT))
            for term in attempt.citations
        ]
        clauses.append((MUST, tantivy.Query.boolean_query(cited)))
    if attempt.required_terms:
        required = [
            (SHOULD, _term(name, term)) for term in attempt.required_terms for name in ("body", "heading")
        ]
        clauses.append((MUST, tantivy.Query.const_score_query(tantivy.Query.boolean_query(required), 0.0)))
    for term in attempt.terms:
        clauses.append((SHOULD, _term("body", term)))
        clauses.append((SHOULD, tantivy.Query.boost_query(_term("heading", term), HEADING_WEIGHT)))
    return tantivy.Query.boolean_query(clauses)


def _phrase(phrase: Phrase) -> tantivy.Query:
    above = tantivy.Query.boost_query(_all("heading", phrase), HEADING_WEIGHT)
    places = [(SHOULD, _sequence("body", phrase)), (SHOULD, above)]
    if crossing := crossing_of(phrase):
        seams = tantivy.Query.boolean_query([(SHOULD, _term("bridge", each)) for each in crossing.seams])
        crossed = tantivy.Query.boolean_query([(MUST, seams), (MUST, _all("bridge", crossing.terms))])
        places.append((SHOULD, tantivy.Query.const_score_query(crossed, BRIDGE_SCORE)))
    return tantivy.Query.boolean_query(places)


def _all(name: str, terms: Sequence[str]) -> tantivy.Query:
    return tantivy.Query.boolean_query([(MUST, _term(name, term)) for term in dict.fromkeys(terms)])


def _sequence(name: str, phrase: Phrase) -> tantivy.Query:
    if len(phrase) == 1:
        return _term(name, phrase[0])
    return tantivy.Query.phrase_query(SCHEMA, name, list(phrase))


def _term(name: str, term: str) -> tantivy.Query:
    kept = "basic" if _STREAMS[name] == "basic" else "freq"
    return tantivy.Query.term_query(SCHEMA, name, term, index_option=kept)
