"""How the Tantivy engine's index looks and how a document goes into it.

A million documents are to fit into 150 MB, so every field earns its place: a text field costs a byte a document for
its lengths alone, and what is only read back is a column of numbers rather than a stored value.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from uuid import UUID

import tantivy

from search.engines.base import Document

# What each stream keeps of its tokens: only the body's places are asked for.
STREAMS = {"body": "position", "bridge": "basic", "heading": "freq"}
# A group's whole access as one term, by which what a reader may not see is left out.
ACCESS = "access"
# Single values, each as name=value: one field costs less than one for each.
FACTS = "facts"
# The fact of the first document under a heading: it stands for all that share the heading where groups are counted.
FIRST = "first="
# The fact of the first documents of such a run: a common phrase stands among them, too, in most groups that have it.
OPENING = "opening="
_OPENING_DOCUMENTS = 128
_KEYWORDS = ("group", ACCESS, FACTS, "card")
_KEY_PARTS = ("key_high", "key_low", "key_version", "key_sharer")
_NUMBERS = ("group_number", "position", "start_ms", "end_ms", "fingerprint", *_KEY_PARTS)
# Columns are signed throughout: a negative number in an unsigned one kills the writer's thread.
_HALF = 1 << 63


def schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in _KEYWORDS:
        builder.add_text_field(name, fast=name == "card", tokenizer_name="raw", index_option="basic")
    for name, kept in STREAMS.items():
        builder.add_text_field(name, tokenizer_name="whitespace", index_option=kept)
    for name in _NUMBERS:
        builder.add_integer_field(name, fast=True)
    # An id that is not made like a cue's is kept as it is.
    builder.add_bytes_field("other_id", stored=True, indexed=False)
    return builder.build()


SCHEMA = schema()


def access_class(tokens: Iterable[str]) -> str:
    """The term for a whole set of tokens; no token holds a space."""
    return " ".join(sorted(tokens))


def fact(name: str, value: str) -> str:
    return f"{name}={value}"


@lru_cache(maxsize=50_000)
def group_number(group: str) -> int:
    """A number for a group's key, because Tantivy gives numeric columns to Python and text columns not.

    Five bytes: two of ten thousand lectures share one once in twenty thousand such collections.
    """
    return int.from_bytes(hashlib.blake2b(group.encode("utf-8"), digest_size=5).digest(), "big")


def prepared(documents: Iterable[Document]) -> Iterator[tantivy.Document]:
    """The documents as the index takes them, in their order; the first of each run under one heading is marked."""
    before = None
    facts: list[str] = []
    place = 0
    for document in documents:
        shared = (document.group, document.heading, document.card, document.access, document.language)
        if shared != before:
            before, facts, place = shared, list(_facts(document)), 0
        marks = ((FIRST,) if place == 0 else ()) + ((OPENING,) if place < _OPENING_DOCUMENTS else ())
        place += 1
        yield _prepared(document, [*facts, *marks])


def _facts(document: Document) -> Iterator[str]:
    # Citations ask for no place and no length: each is a fact like the others.
    many = {"access": document.access, "courses": document.courses, "statutes": document.statutes}
    one = {"lecturer": document.lecturer, "year": document.year, "kind": document.kind}
    for name, values in many.items():
        yield from (fact(name, value) for value in values)
    yield from (fact(name, value) for name, value in one.items() if value)


def _prepared(document: Document, facts: list[str]) -> tantivy.Document:
    fields: dict[str, object] = {
        "group": document.group,
        ACCESS: access_class(document.access),
        FACTS: [*facts, *(fact("citations", term) for term in document.citations)],
        "card": document.card,
        "body": document.body,
        "bridge": document.bridge,
        "heading": document.heading,
        "group_number": group_number(document.group),
        "position": document.position,
        "start_ms": document.start_ms,
        "end_ms": document.end_ms,
        "fingerprint": int(document.fingerprint, 16) - _HALF,
        **_packed_id(document.id),
    }
    return tantivy.Document.from_dict(fields, SCHEMA)


_CUE_ID = re.compile(
    r"([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12}):(0|[1-9]\d{0,17})(?::([1-9]\d{0,17}))?",
    re.ASCII,
).fullmatch


def _packed_id(id_: str) -> dict[str, object]:
    """A cue's id as numbers, in a third of its length; any other as it is."""
    found = _CUE_ID(id_)
    if found is None:
        return {"other_id": id_.encode()}
    first, second, third, fourth, fifth, version, sharer = found.groups()
    packed: dict[str, object] = {
        "key_high": int(first + second + third, 16) - _HALF,
        "key_low": int(fourth + fifth, 16) - _HALF,
        "key_version": int(version),
    }
    if sharer:
        packed["key_sharer"] = int(sharer)
    return packed


def ids(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> Iterator[str]:
    """The ids of these documents, in their order."""
    columns = [searcher.fast_field_values(name, addresses) for name in _KEY_PARTS]
    for address, high, low, version, sharer in zip(addresses, *columns, strict=True):
        if high is None or low is None:
            yield bytes(searcher.doc(address).get_first("other_id")).decode()
        else:
            key = UUID(int=(int(high) + _HALF) << 64 | int(low) + _HALF)
            yield f"{key}:{version}" if sharer is None else f"{key}:{version}:{sharer}"


def fingerprints(searcher: tantivy.Searcher, addresses: list[tantivy.DocAddress]) -> Iterator[str]:
    """The fingerprints of these documents, in their order."""
    for number in searcher.fast_field_values("fingerprint", addresses):
        yield f"{int(number or 0) + _HALF:016x}"
