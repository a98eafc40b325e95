"""The one module that knows which engine is chosen: the setting SEARCH_ENGINE."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

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


@lru_cache(maxsize=8)
def _tantivy(folder: Path) -> Engine:
    return TantivyEngine(folder)


@lru_cache(maxsize=8)
def _elasticsearch(url: str, alias: str) -> Engine:
    return ElasticsearchEngine(url, alias)
