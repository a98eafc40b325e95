"""What every search engine takes and gives: documents in, groups of moments out.

A document is one cue, paragraph or article with its tokens. Documents of the same `group` (a lecture, a reading, a
statute) answer together and are replaced together. Engines know tokens, not text, and no database.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Protocol

from search.cards import FacetName, card_of
from search.query import Attempt

# Which documents an index holds and how: an index of another format counts as missing, and the sweep builds it anew.
# Raise it with every change of the fields, or of what they hold of the same text.
FORMAT = 7
# The heading is the weaker field, as measured (DESIGN.md, "Search").
HEADING_WEIGHT = 0.7
# What a phrase that crosses a cue's end adds: less than one that a cue holds whole.
BRIDGE_SCORE = 1.0
# What citing a named article adds to the score, before the other words of the query order the rest.
CITATION_WEIGHT = 10.0
# Groups are counted exactly up to here.
MOST_GROUPS_COUNTED = 10_000
# Results beyond this place are not given: nobody turns a hundred pages, and each costs more than the last.
DEEPEST_RESULT = 1_000


class EngineUnavailable(Exception):
    """The engine does not answer, or answered with a fault of its own."""

    code = "search_unavailable"


class EngineResting(EngineUnavailable):
    """The engine did not answer lately and is not asked for a while (see search.engines.breaker)."""

    code = "search_resting"


class IndexMissing(EngineUnavailable):
    """There is no index yet: `manage.py reindex` makes one."""

    code = "search_index_missing"


class IndexBusy(EngineUnavailable):
    """Another process is writing to the index; try again when it is done."""

    code = "search_index_busy"


@dataclass(frozen=True, slots=True)
class Document:
    """A cue, paragraph or article in its index form. Token fields hold tokens joined by spaces; instants are in ms.

    Words are found in the body's sequence. Bridge and heading are held without places, which would take more room
    than the body's own: a phrase is in them when all of its tokens are, in the bridge its long ones.
    """

    id: str
    group: str
    body: str
    bridge: str
    heading: str
    # What it is filed under: the articles that it cites, and the terms that it seems to say and writes otherwise.
    citations: tuple[str, ...]
    access: tuple[str, ...]
    courses: tuple[str, ...]
    lecturer: str
    language: str
    position: int
    start_ms: int
    end_ms: int
    # Of the group, hence the same in all of its documents: the statutes that it cites, its year and day, its kind.
    statutes: tuple[str, ...] = ()
    year: str = ""
    day: int = 0
    kind: str = ""

    @property
    def card(self) -> str:
        """By which groups are counted (see search.cards)."""
        own = (self.courses, (self.lecturer,), self.statutes, (self.year,), (self.kind,))
        return _card_of(self.group, self.day, own)

    @property
    def fingerprint(self) -> str:
        """A digest over everything, by which index and database are compared."""
        everything = repr(_everything(self)).encode("utf-8")
        return hashlib.blake2b(everything, digest_size=8).hexdigest()


# Every field in its order; `dataclasses.astuple` copies what is in them, too, and a rebuild has a million documents.
_everything = attrgetter(*(each.name for each in fields(Document)))


@lru_cache(maxsize=64)
def _card_of(group: str, day: int, values: tuple[tuple[str, ...], ...]) -> str:
    """The card, worked out once for all documents of a group; the values in the order of the facets."""
    return card_of(group, day, dict(zip(FacetName, values, strict=True)))


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing chosen by the reader; empty means everything."""

    course: str = ""
    lecturer: str = ""
    group: str = ""
    statute: str = ""
    year: str = ""
    kind: str = ""

    def terms(self) -> Iterator[tuple[str, str]]:
        """The index's fields with the values that they must have."""
        chosen = {
            "courses": self.course,
            "lecturer": self.lecturer,
            "group": self.group,
            "statutes": self.statute,
            "year": self.year,
            "kind": self.kind,
        }
        return ((name, value) for name, value in chosen.items() if value)


class Order(StrEnum):
    """What comes first: the best answer, or the latest lecture."""

    RELEVANCE = "relevance"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt at one query: groups `offset` to `offset + limit`, each with its best `moments`.

    Only documents that carry one of the `access` tokens are seen; with no token nothing is.
    """

    attempt: Attempt
    access: frozenset[str]
    filters: Filters = field(default_factory=Filters)
    offset: int = 0
    limit: int = 10
    moments: int = 3
    order: Order = Order.RELEVANCE


@dataclass(frozen=True, slots=True)
class Moment:
    """One document of a group that answers. Scores are comparable within one page only."""

    id: str
    score: float
    position: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Group:
    """One group and its best moments, best first (equal scores: earlier first)."""

    key: str
    score: float
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Groups in order (best moment's score or the day, then key), the exact number of groups that answer, and the
    cards of all of them."""

    total: int
    groups: tuple[Group, ...]
    cards: tuple[str, ...] = ()


Progress = Callable[[int], None]


class Engine(Protocol):
    """The interface of both engines. Every method may raise EngineUnavailable (IndexMissing, IndexBusy)."""

    name: str

    def find(self, request: Request) -> Page:
        """The page that answers; an index that was never made is IndexMissing."""

    def replace(self, group: str, documents: Iterable[Document]) -> int:
        """Makes these (or none) the only documents of the group, visible at once; returns how many they are."""

    def rebuild(self, documents: Iterable[Document], progress: Progress) -> int:
        """Builds a new index beside the one in use and then points to it; readers never see half of it."""

    def fingerprints(self) -> Iterator[tuple[str, str]]:
        """(document id, fingerprint) of every document in the index, in no order."""

    def check(self) -> Mapping[str, object]:
        """What a health page says of the engine: at least `documents`, the number of them."""
