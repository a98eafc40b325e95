"""The one module that knows which engine is chosen: the setting SEARCH_ENGINE."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from uuid_utils import uuid7

from search.engines.base import Engine
from search.engines.elasticsearch_engine import ElasticsearchEngine
from search.engines.tantivy_engine import TantivyEngine

INDEX = "lectures"


def current() -> Engine:
    """The engine in force. It holds its connection or reader for the life of the process."""
    if settings.SEARCH_ENGINE == "tantivy":
        return _tantivy(Path(settings.SEARCH_INDEX_DIR) / INDEX)
    if settings.SEARCH_ENGINE == "elasticsearch":
        return _elasticsearch(settings.ELASTICSEARCH_URL, f"{settings.ELASTICSEARCH_INDEX_PREFIX}-{INDEX}")
    raise ImproperlyConfigured(
        f"SEARCH_ENGINE is {settings.SEARCH_ENGINE!r}; it is tantivy or elasticsearch."
    )


def standby() -> Engine | None:
    """The embedded index that is kept beside Elasticsearch for when that does not answer (SEARCH_STANDBY)."""
    if settings.SEARCH_ENGINE == "elasticsearch" and settings.SEARCH_STANDBY:
        return _tantivy(Path(settings.SEARCH_INDEX_DIR) / INDEX)
    return None


def kept() -> list[Engine]:
    """Every index that follows the database; the standby first, so that it follows while the other is down."""
    beside = standby()
    return [current()] if beside is None else [beside, current()]


@contextmanager
def throw_away() -> Iterator[Engine]:
    """An engine of the kind in force on an index of its own, which is gone afterwards."""
    if settings.SEARCH_ENGINE == "elasticsearch":
        alias = f"{settings.ELASTICSEARCH_INDEX_PREFIX}-corpus-{uuid7()}"
        engine = ElasticsearchEngine(settings.ELASTICSEARCH_URL, alias)
        try:
            yield engine
        finally:
            engine.drop()
    else:
        with TemporaryDirectory(prefix="corpus-") as folder:
            yield TantivyEngine(Path(folder))


@lru_cache(maxsize=8)
def _tantivy(folder: Path) -> Engine:
    return TantivyEngine(folder)


@lru_cache(maxsize=8)
def _elasticsearch(url: str, alias: str) -> Engine:
    return ElasticsearchEngine(url, alias)
